# Each type through a real worker: as an item, as a captured variable, and as a result.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 1

    # What the probe tells of the original is what it must tell of each copy, wherever it runs.
    function Test-RoundTrip([scriptblock] $Make, [scriptblock] $Probe) {
        $original = & $Make
        $_ = $original
        $expected = & $Probe
        $expected | Should -Not -BeNullOrEmpty
        Invoke-LokyParallel $Probe -InputObject $original -ErrorAction Stop | Should -BeExactly $expected -Because 'the item arrives as it is'
        1 | Invoke-LokyParallel { $_ = $original; . $Probe } -ErrorAction Stop | Should -BeExactly $expected -Because 'a captured variable arrives as it is'
        $_ = Invoke-LokyParallel { , $_ } -InputObject $original -ErrorAction Stop
        & $Probe | Should -BeExactly $expected -Because 'the result comes back as it is'
    }
}

AfterAll {
    Reset-Loky
}

Describe 'There and back' {
    It 'goes <name>' -ForEach @(
        @{ name = '[bool]'; make = { $true } }
        @{ name = '[sbyte]'; make = { [sbyte]::MinValue } }
        @{ name = '[byte]'; make = { [byte] 200 } }
        @{ name = '[short]'; make = { [short] -300 } }
        @{ name = '[ushort]'; make = { [ushort]::MaxValue } }
        @{ name = '[int]'; make = { [int]::MinValue } }
        @{ name = '[uint]'; make = { [uint]::MaxValue } }
        @{ name = 'a small [long]'; make = { 5L } }
        @{ name = 'a large [long]'; make = { [long]::MinValue } }
        @{ name = 'a small [ulong]'; make = { [ulong] 5 } }
        @{ name = 'a large [ulong]'; make = { [ulong]::MaxValue } }
        @{ name = '[int128]'; make = { [int128]::MinValue } }
        @{ name = '[uint128]'; make = { [uint128]::MaxValue } }
        @{ name = '[bigint]'; make = { [bigint]::Pow(-7, 99) } }
        @{ name = '[half]'; make = { [half] 1.5 } }
        @{ name = '[float]'; make = { [float] 0.1 } }
        @{ name = '[double]'; make = { [Math]::PI } }
        @{ name = 'no number'; make = { [double]::NaN } }
        @{ name = '[timespan]'; make = { [timespan]::FromTicks(-12345678901) } }
        @{ name = '[guid]'; make = { [guid] '01234567-89ab-cdef-0123-456789abcdef' } }
        @{ name = '[version]'; make = { [version] '1.2.3' } }
        @{ name = '[semver]'; make = { [semver] '1.2.3-beta.1+build' } }
        @{ name = '[uri]'; make = { [uri] 'https://example.org/a%20b?c#d' } }
        @{ name = 'a relative [uri]'; make = { [uri] '../a' } }
        @{ name = '[ipaddress]'; make = { [ipaddress] '192.0.2.7' } }
        @{ name = '[ipaddress] with a scope'; make = { [ipaddress] 'fe80::1%3' } }
        @{ name = '[ipendpoint]'; make = { [Net.IPEndPoint]::new([ipaddress] '192.0.2.7', 443) } }
        @{ name = '[rune]'; make = { [Text.Rune]::new(0x1F600) } }
        @{ name = 'an enum'; make = { [DayOfWeek]::Friday } }
        @{ name = 'flags'; make = { [IO.FileAttributes] 'Hidden, System' } }
        @{ name = 'a type'; make = { [Collections.Generic.Dictionary[string, int[]]] } }
        @{ name = 'an empty text'; make = { '' } }
        @{ name = '[dbnull]'; make = { [DBNull]::Value } }
        @{ name = 'a culture'; make = { [cultureinfo] 'de-AT' } }
        @{ name = '[switch]'; make = { [switch] $true } }
    ) {
        Test-RoundTrip $make { "$($_.GetType()) $([Convert]::ToString($_, [cultureinfo]::InvariantCulture)) $_" }
    }

    It 'goes <name>, with what its text does not tell' -ForEach @(
        @{ name = '[char]'; make = { [char] 0xd801 }; probe = { "$($_.GetType()) $([int] $_)" } }
        @{ name = '[decimal]'; make = { 1.500d }; probe = { "$($_.GetType()) $([decimal]::GetBits($_))" } }
        @{ name = 'the largest [decimal]'; make = { [decimal]::MinValue }; probe = { "$($_.GetType()) $([decimal]::GetBits($_))" } }
        @{ name = 'a text of every kind'; make = { "a`0ä€😀" + [char] 0xd800 }; probe = { "$($_.GetType()) $([int[]] [char[]] $_)" } }
        @{ name = 'a [datetime] in UTC'; make = { [datetime]::new(638400000000000001, 'Utc') }; probe = { "$($_.GetType()) $($_.Ticks) $($_.Kind)" } }
        @{ name = 'a local [datetime]'; make = { [datetime]::new(638400000000000001, 'Local') }; probe = { "$($_.GetType()) $($_.Ticks) $($_.Kind)" } }
        @{ name = 'a [datetime] of no kind'; make = { [datetime]::new(638400000000000001) }; probe = { "$($_.GetType()) $($_.Ticks) $($_.Kind)" } }
        @{ name = '[datetimeoffset]'; make = { [datetimeoffset]::new(638400000000000001, '-03:30') }; probe = { "$($_.GetType()) $($_.Ticks) $($_.Offset)" } }
        @{ name = '[DateOnly] and [TimeOnly]'; make = { , ([DateOnly]::new(2024, 2, 29), [TimeOnly]::new(1, 2, 3, 4)) }; probe = { $_.ForEach{ "$($_.GetType()) $($_.ToString('o'))" } -join ' ' } }
        @{ name = '[regex]'; make = { [regex]::new('^(a|b)+$', 'IgnoreCase, Multiline', '0:0:7') }; probe = { "$($_.GetType()) $_ $($_.Options) $($_.MatchTimeout) $($_.IsMatch('AB'))" } }
        @{ name = 'an xml document'; make = { [xml] '<a x="1"> <b>t</b></a>' }; probe = { "$($_.GetType()) $($_.OuterXml) $($_.a.b)" } }
        @{ name = '[securestring]'; make = { ConvertTo-SecureString 'geheim' -AsPlainText }; probe = { "$($_.GetType()) $(ConvertFrom-SecureString $_ -AsPlainText)" } }
        @{ name = '[pscredential]'; make = { [pscredential]::new('u', (ConvertTo-SecureString 'geheim' -AsPlainText)) }; probe = { "$($_.GetType()) $($_.UserName) $($_.GetNetworkCredential().Password)" } }
        @{ name = 'a scriptblock'; make = { { param($q) $q * 2 } }; probe = { "$($_.GetType()) $(& $_ 4)" } }
        @{ name = 'a file'; make = { Get-Item -LiteralPath $PSHOME/pwsh.dll }; probe = { "$($_.GetType()) $($_.FullName) $($_.Length) $($_.PSIsContainer) $($_.PSDrive.GetType()) $($_.PSProvider.Name)" } }
        @{ name = 'a folder'; make = { Get-Item -LiteralPath $PSHOME }; probe = { "$($_.GetType()) $($_.FullName) $($_.PSIsContainer) $($_.PSPath) $($_.PSDrive.Name)" } }
        @{ name = 'a file that is not there'; make = { [IO.FileInfo]::new([IO.Path]::GetFullPath('/no/such')) }; probe = { "$($_.GetType()) $($_.FullName) $($_.Exists)" } }
        @{ name = 'a drive and a provider'; make = { , ((Get-PSDrive Env), (Get-PSProvider FileSystem)) }; probe = { "$($_[0].GetType()) $($_[0].Name) $($_[1].GetType()) $($_[1].Name)" } }
        @{ name = 'an error'; make = { try { Get-Item -LiteralPath /no/such -ErrorAction Stop } catch { $_ } }; probe = { "$($_.GetType()) $_ $($_.FullyQualifiedErrorId) $($_.TargetObject) $($_.CategoryInfo) $($_.InvocationInfo.MyCommand) $($_.InvocationInfo.PositionMessage)" } }
        @{ name = 'an exception'; make = { [InvalidOperationException]::new('o', [FormatException]::new('i')) }; probe = { "$($_.GetType()) $($_.Message) $($_.InnerException.GetType()) $($_.HResult)" } }
        @{ name = 'an exception with data'; make = { $e = [IO.IOException]::new('o'); $e.Data['k'] = 1, 2; $e }; probe = { "$($_.GetType()) $($_.Message) $($_.Data['k'])" } }
        @{ name = 'several exceptions'; make = { [AggregateException]::new('o', [Exception[]] ([FormatException]::new('a'), [Exception]::new('b'))) }; probe = { "$($_.GetType()) $($_.InnerExceptions.ForEach{ "$($_.GetType()) $($_.Message)" })" } }
    ) {
        Test-RoundTrip $make $probe
    }

    It 'goes <name>, a collection' -ForEach @(
        @{ name = '[byte[]]'; make = { , [byte[]] (0..255) }; probe = { "$($_.GetType()) $_" } }
        @{ name = 'an empty [byte[]]'; make = { , [byte[]]::new(0) }; probe = { "$($_.GetType()) $($_.Length)" } }
        @{ name = 'an array'; make = { , @(1, 'a', $null, 2.5) }; probe = { "$($_.GetType()) $($_.Count) $($_.ForEach{ "$(${_}?.GetType())=$_" })" } }
        @{ name = 'an empty array'; make = { , @() }; probe = { "$($_.GetType()) $($_.Count)" } }
        @{ name = 'an array of one'; make = { , @(7) }; probe = { "$($_.GetType()) $($_.Count) $($_[0])" } }
        @{ name = 'an array of an array of one'; make = { , @(, @(, 7)) }; probe = { "$($_.GetType()) $($_[0].GetType()) $($_[0][0].GetType()) $($_[0][0][0])" } }
        @{ name = '[int[]]'; make = { , [int[]] (1, -2) }; probe = { "$($_.GetType()) $_" } }
        @{ name = '[string[]]'; make = { , [string[]] ('a', '') }; probe = { "$($_.GetType()) $($_ -join ',')" } }
        @{ name = '[datetime[]]'; make = { , [datetime[]] ([datetime]::UnixEpoch, [datetime]::MaxValue) }; probe = { "$($_.GetType()) $($_.Ticks)" } }
        @{ name = '[DayOfWeek[]]'; make = { , [DayOfWeek[]] (1, 5) }; probe = { "$($_.GetType()) $_" } }
        @{ name = '[psobject[]]'; make = { , [psobject[]] ('a', 1, [pscustomobject] @{ A = 2 }, $null) }; probe = { "$($_.GetType()) $($_[0]) $($_[1].GetType()) $($_[2].A) $($null -eq $_[3])" } }
        @{ name = 'a jagged array'; make = { , [int[][]] ((1, 2), (, 3)) }; probe = { "$($_.GetType()) $($_[0]) $($_[1])" } }
        @{ name = 'an array of two dimensions'; make = { $a = [int[,]]::new(2, 3); $a[1, 2] = 7; , $a }; probe = { "$($_.GetType()) $($_[1, 2]) $($_.GetLength(1)) $($_.Length)" } }
        @{ name = '[ArrayList]'; make = { , [Collections.ArrayList] (1, 'a') }; probe = { "$($_.GetType()) $_" } }
        @{ name = '[List[int]]'; make = { , [Collections.Generic.List[int]] (1, 2) }; probe = { "$($_.GetType()) $_" } }
        @{ name = '[List[psobject]]'; make = { , [Collections.Generic.List[psobject]] ('a', 1) }; probe = { "$($_.GetType()) $_" } }
        @{ name = 'an empty [List[string]]'; make = { , [Collections.Generic.List[string]]::new() }; probe = { "$($_.GetType()) $($_.Count)" } }
        @{ name = 'the result of [powershell]::Invoke()'; make = { , [powershell]::Create().AddScript('1; "a"').Invoke() }; probe = { "$($_.GetType()) $_" } }
        @{ name = 'groups'; make = { , @('a', 'a', 'b' | Group-Object) }; probe = { $_.ForEach{ "$($_.Name) $($_.Count) $($_.Group.GetType()) $($_.Group)" } -join ';' } }
        @{ name = 'groups as a table'; make = { 1, 2, 3 | Group-Object { $_ % 2 } -AsHashTable }; probe = { "$($_.GetType()) $($_[1].GetType()) $($_[1]) $($_[0])" } }
        @{ name = '[HashSet[string]]'; make = { , [Collections.Generic.HashSet[string]]::new([string[]] ('a', 'B'), [StringComparer]::OrdinalIgnoreCase) }; probe = { "$($_.GetType()) $($_.Contains('b')) $($_.Count)" } }
        @{ name = '[Queue[psobject]]'; make = { , [Collections.Generic.Queue[psobject]]::new([psobject[]] ('a', 'b')) }; probe = { "$($_.GetType()) $($_.Peek()) $_" } }
        @{ name = '[Stack[psobject]]'; make = { , [Collections.Generic.Stack[psobject]]::new([psobject[]] ('a', 'b')) }; probe = { "$($_.GetType()) $($_.Peek()) $_" } }
        @{ name = '[Dictionary]'; make = { $d = [Collections.Generic.Dictionary[string, int]]::new([StringComparer]::OrdinalIgnoreCase); $d['One'] = 1; $d }; probe = { "$($_.GetType()) $($_['ONE'])" } }
        @{ name = '[Dictionary] with case'; make = { $d = [Collections.Generic.Dictionary[string, int]]::new(); $d['a'] = 1; $d['A'] = 2; $d }; probe = { "$($_.GetType()) $($_['a']) $($_['A'])" } }
        @{ name = 'a hashtable'; make = { @{ Name = 'v'; 1 = 'int'; 2L = 'long'; [DayOfWeek]::Monday = 'day' } }; probe = { "$($_.GetType()) $($_['NAME']) $($_[1]) $($_[2L]) $($_[[DayOfWeek]::Monday]) $($_.Count)" } }
        @{ name = '[ordered]'; make = { [ordered] @{ z = 1; a = @{ b = 2 }; m = $null } }; probe = { "$($_.GetType()) $($_.Keys) $($_.A.B) $($_[0])" } }
        @{ name = 'a json node'; make = { , [Text.Json.Nodes.JsonNode]::Parse('{"a":1,"b":[2]}') }; probe = { "$(@($_).Count) $(@($_)[0].Key)" } }
        @{ name = 'twenty levels'; make = { $t = @{ end = 'deep' }; foreach ($i in 1..19) { $t = @{ n = @($i, [pscustomobject] @{ t = $t }) } }; $t }; probe = { $t = $_; foreach ($i in 1..19) { $t = $t.n[1].t }; $t.end } }
        @{ name = 'a cycle'; make = { $t = @{ n = [Collections.ArrayList]::new() }; $null = $t.n.Add($t); $t }; probe = { "$([object]::ReferenceEquals($_, $_.n[0])) $($_.n[0].n.Count)" } }
        @{ name = 'an object in two places'; make = { $o = [pscustomobject] @{ n = 1 }; , @($o, @{ o = $o }) }; probe = { $_[0].n = 5; "$($_[1].o.n) $([object]::ReferenceEquals($_[0], $_[1].o))"; $_[0].n = 1 } }
    ) {
        Test-RoundTrip $make $probe
    }

    It 'goes <name>, an object' -ForEach @(
        @{ name = 'a custom object'; make = { [pscustomobject] @{ B = 1; A = 'x', 'y'; N = $null } }; probe = { "$($_.GetType()) $($_.psobject.Properties.Name) $($_.B.GetType()) $($_.A) $($_.pstypenames)" } }
        @{ name = 'a custom object with a type name'; make = { [pscustomobject] @{ PSTypeName = 'My.Type'; A = 1 } }; probe = { "$($_.pstypenames) $($_.A)" } }
        @{ name = 'a script property'; make = { [pscustomobject] @{ A = 2 } | Add-Member ScriptProperty Twice { $this.A * 2 } -PassThru }; probe = { "$($_.A) $($_.Twice)" } }
        @{ name = 'an alias property'; make = { [pscustomobject] @{ A = 2 } | Add-Member AliasProperty Other A -PassThru }; probe = { "$($_.Other) $($_.psobject.Properties['Other'].MemberType)" } }
        @{ name = 'a text with a note'; make = { 'text' | Add-Member Note 1 -PassThru }; probe = { "$($_.GetType()) $_ $($_.Note)" } }
        @{ name = 'a number with a note'; make = { 5 | Add-Member Note @{ a = 1 } -PassThru }; probe = { "$($_.GetType()) $_ $($_.Note.a)" } }
        @{ name = 'a list with a note'; make = { $l = [Collections.ArrayList] (1, 2); Add-Member -InputObject $l Note 1; , $l }; probe = { "$($_.GetType()) $_ $($_.Note)" } }
        @{ name = 'text with its file, as of Get-Content'; make = { Set-Content $TestDrive/lines 'l1'; Get-Content $TestDrive/lines }; probe = { "$($_.GetType()) $_ $($_.ReadCount) $($_.PSPath)" } }
    ) {
        Test-RoundTrip $make $probe
    }

    It 'goes each group to the block' {
        'a', 'a', 'b' | Group-Object | Invoke-LokyParallel { "$($_.Name) $($_.Count)" } -Ordered | Should -Be 'a 2', 'b 1'
    }

    It 'comes an object that contains itself, in a property' {
        $node = [Text.Json.Nodes.JsonNode]::Parse('{"a":1}')
        Invoke-LokyParallel { "$_" } -InputObject $node | Should -Be '[a, 1]'
        1 | Invoke-LokyParallel { "$node" } | Should -Be '[a, 1]'
        [pscustomobject] @{ Node = $node } | Invoke-LokyParallel { "$($_.Node)" } | Should -Be '[a, 1]'
        $result = 1 | Invoke-LokyParallel { [pscustomobject] @{ Node = [Text.Json.Nodes.JsonNode]::Parse('{"a":1}') } }
        "$($result.Node)" | Should -Be '[a, 1]'
    }
}

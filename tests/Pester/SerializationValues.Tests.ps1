#Requires -Version 7.4
#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    . $PSScriptRoot/SerializationSupport.ps1
}

Describe 'Scalars' {
    It 'keeps <type> values' -ForEach @(
        @{ Type = 'int'; Values = @(0, 1, -1, 127, 128, -32, -33, 255, 256, 65535, 65536, [int]::MaxValue, [int]::MinValue) }
        @{ Type = 'long'; Values = @(0L, 5L, -5L, [long]::MaxValue, [long]::MinValue, 4294967296L) }
        @{ Type = 'ulong'; Values = @([ulong] 0, [ulong] 7, [ulong]::MaxValue, [ulong] [long]::MaxValue) }
        @{ Type = 'small integer'; Values = @([byte] 0, [byte] 255, [sbyte] -128, [sbyte] 5, [short] -32768, [short] 7, [ushort] 65535, [uint] 4294967295, [uint] 3) }
        @{ Type = 'floating point'; Values = @(0.0, -0.0, 1.5, [double]::MaxValue, [double]::Epsilon, [double]::NaN, [double]::PositiveInfinity, [float] 1.25, [float]::NaN) }
        @{ Type = 'decimal'; Values = @([decimal]::MaxValue, [decimal]::MinValue, 1.50d, 0d, -0.0000001d) }
        @{ Type = 'bigint'; Values = @([bigint]::Pow(2, 200), [bigint] -1, [bigint]::Zero, [bigint]::Pow(-3, 99)) }
        @{ Type = 'char'; Values = @([char] 'a', [char] 0, [char] 0xd800, [char] 0xffff) }
        @{ Type = 'bool'; Values = @($true, $false) }
        @{ Type = 'time'; Values = @([timespan]::Zero, [timespan]::MinValue, [timespan]::FromDays(3.5), [dateonly]::new(2024, 2, 29), [timeonly]::new(23, 59, 58, 999)) }
        @{ Type = 'date with offset'; Values = @([datetimeoffset]::new(2020, 1, 2, 3, 4, 5, [timespan]::FromMinutes(-570)), [datetimeoffset]::MinValue) }
        @{ Type = 'guid'; Values = @([guid]::Empty, [guid] '01234567-89ab-cdef-0123-456789abcdef') }
        @{ Type = 'version'; Values = @([version] '1.2', [version] '1.2.3', [version] '1.2.3.4') }
        @{ Type = 'semantic version'; Values = @([semver] '7.6.0', [semver] '1.2.3-beta.1+build.5') }
        @{ Type = 'uri'; Values = @([uri] 'https://user@example.org:8080/a%20b?q=1#f', [uri]::new('relative/path', [UriKind]::Relative)) }
        @{ Type = 'ip address'; Values = @([ipaddress] '127.0.0.1', [ipaddress] '::1', [ipaddress] 'fe80::1%3') }
        @{ Type = 'enum'; Values = @([DayOfWeek]::Friday, [System.IO.FileAttributes] 'Hidden, System', [System.Management.Automation.ActionPreference]::Stop) }
        @{ Type = 'wide number'; Values = @([Half] 1.5, [System.Int128]::MinValue, [System.UInt128]::MaxValue, [IntPtr] 5, [UIntPtr] 6) }
        @{ Type = 'culture'; Values = @([cultureinfo] 'de-DE', [cultureinfo]::InvariantCulture) }
        @{ Type = 'address'; Values = @([mailaddress] 'Jane Doe <jane@example.org>', [System.Net.NetworkInformation.PhysicalAddress]::Parse('00-11-22-33-44-55')) }
        @{ Type = 'switch'; Values = @([switch] $true, [switch] $false) }
    ) {
        foreach ($value in $Values) { Test-SameScalar $value }
    }

    It 'keeps the kind of a date' {
        foreach ($kind in 'Utc', 'Local', 'Unspecified') {
            $date = [datetime]::SpecifyKind([datetime] '2024-10-27T02:30:00.1234567', $kind)
            $copy = Copy-Value $date
            $copy | Should -Be $date
            $copy.Kind | Should -Be $kind
            $copy.Ticks | Should -Be $date.Ticks
        }
        (Copy-Value ([datetime]::MaxValue)).Ticks | Should -Be ([datetime]::MaxValue.Ticks)
    }

    It 'keeps strings of every length and script' {
        foreach ($text in '', 'a', 'äöü', "a`0b", '日本語', "`u{1F600} smile", ('x' * 31), ('x' * 32), ('ß' * 300), ('y' * 70000)) {
            Test-SameScalar $text
        }
    }

    It 'keeps lone surrogates of strings' {
        Test-SameScalar "a$([char] 0xd800)b"
        Test-SameScalar "$([char] 0xdc00)"
        (Copy-Value @{ k = "$([char] 0xdfff)" }).k | Should -BeExactly "$([char] 0xdfff)"
    }

    It 'keeps an encoding of an old code page, which a process must be told of first' {
        $script = '. {0}/SerializationSupport.ps1; "$((ConvertFrom-Bytes ([byte[]] (0xc7, 6, 42, 0, 0, 4, 0xe4, 0, 0))).WebName)"' -f $PSScriptRoot
        (Invoke-Session $script -WithoutModule -Environment @{ LOKY_MODULE = Split-Path (Get-LokyManifest) }).Lines | Should -Be 'windows-1252'
    }

    It 'keeps a cancellation token that nobody can cancel' {
        Copy-Value ([Threading.CancellationToken]::None) | Should -BeOfType ([Threading.CancellationToken])
        Copy-Value ([Threading.CancellationToken]::None) | Should -Be ([Threading.CancellationToken]::None)
    }

    It 'keeps null, DBNull and no output apart' {
        (Copy-Value $null) -eq $null | Should -BeTrue
        (ConvertTo-Bytes $null) | Should -Be 0xc0
        Copy-Value ([DBNull]::Value) | Should -Be ([DBNull]::Value)
        # PowerShell itself makes $null of it on the way into a function, so these are the bytes of "no output".
        $arguments = @([System.ReadOnlyMemory[byte]] [byte[]] (0xd4, 31, 0), 0)
        @($readMethod.Invoke($defaultReader, $arguments)).Count | Should -Be 0
    }

    It 'keeps a regular expression with its options and timeout' {
        $copy = Copy-Value ([regex]::new('(?<n>a+)\s', 'IgnoreCase, Multiline', [timespan]::FromSeconds(3)))
        $copy | Should -BeOfType regex
        $copy.ToString() | Should -BeExactly '(?<n>a+)\s'
        $copy.Options | Should -Be 'IgnoreCase, Multiline'
        $copy.MatchTimeout | Should -Be ([timespan]::FromSeconds(3))
        (Copy-Value ([regex] 'x')).MatchTimeout | Should -Be ([regex]::InfiniteMatchTimeout)
    }

    It 'keeps a type that is loaded and describes one that is not' {
        foreach ($type in [int], [string[]], [System.Collections.Generic.List[int]], [System.Diagnostics.Process], [int[,]], [System.Collections.Generic.Dictionary[string, System.Collections.Generic.List[guid]]]) {
            [object]::ReferenceEquals((Copy-Value $type), $type) | Should -BeTrue -Because $type.FullName
        }
    }

    It 'keeps a script block as text that is not parsed by reading it' {
        $copy = Copy-Value { param($x) $x * 2 }
        $copy | Should -BeOfType scriptblock
        $copy.ToString() | Should -BeExactly ' param($x) $x * 2 '
        & $copy 21 | Should -Be 42
        $copy.Ast.ParamBlock.Parameters.Count | Should -Be 1
        { Copy-Value ([System.Management.Automation.ScriptBlock]::Create('1')) } | Should -Not -Throw
    }

    It 'keeps an xml document' {
        $xml = [xml] '<a x="1"><b>text &amp; more</b><!-- c --></a>'
        $copy = Copy-Value $xml
        $copy | Should -BeOfType xml
        $copy.OuterXml | Should -BeExactly $xml.OuterXml
        $copy.a.b | Should -BeExactly 'text & more'
    }

    It 'keeps secure strings and credentials' {
        $secret = ConvertTo-SecureString "geh$([char] 0xe4)im" -AsPlainText
        ConvertFrom-SecureString (Copy-Value $secret) -AsPlainText | Should -BeExactly "geh$([char] 0xe4)im"
        $copy = Copy-Value ([pscredential]::new('domain\user', $secret))
        $copy | Should -BeOfType pscredential
        $copy.UserName | Should -BeExactly 'domain\user'
        $copy.GetNetworkCredential().Password | Should -BeExactly "geh$([char] 0xe4)im"
        (Copy-Value ([securestring]::new())).Length | Should -Be 0
    }

    It 'keeps the public part of a certificate' {
        $key = [System.Security.Cryptography.RSA]::Create(2048)
        $request = [System.Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=loky', $key, 'SHA256', [System.Security.Cryptography.RSASignaturePadding]::Pkcs1)
        $certificate = $request.CreateSelfSigned([datetimeoffset]::Now, [datetimeoffset]::Now.AddDays(1))
        $copy = Copy-Value $certificate
        $copy.Thumbprint | Should -Be $certificate.Thumbprint
        $copy.HasPrivateKey | Should -BeFalse
    }
}

Describe 'Collections' {
    It 'keeps byte arrays of any size' {
        foreach ($size in 0, 1, 255, 256, 65536, 1000000) {
            $bytes = [byte[]]::new($size)
            [Random]::new(5).NextBytes($bytes)
            $copy = Copy-Value $bytes
            , $copy | Should -BeOfType ([byte[]])
            [System.Linq.Enumerable]::SequenceEqual($copy, $bytes) | Should -BeTrue
        }
    }

    It 'keeps arrays of numbers as what they are' {
        foreach ($array in [int[]] (1, -2, 3), [long[]] (1, 2), [double[]] (1.5, [double]::NaN), [float[]] (, 1.5), [char[]] 'abc', [bool[]] ($true, $false), [short[]] (1, 2), [ushort[]] (1, 2), [uint[]] (1, 2), [ulong[]] (1, 2), [sbyte[]] (-1, 1), [int[]] @()) {
            $copy = Copy-Value $array
            $copy.GetType() | Should -Be $array.GetType()
            [string] $copy | Should -BeExactly ([string] $array)
        }
    }

    It 'keeps typed arrays' {
        foreach ($array in [string[]] ('a', $null, 'b'), [datetime[]] (Get-Date), [guid[]] (New-Guid), [decimal[]] (1, 2), [DayOfWeek[]] (1, 2), [timespan[]] @(), [type[]] ([int], [string]), [object[]] @(), [object[]] (1, 'a', $null), [uri[]] 'http://a/', [bigint[]] (1, 2), [System.IO.FileInfo[]] '/x') {
            $copy = Copy-Value $array
            $copy.GetType() | Should -Be $array.GetType()
            $copy.Count | Should -Be $array.Count
            for ($i = 0; $i -lt $array.Count; $i++) { "$($copy[$i])" | Should -BeExactly "$($array[$i])" }
        }
    }

    It 'keeps jagged and multi-dimensional arrays' {
        $jagged = [int[][]] ((1, 2), (, 3))
        $copy = Copy-Value $jagged
        $copy.GetType() | Should -Be ([int[][]])
        $copy[1][0] | Should -Be 3
        $square = [int[,]]::new(2, 3)
        $square[1, 2] = 7; $square[0, 1] = 4
        $copy = Copy-Value $square
        $copy.GetType() | Should -Be ([int[,]])
        $copy[1, 2] | Should -Be 7
        $copy[0, 1] | Should -Be 4
        $cube = [string[,,]]::new(2, 1, 2)
        $cube[1, 0, 1] = 'end'
        (Copy-Value $cube)[1, 0, 1] | Should -Be 'end'
        (Copy-Value ([object[,]]::new(0, 5))).GetLength(1) | Should -Be 5
    }

    It 'keeps arrays of one element and of none' {
        $copy = Copy-Value @(, 5)
        , $copy | Should -BeOfType ([object[]])
        $copy.Count | Should -Be 1
        (Copy-Value @()).GetType() | Should -Be ([object[]])
        (Copy-Value @(, @())).Count | Should -Be 1
    }

    It 'keeps lists' {
        (Copy-Value ([System.Collections.Generic.List[int]] (1, 2, 3))).GetType() | Should -Be ([System.Collections.Generic.List[int]])
        $copy = Copy-Value ([System.Collections.Generic.List[string]] ('a', 'b'))
        $copy.GetType() | Should -Be ([System.Collections.Generic.List[string]])
        $copy[1] | Should -Be 'b'
        $copy.Add('c')
        (Copy-Value ([System.Collections.ArrayList] (1, 'x'))).GetType() | Should -Be ([System.Collections.ArrayList])
        (Copy-Value ([System.Collections.Generic.List[System.Collections.Generic.List[int]]]::new())).GetType() | Should -Be ([System.Collections.Generic.List[System.Collections.Generic.List[int]]])
        (Copy-Value ([System.Collections.ObjectModel.Collection[psobject]]::new())).GetType() | Should -Be ([System.Collections.ObjectModel.Collection[psobject]])
        $nullable = [System.Collections.Generic.List[System.Nullable[int]]]::new()
        $nullable.Add($null); $nullable.Add(5)
        $copy = Copy-Value $nullable
        $copy.GetType() | Should -Be $nullable.GetType()
        $copy[0] | Should -BeNullOrEmpty
        $copy[1] | Should -Be 5
    }

    It 'keeps sets with their comparer' {
        $copy = Copy-Value ([System.Collections.Generic.HashSet[string]]::new([string[]] ('a', 'B'), [StringComparer]::OrdinalIgnoreCase))
        $copy.GetType() | Should -Be ([System.Collections.Generic.HashSet[string]])
        $copy.Contains('b') | Should -BeTrue
        $copy = Copy-Value ([System.Collections.Generic.HashSet[string]]::new([string[]] ('a', 'A')))
        $copy.Count | Should -Be 2
        (Copy-Value ([System.Collections.Generic.HashSet[int]]::new([int[]] (3, 4)))).Contains(4) | Should -BeTrue
    }

    It 'keeps the order of queues and stacks' {
        $queue = [System.Collections.Generic.Queue[int]]::new(); 1..3 | ForEach-Object { $queue.Enqueue($_) }
        (Copy-Value $queue).Dequeue() | Should -Be 1
        $stack = [System.Collections.Generic.Stack[string]]::new(); 'a', 'b' | ForEach-Object { $stack.Push($_) }
        (Copy-Value $stack).Pop() | Should -Be 'b'
        $old = [System.Collections.Stack]::new(); 1, 2 | ForEach-Object { $old.Push($_) }
        (Copy-Value $old).Pop() | Should -Be 2
        $old = [System.Collections.Queue]::new(); 1, 2 | ForEach-Object { $old.Enqueue($_) }
        (Copy-Value $old).Dequeue() | Should -Be 1
    }

    It 'keeps dictionaries with their types and comparer' {
        $dictionary = [System.Collections.Generic.Dictionary[string, int]]::new([StringComparer]::OrdinalIgnoreCase)
        $dictionary['One'] = 1
        $copy = Copy-Value $dictionary
        $copy.GetType() | Should -Be $dictionary.GetType()
        $copy['ONE'] | Should -Be 1
        $plain = [System.Collections.Generic.Dictionary[string, object]]::new()
        $plain['a'] = @{ b = 1 }; $plain['A'] = $null
        $copy = Copy-Value $plain
        $copy.Count | Should -Be 2
        $copy['a'].b | Should -Be 1
        $byGuid = [System.Collections.Generic.Dictionary[guid, System.Collections.Generic.List[int]]]::new()
        $id = New-Guid
        $byGuid[$id] = [int[]] (1, 2)
        (Copy-Value $byGuid)[$id][1] | Should -Be 2
    }

    It 'keeps hashtables with keys of any type' {
        $table = @{ 1 = 'int'; [DayOfWeek]::Monday = 'day'; 2.5 = 'double' }
        $table['1'] = 'string'
        $table[[long] 1] = 'long'
        $copy = Copy-Value $table
        $copy.GetType() | Should -Be ([hashtable])
        $copy.Count | Should -Be 5
        $copy[1] | Should -Be 'int'
        $copy['1'] | Should -Be 'string'
        $copy[[long] 1] | Should -Be 'long'
        $copy[[DayOfWeek]::Monday] | Should -Be 'day'
    }

    It 'keeps whether the keys of a hashtable are case-sensitive' {
        (Copy-Value @{ Name = 1 })['NAME'] | Should -Be 1
        $sensitive = [hashtable]::new()
        $sensitive['a'] = 1; $sensitive['A'] = 2
        $copy = Copy-Value $sensitive
        $copy['a'] | Should -Be 1
        $copy['A'] | Should -Be 2
        (Copy-Value ([ordered] @{ Name = 1 }))['name'] | Should -Be 1
    }

    It 'keeps the order of ordered dictionaries' {
        $copy = Copy-Value ([ordered] @{ z = 1; a = 2; m = 3 })
        $copy.GetType() | Should -Be ([System.Collections.Specialized.OrderedDictionary])
        $copy.Keys -join ',' | Should -BeExactly 'z,a,m'
        $copy[1] | Should -Be 2
    }

    It 'keeps the entries of dictionaries' {
        $entry = (Copy-Value @(@{ k = 'v' }.GetEnumerator()))[0]
        $entry | Should -BeOfType System.Collections.DictionaryEntry
        "$($entry.Key)=$($entry.Value)" | Should -Be 'k=v'
        $pair = [System.Collections.Generic.KeyValuePair[string, int]]::new('a', 1)
        (Copy-Value $pair).GetType() | Should -Be $pair.GetType()
        (Copy-Value $pair).Value | Should -Be 1
    }

    It 'keeps the wrappers in <name>' -ForEach @(
        @{ name = 'an array'; make = { , [psobject[]] @(New-Items) } }
        @{ name = 'a list'; make = { , [System.Collections.Generic.List[psobject]]::new([psobject[]] @(New-Items)) } }
        @{ name = 'a collection'; make = { , [powershell]::Create().AddScript('param($items) $items').AddArgument(@(New-Items)).Invoke() } }
        @{ name = 'a queue'; make = { , [System.Collections.Generic.Queue[psobject]]::new([psobject[]] @(New-Items)) } }
        @{ name = 'a set'; make = { , [System.Collections.Generic.HashSet[psobject]]::new([psobject[]] @(New-Items)) } }
    ) {
        function New-Items {
            $shared = @{ n = 1 }
            [psobject]::new('text'); [psobject]::new(5L); [pscustomobject] @{ A = 1 }; $null
            [psobject]::new('noted') | Add-Member Note 'n' -PassThru; [psobject]::new($shared); , @(1, $shared)
        }
        $value = & $make
        $copy = Copy-Value $value
        $copy.GetType() | Should -Be $value.GetType()
        $items = [System.Linq.Enumerable]::ToArray([System.Collections.Generic.IEnumerable[psobject]] $copy)
        $items.Count | Should -Be 7
        foreach ($i in 0, 1, 2, 4, 5, 6) { $items.GetValue($i) -is [psobject] | Should -BeTrue }
        $items[0] | Should -BeExactly 'text'
        $items[1] | Should -BeOfType long
        $items[2].A | Should -Be 1
        $items[3] | Should -BeNullOrEmpty
        $items[4].Note | Should -Be 'n'
        [object]::ReferenceEquals($items[5].psobject.BaseObject, $items[6][1]) | Should -BeTrue
    }

    It 'keeps the wrappers in stacks, dictionaries, and arrays of two dimensions' {
        $stack = [System.Collections.Generic.Stack[psobject]]::new([psobject[]] ('a', 'b'))
        (Copy-Value $stack).Pop() | Should -Be 'b'
        $map = [System.Collections.Generic.Dictionary[string, psobject]]::new()
        $map['a'] = 'x'; $map['b'] = $null; $map['c'] = 1
        $copy = Copy-Value $map
        $copy.GetType() | Should -Be $map.GetType()
        $copy['a'] | Should -Be 'x'
        $copy['b'] | Should -BeNullOrEmpty
        $copy['c'] | Should -BeOfType int
        $square = [psobject[,]]::new(2, 2)
        $square[0, 1] = 'x'; $square[1, 0] = [pscustomobject] @{ A = 1 }
        $copy = Copy-Value $square
        $copy.GetType() | Should -Be ([psobject[,]])
        $copy[0, 1] | Should -Be 'x'
        $copy[1, 0].A | Should -Be 1
    }

    It 'keeps the groups of Group-Object' {
        $copy = Copy-Value @('a', 'b', 'a' | Group-Object)
        $copy[0].Name, $copy[0].Count | Should -Be 'a', 2
        , $copy[0].Group | Should -BeOfType 'System.Collections.ObjectModel.Collection[psobject]'
        $copy[0].Group | Should -Be 'a', 'a'
        $table = Copy-Value (1, 2, 3 | Group-Object { $_ % 2 } -AsHashTable)
        $table[1] | Should -Be 1, 3
    }

    It 'refers to the right object after a list of numbers' {
        $numbers = [System.Collections.Generic.List[int]] (1, 2)
        $table = @{ n = 1 }
        $copy = Copy-Value @($numbers, $table, $table, [System.Collections.Generic.List[byte]]::new(), $numbers)
        [object]::ReferenceEquals($copy[1], $copy[2]) | Should -BeTrue
        $copy[2].n | Should -Be 1
        [object]::ReferenceEquals($copy[0], $copy[4]) | Should -BeTrue
    }

    It 'keeps keys apart that have the same text' {
        $one, $other = [System.Text.StringBuilder]::new('same'), [System.Text.StringBuilder]::new('same')
        $typed = [System.Collections.Generic.Dictionary[object, int]]::new()
        $typed[$one] = 1; $typed[$other] = 2
        $process = [System.Diagnostics.ProcessStartInfo]::new('name') | Add-Member Table @{ $one = 1; $other = 2 } -PassThru
        $process | Add-Member Typed $typed
        $copy = Copy-Value $process
        $copy.Table.Count | Should -Be 2
        $copy.Typed.Count | Should -Be 2
        $copy.Table.Keys | ForEach-Object { "$_" } | Should -Be 'same', 'same'
    }

    It 'keeps the keys of another dictionary that differ only in case' {
        $map = [System.Collections.Concurrent.ConcurrentDictionary[string, int]]::new()
        $map['a'] = 1; $map['A'] = 2
        $copy = Copy-Value $map
        $copy['a'], $copy['A'] | Should -Be 1, 2
    }

    It 'turns another collection into a list that tells its origin' {
        $linked = [System.Collections.Generic.LinkedList[int]]::new()
        1..3 | ForEach-Object { $null = $linked.AddLast($_) }
        $copy = Copy-Value $linked
        $copy.Count | Should -Be 3
        $copy[2] | Should -Be 3
        $copy.pstypenames[0] | Should -BeLike 'Deserialized.System.Collections.Generic.LinkedList*'
        $table = [System.Collections.Generic.Dictionary[string, int]]::new()
        $table['x'] = 5
        $copy = Copy-Value ([System.Collections.ObjectModel.ReadOnlyDictionary[string, int]]::new($table))
        $copy['x'] | Should -Be 5
        $copy.pstypenames[0] | Should -BeLike 'Deserialized.*ReadOnlyDictionary*'
    }
}

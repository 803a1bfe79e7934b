#Requires -Version 7.4
#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

BeforeAll {
    $candidates = @(
        $env:LOKY_MODULE
        Join-Path $PSScriptRoot '../../out/Loky'
        Join-Path $PSScriptRoot '../../src/Loky.PowerShell/bin/Release/net8.0'
    )
    $folder = foreach ($candidate in $candidates) {
        if (-not $candidate) { continue }
        $path = if (Test-Path -LiteralPath $candidate -PathType Leaf) { Split-Path $candidate } else { $candidate }
        Get-ChildItem -LiteralPath $path -Filter Loky.PowerShell.dll -Recurse -ErrorAction Ignore |
            Select-Object -First 1 -ExpandProperty DirectoryName
    }
    $folder = @($folder)[0]
    # In another assembly load context the types of the two assemblies would not be each other's.
    $core = [System.Reflection.Assembly]::LoadFrom((Join-Path $folder 'Loky.Core.dll'))
    $module = [System.Reflection.Assembly]::LoadFrom((Join-Path $folder 'Loky.PowerShell.dll'))

    $writerType = $module.GetType('Loky.PowerShell.Serialization.PSValueWriter', $true)
    $readerType = $module.GetType('Loky.PowerShell.Serialization.PSValueReader', $true)
    $recordType = $module.GetType('Loky.PowerShell.Serialization.PSRecordCodec', $true)
    $knownType = $module.GetType('Loky.PowerShell.Serialization.KnownTypes', $true)
    $bufferType = $core.GetType('Loky.MessagePack.PooledBuffer', $true)
    $writeMethod = $writerType.GetMethod('Write')
    $readMethod = $readerType.GetMethod('Read', [type[]]@([System.ReadOnlyMemory[byte]], [int].MakeByRefType()))

    function New-Codec([type] $Type, [hashtable] $Property = @{}) {
        $codec = [Activator]::CreateInstance($Type)
        foreach ($name in $Property.Keys) { $Type.GetProperty($name).SetValue($codec, $Property[$name]) }
        , $codec
    }

    $defaultWriter = New-Codec $writerType
    $defaultReader = New-Codec $readerType

    # What the codec itself threw, without what reflection and PowerShell put around it.
    function Get-Cause([Exception] $Exception) {
        while ($Exception -is [System.Management.Automation.MethodInvocationException] -or $Exception -is [System.Reflection.TargetInvocationException]) {
            $Exception = $Exception.InnerException
        }
        $Exception
    }

    function ConvertTo-Bytes($Value, $Writer = $defaultWriter) {
        $buffer = [Activator]::CreateInstance($bufferType, @(64))
        try {
            $null = $writeMethod.Invoke($Writer, @($buffer, $Value))
            , $bufferType.GetProperty('WrittenMemory').GetValue($buffer).ToArray()
        } catch {
            throw (Get-Cause $_.Exception)
        } finally {
            $buffer.Dispose()
        }
    }

    function ConvertFrom-Bytes([byte[]] $Bytes, $Reader = $defaultReader) {
        $arguments = @([System.ReadOnlyMemory[byte]] $Bytes, 0)
        try { $value = $readMethod.Invoke($Reader, $arguments) }
        catch { throw (Get-Cause $_.Exception) }
        if ($arguments[1] -ne $Bytes.Length) { throw "Read $($arguments[1]) of $($Bytes.Length) bytes." }
        , $value
    }

    function Copy-Value($Value, $Writer = $defaultWriter, $Reader = $defaultReader) {
        $bytes = ConvertTo-Bytes $Value $Writer
        , (ConvertFrom-Bytes $bytes $Reader)
    }

    function Test-SameScalar($Value) {
        $copy = Copy-Value $Value
        $copy.GetType() | Should -Be $Value.GetType()
        $copy.Equals($Value) | Should -BeTrue -Because "$copy should equal $Value"
    }

    # The name of the exception that the reader itself threw, or nothing.
    function Get-Failure([byte[]] $Bytes, $Reader = $defaultReader) {
        $arguments = @([System.ReadOnlyMemory[byte]] $Bytes, 0)
        try { $null = $readMethod.Invoke($Reader, $arguments); '' }
        catch { (Get-Cause $_.Exception).GetType().Name }
    }
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

    It 'turns another collection into a list that tells its origin' {
        $linked = [System.Collections.Generic.LinkedList[int]]::new()
        1..3 | ForEach-Object { $null = $linked.AddLast($_) }
        $copy = Copy-Value $linked
        $copy.Count | Should -Be 3
        $copy[2] | Should -Be 3
        $copy.pstypenames[0] | Should -BeLike 'Deserialized.System.Collections.Generic.LinkedList*'
        $sorted = [System.Collections.Generic.SortedDictionary[string, int]]::new()
        $sorted['x'] = 5
        $copy = Copy-Value $sorted
        $copy['x'] | Should -Be 5
        $copy.pstypenames[0] | Should -BeLike 'Deserialized.*SortedDictionary*'
    }
}

Describe 'Objects' {
    It 'keeps a custom object' {
        $copy = Copy-Value ([pscustomobject] @{ Name = 'x'; Count = 5L; Inner = [pscustomobject] @{ Deep = @(1, $null) }; Nothing = $null })
        $copy | Should -BeOfType pscustomobject
        @($copy.psobject.Properties.Name) -join ',' | Should -BeExactly 'Name,Count,Inner,Nothing'
        $copy.Count | Should -BeOfType long
        $copy.Inner.Deep.Count | Should -Be 2
        $copy.pstypenames[0] | Should -Be 'System.Management.Automation.PSCustomObject'
        $copy.Name = 'changed'
        $copy.Name | Should -Be 'changed'
        $copy | Add-Member Added 1
        $copy.Added | Should -Be 1
    }

    It 'keeps an empty custom object' {
        @((Copy-Value ([pscustomobject] @{})).psobject.Properties).Count | Should -Be 0
    }

    It 'keeps the type names of a custom object' {
        $copy = Copy-Value ([pscustomobject] @{ PSTypeName = 'My.Type'; A = 1 })
        $copy.pstypenames[0] | Should -BeExactly 'My.Type'
        $copy.pstypenames.Count | Should -Be 3
        $copy.pstypenames.Insert(0, 'Other')
        (Copy-Value ([pscustomobject] @{ PSTypeName = 'My.Type'; A = 1 })).pstypenames[0] | Should -BeExactly 'My.Type'
    }

    It 'does not take the views of an object for its members' {
        $value = [pscustomobject] @{ PSTypeName = 'My.Type'; A = 1 }
        $before = (ConvertTo-Bytes $value).Length
        $null = $value.psobject.Properties, $value.psbase, $value.psextended
        (ConvertTo-Bytes $value).Length | Should -Be $before
    }

    It 'sends a script property as its value' {
        $value = [pscustomobject] @{ A = 2 }
        $value | Add-Member ScriptProperty Twice { $this.A * 2 }
        $value | Add-Member ScriptMethod Run { 'ran' }
        $copy = Copy-Value $value
        $copy.Twice | Should -Be 4
        $copy.psobject.Members['Twice'].MemberType | Should -Be 'NoteProperty'
        $copy.psobject.Members['Run'] | Should -BeNullOrEmpty
    }

    It 'sends scripts of an object only to a reader that trusts it' {
        $value = [pscustomobject] @{ A = 2 }
        $value | Add-Member ScriptProperty Twice { $this.A * 2 } { $this.A = $args[0] / 2 }
        $value | Add-Member ScriptMethod Run { "ran $($this.A)" }
        $bytes = ConvertTo-Bytes $value (New-Codec $writerType @{ KeepScripts = $true })
        $copy = ConvertFrom-Bytes $bytes (New-Codec $readerType @{ Trusted = $true })
        $copy.Twice = 10
        $copy.Twice | Should -Be 10
        $copy.Run() | Should -Be 'ran 5'
        Get-Failure $bytes | Should -Be 'MessagePackFormatException'
    }

    It 'keeps alias properties' {
        $value = [pscustomobject] @{ Name = 'x' }
        $value | Add-Member AliasProperty Label Name
        $copy = Copy-Value $value
        $copy.Name = 'y'
        $copy.Label | Should -Be 'y'
    }

    It 'keeps the default display properties of an object' {
        $value = [pscustomobject] @{ A = 1; B = 2; C = 3 }
        $set = [System.Management.Automation.PSPropertySet]::new('DefaultDisplayPropertySet', [string[]] ('A', 'C'))
        $value | Add-Member MemberSet PSStandardMembers ([System.Management.Automation.PSMemberInfo[]] @($set))
        $copy = Copy-Value $value
        $copy.PSStandardMembers.DefaultDisplayPropertySet.ReferencedPropertyNames -join ',' | Should -Be 'A,C'
    }

    It 'sends the properties that type data adds to a custom object' {
        Update-TypeData -TypeName Loky.Test.Extended -MemberName Doubled -MemberType ScriptProperty -Value { $this.A * 2 } -Force
        try {
            $bytes = ConvertTo-Bytes ([pscustomobject] @{ PSTypeName = 'Loky.Test.Extended'; A = 4 })
            $live = ConvertFrom-Bytes $bytes
            $live.A = 5
            $live.Doubled | Should -Be 10
        } finally {
            Remove-TypeData -TypeName Loky.Test.Extended
        }
        (ConvertFrom-Bytes $bytes).Doubled | Should -Be 8
    }

    It 'keeps members that were added to a string, a number or a list' {
        $text = 'abc' | Add-Member Note 5 -PassThru
        $copy = Copy-Value $text
        $copy | Should -BeExactly 'abc'
        $copy.Note | Should -Be 5
        $number = 42 | Add-Member Note 'n' -PassThru
        (Copy-Value $number) + 1 | Should -Be 43
        (Copy-Value $number).Note | Should -Be 'n'
        $list = [System.Collections.Generic.List[int]] (1, 2)
        Add-Member -InputObject $list Note 'l'
        $copy = Copy-Value $list
        $copy.Note | Should -Be 'l'
        $copy.Count | Should -Be 2
        (Copy-Value @{ k = $list }).k.Note | Should -Be 'l'
    }

    It 'keeps type names that were added to a value' {
        $value = [psobject]::AsPSObject([System.Collections.ArrayList]::new())
        $value.pstypenames.Insert(0, 'Named')
        (Copy-Value $value).pstypenames[0] | Should -Be 'Named'
    }

    It 'makes files and folders live again' {
        $path = Join-Path $TestDrive 'a[1].txt'
        Set-Content -LiteralPath $path -Value 'content'
        $copy = Copy-Value (Get-Item -LiteralPath $path)
        $copy | Should -BeOfType System.IO.FileInfo
        $copy.FullName | Should -Be (Get-Item -LiteralPath $path).FullName
        $copy.Length | Should -BeGreaterThan 0
        $copy.PSChildName | Should -Be 'a[1].txt'
        $copy.PSPath | Should -BeLike '*FileSystem::*'
        $copy.PSIsContainer | Should -BeFalse
        Get-Content -LiteralPath $copy | Should -Be 'content'
        $folder = Copy-Value (Get-Item -LiteralPath $TestDrive)
        $folder | Should -BeOfType System.IO.DirectoryInfo
        $folder.PSIsContainer | Should -BeTrue
        (Copy-Value ([System.IO.FileInfo] '/no/such/file')).Exists | Should -BeFalse
    }

    It 'finds the drive and provider of a file in the session of the reader' {
        $reader = New-Codec $readerType @{ Session = $ExecutionContext.SessionState }
        $copy = Copy-Value (Get-Item -LiteralPath $PSHOME) $defaultWriter $reader
        $copy.PSProvider | Should -BeOfType System.Management.Automation.ProviderInfo
        $copy.PSDrive | Should -BeOfType System.Management.Automation.PSDriveInfo
        (Copy-Value (Get-Item -LiteralPath $PSHOME)).PSProvider | Should -Be 'FileSystem'
    }

    It 'turns any other object into a property bag' {
        $copy = Copy-Value (Get-Process -Id $PID)
        $copy.pstypenames[0] | Should -BeExactly 'Deserialized.System.Diagnostics.Process'
        $copy.Id | Should -Be $PID
        $copy.ProcessName | Should -Be (Get-Process -Id $PID).ProcessName
        "$copy" | Should -Be "$(Get-Process -Id $PID)"
        $copy.StartTime | Should -BeOfType datetime
    }

    It 'does not prefix the type names of a property bag twice' {
        $once = Copy-Value ([System.Text.StringBuilder]::new('abc'))
        $twice = Copy-Value $once
        $twice.pstypenames -join ',' | Should -BeExactly 'Deserialized.System.Text.StringBuilder,Deserialized.System.Object'
        "$twice" | Should -BeExactly 'abc'
        $twice.Length | Should -Be 3
    }

    It 'turns the properties of properties into text as remoting does' {
        $copy = Copy-Value ([System.Diagnostics.ProcessStartInfo]::new('name'))
        $copy.FileName | Should -Be 'name'
        $copy = Copy-Value ([System.Collections.Generic.KeyValuePair[string, object]]::new('k', [System.Threading.Tasks.TaskCompletionSource]::new()))
        $copy.Value.Task | Should -BeOfType string
    }

    It 'goes as deep into properties as it is told' {
        $value = [System.Threading.Tasks.TaskCompletionSource]::new()
        $value.SetResult()
        (Copy-Value $value).Task | Should -BeOfType string
        (Copy-Value $value (New-Codec $writerType @{ MaxDepth = 2 })).Task.IsCompleted | Should -BeTrue
    }

    It 'does not wait for the result of a running task' {
        $source = [System.Threading.Tasks.TaskCompletionSource[int]]::new()
        $copy = Copy-Value $source.Task
        $copy.IsCompleted | Should -BeFalse
        $copy.psobject.Properties['Result'] | Should -BeNullOrEmpty
    }

    It 'gives null for a property whose getter throws' {
        class LokyThrowing { [int] $Good = 1; LokyThrowing() { $this | Add-Member ScriptProperty Bad { throw 'no' } } }
        $copy = Copy-Value ([LokyThrowing]::new())
        $copy.Good | Should -Be 1
        $copy.psobject.Properties['Bad'] | Should -Not -BeNullOrEmpty
        $copy.Bad | Should -BeNullOrEmpty
    }

    It 'sends an instance of a script class as a property bag' {
        class LokyPoint { [int] $X = 1; [LokyPoint] $Next; [string] ToString() { return "P$($this.X)" } }
        $copy = Copy-Value ([LokyPoint]::new())
        $copy.pstypenames[0] | Should -BeLike 'Deserialized.*LokyPoint'
        $copy.X | Should -Be 1
        "$copy" | Should -Be 'P1'
    }

    It 'rebuilds an instance of a class that both sides know' {
        class LokyBase { [int] $Id; hidden [string] $Secret = 's'; [int] Twice() { return $this.Id * 2 } }
        class LokyNode : LokyBase { [LokyNode] $Next; [LokyNode[]] $All; [object] $Any; static [int] $Made = 0; LokyNode() { [LokyNode]::Made++ } }
        $known = [Activator]::CreateInstance($knownType)
        $known.Add([LokyBase]); $known.Add([LokyNode])
        $writer = New-Codec $writerType @{ KnownTypes = $known }
        $reader = New-Codec $readerType @{ KnownTypes = $known }
        $node = [LokyNode]::new(); $node.Id = 21; $node.Next = $node; $node.All = @($node); $node.Any = @{ a = 1 }; $node.Secret = 'kept'
        $copy = Copy-Value $node $writer $reader
        $copy.GetType() | Should -Be ([LokyNode])
        $copy.Twice() | Should -Be 42
        $copy.Secret | Should -Be 'kept'
        [object]::ReferenceEquals($copy.Next, $copy) | Should -BeTrue
        [object]::ReferenceEquals($copy.All[0], $copy) | Should -BeTrue
        $copy.Any.a | Should -Be 1
        [LokyNode]::Made | Should -Be 1
        $bag = ConvertFrom-Bytes (ConvertTo-Bytes $node $writer)
        $bag.pstypenames[0] | Should -Be 'Deserialized.LokyNode'
        $bag.Id | Should -Be 21
    }

    It 'rebuilds enums of scripts that both sides know and describes others' {
        enum LokyColor { Red = 3; Green = 9 }
        $known = [Activator]::CreateInstance($knownType)
        $known.Add([LokyColor])
        $reader = New-Codec $readerType @{ KnownTypes = $known }
        (Copy-Value ([LokyColor]::Green) $defaultWriter $reader) | Should -Be ([LokyColor]::Green)
        (Copy-Value ([LokyColor[]] (3, 9)) $defaultWriter $reader).GetType() | Should -Be ([LokyColor[]])
        $bytes = ConvertTo-Bytes ([DayOfWeek]::Friday)
        # A type of another name is one that this process does not have.
        $bytes[$bytes.IndexOf([byte] [char] 'D')] = [byte] [char] 'X'
        $copy = ConvertFrom-Bytes $bytes
        [int] $copy | Should -Be 5
        $copy.ToString() | Should -Be 'Friday'
        $copy.pstypenames[0] | Should -Be 'Deserialized.System.XayOfWeek'
    }
}

Describe 'Identity and depth' {
    It 'keeps shared references within a value' {
        $shared = [pscustomobject] @{ A = 1 }
        $copy = Copy-Value @($shared, $shared, @{ k = $shared })
        [object]::ReferenceEquals($copy[0], $copy[1]) | Should -BeTrue
        [object]::ReferenceEquals($copy[0], $copy[2].k) | Should -BeTrue
        $bytes = [byte[]] (1, 2)
        $copy = Copy-Value @($bytes, $bytes)
        [object]::ReferenceEquals($copy[0], $copy[1]) | Should -BeTrue
        $file = Get-Item -LiteralPath $PSHOME
        $copy = Copy-Value @($file, $file)
        [object]::ReferenceEquals($copy[0].psobject.BaseObject, $copy[1].psobject.BaseObject) | Should -BeTrue
    }

    It 'does not make values depend on each other' {
        $shared = [pscustomobject] @{ Name = 1 }
        $first = ConvertTo-Bytes $shared
        $second = ConvertTo-Bytes $shared
        [System.Linq.Enumerable]::SequenceEqual($first, $second) | Should -BeTrue
        $null = ConvertTo-Bytes @(1..100 | ForEach-Object { @{ i = $_ } })
        [System.Linq.Enumerable]::SequenceEqual((ConvertTo-Bytes $shared), $first) | Should -BeTrue
    }

    It 'keeps cycles' {
        $table = @{}
        $table.Self = $table
        $copy = Copy-Value $table
        [object]::ReferenceEquals($copy.Self, $copy) | Should -BeTrue
        $list = [System.Collections.Generic.List[object]]::new()
        $list.Add($list)
        $copy = Copy-Value $list
        [object]::ReferenceEquals($copy[0], $copy) | Should -BeTrue
        $parent = [pscustomobject] @{ Children = [System.Collections.ArrayList]::new() }
        $null = $parent.Children.Add([pscustomobject] @{ Parent = $parent })
        $copy = Copy-Value $parent
        [object]::ReferenceEquals($copy.Children[0].Parent, $copy) | Should -BeTrue
        $array = [object[]]::new(1)
        $array[0] = $array
        $copy = Copy-Value $array
        [object]::ReferenceEquals($copy[0], $copy) | Should -BeTrue
        Add-Member -InputObject $list Me $list
        $copy = Copy-Value $list
        [object]::ReferenceEquals($copy.Me, $copy[0]) | Should -BeTrue
    }

    It 'keeps objects nested twenty deep' {
        $value = 'bottom'
        1..20 | ForEach-Object { $value = [pscustomobject] @{ Level = $_; Next = $value } }
        $copy = Copy-Value $value
        1..20 | ForEach-Object { $copy = $copy.Next }
        $copy | Should -Be 'bottom'
        $value = 'bottom'
        1..20 | ForEach-Object { $value = @{ Next = @(, $value) } }
        $copy = Copy-Value $value
        1..20 | ForEach-Object { $copy = $copy.Next[0] }
        $copy | Should -Be 'bottom'
    }

    It 'reads whatever depth it wrote' {
        $value = 1
        1..100 | ForEach-Object { $value = , $value }
        $copy = Copy-Value $value
        1..99 | ForEach-Object { $copy = $copy[0] }
        $copy[0] | Should -Be 1
        # Each of these has a list of its own inside, which counts as another level.
        $value = 1
        1..45 | ForEach-Object { $value = [System.Collections.Generic.LinkedList[object]]::new([object[]] @(, $value)) }
        { Copy-Value $value } | Should -Not -Throw
    }

    It 'names the place of a value that is too deep' {
        $value = 1
        1..150 | ForEach-Object { $value = @{ Next = @(, $value) } }
        $failure = { ConvertTo-Bytes ([pscustomobject] @{ Top = $value }) } | Should -Throw -PassThru
        $failure.Exception.GetType().Name | Should -Be 'TaskSerializationException'
        $failure.Exception.Message | Should -BeLike '*$_.Top.Next*[[]0]*100*'
    }

    It 'works again after a value that could not be written' {
        $value = 1
        1..150 | ForEach-Object { $value = , $value }
        { ConvertTo-Bytes $value } | Should -Throw
        Copy-Value ([pscustomobject] @{ A = @(1) }) | ForEach-Object A | Should -Be 1
    }
}

Describe 'Exceptions and records' {
    It 'keeps common exceptions as what they are' {
        foreach ($exception in
            [InvalidOperationException]::new('invalid'),
            [ArgumentException]::new('bad', 'name'),
            [ArgumentNullException]::new('name'),
            [ArgumentOutOfRangeException]::new('name', 'too large'),
            [System.IO.FileNotFoundException]::new('none', '/x'),
            [System.IO.IOException]::new('io'),
            [ObjectDisposedException]::new('Thing'),
            [AggregateException]::new('many', [Exception[]] ([FormatException]::new('a'), [TimeoutException]::new('b'))),
            [System.Collections.Generic.KeyNotFoundException]::new('key'),
            [System.ComponentModel.Win32Exception]::new(2),
            [System.Threading.Tasks.TaskCanceledException]::new('cancelled'),
            [System.Management.Automation.RuntimeException]::new('runtime'),
            [System.Management.Automation.ItemNotFoundException]::new('item'),
            [System.Management.Automation.CommandNotFoundException]::new('command'),
            [System.Management.Automation.MethodInvocationException]::new('method', [FormatException]::new('inner')),
            [UnauthorizedAccessException]::new('denied')) {
            $copy = Copy-Value $exception
            $copy.GetType() | Should -Be $exception.GetType()
            $copy.Message | Should -BeExactly $exception.Message
            $copy.HResult | Should -Be $exception.HResult
            "$($copy.InnerException.Message)" | Should -BeExactly "$($exception.InnerException.Message)"
        }
        (Copy-Value ([ArgumentException]::new('bad', 'name'))).ParamName | Should -Be 'name'
        (Copy-Value ([AggregateException]::new('many', [Exception[]] ([FormatException]::new('a'), [TimeoutException]::new('b'))))).InnerExceptions[1] | Should -BeOfType TimeoutException
    }

    It 'keeps the stack trace and data of an exception' {
        try { [int]::Parse('x') } catch { $exception = $_.Exception.InnerException }
        $exception.Data['key'] = 5
        $copy = Copy-Value $exception
        $copy | Should -BeOfType FormatException
        $copy.StackTrace.Trim().StartsWith($exception.StackTrace.Trim()) | Should -BeTrue
        $copy.Data['key'] | Should -Be 5
    }

    It 'keeps the name and properties of an exception of another type' {
        $copy = Copy-Value ([System.Text.RegularExpressions.RegexMatchTimeoutException]::new('input', 'pattern', [timespan]::FromSeconds(1)))
        $copy | Should -BeOfType System.Management.Automation.RemoteException
        $copy.SerializedRemoteException.pstypenames[0] | Should -BeExactly 'Deserialized.System.Text.RegularExpressions.RegexMatchTimeoutException'
        $copy.SerializedRemoteException.Pattern | Should -Be 'pattern'
        $again = Copy-Value ([System.Text.RegularExpressions.RegexMatchTimeoutException]::new('m', [FormatException]::new('inner')))
        $again.InnerException | Should -BeOfType FormatException
        $again.Message | Should -Be 'm'
    }

    It 'ends a chain of inner exceptions that is too long' {
        $exception = [Exception]::new('0')
        1..60 | ForEach-Object { $exception = [Exception]::new("$_", $exception) }
        $copy = Copy-Value $exception
        $copy.Message | Should -Be '60'
        $copy.InnerException.Message | Should -Be '59'
    }

    It 'keeps an error of a cmdlet with its place and category' {
        $record = $null
        try { Get-Item -LiteralPath /no/such/item -ErrorAction Stop } catch { $record = $_ }
        $copy = Copy-Value $record
        $copy | Should -BeOfType System.Management.Automation.ErrorRecord
        "$copy" | Should -BeExactly "$record"
        $copy.FullyQualifiedErrorId | Should -BeExactly $record.FullyQualifiedErrorId
        $copy.CategoryInfo.ToString() | Should -BeExactly $record.CategoryInfo.ToString()
        $copy.CategoryInfo.Reason | Should -BeExactly $record.CategoryInfo.Reason
        $copy.Exception.GetType() | Should -Be $record.Exception.GetType()
        $copy.ScriptStackTrace | Should -BeExactly $record.ScriptStackTrace
        $copy.TargetObject | Should -Be '/no/such/item'
        foreach ($name in 'ScriptName', 'ScriptLineNumber', 'OffsetInLine', 'Line', 'PositionMessage', 'InvocationName') {
            $copy.InvocationInfo.$name | Should -BeExactly $record.InvocationInfo.$name -Because $name
        }
        $copy.InvocationInfo.MyCommand.Name | Should -Be 'Get-Item'
    }

    It 'prints an error as the original is printed' {
        $record = try { Get-Item -LiteralPath /no/such/item -ErrorAction Stop } catch { $_ }
        ($record, (Copy-Value $record) | ForEach-Object { $_ | Out-String }) | Select-Object -Unique | Should -HaveCount 1
        $thrown = try { throw 'my message' } catch { $_ }
        ($thrown, (Copy-Value $thrown) | ForEach-Object { $_ | Out-String }) | Select-Object -Unique | Should -HaveCount 1
    }

    It 'keeps what was thrown and what was written' {
        $thrown = try { throw 'my message' } catch { $_ }
        $copy = Copy-Value $thrown
        $copy.Exception | Should -BeOfType System.Management.Automation.RuntimeException
        $copy.Exception.WasThrownFromThrowStatement | Should -BeTrue
        $copy.FullyQualifiedErrorId | Should -Be 'my message'
        $written = Write-Error 'text' -ErrorId Id7 -Category InvalidData -TargetObject @{ a = 1 } -CategoryActivity act -CategoryTargetName tn -CategoryTargetType tt -CategoryReason re -RecommendedAction fix 2>&1
        $copy = Copy-Value $written
        $copy.FullyQualifiedErrorId | Should -Be $written.FullyQualifiedErrorId
        $copy.CategoryInfo.ToString() | Should -Be $written.CategoryInfo.ToString()
        $copy.TargetObject.a | Should -Be 1
        $copy.ErrorDetails.RecommendedAction | Should -Be $written.ErrorDetails.RecommendedAction
    }

    It 'lets the caller decide the target object of an error' {
        $record = [System.Management.Automation.ErrorRecord]::new([Exception]::new('x'), 'Id', 'NotSpecified', 'own target')
        $method = $recordType.GetMethods() | Where-Object { $_.Name -eq 'WriteError' -and $_.GetParameters().Count -eq 4 }
        $buffer = [Activator]::CreateInstance($bufferType, @(64))
        $null = $method.Invoke($null, @($defaultWriter, $buffer, $record, $null))
        $copy = ConvertFrom-Bytes $bufferType.GetProperty('WrittenMemory').GetValue($buffer).ToArray()
        $copy.TargetObject | Should -BeNullOrEmpty
        $copy.FullyQualifiedErrorId | Should -Be 'Id'
    }

    It 'keeps warnings, verbose and debug messages' {
        $warning = & { [CmdletBinding()] param() Write-Warning 'careful' } 3>&1
        $copy = Copy-Value $warning
        $copy | Should -BeOfType System.Management.Automation.WarningRecord
        $copy.Message | Should -Be 'careful'
        $copy.InvocationInfo.ScriptLineNumber | Should -Be $warning.InvocationInfo.ScriptLineNumber
        Copy-Value ([System.Management.Automation.VerboseRecord]::new('v')) | Should -BeOfType System.Management.Automation.VerboseRecord
        (Copy-Value ([System.Management.Automation.DebugRecord]::new('d'))).Message | Should -Be 'd'
        (Copy-Value ([System.Management.Automation.WarningRecord]::new('id', 'w'))).FullyQualifiedWarningId | Should -Be 'id'
    }

    It 'keeps information records and the colours of Write-Host' {
        $record = Write-Host 'hello' -ForegroundColor Red -BackgroundColor Blue -NoNewline 6>&1
        $copy = Copy-Value $record
        $copy | Should -BeOfType System.Management.Automation.InformationRecord
        $copy.MessageData | Should -BeOfType System.Management.Automation.HostInformationMessage
        $copy.MessageData.Message | Should -Be 'hello'
        $copy.MessageData.ForegroundColor | Should -Be 'Red'
        $copy.MessageData.BackgroundColor | Should -Be 'Blue'
        $copy.MessageData.NoNewLine | Should -BeTrue
        $copy.Tags -join ',' | Should -Be ($record.Tags -join ',')
        foreach ($name in 'Source', 'TimeGenerated', 'User', 'Computer', 'ProcessId', 'ManagedThreadId', 'NativeThreadId') {
            $copy.$name | Should -Be $record.$name -Because $name
        }
        $record = Write-Information @{ a = 1 } -Tags x, y 6>&1
        $copy = Copy-Value $record
        $copy.MessageData.a | Should -Be 1
        $copy.Tags -join ',' | Should -Be 'x,y'
    }

    It 'keeps progress records' {
        $record = [System.Management.Automation.ProgressRecord]::new(5, 'activity', 'status')
        $record.PercentComplete = 40; $record.SecondsRemaining = 9; $record.CurrentOperation = 'op'; $record.ParentActivityId = 2; $record.RecordType = 'Completed'
        $copy = Copy-Value $record
        foreach ($name in 'ActivityId', 'Activity', 'StatusDescription', 'PercentComplete', 'SecondsRemaining', 'CurrentOperation', 'ParentActivityId', 'RecordType') {
            $copy.$name | Should -Be $record.$name -Because $name
        }
    }
}

Describe 'Bytes that are not to be trusted' {
    BeforeAll {
        $try = try { throw [System.InvalidOperationException]::new('x', [FormatException]::new('y')) } catch { $_ }
        $sample = [pscustomobject] @{
            PSTypeName = 'Sample.Type'
            Number = 5; Long = 6L; Text = "text $([char] 0xd800)"; Date = Get-Date; Enum = [DayOfWeek]::Friday
            List = [System.Collections.Generic.List[string]] ('a', 'b'); Ints = [int[]] (1, 2); Table = @{ 1 = 'x'; k = [ordered] @{ a = 1 } }
            Error = $try; Info = (Write-Host 'hi' -ForegroundColor Red 6>&1); Type = [int[]]; File = Get-Item -LiteralPath $PSHOME
            Square = [int[,]]::new(2, 2); Script = { 1 }; Regex = [regex] 'a'; Xml = [xml] '<a/>'; Version = [version] '1.2'
            Secret = [securestring]::new(); Uri = [uri] 'http://x'; Process = [System.Diagnostics.ProcessStartInfo]::new()
            Set = [System.Collections.Generic.HashSet[int]]::new(); Pair = [System.Collections.Generic.KeyValuePair[int, string]]::new(1, 'a')
        }
        $sampleBytes = ConvertTo-Bytes $sample
    }

    It 'fails clearly at every position that the bytes can be cut at' {
        { ConvertFrom-Bytes $sampleBytes } | Should -Not -Throw
        $other = for ($length = 0; $length -lt $sampleBytes.Length; $length++) {
            $failure = Get-Failure ([byte[]] [System.Linq.Enumerable]::ToArray([System.Linq.Enumerable]::Take($sampleBytes, $length)))
            if ($failure -ne 'MessagePackFormatException') { "$length $failure" }
        }
        $other | Should -BeNullOrEmpty
    }

    It 'fails clearly or reads something when any byte is changed' {
        $random = [Random]::new(7)
        $other = for ($i = 0; $i -lt $sampleBytes.Length; $i++) {
            $bytes = [byte[]] $sampleBytes.Clone()
            $bytes[$i] = $bytes[$i] -bxor $random.Next(1, 256)
            $failure = Get-Failure $bytes
            if ($failure -notin '', 'MessagePackFormatException') { "$i $failure" }
        }
        $other | Should -BeNullOrEmpty
    }

    It 'survives ten thousand random messages' {
        $random = [Random]::new(11)
        $other = for ($i = 0; $i -lt 10000; $i++) {
            $bytes = [byte[]]::new($random.Next(0, 60))
            $random.NextBytes($bytes)
            if ($bytes.Length -gt 4 -and $i % 2) {
                # An array that says what it is, so that more than the first byte is looked at.
                $bytes[0] = 0x90 + $random.Next(1, 15); $bytes[1] = 0xd4; $bytes[2] = 1; $bytes[3] = $random.Next(1, 34)
            }
            $failure = Get-Failure $bytes
            if ($failure -notin '', 'MessagePackFormatException') { "$failure $([Convert]::ToHexString($bytes))" }
        }
        $other | Should -BeNullOrEmpty
    }

    It 'refuses nesting without end' {
        $bytes = [byte[]]::new(100000)
        [Array]::Fill($bytes, [byte] 0x91)
        Get-Failure $bytes | Should -Be 'MessagePackFormatException'
        $bytes = [byte[]]::new(100000)
        for ($i = 0; $i + 1 -lt $bytes.Length; $i += 3) { $bytes[$i] = 0x81; $bytes[$i + 1] = 0xa1; $bytes[$i + 2] = 0x61 }
        Get-Failure $bytes | Should -Be 'MessagePackFormatException'
        # A type whose element type has an element type, and so on.
        $bytes = [byte[]] (@(0x92, 0xd4, 1, 2) + @(0x92, 0x01) * 5000)
        Get-Failure $bytes | Should -Be 'MessagePackFormatException'
    }

    It 'refuses counts that the bytes cannot hold before it makes room' {
        $before = [GC]::GetTotalAllocatedBytes($true)
        foreach ($bytes in
            [byte[]] (0xdd, 0x7f, 0xff, 0xff, 0xff, 0xc0),
            [byte[]] (0xdf, 0x7f, 0xff, 0xff, 0xff, 0xa1, 0x61, 0xc0),
            [byte[]] (0xc6, 0x7f, 0xff, 0xff, 0xff, 1),
            [byte[]] (0xdb, 0x7f, 0xff, 0xff, 0xff, 0x61),
            [byte[]] (0xc9, 0x7f, 0xff, 0xff, 0xff, 39, 9),
            # A multi-dimensional array of 2,000,000,000 by 2,000,000,000.
            [byte[]] (0x94, 0xd4, 1, 3, 8, 0x92, 0xce, 0x77, 0x35, 0x94, 0, 0xce, 0x77, 0x35, 0x94, 0, 1),
            # A typed array of 2,000,000,000.
            [byte[]] (0xdd, 0x77, 0x35, 0x94, 0, 0xd4, 1, 2, 8)) {
            Get-Failure $bytes | Should -Be 'MessagePackFormatException'
        }
        [GC]::GetTotalAllocatedBytes($true) - $before | Should -BeLessThan 50MB
    }

    It 'never makes an object of a type that the bytes name' {
        # The writer's form of a known type, an exception, an enum and an array, with names that are none of ours.
        $known = [Activator]::CreateInstance($knownType)
        class LokyDanger { static [int] $Made; [int] $X; LokyDanger() { [LokyDanger]::Made++ } }
        $known.Add([LokyDanger])
        $bytes = ConvertTo-Bytes ([LokyDanger]::new()) (New-Codec $writerType @{ KnownTypes = $known })
        $made = [LokyDanger]::Made
        $copy = ConvertFrom-Bytes $bytes
        $copy | Should -BeOfType pscustomobject
        [LokyDanger]::Made | Should -Be $made
        (Copy-Value ([System.Diagnostics.ProcessStartInfo[]] @([System.Diagnostics.ProcessStartInfo]::new()))).GetType() | Should -Be ([object[]])
        (Copy-Value ([System.Collections.Generic.List[System.Diagnostics.ProcessStartInfo]]::new())).GetType() | Should -Be ([System.Collections.Generic.List[object]])
    }

    It 'loads no assembly to find a type' {
        $bytes = ConvertTo-Bytes ([DayOfWeek]::Friday)
        $loaded = [AppDomain]::CurrentDomain.GetAssemblies().Count
        foreach ($name in 'System.Xx, Evil', 'A[[B, C]]', ('N' * 5000), '', 'System.Speech.X', "a`0b") {
            $utf8 = [System.Text.Encoding]::UTF8.GetBytes($name)
            $message = [byte[]] (@(0x94, 0xd4, 1, 15, 0xda, ($utf8.Length -shr 8), ($utf8.Length -band 255)) + $utf8 + @(5, 0xa1, 0x78))
            Get-Failure $message | Should -BeIn '', 'MessagePackFormatException'
        }
        [AppDomain]::CurrentDomain.GetAssemblies().Count | Should -Be $loaded
    }

    It 'does not run a script that comes as a property' {
        $script:ran = $false
        $bytes = ConvertTo-Bytes ([pscustomobject] @{ S = { $script:ran = $true } })
        $copy = ConvertFrom-Bytes $bytes
        $null = "$($copy.S)", ($copy | Out-String)
        $script:ran | Should -BeFalse
    }

    It 'does not parse a script that comes as a value' {
        { Copy-Value ([System.Management.Automation.ScriptBlock]::Create('1')) } | Should -Not -Throw
        $bytes = [byte[]] (@(0xc7, 4, 37) + [System.Text.Encoding]::Unicode.GetBytes('{{'))
        $copy = ConvertFrom-Bytes $bytes
        "$copy" | Should -BeExactly '{{'
        { & $copy } | Should -Throw
    }

    It 'refuses documents that reach outside' {
        $text = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'
        $utf16 = [System.Text.Encoding]::Unicode.GetBytes($text)
        Get-Failure ([byte[]] (@(0xc7, $utf16.Length, 38) + $utf16)) | Should -Be 'MessagePackFormatException'
    }

    It 'refuses references to objects that did not come' {
        Get-Failure ([byte[]] (0xd6, 2, 0, 0, 0, 0)) | Should -Be 'MessagePackFormatException'
        Get-Failure ([byte[]] (0x91, 0xd6, 2, 0, 0, 0, 9)) | Should -Be 'MessagePackFormatException'
        Get-Failure ([byte[]] (0x91, 0xd6, 2, 0xff, 0xff, 0xff, 0xff)) | Should -Be 'MessagePackFormatException'
    }
}

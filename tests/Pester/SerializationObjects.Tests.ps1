#Requires -Version 7.4
#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

BeforeAll {
    . $PSScriptRoot/SerializationSupport.ps1
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
        $bytes = ConvertTo-Bytes $value (New-Session $writerType @{ KeepScripts = $true })
        $copy = ConvertFrom-Bytes $bytes (New-Session $readerType @{ Trusted = $true })
        $copy.Twice = 10
        $copy.Twice | Should -Be 10
        $copy.Run() | Should -Be 'ran 5'
        Get-Failure $bytes | Should -Be 'WireFormatException'
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
        $reader = New-Session $readerType @{ Session = $ExecutionContext.SessionState }
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
        (Copy-Value $value (New-Session $writerType @{ MaxDepth = 2 })).Task.IsCompleted | Should -BeTrue
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
        $writer = New-Session $writerType @{ KnownTypes = $known }
        $reader = New-Session $readerType @{ KnownTypes = $known }
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

    It 'puts values with and without wrapper into the fields of a class' {
        class LokyWrapped { [psobject] $One; [psobject[]] $Many; [int] $Number }
        $types = [Activator]::CreateInstance($knownType); $null = $types.Add([LokyWrapped])
        $value = [LokyWrapped]::new()
        $value.One = 'text'; $value.Many = 1, 'two'; $value.Number = 3
        $copy = Copy-Value $value (New-Session $writerType @{ KnownTypes = $types }) (New-Session $readerType @{ KnownTypes = $types })
        $copy.One | Should -Be 'text'
        $copy.Many | Should -Be 1, 'two'
        $copy.Number | Should -Be 3
    }

    It 'rebuilds enums of scripts that both sides know and describes others' {
        enum LokyColor { Red = 3; Green = 9 }
        $known = [Activator]::CreateInstance($knownType)
        $known.Add([LokyColor])
        $reader = New-Session $readerType @{ KnownTypes = $known }
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

    It 'keeps collections of another type that contain themselves' {
        if (-not ('LokyRing' -as [type])) {
            Add-Type @'
                using System.Collections;
                using System.Collections.Generic;
                public class LokyRing : IEnumerable<object>
                {
                    public LokyRing Me { get { return this; } }
                    public IEnumerator<object> GetEnumerator() { yield return this; yield return 5; }
                    IEnumerator IEnumerable.GetEnumerator() { return GetEnumerator(); }
                }
'@
        }
        $ring = [LokyRing]::new()
        $copy = Copy-Value $ring
        $copy.Count | Should -Be 2
        [object]::ReferenceEquals($copy[0], $copy.psobject.BaseObject) | Should -BeTrue
        [object]::ReferenceEquals($copy.Me, $copy[0]) | Should -BeTrue
        $copy[0].pstypenames[0] | Should -Be 'Deserialized.LokyRing'
        $copy = Copy-Value @($ring, [pscustomobject] @{ Ring = $ring }, @{ n = 1 })
        [object]::ReferenceEquals($copy[0].psobject.BaseObject, $copy[1].Ring) | Should -BeTrue
        $copy[2].n | Should -Be 1
    }

    It 'reads <json> nodes, whose parts know their parent' -ForEach @(
        @{ json = '{"a":1}'; text = '[a, 1]' }
        @{ json = '{"a":{"b":[1,{"c":null}]}}'; text = '*' }
        @{ json = '[1,[2]]'; text = '*' }
    ) {
        $node = [System.Text.Json.Nodes.JsonNode]::Parse($json)
        "$(Copy-Value $node)" | Should -BeLike $text.Replace('[', '`[')
        (Copy-Value ([pscustomobject] @{ Node = $node; Again = $node })).Node.Count | Should -Be $node.Count
    }

    It 'keeps another dictionary that contains itself' {
        $table = [System.Collections.Specialized.ListDictionary]::new()
        $table.Add('Self', $table); $table.Add('n', 1)
        $copy = Copy-Value $table
        $copy.n | Should -Be 1
        [object]::ReferenceEquals($copy['Self'], $copy.psobject.BaseObject) | Should -BeTrue
    }

    It 'keeps what is added to <name> when it leads back to it' -ForEach @(
        @{ name = 'a version'; value = { [version] '1.2' } }
        @{ name = 'a text'; value = { 'text' } }
        @{ name = 'a number'; value = { 5 } }
        @{ name = 'an empty array'; value = { , @() } }
    ) {
        $value = [psobject]::new((& $value))
        $value.psobject.Properties.Add([psnoteproperty]::new('Me', $null))
        $value.Me = $value
        $copy = Copy-Value @($value, $value)
        [object]::ReferenceEquals($copy[0].Me, $copy[1].Me) | Should -BeTrue
        [object]::ReferenceEquals($copy[0].Me, $copy[0]) | Should -BeTrue
        , $copy[0].psobject.BaseObject | Should -BeOfType $value.psobject.BaseObject.GetType()
    }

    It 'does not mix up what is added to Booleans and to empty arrays' {
        $noted = $true | Add-Member Note 1 -PassThru
        $list = [object[]]::new(0)
        Add-Member -InputObject $list Note 1
        $copy = Copy-Value @($noted, $list)
        $copy[0].Note, $copy[1].Note | Should -Be 1, 1
        $copy = Copy-Value @($true, @())
        $copy[0].psobject.Properties['Note'] | Should -BeNullOrEmpty
        $copy[1].psobject.Properties['Note'] | Should -BeNullOrEmpty
    }

    It 'writes null for an exception or record inside itself' {
        $inner = [Exception]::new('inner')
        $outer = [Exception]::new('outer', $inner)
        $inner.Data['outer'] = $outer
        $inner.Data[$inner] = 1
        $copy = Copy-Value $outer
        $copy.InnerException.Data.Contains('outer') | Should -BeTrue
        $copy.InnerException.Data['outer'] | Should -BeNullOrEmpty
        (Copy-Value $inner).Data['outer'].Message | Should -Be 'outer'
        $record = [System.Management.Automation.InformationRecord]::new(@{}, 'source')
        $record.MessageData.Record = $record
        (Copy-Value $record).MessageData.Record | Should -BeNullOrEmpty
    }

    It 'keeps an error that its target or exception holds' {
        $held = [System.Collections.ArrayList]::new()
        $record = [System.Management.Automation.ErrorRecord]::new([Exception]::new('message'), 'id', 'NotSpecified', $held)
        $null = $held.Add($record)
        $copy = Copy-Value $record
        [object]::ReferenceEquals($copy.TargetObject[0], $copy) | Should -BeTrue
        $record.Exception.Data['record'] = $record
        (Copy-Value $record).Exception.Message | Should -Be 'message'
        "$((Copy-Value $record.Exception).Data['record'])" | Should -Be 'message'
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

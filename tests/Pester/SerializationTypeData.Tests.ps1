# What the type data of a runspace says of objects that become property bags.

BeforeAll {
    . $PSScriptRoot/SerializationSupport.ps1

    $planFor = $module.GetType('Loky.PowerShell.Serialization.PropertyPlan', $true).GetMethod('For')

    function Get-Plan($Value) { , $planFor.Invoke($null, @([psobject] $Value, $Value.PSObject.BaseObject)) }

    # Runs a script in a runspace of its own, in which the functions of this file and the serializer are known.
    function Invoke-Elsewhere([powershell] $Shell, [scriptblock] $Script, $Argument) {
        $Shell.Commands.Clear()
        $null = $Shell.AddScript($Script).AddArgument($Argument)
        $result = $Shell.Invoke()
        if ($Shell.HadErrors) { throw $Shell.Streams.Error[0] }
        $result
    }
}

Describe 'Type data that changes' {
    AfterEach {
        Remove-TypeData -TypeName System.Text.StringBuilder -ErrorAction Ignore
    }

    It 'adds a property from the very next value on, and takes it away' {
        (Copy-Value ([Text.StringBuilder]::new('abc'))).PSObject.Properties.Name | Should -Not -Contain 'Half'
        Update-TypeData -TypeName System.Text.StringBuilder -MemberName Half -MemberType ScriptProperty -Value { $this.Length / 2 } -Force
        (Copy-Value ([Text.StringBuilder]::new('abc'))).Half | Should -Be 1.5
        Remove-TypeData -TypeName System.Text.StringBuilder
        (Copy-Value ([Text.StringBuilder]::new('abc'))).PSObject.Properties.Name | Should -Not -Contain 'Half'
    }

    It 'counts for the objects of its own runspace alone' {
        $shell = [powershell]::Create()
        try {
            $null = Invoke-Elsewhere $shell { Update-TypeData -TypeName System.Text.StringBuilder -MemberName Half -MemberType ScriptProperty -Value { $this.Length / 2 } -Force }
            $write = {
                param($support)
                . $support
                (Copy-Value ([Text.StringBuilder]::new('abc'))).PSObject.Properties.Name
            }
            foreach ($turn in 1..2) {
                (Copy-Value ([Text.StringBuilder]::new('abc'))).PSObject.Properties.Name | Should -Not -Contain 'Half'
                Invoke-Elsewhere $shell $write "$PSScriptRoot/SerializationSupport.ps1" | Should -Contain 'Half'
            }
        }
        finally { $shell.Dispose() }
    }

    It 'is looked at once for all objects of a type until it changes' {
        $first = Get-Plan ([Text.StringBuilder]::new('abc'))
        Get-Plan ([Text.StringBuilder]::new('def')) | Should -Be $first -Because 'another object of the type has the same plan'
        Update-TypeData -TypeName System.Text.StringBuilder -MemberName Half -MemberType ScriptProperty -Value { $this.Length / 2 } -Force
        $second = Get-Plan ([Text.StringBuilder]::new('abc'))
        [object]::ReferenceEquals($second, $first) | Should -BeFalse -Because 'the type data is another'
        [object]::ReferenceEquals((Get-Plan ([Text.StringBuilder]::new('def'))), $second) | Should -BeTrue
    }
}

Describe 'How deep type data lets objects be written' {
    AfterEach {
        Remove-TypeData -TypeName System.UriBuilder -ErrorAction Ignore
        Remove-TypeData -TypeName System.Text.StringBuilder -ErrorAction Ignore
    }

    It 'begins anew at an object whose type has a depth of its own' {
        $outer = [Tuple[object]]::new([Text.StringBuilder]::new('abc'))
        (Copy-Value $outer).Item1 | Should -Be 'abc' -Because 'one level is written unless asked otherwise'
        Update-TypeData -TypeName System.Text.StringBuilder -SerializationDepth 1 -Force
        (Copy-Value $outer).Item1.MaxCapacity | Should -Be ([int]::MaxValue)
    }

    It 'ends below that depth, and the objects beside it keep theirs' {
        Update-TypeData -TypeName System.Text.StringBuilder -SerializationDepth 1 -Force
        $inner = [Tuple[object, object]]::new([Text.StringBuilder]::new('abc'), [UriBuilder] 'https://example.org/a')
        $copy = Copy-Value ([Tuple[object, object]]::new([Text.StringBuilder]::new('abc'), $inner))
        $copy.Item1.MaxCapacity | Should -Be ([int]::MaxValue)
        $copy.Item2 | Should -BeOfType ([string])
    }
}

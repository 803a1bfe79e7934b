# What PowerShell keeps to itself is reached by members that may be missing in another version: that they are there in this
# one, and that a session that has them all reported missing does its work by public ways.

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Loky

    # Runs a script in a session without the members, and gives what it writes, read from JSON.
    function Invoke-WithoutInternals([string] $Script) {
        $result = Invoke-Session "& { $Script } | ForEach-Object { ConvertTo-Json -InputObject `$_ -Compress -Depth 5 }" -Environment @{ LOKY_HIDE_INTERNALS = '1' } -Seconds 240
        $result.Errors | Should -BeNullOrEmpty
        $result.ExitCode | Should -Be 0
        foreach ($line in $result.Lines) { ConvertFrom-Json $line }
    }

    # Each declared member, by the folder's classes.
    function Get-InternalMember {
        $assembly = [AppDomain]::CurrentDomain.GetAssemblies().Where{ $_.GetName().Name -eq 'Loky.PowerShell' -and $_.GetType('Loky.PowerShell.Internals.InternalMember') }[-1]
        foreach ($type in $assembly.GetTypes().Where{ $_.Namespace -eq 'Loky.PowerShell.Internals' -and $_.Name -like '*Internals' }) {
            foreach ($field in $type.GetFields([Reflection.BindingFlags]'Static, Public, NonPublic')) {
                $member = $field.GetValue($null)
                if ($assembly.GetType('Loky.PowerShell.Internals.InternalMember').IsInstanceOfType($member)) {
                    [pscustomobject]@{ Name = "$member"; IsPresent = $member.IsPresent; Class = $type.Name }
                }
            }
        }
    }
}

AfterAll { Stop-LokyExecutor -Force -Confirm:$false }

Describe 'The members that PowerShell keeps to itself' {
    It 'are all there in this version' {
        $members = @(Get-InternalMember)
        $members.Count | Should -BeGreaterThan 80
        $members.Where{ -not $_.IsPresent }.Name | Should -BeNullOrEmpty
    }

    It 'are all reported missing where that is asked for, in workers too' {
        $found = Invoke-WithoutInternals {
            $count = {
                $assembly = [AppDomain]::CurrentDomain.GetAssemblies().Where{ $_.GetName().Name -eq 'Loky.PowerShell' }[0]
                $base = $assembly.GetType('Loky.PowerShell.Internals.InternalMember')
                $assembly.GetTypes().Where{ $_.Namespace -eq 'Loky.PowerShell.Internals' -and $_.Name -like '*Internals' }.ForEach{
                    $_.GetFields([Reflection.BindingFlags]'Static, Public, NonPublic').ForEach{ $_.GetValue($null) }
                }.Where{ $base.IsInstanceOfType($_) -and $_.IsPresent }.Count
            }
            Get-LokyExecutor | Out-Null
            & $count
            1 | Invoke-LokyParallel $count
        }
        $found | Should -Be 0, 0
    }

    It 'are each in the table of the documentation' {
        $table = Get-Content "$PSScriptRoot/../../docs/architecture.md" -Raw
        $missing = (Get-InternalMember).Where{ $_.Class -ne 'MatchInternals' -and -not $table.Contains("``$($_.Name)``") }
        $missing.Name | Should -BeNullOrEmpty
    }
}

Describe 'A session without them' {
    It 'runs blocks with the functions, variables, modules and arguments that they need' {
        Invoke-WithoutInternals {
            $factor = 5
            function Multiply($Number) { $Number * $factor }
            function Twice { (Multiply @args) * 2 }
            1..3 | Invoke-LokyParallel { Multiply $_ } -Ordered
            1 | Invoke-LokyParallel { param($a, $b) "$_ $a $b $($args.Count)" } -ArgumentList 'x', 'y', 'z'
            1 | Invoke-LokyParallel { process { "p$_" } }
            , (1, 2) | Invoke-LokyParallel { $_.Count }
            1, 3 | Invoke-LokyParallel ${function:Twice} -ArgumentList 2 -Ordered
            $block = { "inner $args" }
            1 | Invoke-LokyParallel { & $block $_; (Get-Variable _, block).Count; $null -eq $__lokyNone }
        } | Should -Be 5, 10, 15, '1 x y 1', 'p1', 2, 20, 20, 'inner 1', 2, $true
    }

    It 'streams what a block writes, before and after an error that ends it' {
        Invoke-WithoutInternals {
            $gate = Join-Path ([IO.Path]::GetTempPath()) "loky-gate-$([guid]::NewGuid())"
            try {
                1 | Invoke-LokyParallel { 'first'; $until = [datetime]::UtcNow.AddSeconds(60); while (-not (Test-Path $gate)) { if ([datetime]::UtcNow -gt $until) { throw 'late' }; Start-Sleep -Milliseconds 20 }; 'second' } |
                    ForEach-Object { $_; if ($_ -eq 'first') { $null = New-Item $gate } }
            }
            finally { Remove-Item $gate -ErrorAction Ignore }
            $null, 1 | Invoke-LokyParallel -Ordered { 'before'; if ($_) { throw 'ended' }; 'after' } -ErrorVariable errors -ErrorAction SilentlyContinue
            "$errors"
        } | Should -Be 'first', 'second', 'before', 'after', 'before', 'ended'
    }

    It 'takes break, continue and exit in a block for the end of its item' {
        Invoke-WithoutInternals {
            1..4 | Invoke-LokyParallel -Ordered { if ($_ -eq 1) { break }; if ($_ -eq 2) { continue }; if ($_ -eq 3) { exit 3 }; $_ } -ErrorVariable errors -ErrorAction SilentlyContinue
            $errors.Count
        } | Should -Be 4, 1
    }

    It 'says of an error where the caller received it' {
        Invoke-WithoutInternals {
            1 | Invoke-LokyParallel { Write-Error e } -ErrorVariable errors -ErrorAction SilentlyContinue
            $errors[0].InvocationInfo.MyCommand.Name
        } | Should -Be 'Invoke-LokyParallel'
    }

    It 'takes classes and enums of a script and of a file along, both ways' {
        $file = Join-Path $TestDrive 'Classes.ps1'
        Set-Content $file @'
enum Colour { Red; Green }
class Point {
    [int] $X
    [Colour] $Colour
    Point([int] $x) { $this.X = $x; $this.Colour = 'Green' }
    [int] Twice() { return $this.X * 2 }
}
'@
        Invoke-WithoutInternals ([scriptblock]::Create("
            . '$file'
            Invoke-Expression @'
class Own { [int] Thrice([int] `$x) { return `$x * 3 } }
1 | Invoke-LokyParallel { [Own]::new().Thrice(2) }
'@
            2 | Invoke-LokyParallel { [Point]::new(`$_) } | ForEach-Object { `$_.GetType().Name; `$_.Twice(); `"`$(`$_.Colour)`" }
            [Point]::new(4) | Invoke-LokyParallel { `$_.Twice() }
            ")) | Should -Be 6, 'Point', 4, 'Green', 8
    }

    It 'brings all streams, with identifiers, categories and what errors are about' {
        Invoke-WithoutInternals {
            $InformationPreference = $VerbosePreference = $DebugPreference = 'Continue'
            $all = 1 | Invoke-LokyParallel {
                Write-Warning w; Write-Verbose v; Write-Debug d; Write-Information i
                Write-Error e -ErrorId Own -Category InvalidData -RecommendedAction act
            } -ErrorVariable errors -ErrorAction SilentlyContinue 3>&1 4>&1 5>&1 6>&1
            ($all | ForEach-Object { "$($_.GetType().Name) $_" } | Where-Object { $_ -match ' [wvdi]$' } | Sort-Object) -join '|'
            ($errors[0].FullyQualifiedErrorId -split ',')[0], "$($errors[0].CategoryInfo.Category)", $errors[0].ErrorDetails.RecommendedAction
            $errors[0].TargetObject, "$($errors[0].Exception.GetType().Name)"
        } | Should -Be 'DebugRecord d|InformationRecord i|VerboseRecord v|WarningRecord w', 'Own', 'InvalidData', 'act', 1, 'WriteErrorException'
    }

    It 'gives exceptions their type, message, parameter and inner exception' {
        Invoke-WithoutInternals {
            $made = 1 | Invoke-LokyParallel {
                [ArgumentException]::new('text', 'name')
                [ArgumentNullException]::new('name')
                [InvalidOperationException]::new('outer', [FormatException]::new('inner'))
                [AggregateException]::new('all', [Exception]::new('one'))
                [TypeInitializationException]::new('Some.Type', [Exception]::new('why'))
            }
            foreach ($exception in $made) { "$($exception.GetType().Name): $($exception.Message)|$($exception.ParamName)|$($exception.InnerException.Message)" }
        } | Should -Be @(
            "ArgumentException: text (Parameter 'name')|name|"
            "ArgumentNullException: Value cannot be null. (Parameter 'name')|name|"
            'InvalidOperationException: outer||inner'
            'AggregateException: all (one)||one'
            "TypeInitializationException: The type initializer for 'Some.Type' threw an exception.||why"
        )
    }

    It 'brings objects as they are: members, type names, texts, tables and collections' {
        Invoke-WithoutInternals {
            $custom = [pscustomobject]@{ PSTypeName = 'My.Type'; A = 1; B = 'two' }
            $custom | Add-Member ScriptProperty Sum { $this.A + 1 }
            $file = Add-Member -InputObject 'text' -NotePropertyName Note -NotePropertyValue 'kept' -PassThru
            $strict = [hashtable]::new(); $strict['a'] = 1; $strict['A'] = 2
            $ordered = [ordered]@{ z = 1; y = 2; x = 3 }
            $values = $custom, $file, $strict, @{ b = 1 }, $ordered, [version]'1.2', [datetime]::new(2020, 1, 2), (1, 2), [Collections.Generic.List[int]](4, 5)
            $sorted = [Collections.SortedList]::new(); $sorted['b'] = 1; $sorted['a'] = 2
            $back = Invoke-LokyParallel -InputObject $values { $_ } -Ordered
            $back[0].pstypenames[0], $back[0].A, $back[0].B, $back[0].Sum
            $back[1].Note, "$($back[1])"
            "$($back[2]['a']) $($back[2]['A'])", $back[3]['B'], ($back[4].Keys -join ''), $back[4]['Z']
            "$($back[5])", $back[6].Year, ($back[7] -join ''), $back[8].GetType().Name
            , $sorted | Invoke-LokyParallel { $_.GetType().Name; $_.Keys -join '' }
        } | Should -Be 'My.Type', 1, 'two', 2, 'kept', 'text', '1 2', 1, 'zyx', 1, '1.2', 2020, '12', 'List`1', 'SortedList', 'ab'
    }

    It 'makes property bags of other objects that say what they were' {
        Invoke-WithoutInternals {
            $bag = 1 | Invoke-LokyParallel { Get-Process -Id $PID }
            $bag.pstypenames[0]
            ($bag.ToString() -like 'System.Diagnostics.Process*'), ("$bag" -like 'System.Diagnostics.Process*')
            $match = 1 | Invoke-LokyParallel { [regex]::Match('abc', 'b') }
            $match.Value, $match.Index
            $again = $bag | Invoke-LokyParallel { $_.pstypenames[0]; "$_" -like 'System.Diagnostics.Process*' }
            $again
        } | Should -Be 'Deserialized.System.Diagnostics.Process', $true, $true, 'b', 1, 'Deserialized.System.Diagnostics.Process', $true
    }

    It 'sends scriptblocks, but those that may run code when they are parsed as their text' {
        Invoke-WithoutInternals {
            $back = 1 | Invoke-LokyParallel { { 1 + 1 }; [scriptblock]::Create('using namespace System.Text; 1') }
            $back[0].GetType().Name, (& $back[0]), $back[1].GetType().Name
        } | Should -Be 'ScriptBlock', 2, 'String'
    }

    It 'runs blocks under the strict mode of the caller' -ForEach @(
        @{ mode = '1.0'; fails = 1 }
        @{ mode = '2.0'; fails = 2 }
        @{ mode = '3.0'; fails = 3 }
    ) {
        $count = '1 | Invoke-LokyParallel { $n = 0; try { $null = $nix } catch { $n++ }; try { $null = "".Nix } catch { $n++ }; try { $null = @()[0] } catch { $n++ }; $n }'
        $script = "$count; `$Error.Clear(); Set-StrictMode -Version $mode; $count; `$Error.Count; Set-StrictMode -Off; $count"
        Invoke-WithoutInternals $script | Should -Be 0, $fails, 0, 0
    }

    It 'stops early for a command that wants no more' {
        Invoke-WithoutInternals { 1..50 | Invoke-LokyParallel { $_ } -Ordered | Select-Object -First 2 } | Should -Be 1, 2
    }

    It 'runs jobs, whose failure is an error of theirs' {
        Invoke-WithoutInternals {
            $job = Start-LokyJob { 1..3 | ForEach-Object { $_ * 2 } }
            $job | Receive-Job -Wait -AutoRemoveJob
            $failing = Start-LokyJob { throw 'no' }
            $null = $failing | Wait-Job -Timeout 120
            "$($failing.State)"
            $failing | Receive-Job -ErrorVariable errors -ErrorAction SilentlyContinue
            "$errors"
        } | Should -Be 2, 4, 6, 'Failed', 'no'
    }

    It 'ends what takes too long, runs what died with its worker again, and uses converters' {
        Invoke-WithoutInternals {
            1, 2 | Invoke-LokyParallel { if ($_ -eq 1) { Start-Sleep 300 }; $_ } -TaskTimeoutSeconds 5 -ErrorVariable errors -ErrorAction SilentlyContinue
            $errors[0].Exception.GetType().Name
            $mark = Join-Path ([IO.Path]::GetTempPath()) "loky-mark-$([guid]::NewGuid())"
            try {
                1 | Invoke-LokyParallel { if (-not (Test-Path $mark)) { $null = New-Item $mark; Stop-Process -Id $PID -Force }; 'survived' } -Retry 1
            }
            finally { Remove-Item $mark -ErrorAction Ignore }
            $null = Get-LokyExecutor -Converter @{ [Text.StringBuilder] = @{ ToWire = { "$_" }; FromWire = { [Text.StringBuilder]::new($_) } } }
            [Text.StringBuilder]::new('built') | Invoke-LokyParallel { $_.Append('!') } | ForEach-Object { $_.GetType().Name; "$_" }
        } | Should -Be 2, 'TaskTimeoutException', 'survived', 'StringBuilder', 'built!'
    }
}

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 2
}

AfterAll {
    Reset-Loky
}

Describe 'The streams of a worker' {
    It 'bring <name> to the stream of the same name' -ForEach @(
        @{ name = 'errors'; type = 'ErrorRecord'; block = { Write-Error 'text' }; merge = { & $call 2>&1 } }
        @{ name = 'warnings'; type = 'WarningRecord'; block = { Write-Warning 'text' }; merge = { & $call 3>&1 } }
        @{ name = 'verbose messages'; type = 'VerboseRecord'; block = { Write-Verbose 'text' -Verbose }; merge = { & $call 4>&1 } }
        @{ name = 'debug messages'; type = 'DebugRecord'; block = { Write-Debug 'text' -Debug }; merge = { & $call 5>&1 } }
        @{ name = 'information'; type = 'InformationRecord'; block = { Write-Information 'text' }; merge = { & $call 6>&1 } }
        @{ name = 'Write-Host'; type = 'InformationRecord'; block = { Write-Host 'text' }; merge = { & $call 6>&1 } }
    ) {
        $call = { 1 | Invoke-LokyParallel $block }
        $records = @(. $merge)
        $records | Should -HaveCount 1
        $records[0].GetType().Name | Should -Be $type
        "$($records[0])" | Should -BeExactly 'text'
    }

    It 'take what an object writes while it is sent, without harm to the object' {
        $records = 1..2 | Invoke-LokyParallel {
            [pscustomobject]@{ A = $_ } |
                Add-Member -PassThru ScriptProperty B { Write-Warning "asked $($this.A)"; Write-Host 'host'; $this.A + 10 } |
                Add-Member -PassThru NoteProperty C 'c'
        } -Ordered *>&1
        $objects = $records | Where-Object { $_ -is [pscustomobject] -and $_.psobject.Properties['B'] }
        $objects.B | Should -Be 11, 12
        $objects.C | Should -Be 'c', 'c'
        ($records | Where-Object { $_ -is [System.Management.Automation.WarningRecord] }).Message | Should -Be 'asked 1', 'asked 2'
        $records | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] } | Should -BeNullOrEmpty
    }

    It 'keep their order with *>&1' {
        $records = 1 | Invoke-LokyParallel {
            'output'
            Write-Warning 'warning'
            Write-Error 'error'
            Write-Host 'host'
            Write-Verbose 'verbose' -Verbose
            'end'
        } *>&1
        "$($records | ForEach-Object { "$_" })" | Should -BeExactly 'output warning error host verbose end'
    }

    It 'are redirected to a file, and within the block' {
        $file = Join-Path $TestDrive 'warnings'
        1 | Invoke-LokyParallel { Write-Warning 'w'; & { Write-Error 'e'; 'o' } *>&1 | ForEach-Object { "in:$_" } } 3> $file | Should -Be 'in:e', 'in:o'
        Get-Content $file | Should -Be 'w'
    }

    It 'keep the colours of Write-Host' {
        $record = 1 | Invoke-LokyParallel { Write-Host 'text' -ForegroundColor Red -BackgroundColor White -NoNewline } 6>&1
        $record.MessageData | Should -BeOfType ([System.Management.Automation.HostInformationMessage])
        $record.MessageData.ForegroundColor | Should -Be 'Red'
        $record.MessageData.BackgroundColor | Should -Be 'White'
        $record.MessageData.NoNewLine | Should -BeTrue
    }

    It 'keep the tags of information' {
        $record = 1 | Invoke-LokyParallel { Write-Information 'text' -Tags 'one', 'two' } 6>&1
        $record.Tags | Should -Be 'one', 'two'
    }

    It 'bring progress to the host' {
        $runspace = Start-Runspace '1 | Invoke-LokyParallel { Write-Progress -Activity act -Status stat -PercentComplete 30; $_ }'
        Wait-Condition { $runspace.Handle.IsCompleted } -Because 'the call ends'
        $records = @($runspace.Shell.Streams.Progress | Where-Object Activity -EQ 'act')
        $null = Wait-Runspace $runspace
        $records.Count | Should -BeGreaterThan 0
        $records[0].StatusDescription | Should -Be 'stat'
        $records[0].PercentComplete | Should -Be 30
    }

    It 'are silent by the defaults of PowerShell' {
        $records = 1 | Invoke-LokyParallel { Write-Verbose 'v'; Write-Debug 'd'; Write-Information 'i' } 4>&1 5>&1
        $records | Should -BeNullOrEmpty
    }
}

Describe 'The common parameters of Invoke-LokyParallel' {
    It 'add no verbose messages of the command itself' {
        @(1 | Invoke-LokyParallel { Write-Verbose 'from the block' } -Verbose 4>&1).Message | Should -Be 'from the block'
    }

    It 'turn on verbose messages with -Verbose' {
        $records = 1 | Invoke-LokyParallel { Write-Verbose 'from the block' } -Verbose 4>&1
        "$($records.Message)" | Should -Match 'from the block'
    }

    It 'turn on debug messages with -Debug' {
        $records = 1 | Invoke-LokyParallel { Write-Debug 'from the block' } -Debug 5>&1
        "$($records.Message)" | Should -Match 'from the block'
    }

    It 'silence warnings with -WarningAction' {
        1 | Invoke-LokyParallel { Write-Warning 'x' } -WarningAction SilentlyContinue 3>&1 | Should -BeNullOrEmpty
    }

    It 'stop at a warning with -WarningAction Stop' {
        { 1 | Invoke-LokyParallel { Write-Warning 'x' } -WarningAction Stop } | Should -Throw
        1 | Invoke-LokyParallel { $_ } | Should -Be 1
    }

    It 'fill -ErrorVariable, -WarningVariable and -InformationVariable' {
        $null = 1..3 | Invoke-LokyParallel { Write-Error "e$_"; Write-Warning "w$_"; Write-Information "i$_" } -ErrorAction SilentlyContinue -WarningAction SilentlyContinue -ErrorVariable e -WarningVariable w -InformationVariable i
        $e.Exception.Message | Sort-Object | Should -Be 'e1', 'e2', 'e3'
        $w.Message | Sort-Object | Should -Be 'w1', 'w2', 'w3'
        $i.MessageData | Sort-Object | Should -Be 'i1', 'i2', 'i3'
    }

    It 'add to variables named with a plus' {
        1..2 | ForEach-Object { $null = $_ | Invoke-LokyParallel { $_; Write-Error "e$_"; Write-Warning "w$_"; Write-Information "i$_" } -ErrorAction SilentlyContinue -WarningAction SilentlyContinue -OutVariable +o -ErrorVariable +e -WarningVariable +w -InformationVariable +i }
        $o | Should -Be 1, 2
        $e.Exception.Message | Should -Be 'e1', 'e2'
        $w.Message | Should -Be 'w1', 'w2'
        $i.MessageData | Should -Be 'i1', 'i2'
    }

    It 'fill -InformationVariable and -WarningVariable with what -InformationAction and -WarningAction ignore' {
        $null = 1 | Invoke-LokyParallel { Write-Information i; Write-Warning w } -InformationAction Ignore -InformationVariable i -WarningAction Ignore -WarningVariable w
        $i.MessageData | Should -Be 'i'
        $w.Message | Should -Be 'w'
    }

    It 'fill -OutVariable' {
        $null = 1..3 | Invoke-LokyParallel { $_ } -OutVariable out
        $out | Sort-Object | Should -Be 1, 2, 3
    }

    It 'set -PipelineVariable for the commands after it' {
        1..3 | Invoke-LokyParallel { $_ } -Ordered -PipelineVariable current | ForEach-Object { "$_ $current" } |
            Should -Be '1 1', '2 2', '3 3'
    }

    It 'show information with -InformationAction Continue' {
        $runspace = Start-Runspace '1 | Invoke-LokyParallel { Write-Information told } -InformationAction Continue'
        Wait-Condition { $runspace.Handle.IsCompleted } -Because 'the call ends'
        $records = @($runspace.Shell.Streams.Information | ForEach-Object { "$($_.MessageData)" })
        $null = Wait-Runspace $runspace
        $records | Should -Contain 'told'
    }

    It 'hide progress with -ProgressAction SilentlyContinue' {
        $runspace = Start-Runspace '1 | Invoke-LokyParallel { Write-Progress -Activity act } -ProgressAction SilentlyContinue'
        Wait-Condition { $runspace.Handle.IsCompleted } -Because 'the call ends'
        $count = $runspace.Shell.Streams.Progress.Count
        $null = Wait-Runspace $runspace
        $count | Should -Be 0
    }
}

Describe 'The preferences of the caller' {
    It 'reach the block: <name>' -ForEach @(
        @{ name = 'VerbosePreference'; value = 'Continue' }
        @{ name = 'DebugPreference'; value = 'Continue' }
        @{ name = 'WarningPreference'; value = 'SilentlyContinue' }
        @{ name = 'InformationPreference'; value = 'Continue' }
        @{ name = 'ProgressPreference'; value = 'SilentlyContinue' }
        @{ name = 'ErrorActionPreference'; value = 'Stop' }
    ) {
        Set-Variable -Name $name -Value $value
        $seen = 1 | Invoke-LokyParallel { (Get-Variable -Name $using:name).Value } 4>$null 5>$null
        "$seen" | Should -Be $value
    }

    It 'do not stay in the worker after the call' {
        & {
            $VerbosePreference = 'Continue'
            $null = 1..4 | Invoke-LokyParallel { $_ } 4>$null
        }
        1..4 | Invoke-LokyParallel { "$VerbosePreference" } | Sort-Object -Unique | Should -Be 'SilentlyContinue'
    }
}

Describe 'The standard output and error of a worker' {
    It 'reach those of the session' {
        $run = Invoke-Session -Script @'
$null = 1 | Invoke-LokyParallel { [Console]::Out.WriteLine('to-stdout'); [Console]::Error.WriteLine('to-stderr'); [Console]::Out.Flush(); [Console]::Error.Flush() }
Stop-LokyExecutor -Confirm:$false
'@
        $run.Lines | Should -Contain 'to-stdout'
        $run.Errors | Should -Match 'to-stderr'
        $run.ExitCode | Should -Be 0
    }
}

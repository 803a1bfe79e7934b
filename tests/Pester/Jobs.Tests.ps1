# Runs alone: it measures how long calls take.
BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky

    Add-Type -TypeDefinition @'
            using System;
            using System.Management.Automation;
            using System.Threading;
            using System.Threading.Tasks;

            public sealed class LokyEndOfJob
            {
                private readonly ManualResetEventSlim _reached = new ManualResetEventSlim();
                private readonly ManualResetEventSlim _released = new ManualResetEventSlim();

                public LokyEndOfJob(Job job)
                {
                    job.StateChanged += (sender, e) =>
                    {
                        if (e.JobStateInfo.State == JobState.Completed)
                        {
                            _reached.Set();
                            _released.Wait(TimeSpan.FromSeconds(60));
                        }
                    };
                }

                public bool WaitForEnd() { return _reached.Wait(TimeSpan.FromSeconds(60)); }

                public bool Dispose(Job job) { return Task.Run(() => job.Dispose()).Wait(TimeSpan.FromSeconds(20)); }

                public void Release() { _released.Set(); }
            }
'@
    $null = Get-LokyExecutor -MaxWorkers 2
}

AfterAll {
    Reset-Loky
}

Describe 'Invoke-LokyParallel -AsJob' {
    AfterEach { Get-Job | Remove-Job -Force }

    It 'gives a job at once that delivers the results' {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $job = 1..4 | Invoke-LokyParallel { Start-Sleep -Milliseconds 1000; $_ } -AsJob
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 1.9
        $job | Should -BeOfType ([System.Management.Automation.Job])
        $job | Receive-Job -Wait | Sort-Object | Should -Be (1..4)
        $job.State | Should -Be 'Completed'
    }

    It 'is found by Get-Job with the name given' {
        $job = 1 | Invoke-LokyParallel { $_ } -AsJob -JobName 'loky test'
        (Get-Job -Name 'loky test').Id | Should -Be $job.Id
    }

    It 'tells its command' {
        $job = 1 | Invoke-LokyParallel { 'this is the command' } -AsJob
        $job.Command | Should -Match 'this is the command'
    }

    It 'is waited for by Wait-Job' {
        $job = 1..2 | Invoke-LokyParallel { Start-Sleep -Milliseconds 200; $_ } -AsJob
        (Wait-Job $job -Timeout 30).State | Should -Be 'Completed'
    }

    It 'keeps the results with Receive-Job -Keep' {
        $job = 1..3 | Invoke-LokyParallel { $_ } -AsJob
        $null = Wait-Job $job -Timeout 30
        Receive-Job $job -Keep | Sort-Object | Should -Be 1, 2, 3
        Receive-Job $job | Sort-Object | Should -Be 1, 2, 3
        Receive-Job $job | Should -BeNullOrEmpty
    }

    It 'keeps every stream with Receive-Job -Keep' {
        $job = 1 | Invoke-LokyParallel { 'o'; Write-Error 'e'; Write-Warning 'w'; Write-Host 'h' } -AsJob
        $null = Wait-Job $job -Timeout 30
        1..2 | ForEach-Object { "$(Receive-Job $job -Keep *>&1)" } | Should -Be 'o e w h', 'o e w h'
        "$(Receive-Job $job *>&1)" | Should -Be 'o e w h'
        Receive-Job $job *>&1 | Should -BeNullOrEmpty
    }

    It 'tells why a child failed in its state, where <what>' -ForEach @(
        @{ what = 'its block threw a text'; block = { throw 'no good' }; type = 'System.Management.Automation.RuntimeException'; message = 'no good'; id = 'no good' }
        @{ what = 'its block threw an exception'; block = { throw [ArgumentException]::new('no good') }; type = 'System.ArgumentException'; message = 'no good'; id = 'no good' }
        @{ what = 'an error was made to stop it'; block = { Write-Error 'no good' -ErrorId Made -ErrorAction Stop }; type = 'System.Exception'; message = 'no good'; id = 'Made*' }
        @{ what = 'its worker died'; block = { [Environment]::Exit(3) }; type = 'Loky.TerminatedWorkerException'; message = '*EXIT(3)*'; id = 'LokyWorkerTerminated,*' }
    ) {
        $job = 'item' | Invoke-LokyParallel $block -AsJob
        $null = Wait-Job $job -Timeout 60
        $job.JobStateInfo.Reason | Should -BeNullOrEmpty
        $reason = $job.ChildJobs[0].JobStateInfo.Reason
        $reason | Should -BeOfType ([Management.Automation.RuntimeException])
        $reason.Message | Should -BeLike $message
        $reason.InnerException | Should -BeOfType $type
        $reason.ErrorRecord.FullyQualifiedErrorId | Should -BeLike $id
        $reason.ErrorRecord.TargetObject | Should -Be 'item'
    }

    # The error is part of the state, not of the data: whoever receives is told once, and again with the next Receive-Job.
    It 'tells of a failed item once, as ForEach-Object -Parallel -AsJob does, with <how>' -ForEach @(
        @{ how = 'Receive-Job'; receive = { Receive-Job $args[0]; 'then'; Receive-Job $args[0] } }
        @{ how = '-Keep'; receive = { Receive-Job $args[0] -Keep; 'then'; Receive-Job $args[0] -Keep; 'then'; Receive-Job $args[0] } }
        @{ how = '-Wait'; receive = { Receive-Job $args[0] -Wait } }
        @{ how = '-Wait while it runs'; receive = { Receive-Job $args[0] -Wait }; running = $true }
        @{ how = '-Wait -AutoRemoveJob'; receive = { Receive-Job $args[0] -Wait -AutoRemoveJob } }
        @{ how = 'its child received'; receive = { Receive-Job $args[0].ChildJobs[1]; 'then'; Receive-Job $args[0].ChildJobs[1]; 'then'; Receive-Job $args[0] } }
        @{ how = 'its child received with -Keep'; receive = { Receive-Job $args[0].ChildJobs[1] -Keep; 'then'; Receive-Job $args[0].ChildJobs[1] } }
        @{ how = 'its child received with -Wait'; receive = { Receive-Job $args[0].ChildJobs[1] -Wait }; running = $true }
    ) {
        $gate = Join-Path $TestDrive "gate$([guid]::NewGuid())"
        $body = '"out $_"; while (-not (Test-Path -LiteralPath {0})) {{ Start-Sleep -Milliseconds 20 }}; if ($_ -eq 2) {{ throw "bad $_" }}' -f "'$gate'"
        $block = [scriptblock]::Create($body)
        $seen = foreach ($job in (1..2 | ForEach-Object -Parallel $block -AsJob), (1..2 | Invoke-LokyParallel $block -AsJob)) {
            if ($running) { $opener = Start-ThreadJob { Start-Sleep -Milliseconds 200; $null = New-Item $using:gate -Force } }
            else { $null = New-Item $gate -Force; $null = Wait-Job $job -Timeout 60 }
            @(& $receive $job *>&1 | ForEach-Object { if ($_ -is [Management.Automation.ErrorRecord]) { "$($_.FullyQualifiedErrorId): $_" } else { "$_" } }) -join '; '
            if ($running) { $null = Receive-Job $opener -Wait -AutoRemoveJob }
            Remove-Item $gate
        }
        $seen[0] | Should -Match 'JobStateFailed: bad 2'
        $seen[1] | Should -Be $seen[0]
    }

    # Receive-Job -Wait -AutoRemoveJob does that: its handler waits for the pipeline thread, which disposes of the job meanwhile.
    It 'can be disposed of while a handler of its end waits' {
        $gate = Join-Path $TestDrive 'gate of the end'
        $job = 1 | Invoke-LokyParallel { while (-not (Test-Path -LiteralPath $gate)) { Start-Sleep -Milliseconds 20 } } -AsJob
        $end = [LokyEndOfJob]::new($job)
        try {
            $null = New-Item $gate
            $end.WaitForEnd() | Should -BeTrue
            $end.Dispose($job) | Should -BeTrue
        }
        finally {
            $end.Release()
        }
    }

    It 'refuses Remove-Job without -Force while it runs, and is stopped after it with -Force' {
        $job = 1..2 | Invoke-LokyParallel { Start-Sleep 100 } -AsJob
        { Remove-Job $job -ErrorAction Stop } | Should -Throw -ErrorId 'JobObjectNotFinishedCannotBeRemoved,*'
        Remove-Job $job -Force
        $job.State | Should -Be 'Stopped'
        $job.ChildJobs.State | Should -Be 'Stopped', 'Stopped'
    }

    It 'is removed by Receive-Job -Wait -AutoRemoveJob' {
        $job = 1 | Invoke-LokyParallel { $_ } -AsJob
        Receive-Job $job -Wait -AutoRemoveJob | Should -Be 1
        Get-Job -Id $job.Id -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    # Then the command itself removes it, and so does the command's handler of the end.
    It 'is removed without an error where it ends while Receive-Job -Wait -AutoRemoveJob writes what there is' {
        $gate = Join-Path $TestDrive 'gate of the removal'
        $job = 1 | Invoke-LokyParallel { 'first'; while (-not (Test-Path -LiteralPath $gate)) { Start-Sleep -Milliseconds 20 } } -AsJob
        $end = [LokyEndOfJob]::new($job.ChildJobs[0])
        try {
            $null = New-Item $gate
            $end.WaitForEnd() | Should -BeTrue
            $job | Receive-Job -Wait -AutoRemoveJob -ErrorVariable failures -ErrorAction SilentlyContinue | ForEach-Object {
                $end.Release()
                Wait-Condition { $job.State -eq 'Completed' } -Because 'the job ends with its only item' -Seconds 60
                $_
            } | Should -Be 'first'
        }
        finally {
            $end.Release()
        }
        $failures | Should -BeNullOrEmpty
        Wait-Condition { -not (Get-Job -Id $job.Id -ErrorAction Ignore) } -Because 'the job is removed' -Seconds 60
    }

    It 'is stopped by Stop-Job, and its items with it' {
        $job = 1..10 | Invoke-LokyParallel { Start-Sleep -Seconds 100 } -AsJob
        Wait-Condition { $job.State -eq 'Running' } -Because 'the job runs'
        $watch = [Diagnostics.Stopwatch]::StartNew()
        Stop-Job $job
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 10
        $job.State | Should -Be 'Stopped'
        1..4 | Invoke-LokyParallel { $_ } -Ordered -ErrorAction Stop | Should -Be (1..4)
    }

    It 'is removed while it runs by Remove-Job -Force' {
        $job = 1 | Invoke-LokyParallel { Start-Sleep -Seconds 100 } -AsJob
        Remove-Job $job -Force
        Get-Job -Id $job.Id -ErrorAction Ignore | Should -BeNullOrEmpty
        1 | Invoke-LokyParallel { $_ } | Should -Be 1
    }

    It 'has a child for each item, with states of their own' {
        $job = 1..3 | Invoke-LokyParallel { if ($_ -eq 2) { throw 'no' }; $_ } -AsJob
        $null = Wait-Job $job -Timeout 30
        $job.ChildJobs | Should -HaveCount 3
        @($job.ChildJobs.State | Sort-Object) | Should -Be 'Completed', 'Completed', 'Failed'
        $job.State | Should -Be 'Failed'
    }

    It 'delivers <stream>' -ForEach @(
        @{ stream = 'errors'; block = { Write-Error 'text' }; property = 'Error' }
        @{ stream = 'warnings'; block = { Write-Warning 'text' }; property = 'Warning' }
        @{ stream = 'verbose messages'; block = { Write-Verbose 'text' -Verbose }; property = 'Verbose' }
        @{ stream = 'debug messages'; block = { Write-Debug 'text' -Debug }; property = 'Debug' }
        @{ stream = 'information'; block = { Write-Information 'text' }; property = 'Information' }
    ) {
        $job = 1 | Invoke-LokyParallel $block -AsJob
        $null = Wait-Job $job -Timeout 30
        "$($job.ChildJobs[0].$property)" | Should -Be 'text'
    }

    It 'has finished children when a worker dies' {
        $job = 1..6 | Invoke-LokyParallel { if ($_ -eq 3) { [Environment]::Exit(1) }; $_ } -AsJob -BatchSize 1
        (Wait-Job $job -Timeout 60).State | Should -Be 'Failed'
        Receive-Job $job -ErrorAction SilentlyContinue -ErrorVariable failures | Sort-Object | Should -Be 1, 2, 4, 5, 6
        $failures | Should -HaveCount 1
        $failures[0].Exception.ErrorRecord.FullyQualifiedErrorId | Should -BeLike 'LokyWorkerTerminated,*'
    }

    It 'fails the child whose worker is killed, and only that' {
        if ($IsWindows) { Set-ItResult -Skipped -Because 'it sends signals, which Windows does not have' }
        $job = 1..6 | Invoke-LokyParallel { if ($_ -eq 4) { /bin/kill -9 $PID }; $_ } -AsJob -BatchSize 1
        (Wait-Job $job -Timeout 60).State | Should -Be 'Failed'
        $job.ChildJobs.State | Should -Be 'Completed', 'Completed', 'Completed', 'Failed', 'Completed', 'Completed'
        $lost = $job.ChildJobs[3].JobStateInfo.Reason.ErrorRecord
        $lost.FullyQualifiedErrorId | Should -BeLike 'LokyWorkerTerminated,*InvokeLokyParallelCommand'
        $lost.TargetObject | Should -Be 4
        $job.ChildJobs[3].StatusMessage | Should -Match 'SIGKILL'
    }

    It 'has children that run and children that wait' {
        $job = 1..3 | Invoke-LokyParallel { Start-Sleep -Seconds 100 } -AsJob -ThrottleLimit 1
        Wait-Condition { $job.ChildJobs[0].State -eq 'Running' } -Because 'the first item runs'
        $job.State | Should -Be 'Running'
        $job.ChildJobs.State | Should -Be 'Running', 'NotStarted', 'NotStarted'
        $job.StatusMessage | Should -Be '0 of 3 item(s) have ended'
        Stop-Job $job
        $job.ChildJobs.State | Should -Be 'Stopped', 'Stopped', 'Stopped'
    }

    It 'is Completed when each child is, errors written or not' {
        $job = 1..2 | Invoke-LokyParallel { Write-Error 'not the end'; $_ } -AsJob
        (Wait-Job $job -Timeout 30).State | Should -Be 'Completed'
        $job.ChildJobs.State | Should -Be 'Completed', 'Completed'
        $job.PSEndTime | Should -Not -BeNullOrEmpty
    }

    It 'is Completed at once without input' {
        $job = @() | Invoke-LokyParallel { $_ } -AsJob
        (Wait-Job $job -Timeout 30).State | Should -Be 'Completed'
        $job.ChildJobs | Should -BeNullOrEmpty
        $job.HasMoreData | Should -BeFalse
    }

    It 'tells its type, its place and whether there is more' {
        $job = 1 | Invoke-LokyParallel { $_ } -AsJob
        $null = Wait-Job $job -Timeout 30
        $job.PSJobTypeName | Should -Be 'LokyJob'
        $job.Location | Should -Be 'localhost'
        $job.HasMoreData | Should -BeTrue
        $null = Receive-Job $job
        $job.HasMoreData | Should -BeFalse
    }

    It 'keeps the order of the input in its children' {
        $job = 1..5 | Invoke-LokyParallel { Start-Sleep -Milliseconds (200 - 40 * $_); $_ } -AsJob -BatchSize 1
        $null = Wait-Job $job -Timeout 30
        Receive-Job $job | Should -Be (1..5)
    }

    It 'gives what has come so far, then what came later' {
        $flag = Join-Path $TestDrive 'go on'
        $job = 1..2 | Invoke-LokyParallel { if ($_ -eq 2) { while (-not (Test-Path -LiteralPath $flag)) { Start-Sleep -Milliseconds 20 } }; $_ } -AsJob -BatchSize 1
        Wait-Condition { $job.ChildJobs[0].State -eq 'Completed' } -Because 'the first item has ended'
        Receive-Job $job | Should -Be 1
        Receive-Job $job | Should -BeNullOrEmpty
        $null = New-Item $flag
        $null = Wait-Job $job -Timeout 30
        Receive-Job $job | Should -Be 2
    }

    It 'brings every stream through Receive-Job' {
        $job = 1 | Invoke-LokyParallel {
            'out'
            Write-Error 'err'
            Write-Warning 'war'
            Write-Verbose 'ver' -Verbose
            Write-Debug 'deb' -Debug
            Write-Information 'inf' -InformationAction Continue
            Write-Host 'hos'
            Write-Progress 'pro' -Status 'half' -PercentComplete 50
        } -AsJob
        $null = Wait-Job $job -Timeout 30
        $job.ChildJobs[0].Progress.Activity | Should -Contain 'pro'
        $all = Receive-Job $job -Verbose -Debug *>&1
        "$($all | Where-Object { $_ -is [string] })" | Should -Be 'out'
        foreach ($one in 'err', 'war', 'ver', 'deb', 'inf', 'hos') { @("$all" -split ' ') | Should -Contain $one }
    }

    It 'keeps what was written when it is stopped in a sleep' {
        $job = 1..4 | Invoke-LokyParallel { "started $_"; Start-Sleep -Seconds 100 } -AsJob -BatchSize 1
        Wait-Condition { $job.ChildJobs[0].HasMoreData } -Because 'the first item has written'
        $watch = [Diagnostics.Stopwatch]::StartNew()
        Stop-Job $job
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 5
        $job.State | Should -Be 'Stopped'
        Receive-Job $job | Should -Contain 'started 1'
        $job.ChildJobs.Error | Should -BeNullOrEmpty
    }

    It 'is stopped by Stop-Job where its block does not listen' {
        $job = 1 | Invoke-LokyParallel { [Threading.Thread]::Sleep(100000) } -AsJob
        Wait-Condition { $job.ChildJobs[0].State -eq 'Running' } -Because 'the item runs'
        $watch = [Diagnostics.Stopwatch]::StartNew()
        Stop-Job $job
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 8
        $job.ChildJobs[0].State | Should -Be 'Stopped'
        1 | Invoke-LokyParallel { $_ } | Should -Be 1
    }

    It 'ends with its last child that is stopped' {
        $job = 1..2 | Invoke-LokyParallel { if ($_ -eq 2) { Start-Sleep -Seconds 100 }; $_ } -AsJob -BatchSize 1
        Wait-Condition { $job.ChildJobs.State -join ',' -eq 'Completed,Running' } -Because 'one item has ended and one runs'
        Stop-Job $job.ChildJobs[1]
        $job.ChildJobs[1].State | Should -Be 'Stopped'
        (Wait-Job $job -Timeout 30).State | Should -Be 'Stopped'
        Receive-Job $job | Should -Be 1
    }

    It 'has 1,000 children for 1,000 items' {
        $job = 1..1000 | Invoke-LokyParallel { $_ * 2 } -AsJob
        (Wait-Job $job -Timeout 60).State | Should -Be 'Completed'
        $job.ChildJobs | Should -HaveCount 1000
        (Receive-Job $job | Measure-Object -Sum).Sum | Should -Be 1001000
    }

    It 'streams 1,000 items to Receive-Job -Wait' {
        $results = 1..1000 | Invoke-LokyParallel { $_ } -AsJob | Receive-Job -Wait -AutoRemoveJob
        $results | Sort-Object | Should -Be (1..1000)
        Get-Job | Should -BeNullOrEmpty
    }

    It 'fails in time with -TimeoutSeconds, and keeps what was there' {
        $job = 1..2 | Invoke-LokyParallel { if ($_ -eq 2) { Start-Sleep -Seconds 100 }; $_ } -AsJob -BatchSize 1 -TimeoutSeconds 2
        (Wait-Job $job -Timeout 30).State | Should -Be 'Failed'
        $job.ChildJobs.State | Should -Be 'Completed', 'Stopped'
        Receive-Job $job -ErrorAction SilentlyContinue -ErrorVariable failures | Should -Be 1
        $failures.FullyQualifiedErrorId | Should -BeLike 'LokyTimeout,*'
    }

    It 'fails only the child that exceeds -TaskTimeoutSeconds' {
        $job = 1..3 | Invoke-LokyParallel { if ($_ -eq 2) { Start-Sleep -Seconds 100 }; $_ } -AsJob -BatchSize 1 -TaskTimeoutSeconds 1
        $null = Wait-Job $job -Timeout 30
        $job.ChildJobs.State | Should -Be 'Completed', 'Failed', 'Completed'
        $job.ChildJobs[1].JobStateInfo.Reason.ErrorRecord.FullyQualifiedErrorId | Should -BeLike 'LokyTaskTimeout,*'
    }

    It 'runs an item again with -Retry' {
        $flag = Join-Path $TestDrive 'died once'
        $job = 1 | Invoke-LokyParallel { if (-not (Test-Path -LiteralPath $flag)) { $null = New-Item $flag; [Environment]::Exit(3) }; 'well' } -AsJob -Retry 1
        (Wait-Job $job -Timeout 60).State | Should -Be 'Completed'
        Receive-Job $job | Should -Be 'well'
    }

    It 'takes a delegate' {
        $root = [Delegate]::CreateDelegate([Func[double, double]], [Math].GetMethod('Sqrt'))
        $job = 4.0, 9.0 | Invoke-LokyParallel -Delegate $root -AsJob
        Receive-Job $job -Wait | Sort-Object | Should -Be 2, 3
    }

    It 'has a failed child for an item that cannot be sent' {
        $root = [Delegate]::CreateDelegate([Func[double, double]], [Math].GetMethod('Sqrt'))
        $job = 4, 'no number', 9 | Invoke-LokyParallel -Delegate $root -AsJob
        $null = Wait-Job $job -Timeout 30
        $job.ChildJobs.State | Should -Be 'Completed', 'Failed', 'Completed'
        $job.ChildJobs[1].JobStateInfo.Reason.ErrorRecord.FullyQualifiedErrorId | Should -BeLike 'LokySerialization,*'
        $job.ChildJobs[1].JobStateInfo.Reason.ErrorRecord.TargetObject | Should -Be 'no number'
        Receive-Job $job -ErrorAction Ignore | Should -Be 2, 3
    }

    It 'is asked for by -JobName alone' {
        $job = 1 | Invoke-LokyParallel { $_ } -JobName 'only a name'
        $job.Name | Should -Be 'only a name'
        Receive-Job $job -Wait | Should -Be 1
    }

    It 'is not made with -WhatIf' {
        1 | Invoke-LokyParallel { $_ } -AsJob -WhatIf | Should -BeNullOrEmpty
        Get-Job | Should -BeNullOrEmpty
    }

    It 'runs on beside other calls' {
        $job = 1..2 | Invoke-LokyParallel { Start-Sleep -Milliseconds 500; $_ } -AsJob -ThrottleLimit 1
        1..10 | Invoke-LokyParallel { $_ } -Ordered | Should -Be (1..10)
        Receive-Job $job -Wait | Sort-Object | Should -Be 1, 2
    }
}

Describe 'A job whose executor ends' {
    AfterEach { Get-Job | Remove-Job -Force; $null = Get-LokyExecutor -MaxWorkers 2 }

    It 'fails with Stop-LokyExecutor -Force' {
        $job = 1..4 | Invoke-LokyParallel { Start-Sleep -Seconds 100 } -AsJob
        Wait-Condition { $job.ChildJobs[0].State -eq 'Running' } -Because 'the job runs'
        Stop-LokyExecutor -Force -Confirm:$false
        (Wait-Job $job -Timeout 30).State | Should -Be 'Failed'
        $job.ChildJobs.State | Sort-Object -Unique | Should -Be 'Failed'
        Receive-Job $job -ErrorAction SilentlyContinue -ErrorVariable failures
        $failures.FullyQualifiedErrorId | Should -BeLike 'LokyShutdownExecutor,*'
    }

    It 'is completed first by Stop-LokyExecutor' {
        $job = 1..2 | Invoke-LokyParallel { Start-Sleep -Milliseconds 500; $_ } -AsJob
        Stop-LokyExecutor -Confirm:$false
        (Wait-Job $job -Timeout 30).State | Should -Be 'Completed'
        Receive-Job $job | Sort-Object | Should -Be 1, 2
    }

    It 'ends with Remove-Module' {
        $run = Invoke-Session '$job = 1..4 | Invoke-LokyParallel { Start-Sleep -Seconds 100 } -AsJob; Start-Sleep -Milliseconds 500; Remove-Module Loky; (Wait-Job $job -Timeout 30).State'
        $run.Errors | Should -BeNullOrEmpty
        $run.Lines | Should -Be 'Failed'
    }

    It 'does not hold up the end of its session' {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $run = Invoke-Session '$job = 1..4 | Invoke-LokyParallel { Start-Sleep -Seconds 100 } -AsJob; Start-Sleep -Milliseconds 500; exit 0'
        $run.ExitCode | Should -Be 0
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 30
    }
}

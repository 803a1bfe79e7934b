BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
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

    It 'is removed by Receive-Job -Wait -AutoRemoveJob' {
        $job = 1 | Invoke-LokyParallel { $_ } -AsJob
        Receive-Job $job -Wait -AutoRemoveJob | Should -Be 1
        Get-Job -Id $job.Id -ErrorAction Ignore | Should -BeNullOrEmpty
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
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'LokyWorkerTerminated,*'
    }
}

Describe 'Start-LokyJob' {
    AfterEach { Get-Job | Remove-Job -Force }

    It 'runs one task as a job' {
        $job = Start-LokyJob { param($a, $b) $a + $b } -ArgumentList 2, 3 -Name 'sum'
        $job.Name | Should -Be 'sum'
        Receive-Job $job -Wait | Should -Be 5
        $job.State | Should -Be 'Completed'
    }

    It 'runs in a worker of the pool' {
        $ids = @((Start-LokyJob { $PID } | Receive-Job -Wait), (Start-LokyJob { $PID } | Receive-Job -Wait))
        $ids | Should -Not -Contain $PID
        $ids | ForEach-Object { (Get-WorkerId) | Should -Contain $_ }
    }

    It 'captures the session as Invoke-LokyParallel does' {
        $value = 4
        function Get-Twice($n) { $n * 2 }
        Start-LokyJob { Get-Twice $value } | Receive-Job -Wait | Should -Be 8
    }

    It 'fails with the error of its block' {
        $job = Start-LokyJob { throw 'bad job' }
        $null = Wait-Job $job -Timeout 30
        $job.State | Should -Be 'Failed'
        { Receive-Job $job -ErrorAction Stop } | Should -Throw -ExpectedMessage '*bad job*'
    }

    It 'ends when its worker is killed' {
        $job = Start-LokyJob { [Environment]::Exit(7) }
        (Wait-Job $job -Timeout 60).State | Should -Be 'Failed'
    }

    It 'is stopped by Stop-Job' {
        $job = Start-LokyJob { Start-Sleep -Seconds 100 }
        Stop-Job $job
        $job.State | Should -Be 'Stopped'
    }
}

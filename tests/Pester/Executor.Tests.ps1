BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
}

AfterAll {
    Reset-Loky
}

Describe 'Get-LokyExecutor' {
    BeforeEach { Reset-Loky }

    It 'without parameters starts no worker' {
        $executor = Get-LokyExecutor
        if ($executor) { $executor.Workers | Should -BeNullOrEmpty }
        Get-Process pwsh, dotnet -ErrorAction Ignore | Where-Object { $_.Parent.Id -eq $PID } | Should -BeNullOrEmpty
    }

    It 'sets the number of workers' {
        (Get-LokyExecutor -MaxWorkers 2).MaxWorkers | Should -Be 2
        (Get-LokyExecutor).MaxWorkers | Should -Be 2
        @(Get-UsedWorker) | Should -HaveCount 2
    }

    It 'tells the ids of the workers' {
        $null = Get-LokyExecutor -MaxWorkers 2
        $used = Get-UsedWorker
        (Get-WorkerId) | Sort-Object | Should -Be $used
    }

    It 'takes the idle timeout in seconds or as a time span' {
        { Get-LokyExecutor -IdleTimeout 30 } | Should -Not -Throw
        { Get-LokyExecutor -IdleTimeout ([timespan]::FromMinutes(1)) } | Should -Not -Throw
    }

    It 'is shown on the screen with its state and its workers' {
        $null = Get-LokyExecutor -MaxWorkers 2
        $null = Get-UsedWorker
        $text = Get-LokyExecutor | Out-String
        $text | Should -Match 'State'
        $text | Should -Match 'MaxWorkers\s*:?\s*2'
        foreach ($id in Get-WorkerId) { $text | Should -Match "\b$id\b" }
    }
}

Describe 'A second call' {
    BeforeEach { Reset-Loky }

    It 'reuses the workers of the first' {
        $null = Get-LokyExecutor -MaxWorkers 2
        $first = Get-UsedWorker
        Get-UsedWorker | Should -Be $first
    }

    It 'with the same -MaxWorkers reuses them' {
        $null = Get-LokyExecutor -MaxWorkers 2
        $first = Get-UsedWorker
        $null = 1 | Invoke-LokyParallel { $_ } -MaxWorkers 2
        Get-UsedWorker | Should -Be $first
    }

    It 'with more workers keeps all of them' {
        $null = Get-LokyExecutor -MaxWorkers 2
        $first = Get-UsedWorker
        $null = 1 | Invoke-LokyParallel { $_ } -MaxWorkers 3
        # On a busy machine the items of one call are done before the new worker has started.
        Wait-Condition { @(Get-UsedWorker).Count -eq 3 } -Because 'the third worker takes its share'
        $second = Get-UsedWorker -Items 40
        $second | Should -HaveCount 3
        $first | ForEach-Object { $second | Should -Contain $_ }
    }

    It 'with fewer workers keeps the survivors' {
        $null = Get-LokyExecutor -MaxWorkers 3
        $first = Get-UsedWorker -Items 40
        $null = 1 | Invoke-LokyParallel { $_ } -MaxWorkers 1
        Wait-Condition { @(Get-LiveProcess $first).Count -eq 1 } -Because 'two of three workers have gone'
        $second = Get-UsedWorker
        $second | Should -HaveCount 1
        $first | Should -Contain $second
    }

    It 'after the idle timeout runs on new workers' {
        $null = Get-LokyExecutor -MaxWorkers 2 -IdleTimeout 1
        $first = Get-UsedWorker
        Wait-Condition { -not (Get-LiveProcess $first) } -Because 'the idle workers are gone'
        $second = Get-UsedWorker
        $second | Should -HaveCount 2
        $second | Where-Object { $first -contains $_ } | Should -BeNullOrEmpty
    }

    It 'with another environment runs on new workers' {
        $null = Get-LokyExecutor -MaxWorkers 2
        $first = Get-UsedWorker
        1 | Invoke-LokyParallel { $env:LOKY_TEST_VALUE } -Environment @{ LOKY_TEST_VALUE = 'set' } | Should -Be 'set'
        Get-UsedWorker | Where-Object { $first -contains $_ } | Should -BeNullOrEmpty
        $env:LOKY_TEST_VALUE | Should -BeNullOrEmpty
    }

    It 'sees a function that was redefined meanwhile' {
        function Get-Answer { 'old' }
        $null = Get-LokyExecutor -MaxWorkers 1
        1 | Invoke-LokyParallel { Get-Answer } | Should -Be 'old'
        function Get-Answer { 'new' }
        1 | Invoke-LokyParallel { Get-Answer } | Should -Be 'new'
    }
}

Describe 'The size of the pool' {
    BeforeEach { Reset-Loky }

    It 'may change from call to call' {
        foreach ($size in 12, 2, 1, 12, 6, 1, 8, 5) {
            1..30 | Invoke-LokyParallel { $_ } -MaxWorkers $size -ErrorAction Stop | Sort-Object | Should -Be (1..30)
            (Get-LokyExecutor).MaxWorkers | Should -Be $size
        }
    }

    It 'above the number of processors really runs that many' {
        $gate = Join-Path $TestDrive 'gate'
        $null = New-Item -ItemType Directory $gate
        # Each item waits until all six are there, so it ends only if six run at the same time.
        $results = 1..6 | Invoke-LokyParallel {
            $null = New-Item -ItemType File (Join-Path $using:gate $_)
            $watch = [Diagnostics.Stopwatch]::StartNew()
            while ([IO.Directory]::GetFiles($using:gate).Count -lt 6 -and $watch.Elapsed.TotalSeconds -lt 60) { Start-Sleep -Milliseconds 20 }
            [IO.Directory]::GetFiles($using:gate).Count
        } -MaxWorkers 6 -BatchSize 1
        $results | Should -Be @(6, 6, 6, 6, 6, 6)
    }

    It 'grows with -ThrottleLimit and never shrinks with it' {
        $null = Get-LokyExecutor -MaxWorkers 2
        $null = 1..4 | Invoke-LokyParallel { $_ } -ThrottleLimit 3
        (Get-LokyExecutor).MaxWorkers | Should -Be 3
        $null = 1..4 | Invoke-LokyParallel { $_ } -ThrottleLimit 1
        (Get-LokyExecutor).MaxWorkers | Should -Be 3
    }

    It 'is used in part with -ThrottleLimit' {
        $null = Get-LokyExecutor -MaxWorkers 3
        $null = Get-UsedWorker
        $ids = 1..12 | Invoke-LokyParallel { Start-Sleep -Milliseconds 20; $PID } -ThrottleLimit 1 -BatchSize 1
        @($ids | Sort-Object -Unique) | Should -HaveCount 1
    }
}

Describe 'The -Reuse parameter' {
    BeforeEach { Reset-Loky }

    It 'with <reuse> replaces the workers: <replaced>' -ForEach @(
        @{ reuse = 'Auto'; replaced = $false }
        @{ reuse = 'Always'; replaced = $false }
        @{ reuse = 'Never'; replaced = $true }
    ) {
        $null = Get-LokyExecutor -MaxWorkers 2
        $first = Get-UsedWorker
        $null = Get-LokyExecutor -Reuse $reuse
        $second = Get-UsedWorker
        @($second | Where-Object { $first -notcontains $_ }).Count | Should -Be ($replaced ? 2 : 0)
        if ($replaced) { Wait-Condition { -not (Get-LiveProcess $first) } -Because 'the replaced workers are gone' }
    }

    It 'with Always keeps the workers though the environment differs' {
        $null = Get-LokyExecutor -MaxWorkers 2
        $first = Get-UsedWorker
        $null = Get-LokyExecutor -Reuse Always -Environment @{ LOKY_TEST_VALUE = 'other' }
        Get-UsedWorker | Should -Be $first
    }
}

Describe 'Stop-LokyExecutor' {
    It 'within the pipeline of a call <where> it does not wait for the call' -ForEach @(
        @{ where = 'before'; call = { 1..3 | ForEach-Object { if ($_ -eq 2) { Stop-LokyExecutor -Confirm:$false }; $_ } | Invoke-LokyParallel { $_ } -Ordered } }
        @{ where = 'behind'; call = { 1..3 | Invoke-LokyParallel { $_ } -Ordered | ForEach-Object { if ($_ -eq 2) { Stop-LokyExecutor -Confirm:$false }; $_ } } }
    ) {
        & $call | Should -Be 1, 2, 3
        Get-LokyExecutor | Should -BeNullOrEmpty
        1 | Invoke-LokyParallel { $_ } -MaxWorkers 1 | Should -Be 1
    }

    BeforeEach { Reset-Loky }

    It 'ends all workers' {
        $null = Get-LokyExecutor -MaxWorkers 2
        $ids = Get-UsedWorker
        Stop-LokyExecutor -Confirm:$false
        Wait-Condition { -not (Get-LiveProcess $ids) } -Because 'the workers are gone' -Seconds 5
    }

    It 'with -Force ends a worker that is stuck' {
        $null = Get-LokyExecutor -MaxWorkers 1
        $ids = Get-UsedWorker
        $marker = Join-Path $TestDrive 'stuck'
        $runspace = Start-Runspace 'param($marker) 1 | Invoke-LokyParallel { [IO.File]::WriteAllText($using:marker, 1); [Threading.Thread]::Sleep(100000) }' -ArgumentList $marker
        Wait-Condition { Test-Path -LiteralPath $marker } -Because 'the item runs'
        $watch = [Diagnostics.Stopwatch]::StartNew()
        Stop-LokyExecutor -Force -Confirm:$false
        Wait-Condition { -not (Get-LiveProcess $ids) } -Because 'the workers are gone' -Seconds 5
        Wait-Condition { $runspace.Handle.IsCompleted } -Because 'the call that lost its pool ends' -Seconds 10
        $runspace.Shell.Dispose()
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 15
    }

    It 'may be called twice and before anything ran' {
        { Stop-LokyExecutor -Confirm:$false; Stop-LokyExecutor -Confirm:$false; Stop-LokyExecutor -Force -Confirm:$false } | Should -Not -Throw
    }

    It 'does nothing with -WhatIf' {
        $null = Get-LokyExecutor -MaxWorkers 2
        $ids = Get-UsedWorker
        Stop-LokyExecutor -WhatIf
        Get-UsedWorker | Should -Be $ids
    }

    It 'is followed by a new pool at the next call' {
        $null = Get-LokyExecutor -MaxWorkers 2
        $first = Get-UsedWorker
        Stop-LokyExecutor -Confirm:$false
        1..10 | Invoke-LokyParallel { $_ } -ErrorAction Stop | Sort-Object | Should -Be (1..10)
        Get-UsedWorker | Where-Object { $first -contains $_ } | Should -BeNullOrEmpty
    }
}

Describe 'A short idle timeout' {
    BeforeEach { Reset-Loky }

    It 'of <_> ms loses nothing' -ForEach 1, 10 {
        $timeout = [timespan]::FromMilliseconds($_)
        foreach ($round in 1..5) {
            1..10 | Invoke-LokyParallel { Start-Sleep -Milliseconds 5; $_ } -MaxWorkers 2 -IdleTimeout $timeout -ErrorAction Stop |
                Sort-Object | Should -Be (1..10)
            Wait-Condition { -not (Get-LiveProcess @(Get-WorkerId)) } -Because 'the idle workers are gone'
        }
    }
}

# Runs alone: it measures time limits.
BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 2
    $null = Get-UsedWorker

    function Assert-PoolWorks {
        1..20 | Invoke-LokyParallel { $_ } -ErrorAction Stop | Sort-Object | Should -Be (1..20)
    }
}

AfterAll {
    Reset-Loky
}

Describe '-TaskTimeoutSeconds' {
    AfterEach { Assert-PoolWorks }

    It 'fails only the item that takes too long during <name>' -ForEach @(
        @{ name = 'a sleep'; body = 'Start-Sleep -Seconds 100' }
        @{ name = 'a tight loop'; body = 'while ($true) { }' }
        @{ name = 'native code'; body = '[Threading.Thread]::Sleep(100000)' }
    ) {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $results = 1..10 | Invoke-LokyParallel {
            if ($_ -eq 4) { . ([scriptblock]::Create($using:body)) }
            $_
        } -TaskTimeoutSeconds 2 -BatchSize 1 -ErrorVariable failures -ErrorAction SilentlyContinue
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 20
        $results | Sort-Object | Should -Be @(1..10 | Where-Object { $_ -ne 4 })
        $failures | Should -HaveCount 1
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'LokyTaskTimeout,*'
        $failures[0].TargetObject | Should -Be 4
    }

    It 'ends an item whose worker was stopped by SIGSTOP' {
        if ($IsWindows) { Set-ItResult -Skipped -Because 'it sends signals, which Windows does not have' }
        $null = 1 | Invoke-LokyParallel { kill -STOP $PID; Start-Sleep -Seconds 100 } -TaskTimeoutSeconds 2 -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures | Should -HaveCount 1
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'LokyTaskTimeout,*'
    }

    It 'counts the time of each item, not that of the call' {
        1..8 | Invoke-LokyParallel { Start-Sleep -Milliseconds 500; $_ } -TaskTimeoutSeconds 1.8 -ErrorAction Stop | Sort-Object | Should -Be (1..8)
    }

    It 'keeps the worker that did not time out' {
        $before = Get-UsedWorker
        $null = 1 | Invoke-LokyParallel { Start-Sleep -Seconds 100 } -TaskTimeoutSeconds 1 -ErrorAction SilentlyContinue
        $after = Get-UsedWorker
        @($after | Where-Object { $before -contains $_ }) | Should -HaveCount 1
    }
}

Describe '-TimeoutSeconds' {
    AfterEach { Assert-PoolWorks }

    It 'tells a limit that was given as a time span in seconds' {
        $null = 1 | Invoke-LokyParallel { Start-Sleep -Seconds 60 } -TimeoutSeconds ([timespan]::FromSeconds(1)) -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures[0].Exception.Message | Should -BeLike '*within 1 second(s)*'
    }

    It 'holds with -Ordered while results pour in that have to wait for an earlier one' {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $results = 1..10000 | Invoke-LokyParallel { if ($_ -eq 1) { Start-Sleep -Seconds 40 }; Start-Sleep -Milliseconds 5; $_ } -Ordered -TimeoutSeconds 2 -BatchSize 1 -ErrorVariable failures -ErrorAction SilentlyContinue
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 20
        $results | Should -BeNullOrEmpty
        $failures | Should -HaveCount 1
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'LokyTimeout,*'
    }

    It 'keeps what came before and gives one error' {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $results = 1..4 | Invoke-LokyParallel { if ($_ -gt 2) { Start-Sleep -Seconds 100 }; $_ } -TimeoutSeconds 2 -BatchSize 1 -ErrorVariable failures -ErrorAction SilentlyContinue
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 15
        $results | Sort-Object | Should -Be 1, 2
        $failures | Should -HaveCount 1
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'LokyTimeout,*'
    }

    It 'writes what came in time though the input was still coming when the time was over' {
        $results = & { 1; Start-Sleep -Seconds 4; 2 } | Invoke-LokyParallel { $_ } -TimeoutSeconds 2 -ErrorVariable failures -ErrorAction SilentlyContinue
        $results | Should -Be 1
        $failures.FullyQualifiedErrorId | Should -BeLike 'LokyTimeout,*'
    }

    It 'holds where a slow command reads many results that are ready' {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $read = 1..1000 | Invoke-LokyParallel { $_ } -TimeoutSeconds 2 -ErrorVariable failures -ErrorAction SilentlyContinue | ForEach-Object { Start-Sleep -Milliseconds 100; $_ }
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 20
        $read.Count | Should -BeGreaterThan 1
        $failures.FullyQualifiedErrorId | Should -BeLike 'LokyTimeout,*'
    }

    It 'holds where a slow command reads the many results of one batch' {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $read = 1..1000 | Invoke-LokyParallel { $_ } -BatchSize 1000 -TimeoutSeconds 2 -ErrorVariable failures -ErrorAction SilentlyContinue | ForEach-Object { Start-Sleep -Milliseconds 100; $_ }
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 20
        $read.Count | Should -BeGreaterThan 1
        $failures | Should -HaveCount 1
        $failures.FullyQualifiedErrorId | Should -BeLike 'LokyTimeout,*'
    }

    It 'is no error where all items ended in time and the results were read late' {
        1 | Invoke-LokyParallel { $_ } -TimeoutSeconds 2 -ErrorAction Stop | ForEach-Object { Start-Sleep -Seconds 4; $_ } | Should -Be 1
    }

    It 'tells of results that are left out of those that were held back for -Retry' {
        $read = 1 | Invoke-LokyParallel { 1..1000; Start-Sleep -Milliseconds 500 } -Retry 1 -TimeoutSeconds 3 -ErrorVariable failures -ErrorAction SilentlyContinue | ForEach-Object { Start-Sleep -Milliseconds 50; $_ }
        $read | Should -Be (1..$read.Count)
        $read.Count | Should -BeIn (2..500)
        $failures | Should -HaveCount 1
        $failures.FullyQualifiedErrorId | Should -BeLike 'LokyTimeout,*'
    }

    It 'ends a call whose input goes on' {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        # Far longer than the timeout, yet not for ever, so that a call that misses it fails alone.
        $null = & { while ($watch.Elapsed.TotalSeconds -lt 30) { 1; Start-Sleep -Milliseconds 1 } } | Invoke-LokyParallel { $_ } -TimeoutSeconds 2 -ErrorVariable failures -ErrorAction SilentlyContinue | Select-Object -First 1000000
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 15
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'LokyTimeout,*'
    }

    It 'that is long enough changes nothing' {
        1..10 | Invoke-LokyParallel { $_ } -TimeoutSeconds 60 -Ordered -ErrorAction Stop | Should -Be (1..10)
    }

    It 'leaves no item running' {
        $pulse = Join-Path $TestDrive 'pulse'
        $null = 1 | Invoke-LokyParallel { while ($true) { [IO.File]::WriteAllText($using:pulse, [datetime]::UtcNow.Ticks); Start-Sleep -Milliseconds 20 } } -TimeoutSeconds 2 -ErrorAction SilentlyContinue
        $state = @{ Last = ''; Since = [Diagnostics.Stopwatch]::StartNew() }
        Wait-Condition {
            $now = try { [IO.File]::ReadAllText($pulse) } catch [IO.IOException] { '' }
            if ($now -ne $state.Last) { $state.Last = $now; $state.Since.Restart() }
            $state.Since.Elapsed.TotalSeconds -gt 1
        } -Because 'the item has ended' -Seconds 15
    }
}

Describe 'A time limit' {
    It 'of <value> for -<parameter> ends nothing' -ForEach @(
        foreach ($parameter in 'TimeoutSeconds', 'TaskTimeoutSeconds') {
            foreach ($value in 0, [int]::MaxValue, ([timespan]::Zero), ([timespan]::FromDays(60)), ([Threading.Timeout]::InfiniteTimeSpan)) {
                @{ parameter = $parameter; value = $value }
            }
        }
    ) {
        $limit = @{ $parameter = $value }
        1..3 | Invoke-LokyParallel { Start-Sleep -Milliseconds 50; $_ } @limit -ErrorAction Stop | Sort-Object | Should -Be 1, 2, 3
    }

    It 'of <value> ends no job' -ForEach @{ value = 0 }, @{ value = [int]::MaxValue }, @{ value = [timespan]::FromDays(60) } {
        $job = 1..3 | Invoke-LokyParallel { Start-Sleep -Milliseconds 50; $_ } -TimeoutSeconds $value -TaskTimeoutSeconds $value -AsJob
        $null = Wait-Job $job -Timeout 60
        $job.State | Should -Be 'Completed'
        Receive-Job $job | Sort-Object | Should -Be 1, 2, 3
        Remove-Job $job
    }

    It 'of [int]::MaxValue is taken for -IdleTimeout' {
        (Get-LokyExecutor -IdleTimeout ([int]::MaxValue)).IdleTimeout.TotalSeconds | Should -Be ([int]::MaxValue)
        1 | Invoke-LokyParallel { $_ } -ErrorAction Stop | Should -Be 1
    }

    It 'beyond that is refused with the value and the limit' {
        { 1 | Invoke-LokyParallel { $_ } -TimeoutSeconds 1e12 } | Should -Throw -ErrorId 'LokyInvalidTimeout,*' -ExpectedMessage '*1000000000000*2147483647*'
    }
}

# Runs alone: it measures time and memory.
BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 2
    $null = 1..4 | Invoke-LokyParallel { $_ }

    # Far more than any sound bound of what may wait, and far less than a generator makes in a second.
    $enough = 100000
}

AfterAll {
    Reset-Loky
}

Describe 'An endless input' {
    It 'ends at once with Select-Object -First' {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $results = & { $n = 0; while ($true) { (++$n) } } | Invoke-LokyParallel { $_ } | Select-Object -First 5
        $watch.Stop()
        $results | Should -HaveCount 5
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 3
    }

    It 'ends at once with Select-Object -First and -Ordered' {
        & { $n = 0; while ($true) { (++$n) } } | Invoke-LokyParallel { $_ } -Ordered | Select-Object -First 5 | Should -Be (1..5)
    }

    It 'frees the workers when it is cut off' {
        $null = & { while ($true) { 1 } } | Invoke-LokyParallel { Start-Sleep -Milliseconds 10; $_ } | Select-Object -First 1
        $watch = [Diagnostics.Stopwatch]::StartNew()
        1..4 | Invoke-LokyParallel { $_ } -Ordered | Should -Be (1..4)
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 5
    }

    It 'waits for slow workers instead of piling up' {
        $state = @{ Made = 0 }
        $null = & { while ($true) { (++$state.Made) } } | Invoke-LokyParallel { Start-Sleep -Seconds 2; $_ } -BatchSize 1 | Select-Object -First 1
        $state.Made | Should -BeLessThan $enough
    }

    It 'waits with -Ordered for a first item that is slow' {
        $state = @{ Made = 0 }
        $first = & { while ($true) { (++$state.Made) } } | Invoke-LokyParallel { if ($_ -eq 1) { Start-Sleep -Seconds 2 }; $_ } -BatchSize 1 -Ordered | Select-Object -First 1
        $first | Should -Be 1
        $state.Made | Should -BeLessThan $enough
    }
}

Describe 'A long input' {
    It 'of 1,000,000 items passes in constant memory' {
        $state = @{ Count = 0; Sum = [long]0; Peak = [long]0 }
        $before = [GC]::GetTotalMemory($true)
        & { for ($n = 1; $n -le 1000000; $n++) { $n } } | Invoke-LokyParallel { "$_ $('x' * 200)" } | ForEach-Object {
            $state.Sum += [int]$_.Substring(0, $_.IndexOf(' '))
            if ((++$state.Count) % 100000 -eq 0) { $state.Peak = [Math]::Max($state.Peak, [GC]::GetTotalMemory($true)) }
        }
        $state.Count | Should -Be 1000000
        $state.Sum | Should -Be 500000500000
        # All results together are over 400 MB.
        ($state.Peak - $before) / 1MB | Should -BeLessThan 64
        (Get-LokyExecutor).Workers.Id | ForEach-Object { (Get-Process -Id $_).WorkingSet64 / 1MB | Should -BeLessThan 300 }
    }

    It 'may end in an error of its own without losing what was sent' {
        $state = @{ Results = @() }
        { & { 1..10; throw 'input broke' } | Invoke-LokyParallel { $_ } | ForEach-Object { $state.Results += $_ } } |
            Should -Throw -ExpectedMessage 'input broke'
        1..4 | Invoke-LokyParallel { $_ } -Ordered | Should -Be (1..4)
    }
}

Describe 'A slow reader' {
    It 'holds up the workers instead of piling up results' {
        $log = Join-Path $TestDrive 'ran'
        $null = New-Item -ItemType Directory $log
        # The reader takes one result and stops reading for a while; each item that ran leaves a file.
        $null = 1..100000 | Invoke-LokyParallel { [IO.File]::Create((Join-Path $using:log $_)).Dispose(); 'x' * 10000 } -BatchSize 1 |
            ForEach-Object { Start-Sleep -Seconds 2; $_ } | Select-Object -First 1
        [IO.Directory]::GetFiles($log).Count | Should -BeLessThan 20000
    }

    It 'has the workers go on as soon as it does' {
        # More than may wait is made while the reader pauses, so that every worker has stopped when it goes on.
        $state = @{ Count = 0; Watch = [Diagnostics.Stopwatch]::StartNew() }
        1..400 | Invoke-LokyParallel { , [byte[]]::new(1MB) } | ForEach-Object {
            if ($state.Count++ -eq 0) { Start-Sleep -Seconds 2 }
        }
        $state.Count | Should -Be 400
        $state.Watch.Elapsed.TotalSeconds | Should -BeLessThan 60
    }
}

Describe 'A reader slower than the workers' {
    AfterEach { $null = Get-LokyExecutor -MaxWorkers 2 }

    It 'holds back the output of an item that is still running' {
        $state = @{ Count = 0; Peak = [long]0 }
        $before = [GC]::GetTotalMemory($true)
        1..2 | Invoke-LokyParallel { foreach ($n in 1..150) { , [byte[]]::new(2MB) } } | ForEach-Object {
            if ($state.Count++ -eq 0) { Start-Sleep -Seconds 6 }
            if ($state.Count % 20 -eq 1) { $state.Peak = [Math]::Max($state.Peak, [GC]::GetTotalMemory($true)) }
        }
        $state.Count | Should -Be 300

        # All together are 600 MB.
        ($state.Peak - $before) / 1MB | Should -BeLessThan 200
    }

    It 'can call into the same pool, all of whose workers it holds back' {
        $null = Get-LokyExecutor -MaxWorkers 1
        $state = @{ Count = 0; Inner = $null }
        1 | Invoke-LokyParallel { foreach ($n in 1..80) { , [byte[]]::new(2MB) } } | ForEach-Object {
            if ($state.Count++ -eq 0) {
                Start-Sleep -Seconds 3
                $state.Inner = 21 | Invoke-LokyParallel { $_ * 2 }
            }
        }
        $state.Count | Should -Be 80
        $state.Inner | Should -Be 42
    }

    It 'that goes away frees the worker that it holds back' {
        $null = Get-LokyExecutor -MaxWorkers 1
        $worker = 1 | Invoke-LokyParallel { $PID }
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $null = 1 | Invoke-LokyParallel { foreach ($n in 1..1000) { , [byte[]]::new(2MB) } } | ForEach-Object { Start-Sleep -Seconds 3; $_.Length } | Select-Object -First 1
        1 | Invoke-LokyParallel { $PID } | Should -Be $worker
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 30
    }

    It 'is no reason to end an item for its time limit' {
        $null = Get-LokyExecutor -MaxWorkers 1
        $state = @{ Count = 0 }
        1 | Invoke-LokyParallel { foreach ($n in 1..80) { , [byte[]]::new(2MB) } } -TaskTimeoutSeconds 5 -ErrorVariable failures -ErrorAction SilentlyContinue | ForEach-Object {
            if ($state.Count++ -eq 0) { Start-Sleep -Seconds 8 }
        }
        $failures | Should -BeNullOrEmpty
        $state.Count | Should -Be 80
    }
}

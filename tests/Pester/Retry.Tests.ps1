BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 2

    # A folder in which every item adds a letter to its own file each time it runs.
    function New-RunLog { (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName }
    function Get-RunCount([string] $Log, $Item) { (Get-Item (Join-Path $Log $Item)).Length }
}

AfterAll {
    Reset-Loky
}

Describe '-Retry' {
    It 'runs an item again whose worker died' {
        $log = New-RunLog
        $results = 1..10 | Invoke-LokyParallel {
            $file = Join-Path $using:log $_
            [IO.File]::AppendAllText($file, 'x')
            if ($_ -eq 3 -and [IO.FileInfo]::new($file).Length -lt 3) { [Environment]::Exit(1) }
            $_
        } -Retry 5 -BatchSize 1 -ErrorAction Stop
        $results | Sort-Object | Should -Be (1..10)
        Get-RunCount $log 3 | Should -Be 3
    }

    It 'tells the block which attempt it is' {
        1 | Invoke-LokyParallel {
            if ([Loky.LokyTask]::Attempt -lt 3) { [Environment]::Exit(1) }
            [Loky.LokyTask]::Attempt
        } -Retry 5 -ErrorAction Stop | Should -Be 3
    }

    It 'gives up after that many attempts' {
        $log = New-RunLog
        $null = 1 | Invoke-LokyParallel {
            [IO.File]::AppendAllText((Join-Path $using:log $_), 'x')
            [Environment]::Exit(1)
        } -Retry 2 -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures | Should -HaveCount 1
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'LokyWorkerTerminated,*'
        Get-RunCount $log 1 | Should -Be 3
    }

    It 'does not run an item again that failed by itself' {
        $log = New-RunLog
        $null = 1 | Invoke-LokyParallel {
            [IO.File]::AppendAllText((Join-Path $using:log $_), 'x')
            throw 'its own error'
        } -Retry 5 -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures.Exception.Message | Should -Be 'its own error'
        Get-RunCount $log 1 | Should -Be 1
    }

    It 'runs an item again that took too long' {
        $log = New-RunLog
        1 | Invoke-LokyParallel {
            $file = Join-Path $using:log $_
            [IO.File]::AppendAllText($file, 'x')
            if ([IO.FileInfo]::new($file).Length -eq 1) { Start-Sleep -Seconds 100 }
            'done'
        } -Retry 1 -TaskTimeoutSeconds 2 -ErrorAction Stop | Should -Be 'done'
        Get-RunCount $log 1 | Should -Be 2
    }

    It 'keeps the order with -Ordered' {
        $log = New-RunLog
        1..10 | Invoke-LokyParallel {
            $file = Join-Path $using:log $_
            [IO.File]::AppendAllText($file, 'x')
            if ($_ % 4 -eq 0 -and [IO.FileInfo]::new($file).Length -eq 1) { [Environment]::Exit(1) }
            $_
        } -Retry 3 -Ordered -ErrorAction Stop | Should -Be (1..10)
    }
}

Describe '-Retry and what an item wrote before its worker died' {
    BeforeAll {
        # Its first attempts write, wait long enough for that to be sent, and die.
        $dying = {
            $attempt = [Loky.LokyTask]::Attempt
            "output $_, $attempt"
            Write-Error "error $_, $attempt"
            Write-Warning "warning $_, $attempt"
            if ($attempt -le $using:deaths) { Start-Sleep -Milliseconds 200; Stop-Process -Id $PID -Force; Start-Sleep -Seconds 60 }
            "end $_, $attempt"
        }
    }

    It 'gives results and errors of the attempt that ended alone, and messages of all' {
        $deaths = 1
        $output = 1 | Invoke-LokyParallel $dying -Retry 2 -ErrorVariable failures -ErrorAction SilentlyContinue -WarningVariable warnings -WarningAction SilentlyContinue
        $output | Should -Be 'output 1, 2', 'end 1, 2'
        $failures | Should -Be 'error 1, 2'
        $warnings | Should -Be 'warning 1, 1', 'warning 1, 2'
    }

    It 'gives what the last attempt wrote where none has ended' {
        $deaths = 3
        $output = 1 | Invoke-LokyParallel $dying -Retry 1 -ErrorVariable failures -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
        $output | Should -Be 'output 1, 2'
        $failures | Should -HaveCount 2
        $failures[0] | Should -Be 'error 1, 2'
        $failures[1].FullyQualifiedErrorId | Should -BeLike 'LokyWorkerTerminated,*'
    }

    It 'gives them once with -Ordered, where items die that others wait for' {
        $deaths = 1
        $output = 1..6 | Invoke-LokyParallel $dying -Retry 2 -Ordered -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
        $output | Should -Be (1..6 | ForEach-Object { "output $_, 2"; "end $_, 2" })
    }

    It 'gives them once to a job' {
        $deaths = 1
        $job = 1 | Invoke-LokyParallel $dying -Retry 2 -AsJob -WarningAction SilentlyContinue
        $output = $job | Receive-Job -Wait -AutoRemoveJob -ErrorVariable failures -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
        $output | Should -Be 'output 1, 2', 'end 1, 2'
        $failures | Should -Be 'error 1, 2'
    }

    It 'gives what an item has written that had not ended when the time was over' {
        $output = 1 | Invoke-LokyParallel { 'written'; Start-Sleep -Seconds 60 } -Retry 2 -TimeoutSeconds 3 -ErrorVariable failures -ErrorAction SilentlyContinue
        $output | Should -Be 'written'
        $failures.FullyQualifiedErrorId | Should -BeLike 'LokyTimeout,*'
    }

    It 'gives it also where the time is over while the input still comes' {
        $output = & { 1; Start-Sleep -Seconds 5; 2 } | Invoke-LokyParallel { 'written'; Start-Sleep -Seconds 60 } -Retry 2 -TimeoutSeconds 3 -ErrorVariable failures -ErrorAction SilentlyContinue
        $output | Should -Be 'written'
        $failures.FullyQualifiedErrorId | Should -BeLike 'LokyTimeout,*'
    }

    It 'gives it to a job where the time is over' {
        $job = 1 | Invoke-LokyParallel { 'written'; Start-Sleep -Seconds 60 } -Retry 2 -TimeoutSeconds 3 -AsJob
        $output = $job | Receive-Job -Wait -AutoRemoveJob -ErrorVariable failures -ErrorAction SilentlyContinue
        $output | Should -Be 'written'
        $failures.FullyQualifiedErrorId | Should -BeLike 'LokyTimeout*'
    }

    It 'does not keep more than 64 MB of it back' {
        $flag = Join-Path $TestDrive 'seen'
        $lengths = 1 | Invoke-LokyParallel {
            foreach ($i in 1..80) { , [byte[]]::new(1MB) }
            while (-not (Test-Path -LiteralPath $using:flag)) { Start-Sleep -Milliseconds 50 }
            , [byte[]]::new(7)
        } -Retry 1 -TimeoutSeconds 60 -ErrorAction Stop | ForEach-Object { if (-not (Test-Path -LiteralPath $flag)) { $null = New-Item $flag }; $_.Length }
        $lengths | Should -HaveCount 81
        $lengths[80] | Should -Be 7
    }
}

Describe '-Retry with -Ordered and a slow reader' {
    It 'runs an item again that all results behind it wait for, while those before it are still being read' {
        $null = Get-LokyExecutor -MaxWorkers 3
        $log = New-RunLog
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $first = $true
        $results = 1..40 | Invoke-LokyParallel {
            if ($_ -le 5) { "$_" }
            elseif ($_ -eq 6) {
                [IO.File]::AppendAllText((Join-Path $using:log $_), 'x')
                if ([Loky.LokyTask]::Attempt -eq 1) { Start-Sleep -Seconds 3; Stop-Process -Id $PID -Force; Start-Sleep -Seconds 60 }
                '6'
            }
            else { , [byte[]]::new(4MB) }
        } -Ordered -Retry 1 -BatchSize 1 -ErrorAction Stop | ForEach-Object { if ($first) { $first = $false; Start-Sleep -Seconds 6 }; if ($_ -is [string]) { $_ } else { $_.Length } }
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 60
        $results | Should -HaveCount 40
        $results[0..5] | Should -Be ('1', '2', '3', '4', '5', '6')
        Get-RunCount $log 6 | Should -Be 2
        $null = Get-LokyExecutor -MaxWorkers 2
    }
}

Describe 'Without -Retry' {
    It 'an item never runs twice' {
        $log = New-RunLog
        $null = 1..60 | Invoke-LokyParallel {
            [IO.File]::AppendAllText((Join-Path $using:log $_), 'x')
            if ($_ % 20 -eq 0) { [Environment]::Exit(1) }
        } -ErrorVariable failures -ErrorAction SilentlyContinue
        Get-ChildItem $log | Where-Object Length -NE 1 | Should -BeNullOrEmpty
        $failures.TargetObject | Should -Contain 20
        $failures.TargetObject | Should -Contain 40
        $failures.TargetObject | Should -Contain 60
    }
}

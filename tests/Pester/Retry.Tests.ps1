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

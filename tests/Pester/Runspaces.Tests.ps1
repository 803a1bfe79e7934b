BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 2
}

AfterAll {
    Reset-Loky
}

Describe 'Several runspaces of one session' {
    It 'share the pool and get their own results' {
        $expected = Get-UsedWorker
        $runspaces = foreach ($factor in 1..4) {
            Start-Runspace 'param($factor) 1..200 | Invoke-LokyParallel { "$($_ * $using:factor) $PID" }' -ArgumentList $factor
        }
        foreach ($factor in 1..4) {
            $lines = Wait-Runspace $runspaces[$factor - 1]
            $lines.ForEach({ [int]($_ -split ' ')[0] }) | Sort-Object | Should -Be @(1..200 | ForEach-Object { $_ * $factor })
            $lines.ForEach({ [int]($_ -split ' ')[1] }) | Where-Object { $_ -notin $expected } | Should -BeNullOrEmpty
        }
    }

    It 'may resize the pool under each other' {
        $runspaces = foreach ($size in 1, 4, 2, 3) {
            Start-Runspace 'param($size) foreach ($round in 1..5) { 1..50 | Invoke-LokyParallel { $_ } -MaxWorkers $size -ErrorAction Stop }' -ArgumentList $size
        }
        foreach ($runspace in $runspaces) {
            $results = Wait-Runspace $runspace -Seconds 120
            $results | Group-Object | ForEach-Object { $_.Count | Should -Be 5 }
            @($results | Sort-Object -Unique) | Should -Be (1..50)
        }
    }

    It 'may replace the pool under each other' {
        $runspaces = foreach ($policy in 'Never', 'Auto', 'Never', 'Always') {
            Start-Runspace 'param($policy) foreach ($round in 1..3) { $null = Get-LokyExecutor -MaxWorkers 2 -Reuse $policy; 1..20 | Invoke-LokyParallel { $_ } -ErrorAction Stop }' -ArgumentList $policy
        }
        foreach ($runspace in $runspaces) {
            @(Wait-Runspace $runspace -Seconds 120 | Sort-Object -Unique) | Should -Be (1..20)
        }
    }

    It 'end apart: closing one leaves the pool of the others' {
        $before = Get-UsedWorker
        $null = Wait-Runspace (Start-Runspace '1 | Invoke-LokyParallel { $_ }')
        Get-UsedWorker | Should -Be $before
    }
}

Describe 'Runspaces with settings of their own' {
    BeforeEach {
        Reset-Loky
        $null = Get-LokyExecutor -MaxWorkers 1
    }

    AfterAll { Reset-Loky }

    It 'do not get the initializer, the environment and the converters of another' {
        $null = Get-LokyExecutor -Initializer { $global:prepared = 'main' } -Environment @{ LOKY_TEST_SET = 'main' } -Converter @{ [uri] = @{ ToWire = { "$_" }; FromWire = { [uri] "$_#main" } } }
        $block = '[uri] "http://a/" | Invoke-LokyParallel { "$global:prepared $env:LOKY_TEST_SET $_" }'
        [uri] 'http://a/' | Invoke-LokyParallel { "$global:prepared $env:LOKY_TEST_SET $_" } | Should -Be 'main main http://a/#main'
        Wait-Runspace (Start-Runspace $block) | Should -Be '  http://a/'
        Wait-Runspace (Start-Runspace ('$null = Get-LokyExecutor -MaxWorkers 1 -Initializer { $global:prepared = "other" } -Environment @{ LOKY_TEST_SET = "other" };' + $block)) |
            Should -Be 'other other http://a/'
        [uri] 'http://a/' | Invoke-LokyParallel { "$global:prepared $env:LOKY_TEST_SET $_" } | Should -Be 'main main http://a/#main'
    }

    It 'share the workers where the settings are equal' {
        # One text in one place, as of the block of a ForEach-Object -Parallel: errors are to be found there.
        $script = Join-Path $TestDrive 'same.ps1'
        Set-Content $script '1 | Invoke-LokyParallel { $PID } -Initializer { $global:prepared = "same" } -Environment @{ LOKY_TEST_SET = "same" }'
        $expected = & $script
        Wait-Runspace (Start-Runspace 'param($script) & $script' -ArgumentList $script) | Should -Be $expected
    }

    It 'get new workers together when one of them asks for that' {
        $before = 1 | Invoke-LokyParallel { $PID }
        $runspace = Start-Runspace '$null = Get-LokyExecutor -Reuse Never; 1 | Invoke-LokyParallel { $PID }'
        $other = Wait-Runspace $runspace
        $other | Should -Not -Be $before
        1 | Invoke-LokyParallel { $PID } | Should -Be $other
    }
}

Describe 'A runspace that lets go of the module' {
    BeforeEach { Reset-Loky }

    It 'by <name> leaves the calls of the others alone' -ForEach @(
        @{ name = 'Remove-Module'; script = 'Remove-Module Loky' }
        @{ name = 'Import-Module -Force'; script = "Import-Module '$(& { Import-Module $PSScriptRoot/Support.psm1; Get-LokyManifest })' -Force" }
    ) {
        $marker = Join-Path $TestDrive ([guid]::NewGuid())
        $go = "$marker.go"
        $null = Get-LokyExecutor -MaxWorkers 2
        $calls = Start-Runspace 'param($marker, $go) 1 | Invoke-LokyParallel { [IO.File]::WriteAllText($using:marker, $PID); while (-not [IO.File]::Exists($using:go)) { Start-Sleep -Milliseconds 10 }; "done $PID" } -ErrorAction Stop' -ArgumentList $marker, $go
        Wait-Condition { Test-Path $marker } -Because 'the item runs'
        $null = Wait-Runspace (Start-Runspace "`$null = 1 | Invoke-LokyParallel { `$_ }; $script")
        [IO.File]::WriteAllText($go, '')
        Wait-Runspace $calls | Should -BeLike 'done *'
    }

    It 'as the last takes the workers along' {
        # The main runspace has other settings, and so no part in that pool.
        $null = Get-LokyExecutor -MaxWorkers 1 -Environment @{ LOKY_TEST_SET = 'main' }
        $worker = Wait-Runspace (Start-Runspace '1 | Invoke-LokyParallel { $PID } -MaxWorkers 1; Remove-Module Loky')
        Get-LiveProcess $worker | Should -BeNullOrEmpty
    }

    It 'by being dropped as the last takes the workers along, once the memory is collected' {
        $null = Get-LokyExecutor -MaxWorkers 1 -Environment @{ LOKY_TEST_SET = 'main' }
        $worker = & {
            $runspace = Start-Runspace '1 | Invoke-LokyParallel { $PID } -MaxWorkers 1 -IdleTimeout ([Threading.Timeout]::InfiniteTimeSpan)'
            $null = $runspace.Handle.AsyncWaitHandle.WaitOne(60000)
            [int] "$($runspace.Output[0])"
        }
        Wait-Condition { [GC]::Collect(); [GC]::WaitForPendingFinalizers(); -not (Get-LiveProcess $worker) } -Because 'the pool of a runspace that nobody has any more ends' -Seconds 30
    }

    It 'by being closed as the last takes the workers along' {
        $null = Get-LokyExecutor -MaxWorkers 1 -Environment @{ LOKY_TEST_SET = 'main' }
        $worker = Wait-Runspace (Start-Runspace '1 | Invoke-LokyParallel { $PID } -MaxWorkers 1 -IdleTimeout ([Threading.Timeout]::InfiniteTimeSpan)')
        Wait-Condition { -not (Get-LiveProcess $worker) } -Because 'the pool of a closed runspace ends' -Seconds 15
    }
}

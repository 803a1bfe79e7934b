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

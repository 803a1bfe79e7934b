# Large values of variables stay in the workers from call to call; no call may notice.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 1
}

AfterAll {
    Reset-Loky
}

Describe 'A large captured value' {
    It 'arrives in each call as it is at that moment' {
        $big = [int[]](1..20000)
        1 | Invoke-LokyParallel { $big[0] } | Should -Be 1
        $big[0] = 7
        1 | Invoke-LokyParallel { $big[0] } | Should -Be 7
        $big[0] = 1
        1 | Invoke-LokyParallel { $big[0]; $big.Length } | Should -Be 1, 20000
    }

    It 'is not changed for the next call by what a block does to it' {
        $list = [Collections.Generic.List[string]]('x' * 100 + "`n" * 20000 -split "`n")
        $count = $list.Count
        1..2 | ForEach-Object { 1 | Invoke-LokyParallel { $list.Count; $list.Clear() } } | Should -Be $count, $count
    }

    It 'keeps its type and what belongs to it' {
        $table = @{}
        foreach ($i in 1..3000) { $table[$i] = "value $i" }
        $table.Self = $table
        1..2 | ForEach-Object {
            1 | Invoke-LokyParallel { $table.GetType().Name; $table[3000]; [object]::ReferenceEquals($table, $table.Self) }
        } | Should -Be 'Hashtable', 'value 3000', $true, 'Hashtable', 'value 3000', $true
    }

    It 'under two names is one object' {
        $list = [Collections.ArrayList](1..20000)
        $same = $list
        1..2 | ForEach-Object { 1 | Invoke-LokyParallel { $list.Clear(); $same.Count } } | Should -Be 0, 0
    }

    It 'that is a custom object is one of its own' {
        $one = [pscustomobject]@{ Text = 'a' * 20000 }
        $other = [pscustomobject]@{ Text = 'b' * 20000 }
        1 | Invoke-LokyParallel { $one.Text[0], $other.Text[0], $one.Text.Length } | Should -Be 'a', 'b', 20000
    }

    It 'can be named with $using: too' {
        $text = 'x' * 100000
        1..2 | ForEach-Object { 1 | Invoke-LokyParallel { ($using:text).Length } -NoCapture } | Should -Be 100000, 100000
    }

    It 'comes to every worker, also to one in place of a dead one' {
        $big = [byte[]]::new(1MB)
        $null = Get-LokyExecutor -MaxWorkers 2
        1..20 | Invoke-LokyParallel { Start-Sleep -Milliseconds 5; $big.Length } -BatchSize 1 | Sort-Object -Unique | Should -Be 1MB
        1..2 | Invoke-LokyParallel { if ($_ -eq 1) { Stop-Process -Id $PID -Force } } -ErrorAction SilentlyContinue
        1..20 | Invoke-LokyParallel { $big.Length } | Sort-Object -Unique | Should -Be 1MB
        $null = Get-LokyExecutor -MaxWorkers 1
    }

    It 'is sent again after others have taken its place' {
        $first, $second, $third = foreach ($fill in 1..3) { , [byte[]]::new(30MB) }
        $first[0], $second[0], $third[0] = 1, 2, 3
        1 | Invoke-LokyParallel { $first[0]; $second[0]; $third[0] } | Should -Be 1, 2, 3
        1 | Invoke-LokyParallel { $first[0] } | Should -Be 1
        1 | Invoke-LokyParallel { $third[0]; $second[0] } | Should -Be 3, 2
    }

    It 'larger than what a worker keeps is sent with its call' {
        $huge = [byte[]]::new(70MB)
        1 | Invoke-LokyParallel { $huge.Length } | Should -Be 70MB
    }
}

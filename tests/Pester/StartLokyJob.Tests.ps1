BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 2
}

AfterAll {
    Reset-Loky
}

Describe 'Start-LokyJob' {
    AfterEach { Get-Job | Remove-Job -Force }

    It 'runs one task as a job' {
        $job = Start-LokyJob { param($a, $b) $a + $b } -ArgumentList 2, 3 -Name 'sum'
        $job.Name | Should -Be 'sum'
        Receive-Job $job -Wait | Should -Be 5
        $job.State | Should -Be 'Completed'
    }

    It 'tells how its worker died, and names no item, for it has none' {
        $job = Start-LokyJob { [Environment]::Exit(3) }
        $null = Wait-Job $job -Timeout 60
        Receive-Job $job -ErrorVariable failures -ErrorAction SilentlyContinue
        "$failures" | Should -BeLike 'Worker process * ended with EXIT(3) *'
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

    It 'sets no item, and takes $args' {
        Start-LokyJob { "$($null -eq $_) $args" } -ArgumentList 1, 2 | Receive-Job -Wait | Should -Be 'True 1 2'
    }

    It 'runs one block at a time for each worker' {
        $jobs = 1..6 | ForEach-Object { Start-LokyJob { param($n) $n * 10 } -ArgumentList $_ -Name "job $_" }
        $null = Wait-Job $jobs -Timeout 60
        $jobs | Receive-Job | Should -Be 10, 20, 30, 40, 50, 60
    }

    It 'names the variable that cannot be taken along, and makes no job' {
        $stream = [IO.FileStream]::new((Join-Path $TestDrive 'held'), 'Create')
        try {
            { Start-LokyJob { $stream.Length } -ErrorAction Stop } | Should -Throw -ErrorId 'LokyCapture,*' -ExpectedMessage '*stream*'
        }
        finally {
            $stream.Dispose()
        }
        Get-Job | Should -BeNullOrEmpty
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

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
}

AfterAll {
    Reset-Loky
}

Describe 'What -Verbose tells of the life of the pool' {
    BeforeEach {
        Stop-LokyExecutor -Force
    }

    It 'has the start of workers, and that they are ready' {
        $records = 1 | Invoke-LokyParallel { $_ } -MaxWorkers 1 -Verbose 4>&1
        $id = (Get-LokyExecutor).Workers.Id
        $records.Message | Should -Contain "Worker 1 was started as process $id."
        $records.Message | Should -Contain "Worker 1 (process $id) is ready."
    }

    It 'has the death of a worker and what was lost with it' {
        if ($IsWindows) { Set-ItResult -Skipped -Because 'it sends signals, which Windows does not have' }
        $id = 1 | Invoke-LokyParallel { $PID } -MaxWorkers 1
        # The second item is there so that the call outlives the death.
        $records = 1, 2 | Invoke-LokyParallel { if ($_ -eq 1) { kill -9 $PID } } -BatchSize 1 -Verbose -ErrorAction SilentlyContinue 4>&1
        "$($records.Message)" | Should -BeLike "*lost with process $id.*"
        "$($records.Message)" | Should -BeLike "*(process $id) ended by itself or was killed: SIGKILL.*"
    }

    It 'has a change of size and the end' {
        $null = 1 | Invoke-LokyParallel { $_ } -MaxWorkers 1
        (Get-LokyExecutor -MaxWorkers 3 -Verbose 4>&1).Message | Should -Contain 'The executor may now have 3 worker(s).'
        (Stop-LokyExecutor -Verbose 4>&1).Message | Should -Contain "The executor's last worker has ended."
    }

    It 'comes with the preference of the caller too' {
        $records = & {
            $VerbosePreference = 'Continue'
            1 | Invoke-LokyParallel { $_ } -MaxWorkers 1 4>&1
        }
        "$($records.Message)" | Should -BeLike '*was started as process*'
    }

    It 'is silent otherwise' {
        $records = 1 | Invoke-LokyParallel { $_ } -MaxWorkers 1 4>&1
        $records | Should -Be 1
    }
}

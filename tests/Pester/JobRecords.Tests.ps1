BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 2
}

AfterAll {
    Reset-Loky
}

Describe 'A record of a worker that belongs to no item of a job' {
    BeforeAll {
        # Puts the record where the preparation of a worker puts what it writes.
        function Add-StartRecord($Job, [byte[]] $Record) {
            $inner = [Reflection.BindingFlags] 'Instance, NonPublic, Public'
            $run = $Job.GetType().GetField('_run', $inner).GetValue($Job)
            $group = $run.GetType().GetField('_group', $inner).GetValue($run)
            $results = $group.GetType().GetProperty('Results', $inner).GetValue($group)
            $null = $results.GetType().GetMethod('AddStartRecord', $inner).Invoke($results, @([ReadOnlyMemory[byte]] $Record))
        }
    }

    AfterEach { Get-Job | Remove-Job -Force }

    It 'does not end the job: <name>' -ForEach @(
        @{ name = 'a failure that cannot be read'; record = 2, 1, 0xC0; told = 1 }
        @{ name = 'an item that was stopped'; record = 3, 1, 0xC0; told = 0 }
        @{ name = 'the end of an item'; record = , 0; told = 0 }
        @{ name = 'an error that ends an item and cannot be read'; record = 22, 1, 0xC0; told = 1 }
        @{ name = 'the error of a whole call, which cannot be read'; record = 24, 1, 0xC0; told = 1 }
        @{ name = 'an unknown kind'; record = 120, 1, 0xC0; told = 1 }
        @{ name = 'bytes that are no value'; record = 1, 1, 0xC1; told = 1 }
        @{ name = 'bytes that are no record'; record = 1, 64, 0xC0; told = 1 }
    ) {
        $go = Join-Path $TestDrive ([guid]::NewGuid())
        $job = 1..2 | Invoke-LokyParallel { while (-not [IO.File]::Exists($go)) { Start-Sleep -Milliseconds 20 }; $_ } -AsJob
        Add-StartRecord $job $record
        Set-Content $go ''
        $null = Wait-Job $job -Timeout 120
        $job.State | Should -Be 'Completed'
        @($job.Error) | Should -HaveCount $told
        $job.Error | ForEach-Object { $_.FullyQualifiedErrorId | Should -BeLike 'LokyMalformedResult*' }
        $job | Receive-Job -ErrorAction SilentlyContinue | Sort-Object | Should -Be 1, 2
    }
}

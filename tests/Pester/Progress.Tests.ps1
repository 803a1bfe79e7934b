BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    # What is measured is the call, not how long workers take to start.
    $null = 1..8 | Invoke-LokyParallel { Start-Sleep -Milliseconds 50 } -MaxWorkers 2 -BatchSize 1

    # Runs the script in a runspace of its own and returns the records of the call's bar.
    function Get-Bar($Script, [switch] $AnyActivity) {
        $run = Start-Runspace $Script
        # The records are gone with the shell.
        $null = $run.Handle.AsyncWaitHandle.WaitOne(60000)
        $records = $run.Shell.Streams.Progress.ReadAll()
        $null = Wait-Runspace $run
        @($records | Where-Object { $AnyActivity -or $_.Activity -eq 'Invoke-LokyParallel' })
    }
}

AfterAll {
    Reset-Loky
}

Describe 'The progress bar of a call' {
    It 'shows after a second what is done, what runs, the rate and the time left' {
        $bar = Get-Bar '1..16 | Invoke-LokyParallel { Start-Sleep -Milliseconds 300 } -MaxWorkers 2 -BatchSize 1'
        $bar.Count | Should -BeGreaterThan 2
        $some = $bar[-2]
        $some.StatusDescription | Should -Match '^\d+ of 16 done, [12] running, \d+([.,]\d)? per second$'
        $some.PercentComplete | Should -BeIn (1..100)
        $some.SecondsRemaining | Should -BeIn (0..10)
        $bar[-1].RecordType | Should -Be 'Completed'
        @($bar.RecordType -eq 'Completed') | Should -HaveCount 1
        @($bar.ActivityId | Sort-Object -Unique) | Should -HaveCount 1
    }

    It 'is brought up to date at most five times a second, also while nothing comes' {
        $bar = Get-Bar '1..2 | Invoke-LokyParallel { Start-Sleep -Seconds 3 } -MaxWorkers 2 -BatchSize 1'
        $bar.Count | Should -BeIn (4..12)
        $bar[0].StatusDescription | Should -Match '^0 of 2 done, 2 running'
        $bar[0].SecondsRemaining | Should -Be -1
    }

    It 'does not know the time left before the input has ended' {
        $bar = Get-Bar '& { foreach ($i in 1..30) { Start-Sleep -Milliseconds 60; $i } } | Invoke-LokyParallel { $_ } -MaxWorkers 2'
        $bar[0].StatusDescription | Should -Match '^\d+ done, \d+ running, '
        $bar[0].PercentComplete | Should -Be -1
    }

    It 'does not show for a call that is quick' {
        Get-Bar '1..1000 | Invoke-LokyParallel { $_ } -MaxWorkers 2' | Should -BeNullOrEmpty
    }

    It 'obeys <name>' -ForEach @(
        @{ name = '-ProgressAction'; script = '1..2 | Invoke-LokyParallel { Start-Sleep -Seconds 2 } -ProgressAction SilentlyContinue' }
        @{ name = '$ProgressPreference'; script = '$ProgressPreference = "SilentlyContinue"; 1..2 | Invoke-LokyParallel { Start-Sleep -Seconds 2 }' }
    ) {
        Get-Bar $script -AnyActivity | Should -BeNullOrEmpty
    }

    It 'goes when a later command has seen enough' {
        $bar = Get-Bar '1..100 | Invoke-LokyParallel { Start-Sleep -Milliseconds 400; $_ } -MaxWorkers 2 -BatchSize 1 | Select-Object -First 8'
        $bar[-1].RecordType | Should -Be 'Completed'
    }

    It 'goes when the call ends with <name>' -ForEach @(
        @{ name = 'its time'; options = '-TimeoutSeconds 2' }
        @{ name = 'an error'; options = '-TaskTimeoutSeconds 2 -ErrorAction Stop' }
    ) {
        $bar = Get-Bar "try { 1..2 | Invoke-LokyParallel { Start-Sleep -Seconds 100 } $options } catch { }"
        $bar[-1].RecordType | Should -Be 'Completed'
    }

    It 'leaves the progress of the items alone' {
        $records = Get-Bar '1..2 | Invoke-LokyParallel { Write-Progress own -PercentComplete 50; Start-Sleep -Seconds 2 }' -AnyActivity
        $records.Activity | Sort-Object -Unique | Should -Be 'Invoke-LokyParallel', 'own'
        ($records | Where-Object Activity -EQ 'own').ActivityId | Should -Not -BeIn ($records | Where-Object Activity -NE 'own').ActivityId
    }
}

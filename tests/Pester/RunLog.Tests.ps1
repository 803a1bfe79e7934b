BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky

    function Read-Log { foreach ($line in [IO.File]::ReadAllLines($log)) { $line | ConvertFrom-Json } }
    function Read-Attempt { Read-Log | Where-Object { $_.PSObject.Properties['number'] } }
}

AfterAll {
    Reset-Loky
}

Describe 'The log of a call' {
    BeforeEach {
        $log = Join-Path $TestDrive 'run.jsonl'
        Remove-Item $log -ErrorAction Ignore
    }

    It 'has a line for the call, one for each attempt, and one for the end' {
        $null = 1..5 | Invoke-LokyParallel { $_ } -LogPath $log -MaxWorkers 2 -BatchSize 2
        $lines = @(Read-Log)
        $lines.Count | Should -Be 7
        $lines[0].loky | Should -Be 'run'
        $lines[0].version | Should -Be 1
        $lines[0].process | Should -Be $PID
        $lines[0].host | Should -Be ([Environment]::MachineName)
        $lines[0].command | Should -Be 'Invoke-LokyParallel'
        $lines[0].block | Should -Match '^[0-9a-f]{64}$'
        $lines[0].versions.powershell | Should -Be "$($PSVersionTable.PSVersion)"
        $lines[0].parameters.BatchSize | Should -Be 2
        $lines[0].parameters.MaxWorkers | Should -Be 2
        ($lines[1..5].number | Sort-Object) -join ' ' | Should -Be '1 2 3 4 5'
        $lines[1..5].outcome | Should -Be (@('succeeded') * 5)
        $lines[6].loky | Should -Be 'end'
        $lines[6].items | Should -Be 5
    }

    It 'tells when an item was there, when it ran and how long, where, and how much it took and gave' {
        $null = 'word', ('x' * 100) | Invoke-LokyParallel { Start-Sleep -Milliseconds 300; $_ * 2 } -LogPath $log -MaxWorkers 1
        $long = Read-Attempt | Where-Object number -EQ 2
        $long.attempt | Should -Be 1
        $long.worker | Should -BeGreaterThan 0
        $long.process | Should -BeIn (Get-WorkerId)
        $long.queued | Should -BeLessOrEqual $long.started
        $long.ended - $long.started | Should -BeGreaterOrEqual 299
        $long.bytesIn | Should -BeIn (101..110)
        $long.bytesOut | Should -BeIn (201..215)
    }

    It 'tells errors, failures, deaths, time limits and what could not be sent, each as what it is' {
        $unsendable = [IO.MemoryStream]::new()
        $items = 'fine', 'reports', 'throws', 'exits', 'sleeps', 'native'
        $items | Invoke-LokyParallel {
            switch ($_) {
                'reports' { Write-Error 'secret' -ErrorId MyId }
                'throws' { throw 'a secret value' }
                'exits' { [Environment]::Exit(7) }
                'sleeps' { Start-Sleep -Seconds 600 }
                'native' { [Console]::Error.WriteLine('progress'); if ($IsWindows) { cmd /c 'echo progress >&2' } else { /bin/sh -c 'echo progress >&2' } }
            }
        } -LogPath $log -MaxWorkers 2 -TaskTimeoutSeconds 20 -ErrorAction SilentlyContinue
        $told = @{}
        foreach ($attempt in Read-Attempt) { $told[$items[$attempt.number - 1]] = $attempt }
        $told.fine.outcome | Should -Be 'succeeded'
        $told.native.outcome | Should -Be 'succeeded'
        $told.reports.outcome | Should -Be 'reported'
        $told.reports.error | Should -BeLike 'MyId*'
        $told.throws.outcome | Should -Be 'failed'
        $told.exits.outcome | Should -Be 'lost'
        $told.exits.exit | Should -Be 'EXIT(7)'
        $told.exits.cause | Should -Not -BeNullOrEmpty
        $told.sleeps.outcome | Should -Be 'timedOut'
        $told.sleeps.ended - $told.sleeps.started | Should -BeGreaterThan 19000
        [IO.File]::ReadAllText($log) | Should -Not -Match 'secret'
    }

    It 'has a line for each attempt of an item that is tried again' {
        $null = 1 | Invoke-LokyParallel { [Environment]::Exit(7) } -LogPath $log -Retry 2 -ErrorAction SilentlyContinue
        $attempts = @(Read-Attempt)
        $attempts.attempt | Should -Be 1, 2, 3
        $attempts.outcome | Should -Be lost, lost, lost
        @($attempts.retried -eq $true).Count | Should -Be 2
        @($attempts.process | Sort-Object -Unique).Count | Should -Be 3
    }

    It 'is that of a job too' {
        $job = 1..4 | Invoke-LokyParallel { $_ } -LogPath $log -AsJob
        $job | Receive-Job -Wait -AutoRemoveJob | Sort-Object | Should -Be 1, 2, 3, 4
        @(Read-Attempt).Count | Should -Be 4
        (Read-Log)[-1].loky | Should -Be 'end'
    }

    It 'is that of a delegate too' {
        $null = 1..3 | Invoke-LokyParallel -Delegate ([Func[int, int]] [Math]::Abs) -LogPath $log
        (Read-Attempt).outcome | Should -Be succeeded, succeeded, succeeded
    }

    It 'ends with what stopped the call' {
        $null = 1..100 | Invoke-LokyParallel { Start-Sleep -Milliseconds 50; $_ } -LogPath $log -MaxWorkers 1 | Select-Object -First 1
        Wait-Condition { (Read-Log)[-1].loky -eq 'end' } -Because 'a stopped call closes its log'
        (Read-Log)[-1].cancelled | Should -BeTrue
    }

    It 'can be read while the call runs' {
        $meeting = Join-Path $TestDrive "go-$([guid]::NewGuid())"
        $job = 1..3 | Invoke-LokyParallel { while ($_ -eq 3 -and -not [IO.File]::Exists($meeting)) { Start-Sleep -Milliseconds 20 } } -LogPath $log -AsJob -MaxWorkers 1 -BatchSize 1
        Wait-Condition { (Test-Path $log) -and (Get-Content $log).Count -eq 3 } -Because 'two of three items have ended'
        $null = New-Item $meeting
        $null = $job | Receive-Job -Wait -AutoRemoveJob
    }

    It 'is refused where another call writes to it, and free when that has ended' {
        $meeting = Join-Path $TestDrive "go-$([guid]::NewGuid())"
        $job = 1 | Invoke-LokyParallel { while (-not [IO.File]::Exists($meeting)) { Start-Sleep -Milliseconds 20 } } -LogPath $log -AsJob
        { 1 | Invoke-LokyParallel { $_ } -LogPath $log -Resume -Force } | Should -Throw -ErrorId 'LokyLogInUse,*'
        $null = New-Item $meeting
        $null = $job | Receive-Job -Wait -AutoRemoveJob
        2 | Invoke-LokyParallel { $_ } -LogPath $log -Resume -Force | Should -Be 2
    }

    It 'is refused with its own error where it cannot be: <Why>' -ForEach @(
        @{ Why = 'no folder'; Path = 'nowhere/run.jsonl'; Id = 'LokyLogFailed' }
        @{ Why = 'a folder'; Path = '.'; Id = 'LokyLogFailed' }
        @{ Why = 'no file system'; Path = 'Variable:x'; Id = 'LokyLogFailed' }
    ) {
        $where = $Path -like '*:*' ? $Path : (Join-Path $TestDrive $Path)
        { 1 | Invoke-LokyParallel { $_ } -LogPath $where } | Should -Throw -ErrorId "$Id,*"
    }

    It 'is what -Resume and -Force need' {
        { 1 | Invoke-LokyParallel { $_ } -Resume } | Should -Throw -ErrorId 'LokyInvalidLogUse,*'
        { 1 | Invoke-LokyParallel { $_ } -Force } | Should -Throw -ErrorId 'LokyInvalidLogUse,*'
    }
}

Describe 'A call that goes on with a log' {
    BeforeEach {
        $log = Join-Path $TestDrive 'run.jsonl'
        Remove-Item $log -ErrorAction Ignore
    }

    It 'runs what has not succeeded, and nothing else' {
        $fails = $true
        $block = { if ($_ % 2 -and $fails) { throw 'not yet' }; $_ }
        1..6 | Invoke-LokyParallel $block -LogPath $log -ErrorAction SilentlyContinue | Sort-Object | Should -Be 2, 4, 6
        $fails = $false
        1..7 | Invoke-LokyParallel $block -LogPath $log -Resume | Sort-Object | Should -Be 1, 3, 5, 7
        1..7 | Invoke-LokyParallel $block -LogPath $log -Resume | Should -BeNullOrEmpty
        (Read-Log)[-1].skipped | Should -Be 7
    }

    It 'begins a log that is not there' {
        1..2 | Invoke-LokyParallel { $_ } -LogPath $log -Resume | Sort-Object | Should -Be 1, 2
    }

    It 'keeps the order of those that run, and has jobs for these alone' {
        $null = 1..6 | Invoke-LokyParallel { if ($_ -in 2, 5) { throw 'x' } } -LogPath $log -ErrorAction SilentlyContinue
        $job = 1..6 | Invoke-LokyParallel { if ($_ -in 2, 5) { throw 'x' } } -LogPath $log -Resume -AsJob
        $job.ChildJobs.Count | Should -Be 2
        $null = $job | Receive-Job -Wait -AutoRemoveJob -ErrorAction SilentlyContinue
        1..6 | Invoke-LokyParallel { if ($_ -in 2, 5) { throw 'x' } } -LogPath $log -Resume -Force -Ordered -ErrorAction SilentlyContinue
        @(Read-Attempt | Where-Object number -EQ 2).Count | Should -Be 3
    }

    It 'refuses another block, another item and fewer items, and says which' {
        $null = 1..3 | Invoke-LokyParallel { throw 'x' } -LogPath $log -ErrorAction SilentlyContinue
        { 1..3 | Invoke-LokyParallel { 'other' } -LogPath $log -Resume } | Should -Throw '*another block*' -ErrorId 'LokyLogDiffers,*'
        { 1, 9, 3 | Invoke-LokyParallel { throw 'x' } -LogPath $log -Resume -ErrorAction SilentlyContinue } | Should -Throw 'Item 2 *' -ErrorId 'LokyLogDiffers,*'
        1 | Invoke-LokyParallel { throw 'x' } -LogPath $log -Resume -ErrorAction SilentlyContinue -ErrorVariable errors
        @($errors | Where-Object FullyQualifiedErrorId -Like 'LokyLogDiffers,*').Count | Should -Be 1
    }

    It 'knows values whose order in memory differs from process to process' {
        $script = "1..40 | ForEach-Object { @{ Number = `$_; alpha = 1; beta = @{ x = 1; y = 2; z = 3 }; gamma = 3; delta = 4; epsilon = 5 } } | Invoke-LokyParallel { `$_.Number } -LogPath '$log' -Resume"
        (Invoke-Session $script -Seconds 240).Lines.Count | Should -Be 40
        $again = Invoke-Session $script -Seconds 240
        $again.Errors | Should -BeNullOrEmpty
        $again.Lines | Should -BeNullOrEmpty
    }

    It 'knows files again that were read, written and dated since' {
        $files = New-Item (Join-Path $TestDrive "files-$([guid]::NewGuid())") -ItemType Directory
        1..3 | ForEach-Object { Set-Content (Join-Path $files $_) $_ }
        Get-ChildItem $files | Invoke-LokyParallel { Get-Content $_ } -LogPath $log | Sort-Object | Should -Be 1, 2, 3
        foreach ($file in Get-ChildItem $files) { Add-Content $file more; $file.LastAccessTime = $file.LastWriteTime = [datetime] '2020-02-02' }
        Get-ChildItem $files | Invoke-LokyParallel { Get-Content $_ } -LogPath $log -Resume | Should -BeNullOrEmpty
        (Read-Log)[-1].skipped | Should -Be 3
    }

    It 'has each item succeed once where the session was killed, but for those that ran then' {
        $effects = Join-Path $TestDrive "effects-$([guid]::NewGuid())"
        $null = New-Item $effects -ItemType Directory
        $script = "1..300 | Invoke-LokyParallel { Start-Sleep -Milliseconds 10; [IO.File]::AppendAllText('$effects/' + `$_, 'x') } -LogPath '$log' -Resume -MaxWorkers 2"
        foreach ($until in 20, 90, 180) {
            $session = Start-Session $script
            Wait-Condition { [IO.Directory]::GetFiles($effects).Count -ge $until } -Because "$until items have run" -Seconds 60
            $session.Process.Kill()
            $session.Process.WaitForExit()
            Wait-Condition { try { [IO.File]::Open($log, 'Open', 'Write', 'None').Dispose(); $true } catch { $false } } -Because 'the killed process is gone'
        }
        (Invoke-Session $script -Seconds 240).Errors | Should -BeNullOrEmpty
        $succeeded = Read-Attempt | Where-Object outcome -EQ 'succeeded' | Group-Object number
        $succeeded.Count | Should -Be 300
        ($succeeded.Group | Measure-Object).Count | Should -Be 300
        $repeated = [IO.Directory]::GetFiles($effects) | Where-Object { [IO.FileInfo]::new($_).Length -gt 1 }
        @($repeated).Count | Should -BeLessOrEqual 12
        [IO.Directory]::GetFiles($effects).Count | Should -Be 300
    }
}

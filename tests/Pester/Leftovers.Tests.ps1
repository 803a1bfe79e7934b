# What a block leaves behind in its worker is not for the next call to find.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 1
    $directory = [Environment]::CurrentDirectory
}

AfterAll {
    Reset-Loky
}

Describe 'The current directory of the process' {
    AfterEach { [Environment]::CurrentDirectory = $directory }

    It 'is that of the session, wherever its location is' {
        $folder = New-Item (Join-Path $TestDrive own) -ItemType Directory
        $null = 1 | Invoke-LokyParallel { $_ }
        [Environment]::CurrentDirectory = $folder.FullName
        $expected = [Environment]::CurrentDirectory
        1 | Invoke-LokyParallel { [Environment]::CurrentDirectory } | Should -Be $expected
        1 | Invoke-LokyParallel { [IO.Path]::GetFullPath('x') } -NoCapture | Should -Be (Join-Path $expected x)
        $job = Start-LokyJob { [Environment]::CurrentDirectory }
        Receive-Job $job -Wait | Should -Be $expected
        Remove-Job $job
    }

    It 'is again that of the session for the next call when a block has changed it' {
        1 | Invoke-LokyParallel { [Environment]::CurrentDirectory = [IO.Path]::GetTempPath() }
        1 | Invoke-LokyParallel { [Environment]::CurrentDirectory } | Should -Be $directory
    }

    It 'does not keep a folder in use after the call' {
        if (-not $IsLinux) { Set-ItResult -Skipped -Because 'it reads /proc, which only Linux has' }
        $folder = New-Item (Join-Path $TestDrive used) -ItemType Directory
        [Environment]::CurrentDirectory = $folder.FullName
        $worker = 1 | Invoke-LokyParallel { $PID }
        [Environment]::CurrentDirectory = $directory
        Wait-Condition { (Get-Item "/proc/$worker/cwd").Target -ne $folder.FullName } -Because 'the worker goes back when the call has ended'
    }

    It 'that is gone keeps no call from running' {
        if ($IsWindows) { Set-ItResult -Skipped -Because 'Windows removes no folder that a process is in' }
        $folder = New-Item (Join-Path $TestDrive gone) -ItemType Directory
        [Environment]::CurrentDirectory = $folder.FullName
        Remove-Item $folder.FullName
        1 | Invoke-LokyParallel { $_ } | Should -Be 1
    }
}

Describe 'A call' {
    It 'finds no event subscribers, events and event jobs of an earlier one' {
        1 | Invoke-LokyParallel {
            $timer = [Timers.Timer]::new(10)
            $null = Register-ObjectEvent $timer Elapsed -SourceIdentifier Test.Timer
            $null = Register-EngineEvent -SourceIdentifier Test.Engine -Action { $global:seen = 1 }
            $timer.Start()
            $null = New-Event -SourceIdentifier Test.Event
            @(Get-EventSubscriber).Count
        } | Should -Be 2
        1 | Invoke-LokyParallel { @(Get-EventSubscriber).Count; @(Get-Event).Count; @(Get-Job).Count } | Should -Be 0, 0, 0
    }

    It 'finds no jobs of an earlier one, and these have ended' {
        $process = 1 | Invoke-LokyParallel {
            $job = Start-Job { $PID; Start-Sleep 1000 }
            $null = 1 | ForEach-Object -Parallel { Start-Sleep 1000 } -AsJob
            $until = [datetime]::UtcNow.AddSeconds(60)
            while (-not ($id = Receive-Job $job) -and [datetime]::UtcNow -lt $until) { Start-Sleep -Milliseconds 50 }
            $id
        }
        $process | Should -BeGreaterThan 0
        1 | Invoke-LokyParallel { @(Get-Job).Count } | Should -Be 0
        Wait-Condition { -not (Get-LiveProcess $process) } -Because 'the process of a job ends with the job' -Seconds 60
    }

    It 'is not held up by a job that does not stop' {
        1 | Invoke-LokyParallel { $null = 1 | ForEach-Object -Parallel { [Threading.Thread]::Sleep(100000) } -AsJob }
        1 | Invoke-LokyParallel { @(Get-Job).Count } -TimeoutSeconds 60 | Should -Be 0
    }

    It 'finds no breakpoints of an earlier one' {
        1 | Invoke-LokyParallel {
            $null = Set-PSBreakpoint -Command Get-Date -Action { 'stopped' }
            @(Get-PSBreakpoint).Count
        } | Should -Be 1
        1 | Invoke-LokyParallel { @(Get-PSBreakpoint).Count } | Should -Be 0
    }

    It 'finds what a module that it uses has subscribed to, in each call' {
        $module = Join-Path $TestDrive Listening.psm1
        Set-Content $module '$null = Register-EngineEvent -SourceIdentifier Test.Module -Action { }; function Get-Listening { @(Get-EventSubscriber).Count }'
        1 | Invoke-LokyParallel { Get-Listening } -Module $module | Should -Be 1
        1 | Invoke-LokyParallel { Get-Listening } -Module $module | Should -Be 1
    }

    It 'finds what the initializer has set up, in each call' {
        $null = Get-LokyExecutor -Initializer {
            $null = Register-EngineEvent -SourceIdentifier Test.Initializer -Action { }
            $null = Set-PSBreakpoint -Command Get-Date -Action { }
            $null = 1 | ForEach-Object -Parallel { Start-Sleep 1000 } -AsJob
        }
        foreach ($round in 1, 2) {
            # The subscriber's action is a job, too.
            1 | Invoke-LokyParallel { @(Get-EventSubscriber).Count; @(Get-PSBreakpoint).Count; @(Get-Job).Count } | Should -Be 1, 1, 2
        }
        $null = Get-LokyExecutor -Initializer $null
    }

    It 'finds the events that a subscriber of the initializer waits for' {
        $null = Get-LokyExecutor -Initializer { Register-ObjectEvent ([Timers.Timer]::new()) Elapsed -SourceIdentifier Test.Awaited }
        1 | Invoke-LokyParallel { $null = New-Event -SourceIdentifier Test.Awaited; $null = New-Event -SourceIdentifier Test.Other }
        1 | Invoke-LokyParallel { (Get-Event).SourceIdentifier } | Should -Be Test.Awaited
        $null = Get-LokyExecutor -Initializer $null
    }
}

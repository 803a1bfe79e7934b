BeforeDiscovery {
    # How a worker can die while it runs an item, and what the error must say about it.
    $abort = $IsWindows ? '0x8013|0xC00000FD|-\d{9,}' : 'SIGABRT'

    # The runtime lets a SIGSEGV that is no fault of its own pass, unless its handler is taken away before.
    $raise = @'
        Add-Type -Namespace LokyTest -Name Signal -MemberDefinition '[DllImport("libc")] public static extern IntPtr signal(int number, IntPtr handler); [DllImport("libc")] public static extern int raise(int number);'
        $null = [LokyTest.Signal]::signal(NUMBER, [IntPtr]::Zero)
        [LokyTest.Signal]::raise(NUMBER)
        Start-Sleep -Seconds 60
'@
    $deaths = @(
        @{ name = '[Environment]::Exit(0)'; block = { [Environment]::Exit(0) }; told = 'EXIT\(0\)'; unix = $false }
        @{ name = '[Environment]::Exit(3)'; block = { [Environment]::Exit(3) }; told = 'EXIT\(3\)'; unix = $false }
        @{ name = 'FailFast'; block = { [Environment]::FailFast('gone on purpose') }; told = $abort; unix = $false }
        @{ name = 'SIGSEGV'; block = $raise.Replace('NUMBER', '11'); told = 'SIGSEGV'; unix = $true }
        @{ name = 'SIGKILL'; block = { while ($true) { kill -KILL $PID; Start-Sleep -Milliseconds 20 } }; told = 'SIGKILL'; unix = $true }
        @{ name = 'SIGABRT'; block = $raise.Replace('NUMBER', '6'); told = 'SIGABRT'; unix = $true }
        @{
            name  = 'a stack overflow'
            block = {
                Add-Type -TypeDefinition 'public static class Deep { public static int Go(int n) => Go(n + 1) + Go(n + 2); }'
                [Deep]::Go(0)
            }
            told  = $abort
            unix  = $false
        }
        @{
            name  = 'an exception on a thread of its own'
            block = {
                Add-Type -TypeDefinition 'public static class Background { public static void Go() { var t = new System.Threading.Thread(() => throw new System.Exception("thread died")); t.Start(); t.Join(); } }'
                [Background]::Go()
                Start-Sleep -Seconds 60
            }
            told  = $abort
            unix  = $false
        }
    ) | Where-Object { -not $_.unix -or -not $IsWindows }
}

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 2

    function Assert-PoolWorks {
        $results = 1..50 | Invoke-LokyParallel { $_ } -ErrorAction Stop
        $results | Sort-Object | Should -Be (1..50)
        Wait-Condition { @(Get-LiveProcess @(Get-WorkerId)).Count -eq (Get-LokyExecutor).MaxWorkers } -Because 'the pool is full again'
    }
}

AfterAll {
    Reset-Loky
}

Describe 'A worker that dies by <name>' -ForEach $deaths {
    It 'fails only the item that ran in it' {
        $text = $block.ToString()
        $results = 1..20 | Invoke-LokyParallel {
            if ($_ -eq 7) { . ([scriptblock]::Create($using:text)) }
            "$_ $PID"
        } -BatchSize 1 -ErrorVariable failures -ErrorAction SilentlyContinue

        $results.ForEach({ [int]($_ -split ' ')[0] }) | Sort-Object | Should -Be @(1..20 | Where-Object { $_ -ne 7 })
        $failures | Should -HaveCount 1
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'LokyWorkerTerminated,*'
        $failures[0].TargetObject | Should -Be 7
        Assert-PoolWorks
    }

    It 'is told with its cause and its process id' {
        $text = $block.ToString()
        $id = Join-Path $TestDrive "id $([guid]::NewGuid())"
        $null = 1 | Invoke-LokyParallel {
            [IO.File]::WriteAllText($using:id, "$PID")
            . ([scriptblock]::Create($using:text))
        } -ErrorVariable failures -ErrorAction SilentlyContinue

        $failures | Should -HaveCount 1
        $failures[0].Exception.GetType().Name | Should -Be 'TerminatedWorkerException'
        $failures[0].Exception.Message | Should -Match $told
        $failures[0].Exception.Message | Should -Match "\b$([IO.File]::ReadAllText($id))\b"
    }
}

Describe 'The error of a dead worker' {
    It 'holds the last lines of its standard error' {
        $null = 1 | Invoke-LokyParallel {
            [Console]::Error.WriteLine('last words')
            [Console]::Error.Flush()
            [Environment]::Exit(4)
        } -ErrorVariable failures -ErrorAction SilentlyContinue 2>$null
        $failures[0].Exception.Message | Should -Match 'last words'
    }
}

Describe 'The report of a crash' {
    It 'is on the terminal once, while the error tells its first lines and keeps the rest' {
        $run = Invoke-Session -Script @'
$null = 1 | Invoke-LokyParallel { [Environment]::FailFast('gone on purpose') } -ErrorVariable failures -ErrorAction Continue
$exception = $failures[0].Exception
"message: $(@($exception.Message -split '\n').Count)"
"property: $(@($exception.StandardError -split '\n').Count)"
'@
        $all = @($run.Lines) + @($run.Errors -split '\r?\n')
        # The outermost frame is far down in the report.
        @($all | Where-Object { $_ -match 'at Loky\.Hosting\.WorkerProcess\.RunAndExit' }) | Should -HaveCount 1
        $message = [int] ((@($run.Lines) -match '^message: ')[0] -replace '\D')
        $property = [int] ((@($run.Lines) -match '^property: ')[0] -replace '\D')
        $message | Should -BeLessThan 10
        $property | Should -BeGreaterThan $message
        "$all" | Should -Match 'Process terminated\. gone on purpose'
    }
}

Describe 'The death of a worker' {
    It 'in the middle of 10,000 items accounts for every item once' {
        if ($IsWindows) { Set-ItResult -Skipped -Because 'it sends signals, which Windows does not have' }
        $results = 1..10000 | Invoke-LokyParallel { if ($_ -eq 5000) { kill -KILL $PID; Start-Sleep -Seconds 60 }; $_ } -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures.TargetObject | Should -Contain 5000
        $failures | ForEach-Object { $_.FullyQualifiedErrorId | Should -BeLike 'LokyWorkerTerminated,*' }
        Compare-Object (1..10000) (@($results) + @($failures.TargetObject) | Sort-Object) -SyncWindow 0 | Should -BeNullOrEmpty
        Assert-PoolWorks
    }

    It 'by a kill from outside accounts for every item once' {
        $ran = Join-Path $TestDrive 'ran'
        $null = New-Item -ItemType Directory $ran
        $state = @{ Killed = $false }
        $results = 1..400 | Invoke-LokyParallel {
            [IO.File]::AppendAllText((Join-Path $using:ran $_), 'x')
            Start-Sleep -Milliseconds 5
            $_
        } -ErrorVariable failures -ErrorAction SilentlyContinue | ForEach-Object {
            if (-not $state.Killed) {
                $state.Killed = $true
                Stop-Process -Id @(Get-WorkerId)[0] -Force
            }
            $_
        }
        Compare-Object (1..400) (@($results) + @($failures.TargetObject | Where-Object { $null -ne $_ }) | Sort-Object) -SyncWindow 0 | Should -BeNullOrEmpty
        # At most once: a file of two letters would be an item that ran twice.
        Get-ChildItem $ran | Where-Object Length -GT 1 | Should -BeNullOrEmpty
        Assert-PoolWorks
    }

    It 'while it is idle fails nobody' {
        $null = Get-UsedWorker
        $victim = @(Get-WorkerId)[0]
        Stop-Process -Id $victim -Force
        Wait-Condition { -not (Get-LiveProcess $victim) } -Because 'the worker is dead'
        1..50 | Invoke-LokyParallel { $_ } -ErrorAction Stop | Sort-Object | Should -Be (1..50)
        Assert-PoolWorks
    }

    It 'of all workers at once fails nobody while they are idle' {
        $null = Get-UsedWorker
        Stop-Process -Id (Get-WorkerId) -Force
        1..50 | Invoke-LokyParallel { $_ } -ErrorAction Stop | Sort-Object | Should -Be (1..50)
    }

    It 'again and again never hangs the call' {
        if ($IsWindows) { Set-ItResult -Skipped -Because 'it sends signals, which Windows does not have' }
        $results = 1..30 | Invoke-LokyParallel { if ($_ % 3 -eq 0) { kill -KILL $PID; Start-Sleep -Seconds 60 }; $_ } -BatchSize 1 -ErrorVariable failures -ErrorAction SilentlyContinue
        $results | Sort-Object | Should -Be @(1..30 | Where-Object { $_ % 3 })
        $failures.TargetObject | Sort-Object | Should -Be @(1..30 | Where-Object { $_ % 3 -eq 0 })
        Assert-PoolWorks
    }

    It 'keeps the results of items that had finished' {
        if ($IsWindows) { Set-ItResult -Skipped -Because 'it sends signals, which Windows does not have' }
        $results = 1..3 | Invoke-LokyParallel {
            if ($_ -eq 3) { Start-Sleep -Milliseconds 1500; kill -KILL $PID; Start-Sleep -Seconds 60 }
            $_
        } -MaxWorkers 1 -BatchSize 3 -ErrorVariable failures -ErrorAction SilentlyContinue
        $results | Sort-Object | Should -Be 1, 2
        $failures.TargetObject | Should -Be 3
        $null = Get-LokyExecutor -MaxWorkers 2
    }

    It 'with -Ordered leaves the order of the others' {
        if ($IsWindows) { Set-ItResult -Skipped -Because 'it sends signals, which Windows does not have' }
        $results = 1..20 | Invoke-LokyParallel { if ($_ -eq 5) { kill -KILL $PID; Start-Sleep -Seconds 60 }; $_ } -BatchSize 1 -Ordered -ErrorVariable failures -ErrorAction SilentlyContinue
        $results | Should -Be @(1..20 | Where-Object { $_ -ne 5 })
        $failures.TargetObject | Should -Be 5
    }

    It 'stops the call with -ErrorAction Stop' {
        { 1 | Invoke-LokyParallel { [Environment]::Exit(9) } -ErrorAction Stop } |
            Should -Throw -ErrorId 'LokyWorkerTerminated,*'
        Assert-PoolWorks
    }

    It 'takes its own child processes with it' {
        if (-not $IsLinux) { Set-ItResult -Skipped -Because 'it reads /proc, which only Linux has' }
        $id = Join-Path $TestDrive 'child'
        $null = 1 | Invoke-LokyParallel {
            $child = Start-Process sleep -ArgumentList 300 -PassThru
            [IO.File]::WriteAllText($using:id, "$($child.Id)")
            kill -KILL $PID
            Start-Sleep -Seconds 60
        } -ErrorAction SilentlyContinue
        $child = [int][IO.File]::ReadAllText($id)
        Wait-Condition { -not (Get-LiveProcess $child) } -Because 'the child of the dead worker is gone' -Seconds 10
    }
}

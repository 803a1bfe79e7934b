# Runs alone: it measures how fast calls stop.
BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 2
    $null = Get-UsedWorker

    # Starts a call in a second runspace, waits until its item runs, and stops it as Ctrl+C does.
    function Measure-Stop([string] $Body) {
        $marker = Join-Path $TestDrive ([guid]::NewGuid())
        $script = "param(`$marker) 1..2 | Invoke-LokyParallel { [IO.File]::WriteAllText(`"`$using:marker`$_`", 'x'); $Body } -BatchSize 1"
        $runspace = Start-Runspace $script -ArgumentList $marker
        try {
            Wait-Condition { (Test-Path "${marker}1") -or (Test-Path "${marker}2") } -Because 'an item runs'
            $watch = [Diagnostics.Stopwatch]::StartNew()
            $stop = $runspace.Shell.BeginStop($null, $null)
            if (-not $stop.AsyncWaitHandle.WaitOne(30000)) { throw 'The call did not stop.' }
            $watch.Elapsed.TotalSeconds
        }
        finally {
            $runspace.Shell.Dispose()
        }
    }
}

AfterAll {
    Reset-Loky
}

Describe 'Ctrl+C' {
    It 'during <name> returns the prompt and leaves the pool usable' -ForEach @(
        @{ name = 'a sleep'; body = 'Start-Sleep -Seconds 100' }
        @{ name = 'a tight loop'; body = 'while ($true) { }' }
        @{ name = 'native code'; body = '[Threading.Thread]::Sleep(100000)' }
        @{ name = 'a native command'; body = "if (`$IsWindows) { ping -n 100 127.0.0.1 } else { sleep 100 }" }
        @{ name = 'output without end'; body = 'while ($true) { 1 }' }
    ) {
        # The promise is one second; the rest is for a machine that is busy with other tests.
        Measure-Stop $body | Should -BeLessThan 3
        1..20 | Invoke-LokyParallel { $_ } -ErrorAction Stop | Sort-Object | Should -Be (1..20)
    }

    It 'twice in a row works as well' {
        Measure-Stop 'Start-Sleep -Seconds 100' | Should -BeLessThan 3
        Measure-Stop 'Start-Sleep -Seconds 100' | Should -BeLessThan 3
        1..20 | Invoke-LokyParallel { $_ } -ErrorAction Stop | Sort-Object | Should -Be (1..20)
    }

    It 'pressed again while the call stops does no harm' {
        $marker = Join-Path $TestDrive ([guid]::NewGuid())
        $runspace = Start-Runspace 'param($marker) 1..2 | Invoke-LokyParallel { [IO.File]::WriteAllText("$using:marker$_", "x"); [Threading.Thread]::Sleep(100000) } -BatchSize 1' -ArgumentList $marker
        try {
            Wait-Condition { (Test-Path "${marker}1") -and (Test-Path "${marker}2") } -Because 'the items run'
            $stops = 1..3 | ForEach-Object { $runspace.Shell.BeginStop($null, $null); Start-Sleep -Milliseconds 100 }
            foreach ($stop in $stops) { $stop.AsyncWaitHandle.WaitOne(10000) | Should -BeTrue }
        }
        finally {
            $runspace.Shell.Dispose()
        }
        1..20 | Invoke-LokyParallel { $_ } -Ordered -ErrorAction Stop | Should -Be (1..20)
    }

    It 'stops the running items' {
        $pulse = Join-Path $TestDrive 'pulse'
        $null = Measure-Stop "while (`$true) { [IO.File]::WriteAllText('$pulse', [datetime]::UtcNow.Ticks); Start-Sleep -Milliseconds 20 }"
        $state = @{ Last = ''; Since = [Diagnostics.Stopwatch]::StartNew() }
        Wait-Condition {
            $now = try { [IO.File]::ReadAllText($pulse) } catch [IO.IOException] { '' }
            if ($now -ne $state.Last) { $state.Last = $now; $state.Since.Restart() }
            $state.Since.Elapsed.TotalSeconds -gt 1
        } -Because 'no item writes any more' -Seconds 15
    }

    It 'starts none of the items that waited' {
        $ran = Join-Path $TestDrive 'started'
        $null = New-Item -ItemType Directory $ran
        $runspace = Start-Runspace 'param($ran) 1..500 | Invoke-LokyParallel { [IO.File]::Create((Join-Path $using:ran $_)).Dispose(); Start-Sleep -Seconds 100 } -BatchSize 1' -ArgumentList $ran
        Wait-Condition { [IO.Directory]::GetFiles($ran).Count -ge 1 } -Because 'an item runs'
        $runspace.Shell.Stop()
        $runspace.Shell.Dispose()
        $null = 1..20 | Invoke-LokyParallel { $_ } -ErrorAction Stop
        [IO.Directory]::GetFiles($ran).Count | Should -BeLessOrEqual 4
    }
}

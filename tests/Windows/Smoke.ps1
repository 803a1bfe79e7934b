<#
.SYNOPSIS
What must work on Windows, in a session of its own: writes a line "passed NAME" or "FAILED NAME: WHY" for each case.
.PARAMETER Module
The manifest of the module.
#>
param([Parameter(Mandatory)][string] $Module)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
Import-Module $Module

function Test-Case([string] $Name, [scriptblock] $Body) {
    try {
        & $Body
        "passed $Name"
    }
    catch { "FAILED ${Name}: $($_ | Out-String)" }
}

function Assert-Equal($Expected, $Actual) {
    if ("$Expected" -ne "$Actual") { throw "Expected '$Expected', but got '$Actual'." }
}

function Get-Greeting($Name) { "$salt $Name" }
$salt = 'hello'

function Get-LeftFile { [IO.Directory]::GetFileSystemEntries([IO.Path]::GetTempPath(), 'loky-*') }
$before = Get-LeftFile

function Wait-Gone([int[]] $Id, [int] $Seconds = 120) {
    $watch = [Diagnostics.Stopwatch]::StartNew()
    while ($left = Get-Process -Id $Id -ErrorAction Ignore) {
        if ($watch.Elapsed.TotalSeconds -gt $Seconds) { throw "Still there: $($left.Id)" }
        Start-Sleep -Milliseconds 100
    }
}

Test-Case 'runs items in other processes' {
    $null = Get-LokyExecutor -MaxWorkers 2
    $ids = 1..20 | Invoke-LokyParallel { $PID } | Sort-Object -Unique
    if ($PID -in $ids) { throw 'An item ran in the session.' }
}

Test-Case 'takes the functions and variables of the session along' {
    Assert-Equal 'hello 1,hello 2,hello 3' (1..3 | Invoke-LokyParallel { Get-Greeting $_ } -Ordered | Join-String -Separator ',')
}

Test-Case 'sees environment variables whatever their case' {
    $env:Loky_Smoke = 'seen'
    Assert-Equal 'seen' (1 | Invoke-LokyParallel { $env:LOKY_SMOKE })
    Remove-Item Env:LOKY_smoke
    Assert-Equal 'True' (1 | Invoke-LokyParallel { $null -eq $env:Loky_Smoke })

    # A variable that comes back in another case is neither lost nor kept from the next call.
    $env:Loky_Smoke = 'one'
    Assert-Equal 'one' (1 | Invoke-LokyParallel { Remove-Item Env:Loky_Smoke; $env:LOKY_SMOKE = 'inside'; 'one' })
    Remove-Item Env:Loky_Smoke
    $env:LOKY_SMOKE = 'two'
    Assert-Equal 'two two' (1..2 | Invoke-LokyParallel { $env:Loky_Smoke } | Join-String -Separator ' ')
    Remove-Item Env:LOKY_SMOKE
}

Test-Case 'sends megabytes both ways' {
    $bytes = [byte[]]::new(8MB)
    $bytes[-1] = 7
    $back = , $bytes | Invoke-LokyParallel { , $_ }
    Assert-Equal '8388608 7' "$($back.Length) $($back[-1])"
}

Test-Case 'keeps errors and warnings apart, with their places' {
    $result = 1..2 | Invoke-LokyParallel { if ($_ -eq 1) { throw 'on purpose' } Write-Warning 'careful'; $_ } -ErrorVariable failed -ErrorAction SilentlyContinue -WarningVariable warned -WarningAction SilentlyContinue
    Assert-Equal '2|on purpose|careful' "$result|$($failed[0])|$warned"
}

Test-Case 'loses one item with one worker, and tells that it was killed' {
    $result = 1..10 | Invoke-LokyParallel { if ($_ -eq 5) { Stop-Process -Id $PID -Force; Start-Sleep 60 } $_ } -ErrorVariable failed -ErrorAction SilentlyContinue
    Assert-Equal '9 1 KILLED' "$(@($result).Count) $($failed.Count) $($failed[0].Exception.ExitReason)"
}

Test-Case 'tells of a crash by name' {
    $null = 1 | Invoke-LokyParallel { [Environment]::FailFast('gone on purpose') } -ErrorVariable failed -ErrorAction SilentlyContinue
    Assert-Equal 'STATUS_FAIL_FAST_EXCEPTION True' "$($failed[0].Exception.ExitReason) $($failed[0].Exception.StandardError -match 'gone on purpose')"
}

Test-Case 'reads what a worker wrote in the code page of the session''s console' {
    # The next ones are started with it.
    Stop-LokyExecutor -Confirm:$false
    $before = [Console]::OutputEncoding
    [Console]::OutputEncoding = [Text.Encoding]::GetEncoding(850)
    try {
        $text = "gr$([char]0xFC)n"
        $null = 1 | Invoke-LokyParallel { [Console]::Error.WriteLine($using:text); [Environment]::Exit(3) } -ErrorVariable failed -ErrorAction SilentlyContinue
        Assert-Equal $text $failed[0].Exception.StandardError
    }
    finally { [Console]::OutputEncoding = $before }
    Stop-LokyExecutor -Confirm:$false
    $null = Get-LokyExecutor -MaxWorkers 2
}

Test-Case 'stops an item at its time limit' {
    $null = 1 | Invoke-LokyParallel { Start-Sleep 600 } -TaskTimeoutSeconds 1 -ErrorVariable failed -ErrorAction SilentlyContinue
    Assert-Equal 'TaskTimeoutException' $failed[0].Exception.GetType().Name
}

Test-Case 'runs as a job' {
    Assert-Equal '2 4 6' "$(1..3 | Invoke-LokyParallel { $_ * 2 } -Ordered -AsJob | Receive-Job -Wait -AutoRemoveJob)"
}

Test-Case 'ends the native children of a worker with it' {
    $child = 1 | Invoke-LokyParallel { (Start-Process cmd.exe -ArgumentList '/c', 'pause' -PassThru -WindowStyle Hidden).Id }
    Stop-LokyExecutor -Force -Confirm:$false
    Wait-Gone $child
}

Test-Case 'leaves no process and no file behind' {
    $ids = 1..20 | Invoke-LokyParallel { $PID } | Sort-Object -Unique
    Stop-LokyExecutor -Confirm:$false
    Wait-Gone $ids
    Assert-Equal '' ((Get-LeftFile).Where({ $_ -notin $before }) -join ' ')
}

Test-Case 'leaves no worker when the session is killed' {
    $shell = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
    $first = if ([IO.Path]::GetFileNameWithoutExtension($shell) -eq 'dotnet') { "$PSHOME\pwsh.dll" }
    $start = [Diagnostics.ProcessStartInfo]::new($shell)
    foreach ($argument in $first, '-NoProfile', '-NonInteractive', '-Command', "Import-Module '$Module'; 1..4 | Invoke-LokyParallel { `$PID } | Sort-Object -Unique | Join-String -Separator ','; Start-Sleep 600") {
        if ($argument) { $start.ArgumentList.Add($argument) }
    }
    $start.RedirectStandardOutput = $true
    $start.CreateNoWindow = $true
    $session = [Diagnostics.Process]::Start($start)
    [int[]] $ids = $session.StandardOutput.ReadLine() -split ','
    if (-not (Get-Process -Id $ids)) { throw 'There was no worker to begin with.' }
    $session.Kill()
    Wait-Gone $ids
}

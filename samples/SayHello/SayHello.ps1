#Requires -Version 7.4
<#
.SYNOPSIS
The usage example of Python's loky, with a function of the session in place of a compiled delegate.
#>
[CmdletBinding()]
param()

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
Import-Module ([IO.Path]::Combine($PSScriptRoot, '..', '..', 'out', 'Loky', 'Loky.psd1'))

$workerCount = 4
# So long that on a busy machine, too, the second run finds the workers of the first.
$idleTimeout = 300
$shortIdleTimeout = 2

$sayHello = {
    Write-Host "Hello from $PID with arg $_"
    Start-Sleep -Milliseconds 10
    $PID
}

# The ids of the worker processes that took part.
function Invoke-Hello {
    $result = 1 | Invoke-LokyParallel $sayHello -MaxWorkers $workerCount -IdleTimeout $idleTimeout
    Write-Host "Got results: $result"

    # Workers start while others already work, and on a busy machine so short a call can be over before the last one is up.
    $used = @()
    $wait = [Diagnostics.Stopwatch]::StartNew()
    do {
        $used = @($used; 0..49 | Invoke-LokyParallel $sayHello) | Sort-Object -Unique
    } while (@($used).Count -lt $workerCount -and $wait.Elapsed.TotalSeconds -lt 120)
    $count = @($used).Count
    Write-Host "Number of used processes: $count"
    if ($count -ne $workerCount) { throw "$count processes were used, not $workerCount." }
    $used
}

try {
    $first = @(Invoke-Hello)
    Write-Host 'Once more, on the same workers:'
    $second = @(Invoke-Hello)
    if (Compare-Object $first $second) { throw "The second call used workers $second instead of $first." }
    Write-Host "Reused processes: $($second -join ', ')"

    # The same executor, with another idle timeout.
    $null = Get-LokyExecutor -IdleTimeout $shortIdleTimeout
    $wait = [Diagnostics.Stopwatch]::StartNew()
    while ($alive = Get-Process -Id $first -ErrorAction Ignore) {
        if ($wait.Elapsed.TotalSeconds -gt 120) { throw "Workers $($alive.Id -join ', ') outlived the idle timeout." }
        Start-Sleep -Milliseconds 100
    }
    Write-Host "After the idle timeout of $shortIdleTimeout s no worker process is left."
}
finally {
    Stop-LokyExecutor -Force -Confirm:$false
}

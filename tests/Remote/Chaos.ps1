#Requires -Version 7.4
<#
.SYNOPSIS
Runs items over two machines of a network and this one, while workers, links, ssh and node agents die.
.DESCRIPTION
The machines are network namespaces with an ssh server and a link each, so it needs root on Linux, iproute2 and sshd.
Every 50 milliseconds a random worker on a random host is killed; where the machine is too busy for workers to start between
two kills, four at most before the next item has ended. Every five seconds, on one of the two machines, the link is cut for
2 or 22 seconds, the ssh process is killed, or the node agent is killed or stands still for 3 or 25 seconds; later where the
machine is too busy for a worker to have been ready there since the last time, or it would be given up before long.

For each run it gives an object: how many items had no end or more than one (NotOnce), ran twice though none was to be tried
again (RanTwice), were lost, and what is left on any host afterwards. The first two and the last must be 0, and Lost with retries.
.PARAMETER Items
How many items a run has.
.PARAMETER Retry
How often an item is tried again; a run for each of the numbers.
.PARAMETER Rounds
How often all of that is done.
.EXAMPLE
sudo pwsh -NoProfile tests/Remote/Chaos.ps1 -Rounds 10 -Retry 20
#>
[CmdletBinding()]
param(
    [ValidateRange(1, 10000000)][int] $Items = 20000,
    [ValidateRange(0, 100)][int[]] $Retry = (0, 20),
    [ValidateRange(1, 1000)][int] $Rounds = 1,
    [ValidateRange(1, 10000)][int] $KillMilliseconds = 50,
    [ValidateRange(0.1, 1000)][double] $DisturbSeconds = 5,
    [ValidateRange(0, 1000)][int] $ItemMilliseconds = 2,
    [ValidateRange(10, 100000)][int] $LimitSeconds = 3600,
    [int] $Seed = 42
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../Pester/Support.psm1" -Force
Import-Module "$PSScriptRoot/Remote.psm1" -Force
Import-Loky
if ($obstacle = (Get-SshObstacle) ?? (Get-NetworkObstacle)) { throw "This cannot run here: $obstacle." }

$killsWithoutProgress = 4

# What a runspace of its own runs, so that this one can kill.
$call = {
    param($Hosts, $Items, $Retry, $Log, $Milliseconds)
    $null = Get-LokyExecutor -HostName $Hosts
    $results = @(1..$Items | Invoke-LokyParallel {
            [IO.File]::AppendAllText("$Log/$PID", "$_`n")
            if ($Milliseconds) { [Threading.Thread]::Sleep($Milliseconds) }
            $_
        } -Retry $Retry -BatchSize 4 -ErrorVariable failed -WarningVariable warned -ErrorAction SilentlyContinue -WarningAction SilentlyContinue)
    [pscustomobject]@{ Results = $results; Failed = @($failed); Warnings = @($warned) }
}

# The first field of a process's state that follows its name: R, S, T, Z, …; then its parent.
function Get-ProcessStat([int] $Id) {
    try { ([IO.File]::ReadAllText("/proc/$Id/stat") -replace '^.*\) ').Split(' ')[0..1] } catch [IO.IOException] { 'X', '0' }
}

function Test-Live([int] $Id) { (Get-ProcessStat $Id)[0] -notin 'Z', 'X' }

# The node agent of a machine: the parent of workers there.
function Get-Agent($Workers, [int] $Number) {
    foreach ($worker in $Workers) {
        if ("$($worker.HostName)" -like "10.213.$Number.2:*") {
            $parent = [int](Get-ProcessStat $worker.Id)[1]
            if ($parent -gt 1 -and $parent -ne $PID) { return $parent }
        }
    }
}

# The ssh processes of this session that lead to a machine.
function Get-Ssh([int] $Number) {
    foreach ($folder in [IO.Directory]::GetDirectories('/proc')) {
        $id = 0
        if ([int]::TryParse([IO.Path]::GetFileName($folder), [ref]$id) -and (Get-ProcessStat $id)[1] -eq "$PID") {
            try { if ([IO.File]::ReadAllText("$folder/comm").Trim() -eq 'ssh' -and [IO.File]::ReadAllText("$folder/cmdline").Contains("10.213.$Number.2")) { $id } } catch [IO.IOException] { }
        }
    }
}

function Invoke-Round([int] $Number, [int] $Retry, $Network, [Random] $Random) {
    $log = New-RemoteFolder
    $hosts = @((New-NetworkHost $Network 1), (New-NetworkHost $Network 2), ':*1')
    $null = Get-LokyExecutor -HostName $hosts
    $seen = [Collections.Generic.HashSet[int]]::new()
    $counts = @{ Workers = 0; Links = 0; Ssh = 0; Agents = 0; Stopped = 0 }
    $undo = [Collections.Generic.List[object]]::new()
    $good = [Collections.Generic.HashSet[int]]::new()
    $later = { param($Seconds, $Kind, $Arguments) $undo.Add([pscustomobject]@{ At = $clock.Elapsed.TotalSeconds + $Seconds; Kind = $Kind; Arguments = $Arguments }) }
    $undoOne = {
        param($One)
        if ($One.Kind -eq 'link') { ip link set $One.Arguments up } else { kill -CONT $One.Arguments 2>$null }
        $null = $undo.Remove($One)
    }
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $due = $DisturbSeconds
    $done = -1
    $since = 0
    $run = Start-Runspace $call.ToString() -ArgumentList $hosts, $Items, $Retry, $log, $ItemMilliseconds
    try {
        while (-not $run.Handle.IsCompleted) {
            Start-Sleep -Milliseconds $KillMilliseconds
            $state = Get-LokyExecutor
            $workers = @($state.Workers | Where-Object { $_.Id -and (Test-Live $_.Id) })
            foreach ($worker in $workers) { $null = $seen.Add($worker.Id) }
            if ($state.TasksDone -ne $done) { ($done, $since) = ($state.TasksDone, 0) }
            if ($workers -and $since -lt $killsWithoutProgress) {
                try { [Diagnostics.Process]::GetProcessById($workers[$Random.Next($workers.Count)].Id).Kill() } catch [ArgumentException], [InvalidOperationException] { }
                $counts.Workers++
                $since++
            }
            foreach ($one in @($undo | Where-Object At -LE $clock.Elapsed.TotalSeconds)) { & $undoOne $one }
            foreach ($machine in 1, 2) {
                if (@($workers | Where-Object { "$($_.HostName)" -like "10.213.$machine.2:*" -and $_.State -in 'Idle', 'Busy' })) { $null = $good.Add($machine) }
            }
            if ($clock.Elapsed.TotalSeconds -ge $due -and $good.Count) {
                $due = [Math]::Max($due + $DisturbSeconds, $clock.Elapsed.TotalSeconds)
                $machine = @($good)[$Random.Next($good.Count)]
                $null = $good.Remove($machine)
                $agent = Get-Agent $workers $machine
                if ($agent) { $null = $seen.Add($agent) }
                $link = "$($Network.Name)-$machine"
                $kind = $Random.Next(4)
                if ($kind -eq 0 -and @($undo | ForEach-Object Arguments) -notcontains $link) {
                    ip link set $link down
                    & $later (2, 22)[$Random.Next(2)] link $link
                    $counts.Links++
                }
                elseif ($kind -eq 1) {
                    foreach ($ssh in Get-Ssh $machine) {
                        $null = $seen.Add($ssh)
                        kill -KILL $ssh 2>$null
                        $counts.Ssh++
                    }
                }
                elseif ($kind -eq 2 -and $agent) {
                    kill -KILL $agent 2>$null
                    $counts.Agents++
                }
                elseif ($kind -eq 3 -and $agent) {
                    kill -STOP $agent 2>$null
                    & $later (3, 25)[$Random.Next(2)] agent $agent
                    $counts.Stopped++
                }
            }
            if ($clock.Elapsed.TotalSeconds -gt $LimitSeconds) {
                $what = ($state.Hosts | Format-Table Name, State, Workers, LastError -Wrap | Out-String) + ($state.Workers | Format-Table | Out-String)
                throw "The call did not end within $LimitSeconds seconds: $($state.TasksDone) done, $($state.TasksPending) wait, $($state.State). $what"
            }
        }
        $seconds = $clock.Elapsed.TotalSeconds
        $state = Get-LokyExecutor
        $answer = Wait-Runspace $run
    }
    finally {
        foreach ($one in @($undo)) { & $undoOne $one }
    }
    Stop-LokyExecutor -Force -Confirm:$false

    # The machines have time to notice that nobody is there any more; only their ssh servers stay.
    $left = { @(@($seen | Where-Object { Test-Live $_ }) + @(1, 2 | ForEach-Object { ip netns pids "$($Network.Name)-$_" } | Where-Object { [IO.File]::Exists("/proc/$_/comm") -and [IO.File]::ReadAllText("/proc/$_/comm") -notlike 'sshd*' })) }
    $until = [datetime]::UtcNow.AddSeconds(60)
    while ((& $left) -and [datetime]::UtcNow -lt $until) { Start-Sleep -Milliseconds 200 }

    $ends = @($answer.Results) + @($answer.Failed | ForEach-Object TargetObject)
    $ran = @{}
    foreach ($file in [IO.Directory]::GetFiles($log)) { foreach ($line in [IO.File]::ReadAllLines($file)) { $ran[$line] += 1 } }
    $byItem = $ends | Group-Object -AsHashTable
    [pscustomobject]@{
        Round = $Number
        Retry = $Retry
        Items = $Items
        NotOnce = @(1..$Items | Where-Object { -not $byItem -or -not $byItem.ContainsKey($_) -or $byItem[$_].Count -ne 1 }).Count + [Math]::Max(0, $ends.Count - $Items)
        RanTwice = if ($Retry) { $null } else { @($ran.Values | Where-Object { $_ -gt 1 }).Count }
        Lost = @($answer.Failed).Count
        Left = @(& $left).Count
        HostsOut = @($state.Hosts | Where-Object State -EQ Out).Count
        WorkersKilled = $counts.Workers
        LinksCut = $counts.Links
        SshKilled = $counts.Ssh
        AgentsKilled = $counts.Agents
        AgentsStopped = $counts.Stopped
        Seconds = [Math]::Round($seconds)
    }
    Remove-Item $log -Recurse -Force
}

$network = Start-Network 2
try {
    foreach ($round in 1..$Rounds) {
        foreach ($retries in $Retry) { Invoke-Round $round $retries $network ([Random]::new($Seed + 1000 * $retries + $round)) }
    }
}
finally {
    Stop-LokyExecutor -Force -Confirm:$false
    Stop-Network $network
}

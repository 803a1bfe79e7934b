#Requires -Version 7.4
<#
.SYNOPSIS
Measures what it costs that workers are on other machines, over ssh to this one.
.DESCRIPTION
Needs sshd, and for Silence root on Linux and iproute2. The far machine is an ssh server on the loopback address, the slow link
a relay in front of it; the one that drops all packets is that of a network namespace, whose far end is taken down. What counts
are ratios between contestants that take turns.

Build first: dotnet build src/Loky.PowerShell -c Release. LOKY_MODULE names another module than the one in out/Loky.
.PARAMETER Quick
Few items and one round: it shows that everything runs.
.PARAMETER Rounds
How many times each contestant runs; the median counts.
.PARAMETER Include
Only what matches one of these patterns: Overhead, First, Delay, Silence.
.EXAMPLE
sudo pwsh -NoProfile benchmarks/Measure-Hosts.ps1 -Rounds 5
#>
[CmdletBinding()]
param(
    [switch] $Quick,
    [ValidateRange(1, 99)][int] $Rounds = $Quick ? 1 : 5,
    [string[]] $Include = '*'
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

# Started as a program, the script gets a list as one argument.
$Include = $Include -split ','
$tests = [IO.Path]::Combine((Split-Path $PSScriptRoot), 'tests')
Import-Module (Join-Path $tests 'Pester/Support.psm1') -Force
Import-Module (Join-Path $tests 'Remote/Remote.psm1') -Force
Import-Module (Join-Path $PSScriptRoot 'Support/Measure.psm1') -Force -DisableNameChecking
Add-Type -Path (Join-Path $PSScriptRoot 'Support/DelayRelay.cs')
Import-Loky
if ($obstacle = Get-SshObstacle) { throw "This cannot run here: $obstacle." }

function New-Figure([string] $Work, [string] $Measure, [double] $Value) {
    [pscustomobject]@{ Work = $Work; Measure = $Measure; Value = [Math]::Round($Value, 3) }
}

# Trivial items over ssh against workers of this machine.
function Measure-Overhead {
    $items = $Quick ? 2000 : 100000
    $contestants = foreach ($where in @{ Name = 'local'; Hosts = ':*2' }, @{ Name = 'ssh'; Hosts = 'loky-host*2' }) {
        $hosts = $where.Hosts
        New-Contestant $where.Name -Units $items -Prepare {
            # Both workers are there before the clock is started, and have had the block.
            $null = 1..200 | Invoke-LokyParallel { Start-Sleep -Milliseconds 5 } -HostName $hosts -BatchSize 1
            $null = 1..200 | Invoke-LokyParallel { $_ }
        }.GetNewClosure() -Run { (1..$items | Invoke-LokyParallel { $_ }).Count }.GetNewClosure() -Check { param($count) $count -eq $items }.GetNewClosure()
    }
    $times = Measure-Contest $contestants $Rounds
    New-Figure 'trivial items over ssh to the loopback address' 'µs per item' ($times.ssh.Median * 1000)
    New-Figure 'trivial items, workers of this machine' 'µs per item' ($times.local.Median * 1000)
    New-Figure 'trivial items, ssh against local' 'ratio' ($times.ssh.Median / $times.local.Median)
}

# From nothing to the first result.
function Measure-First($Server) {
    $stop = { Stop-LokyExecutor -Force -Confirm:$false }
    $contestants = @(
        New-Contestant 'empty' -Prepare { & $stop; if (Test-Path $Server.Cache) { Remove-Item $Server.Cache -Recurse -Force } }.GetNewClosure() -Run { 1 | Invoke-LokyParallel { 'done' } -HostName 'loky-host*1' } -Check { param($out) $out -eq 'done' }
        New-Contestant 'warm' -Prepare {
            $null = 1 | Invoke-LokyParallel { 1 } -HostName 'loky-host*1'
            & $stop
        }.GetNewClosure() -Run { 1 | Invoke-LokyParallel { 'done' } -HostName 'loky-host*1' } -Check { param($out) $out -eq 'done' }
        New-Contestant 'local' -Prepare $stop -Run { 1 | Invoke-LokyParallel { 'done' } -HostName ':*1' } -Check { param($out) $out -eq 'done' }
        New-Contestant 'bare' -Run { ssh -o BatchMode=yes loky-host 'pwsh -NoProfile -NonInteractive -Command "Write-Output done"' } -Check { param($out) "$out" -eq 'done' }
    )
    $times = Measure-Contest $contestants $Rounds
    New-Figure 'first result over ssh, empty cache' 's' ($times.empty.Median / 1000)
    New-Figure 'first result over ssh, warm cache' 's' ($times.warm.Median / 1000)
    New-Figure 'first result from a worker of this machine' 's' ($times.local.Median / 1000)
    New-Figure 'ssh and a pwsh there that writes a line' 's' ($times.bare.Median / 1000)
}

# A link with 100 ms of delay, there and back: trivial items and items of 1 MB against the bare link.
function Measure-Delay($Server) {
    $port = [int](Select-String -LiteralPath "$($Server.Folder)/ssh_config" -Pattern 'Port (\d+)').Matches[0].Groups[1].Value
    $relay = [DelayRelay]::new($port, [timespan]::FromMilliseconds(100))
    $alias = "[127.0.0.1]:$port"
    $there = New-LokyHost 127.0.0.1 -Port $relay.Port -Workers 2 -KeyFilePath "$($Server.Folder)/user-key" -Options @{ HostKeyAlias = $alias }
    $small = $Quick ? 2000 : 50000
    $large = $Quick ? 4 : 100
    $file = Join-Path ([IO.Path]::GetTempPath()) "loky-$([guid]::NewGuid())"
    [IO.File]::WriteAllBytes($file, [byte[]]::new($large * 1MB))
    $options = '-o', 'BatchMode=yes', '-o', "HostKeyAlias=$alias", '-p', $relay.Port, '127.0.0.1'
    $bytes = [byte[]]::new(1MB)
    $prepare = { param($where) $null = 1..200 | Invoke-LokyParallel { Start-Sleep -Milliseconds 5 } -HostName $where -BatchSize 1 }
    $run = { (1..$small | Invoke-LokyParallel { $_ }).Count }.GetNewClosure()
    $check = { param($count) $count -eq $small }.GetNewClosure()
    $contestants = @(
        New-Contestant 'near' -Units $small -Prepare { & $prepare 'loky-host*2' }.GetNewClosure() -Run $run -Check $check
        New-Contestant 'small' -Units $small -Prepare { & $prepare $there }.GetNewClosure() -Run $run -Check $check
        New-Contestant 'large' -Units $large -Prepare { & $prepare $there }.GetNewClosure() -Run { (& { for ($i = 0; $i -lt $large; $i++) { , $bytes } } | Invoke-LokyParallel { $_.Length } | Measure-Object -Sum).Sum }.GetNewClosure() -Check { param($sum) $sum -eq $large * 1MB }.GetNewClosure()
        New-Contestant 'bare' -Units $large -Run { sh -c 'exec ssh "$@" "wc -c" < "$0"' $file @options }.GetNewClosure() -Check { param($sum) [long]"$sum" -eq $large * 1MB }.GetNewClosure()
        New-Contestant 'connecting' -Run { sh -c 'exec ssh "$@" "wc -c" < /dev/null' sh @options }.GetNewClosure() -Check { param($sum) [long]"$sum" -eq 0 }
    )
    try {
        $times = Measure-Contest $contestants $Rounds

        # Loky is connected before the clock is started.
        $bare = $times.bare.Median - $times.connecting.Median / $large
        New-Figure 'trivial items over ssh, no delay' 'items per second' (1000 / $times.near.Median)
        New-Figure 'trivial items over ssh, 100 ms of delay' 'items per second' (1000 / $times.small.Median)
        New-Figure 'items of 1 MB, 100 ms of delay' 'MB/s' (1000 / $times.large.Median)
        New-Figure 'the bare link: ssh and a file, 100 ms of delay' 'MB/s' (1000 / $bare)
        New-Figure 'items of 1 MB against the bare link' 'ratio' ($bare / $times.large.Median)
    }
    finally {
        Stop-LokyExecutor -Force -Confirm:$false
        $relay.Dispose()
        Remove-Item $file
    }
}

# How long it takes until a link that drops everything, and closes nothing, is noticed.
function Measure-Silence($Network) {
    $link = "$($Network.Name)-1"
    $mark = Join-Path ([IO.Path]::GetTempPath()) "loky-$([guid]::NewGuid())"
    $times = foreach ($round in 1..([Math]::Min($Rounds, 3))) {
        $job = 1 | Invoke-LokyParallel { $null = New-Item $mark -Force; Start-Sleep 1000 } -HostName (New-NetworkHost $Network 1 -Workers 1) -AsJob
        try {
            while (-not (Test-Path $mark)) { Start-Sleep -Milliseconds 50 }
            ip -n $link link set eth0 down
            $clock = [Diagnostics.Stopwatch]::StartNew()
            $null = Wait-Job $job -Timeout 300
            $clock.Elapsed.TotalSeconds
        }
        finally {
            ip -n $link link set eth0 up
            Remove-Item $mark -ErrorAction Ignore
            Remove-Job $job -Force
            Stop-LokyExecutor -Force -Confirm:$false
        }
    }
    New-Figure 'a link that drops everything is noticed' 's' (Get-Median $times)
}

function Test-Wanted([string] $Name) { @($Include | Where-Object { $Name -like $_ }).Count -gt 0 }

try {
    if ((Test-Wanted Overhead) -or (Test-Wanted First) -or (Test-Wanted Delay)) {
        $server = Start-SshHost
        try {
            if (Test-Wanted Overhead) { Measure-Overhead }
            if (Test-Wanted First) { Measure-First $server }
            if (Test-Wanted Delay) { Measure-Delay $server }
        }
        finally {
            Stop-LokyExecutor -Force -Confirm:$false
            Stop-SshHost $server
        }
    }
    if (Test-Wanted Silence) {
        if ($obstacle = Get-NetworkObstacle) { throw "A link that drops everything cannot be had here: $obstacle." }
        $network = Start-Network 1
        try {
            Measure-Silence $network
        }
        finally {
            Stop-LokyExecutor -Force -Confirm:$false
            Stop-Network $network
        }
    }
}
finally {
    Stop-LokyExecutor -Force -Confirm:$false
}

#Requires -Version 7.4
<#
.SYNOPSIS
Runs Loky and what else PowerShell has for the same work, side by side, and tells the ratios.
.DESCRIPTION
All contestants do the same work in one run, in turns, and what they return is compared. What counts are the ratios
between them, because they depend little on the machine. A slow peer gets fewer items and is compared by item.

Of each row it tells the first call, made when the workers are there and nothing else is warm, the median of the warm
rounds, and their range. The table also goes to out/benchmarks, as a Markdown page and as an HTML page with charts.

Build first: dotnet build Loky.sln -c Release. A PowerShell that comes as a .NET tool is not compiled ahead of time, as others
are, and each process that is one spends its first seconds on that. dotnet build tools/Loky.CompiledPowerShell compiles it;
out/PowerShell/pwsh is then like an installed one. The table tells which it was.
.PARAMETER Quick
A short form, under two minutes: fewer rounds and points. It shows that everything runs; its figures are rough, and
whether a target is met is left open.
.PARAMETER Rounds
How many times each contestant runs; the median counts.
.PARAMETER Python
The Python whose loky is a peer too, where it has one.
.PARAMETER SoakMinutes
How long to work without a pause, at the end, to see whether memory grows.
.PARAMETER Include
Only rows whose names match one of these patterns.
.EXAMPLE
pwsh -NoProfile benchmarks/Compare-Peers.ps1 -Rounds 7
#>
[CmdletBinding()]
param(
    [switch] $Quick,
    [ValidateRange(1, 99)]
    [int] $Rounds = $Quick ? 1 : 5,
    [string] $Python = 'python3',
    [double] $SoakMinutes = 0,
    [string[]] $Include = '*'
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
$root = Split-Path $PSScriptRoot

# Started as a program, the script gets a list as one argument.
$Include = $Include -split ','
foreach ($name in 'Measure', 'Rows', 'Curves', 'Report') {
    Import-Module (Join-Path $PSScriptRoot "Support/$name.psm1") -Force -Global -DisableNameChecking
}

Import-Module (Join-Path $root 'out/Loky/Loky.psd1')
$hasPython = (Get-Command $Python -ErrorAction Ignore) -and $(& $Python -c 'import loky' 2>$null; $LASTEXITCODE -eq 0)
$peer = if ($hasPython) { $Python } else { '' }
$program = Join-Path $PSScriptRoot 'Loky.Benchmarks/bin/Release/net8.0/Loky.Benchmarks.dll'

$rows = [ordered]@{
    Trivial = { Measure-TrivialItems $Rounds $Quick $peer }
    Few = { Measure-FewItems $Rounds $Quick }
    Cold = { Measure-ColdStart $Rounds $Quick }
    Cpu = { Measure-CpuBound $Rounds $Quick }
    Workers = { Measure-WorkerCount $Rounds $Quick }
    Bytes = { Measure-Bytes $Rounds $Quick }
    Captured = { Measure-Captured $Rounds }
    Objects = { Measure-Objects $Rounds }
    Delegate = { Measure-DelegateRoundTrip $program }
    Memory = { Measure-IdleMemory }
    Scheduler = { Measure-Scheduler $program }
}
$curves = [ordered]@{
    ItemCost = 'Speed-up by the cost of an item', 'µs per item', 'sequential / Loky', { Measure-ItemCost $Rounds $Quick }
    ItemSize = 'Throughput by the size of an item, there and back through one worker', 'MB per item', 'MB/s', { Measure-ItemSize $Rounds $Quick }
    Items = 'Cost of a trivial item by the number of items', 'items', 'Loky / sequential', { Measure-ItemCount $Rounds $Quick }
}
if ($SoakMinutes -gt 0) {
    $curves.Soak = "Memory over $SoakMinutes minutes of work", 'minutes', 'MB', { Measure-MemoryOverTime $SoakMinutes }
}
$isWanted = { param($name) @($Include | Where-Object { $name -like $_ }).Count -gt 0 }

try {
    $null = 1..20 | Invoke-LokyParallel { Start-Sleep -Milliseconds 20 } -MaxWorkers 2
    $results = @(foreach ($name in $rows.Keys) {
        if (& $isWanted $name) {
            foreach ($result in & $rows[$name]) {
                if ($Quick) { $result.Met = $null }
                Write-Host ('{0,-41} {1,-42} first {2,6}  median {3,6}  range {4,-16} target {5}, met: {6}' -f @(
                    $result.Work, $result.Measure, (Format-Number $result.First), (Format-Number $result.Value), (Format-Range $result), (Format-Target $result), (Format-Met $result)))
                $result
            }
        }
    })
    $measured = @(foreach ($name in $curves.Keys) {
        if (& $isWanted $name) {
            $title, $x, $y, $measure = $curves[$name]
            $points = @(& $measure)
            Write-Host "${title}: $(($points | ForEach-Object { "$($_.X): $(Format-Number $_.Y)" }) -join ', ')"
            foreach ($line in $points | Group-Object Line) {
                $own = @($points.Line | Select-Object -Unique).Count -gt 1 ? ": $($line.Name)" : ''
                [pscustomobject]@{ Title = $title + $own; XTitle = $x; YTitle = $y; Points = $line.Group }
            }
        }
    })
}
finally {
    Stop-LokyExecutor -Force
}

$pythonText = if ($peer) { ", Python loky $(& $peer -c 'import loky; print(loky.__version__)')" } else { '' }
$machine = "$([Environment]::ProcessorCount) processors, $([Runtime.InteropServices.RuntimeInformation]::OSDescription.Trim()), " +
    "PowerShell $($PSVersionTable.PSVersion)$((Test-Compiled) ? '' : ', not compiled ahead of time'), .NET $([Environment]::Version)$pythonText; medians of $Rounds rounds."
$command = "pwsh -NoProfile benchmarks/Compare-Peers.ps1$($Quick ? ' -Quick' : '') -Rounds $Rounds"
$output = New-Item -ItemType Directory -Force (Join-Path $root 'out/benchmarks')
ConvertTo-ReportMarkdown $results $measured $machine $command | Set-Content (Join-Path $output 'comparison.md')
ConvertTo-ReportHtml $results $measured $machine $command | Set-Content (Join-Path $output 'comparison.html')
Write-Host "Written to $output."

# Takes times side by side: every contestant once a round, the order turned from round to round, medians at the end, so
# that what else the machine does meanwhile falls on all of them alike.

Set-StrictMode -Version 3.0

function Get-Median([double[]] $Values) {
    $sorted = [double[]]($Values | Sort-Object)
    $middle = [int][Math]::Floor($sorted.Count / 2)
    if ($sorted.Count % 2) { $sorted[$middle] } else { ($sorted[$middle - 1] + $sorted[$middle]) / 2 }
}

# A way to do some work. Run does it once for Units units and returns what came out; Prepare, if any, comes before each
# time the clock is started. Check gets the output and says whether it is right.
function New-Contestant([string] $Name, [scriptblock] $Run, [double] $Units = 1, [scriptblock] $Check, [scriptblock] $Prepare, [int] $Rounds) {
    [pscustomobject]@{
        Name = $Name; Run = $Run; Units = $Units; Check = $Check; Prepare = $Prepare; Rounds = $Rounds
        Times = [Collections.Generic.List[double]]::new()
    }
}

# Runs contestants against each other and returns the median of each, in milliseconds a unit, by name. A contestant with
# Rounds of its own, because it is slow, leaves the later rounds out.
function Measure-Contest {
    param([object[]] $Contestants, [int] $Rounds = 5, [switch] $NoWarmUp)

    for ($round = $NoWarmUp ? 1 : 0; $round -le $Rounds; $round++) {
        for ($i = 0; $i -lt $Contestants.Count; $i++) {
            $one = $Contestants[($i + $round) % $Contestants.Count]
            if ($one.Rounds -gt 0 -and $round -gt $one.Rounds) { continue }
            $prepared = if ($one.Prepare) { & $one.Prepare }
            [GC]::Collect()
            $clock = [Diagnostics.Stopwatch]::StartNew()
            $output = & $one.Run $prepared
            $clock.Stop()
            if ($one.Check -and -not (& $one.Check $output)) {
                throw "$($one.Name) returned something else than the others: $("$output".Substring(0, [Math]::Min(200, "$output".Length)))"
            }

            # A contestant may tell its own time, where the clock here would count in what is not its work.
            $time = if ($output -is [timespan]) { $output.TotalMilliseconds } else { $clock.Elapsed.TotalMilliseconds }
            if ($round -gt 0) { $one.Times.Add($time / $one.Units) }
        }
    }

    $medians = [ordered]@{}
    foreach ($one in $Contestants) { $medians[$one.Name] = Get-Median $one.Times }
    $medians
}

function Start-Program([string] $File, [string[]] $Arguments) {
    $info = [Diagnostics.ProcessStartInfo]::new($File)
    foreach ($argument in $Arguments) { $info.ArgumentList.Add($argument) }
    $info.RedirectStandardInput = $info.RedirectStandardOutput = $true
    $info.UseShellExecute = $false
    [Diagnostics.Process]::Start($info)
}

# Memory that is a process's own: its proportional share where the system tells it, else its working set.
function Get-ProcessMemory([int] $Id) {
    $rollup = "/proc/$Id/smaps_rollup"
    if (Test-Path $rollup) {
        foreach ($line in [IO.File]::ReadLines($rollup)) {
            if ($line -match '^Pss:\s+(\d+) kB') { return [double]$Matches[1] / 1024 }
        }
    }

    [Diagnostics.Process]::GetProcessById($Id).WorkingSet64 / 1MB
}

Export-ModuleMember -Function *-*

# Takes times side by side: every contestant once a round, the order turned from round to round, medians at the end, so
# that what else the machine does meanwhile falls on all of them alike.

Set-StrictMode -Version 3.0

function Get-Median([double[]] $Values) {
    $sorted = [double[]]($Values | Sort-Object)
    $middle = [int][Math]::Floor($sorted.Count / 2)
    if ($sorted.Count % 2) { $sorted[$middle] } else { ($sorted[$middle - 1] + $sorted[$middle]) / 2 }
}

# A way to do some work. Run does it once for Units units and returns what came out; Prepare, if any, comes before each
# time the clock is started. Check gets the output and says whether it is right. What is over in a moment is done Calls
# times for one time.
function New-Contestant([string] $Name, [scriptblock] $Run, [double] $Units = 1, [scriptblock] $Check, [scriptblock] $Prepare, [int] $Rounds, [int] $Calls = 1) {
    [pscustomobject]@{ Name = $Name; Run = $Run; Units = $Units; Check = $Check; Prepare = $Prepare; Rounds = $Rounds; Calls = $Calls }
}

# Measured values: the first, before anything was warm, NaN where there is none, and those of the rounds.
function New-Series([double] $First, [double[]] $Values) {
    [pscustomobject]@{ First = $First; Values = $Values; Median = Get-Median $Values }
}

# Runs contestants against each other and returns the series of each, in milliseconds a unit, by name. The first time is
# that of one call, and then everything is warmed up. A contestant with Rounds of its own, because it is slow, leaves the
# later rounds out.
function Measure-Contest([object[]] $Contestants, [int] $Rounds = 5) {
    $first = @{}
    $times = @{}
    foreach ($one in $Contestants) {
        $first[$one.Name] = Measure-Time $one 1
        $times[$one.Name] = [Collections.Generic.List[double]]::new()
        if ($one.Calls -gt 1) { $null = Measure-Time $one $one.Calls }
    }

    for ($round = 1; $round -le $Rounds; $round++) {
        for ($i = 0; $i -lt $Contestants.Count; $i++) {
            $one = $Contestants[($i + $round) % $Contestants.Count]
            if ($one.Rounds -eq 0 -or $round -le $one.Rounds) { $times[$one.Name].Add((Measure-Time $one $one.Calls)) }
        }
    }

    $series = [ordered]@{}
    foreach ($one in $Contestants) { $series[$one.Name] = New-Series $first[$one.Name] $times[$one.Name] }
    $series
}

function Measure-Time([object] $Contestant, [int] $Calls) {
    $prepared = if ($Contestant.Prepare) { & $Contestant.Prepare }
    [GC]::Collect()
    $clock = [Diagnostics.Stopwatch]::StartNew()
    for ($call = 0; $call -lt $Calls; $call++) { $output = & $Contestant.Run $prepared }
    $clock.Stop()
    if ($Contestant.Check -and -not (& $Contestant.Check $output)) {
        throw "$($Contestant.Name) returned something else than the others: $("$output".Substring(0, [Math]::Min(200, "$output".Length)))"
    }

    # A contestant may tell its own time, where the clock here would count in what is not its work.
    $time = if ($output -is [timespan]) { $output.TotalMilliseconds } else { $clock.Elapsed.TotalMilliseconds / $Calls }
    $time / $Contestant.Units
}

# How many times one is the other, round by round, for both were measured in the same. Who left rounds out has its median there.
function Get-Ratio([object] $Over, [object] $Under) {
    $rounds = [Math]::Max($Over.Values.Count, $Under.Values.Count)
    $values = for ($i = 0; $i -lt $rounds; $i++) {
        $above, $below = foreach ($series in $Over, $Under) { $i -lt $series.Values.Count ? $series.Values[$i] : $series.Median }
        $above / $below
    }

    New-Series ($Over.First / $Under.First) $values
}

# Units a second from milliseconds a unit.
function Get-Rate([object] $Series) {
    New-Series (1000 / $Series.First) ($Series.Values | ForEach-Object { 1000 / $_ })
}

# Spinning takes a number, not a time. Yet each process measures for itself how long one is, and wrongly where many are busy.
function Get-SpinPerMicrosecond {
    [Threading.Thread]::SpinWait(10000)
    $clock = [Diagnostics.Stopwatch]::StartNew()
    [Threading.Thread]::SpinWait(3000000)
    3000000 / $clock.Elapsed.TotalMicroseconds
}

# Hashing is the same work in each process, and in native code, which no compiler makes faster with time.
function Get-HashRoundsPerMillisecond {
    $salt = [byte[]](1..16)
    $hash = { param($rounds) $null = [Security.Cryptography.Rfc2898DeriveBytes]::Pbkdf2('loky', $salt, $rounds, 'SHA256', 32) }
    & $hash 100000
    $clock = [Diagnostics.Stopwatch]::StartNew()
    & $hash 1000000
    [int](1000000 / $clock.Elapsed.TotalMilliseconds)
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

# Whether the PowerShell that runs this was compiled ahead of time.
function Test-Compiled {
    $file = [IO.File]::OpenRead([psobject].Assembly.Location)
    try { [Reflection.PortableExecutable.PEReader]::new($file).PEHeaders.CorHeader.ManagedNativeHeaderDirectory.Size -gt 0 } finally { $file.Dispose() }
}

Export-ModuleMember -Function *-*

# How the cost changes with the work: one function a curve, each returns points of X and Y by line.

Set-StrictMode -Version 3.0

function New-Point([string] $Line, [double] $X, [double] $Y) { [pscustomobject]@{ Line = $Line; X = $X; Y = $Y } }

function Measure-ItemCost([int] $Rounds, [bool] $Quick) {
    $perMicrosecond = Get-SpinPerMicrosecond
    $budget = $Quick ? 200000 : 1500000
    foreach ($cost in $Quick ? @(1, 100, 10000) : @(1, 3, 10, 30, 100, 300, 1000, 3000, 10000, 30000, 100000)) {
        $spin = [int][Math]::Max(1, $cost * $perMicrosecond)
        $count = [int][Math]::Clamp($budget / ($cost + 5), 16, 100000)
        $items = @($spin) * $count
        $right = { param($output) $output.Count -eq $count }
        $time = Measure-Contest -Rounds $Rounds -Contestants @(
            New-Contestant 'sequential' { $items | ForEach-Object { [Threading.Thread]::SpinWait($_); 1 } } $count $right
            New-Contestant 'Loky' { $items | Invoke-LokyParallel { [Threading.Thread]::SpinWait($_); 1 } } $count $right
        )
        New-Point 'Loky, 2 workers' $cost ($time['sequential'].Median / $time['Loky'].Median)
    }
}

function Measure-ItemCount([int] $Rounds, [bool] $Quick) {
    foreach ($count in $Quick ? @(1, 100, 10000) : @(1, 10, 100, 1000, 10000, 100000, 1000000)) {
        $items = 1..$count
        $right = { param($output) ($output | Measure-Object -Sum).Sum -eq [double]$count * ($count + 1) }
        $time = Measure-Contest -Rounds $Rounds -Contestants @(
            New-Contestant 'sequential' { $items | ForEach-Object { $_ * 2 } } $count $right
            New-Contestant 'Loky' { $items | Invoke-LokyParallel { $_ * 2 } } $count $right
        )
        New-Point 'Loky' $count ($time['Loky'].Median / $time['sequential'].Median)
    }
}

function Measure-ItemSize([int] $Rounds, [bool] $Quick) {
    $null = Get-LokyExecutor -MaxWorkers 1
    foreach ($megabytes in $Quick ? @(0.1, 10) : @(0.1, 1, 10, 100)) {
        $size = [int]($megabytes * 1MB)
        $bytes = [byte[]]::new($size)
        [Random]::new(1).NextBytes($bytes)
        $count = [int][Math]::Clamp(100 / $megabytes, 2, 100)
        $items = for ($i = 0; $i -lt $count; $i++) { , $bytes }
        $right = { param($output) $output.Count -eq $count -and $output[-1].Length -eq $size -and $output[-1][-1] -eq $bytes[-1] }
        $time = Measure-Contest -Rounds $Rounds -Contestants @(
            New-Contestant 'Loky' { $items | Invoke-LokyParallel { , $_ } } ($count * $megabytes) $right
        )
        New-Point 'Loky' $megabytes (2 * 1000 / $time['Loky'].Median)
    }

    $null = Get-LokyExecutor -MaxWorkers 2
}

# Works without a pause and notes, twenty times, what the session and its workers take then.
function Measure-MemoryOverTime([double] $Minutes) {
    $clock = [Diagnostics.Stopwatch]::StartNew()
    for ($step = 1; $step -le 20; $step++) {
        while ($clock.Elapsed.TotalMinutes -lt $Minutes * $step / 20) {
            $null = 1..20000 | Invoke-LokyParallel { [pscustomobject]@{ Id = $_; Text = "item $_" } }
        }

        [GC]::Collect()
        New-Point 'session' $clock.Elapsed.TotalMinutes (Get-ProcessMemory $PID)
        foreach ($worker in (Get-LokyExecutor).Workers) {
            New-Point "worker $($worker.Number)" $clock.Elapsed.TotalMinutes (Get-ProcessMemory $worker.Id)
        }
    }
}

Export-ModuleMember -Function Measure-*

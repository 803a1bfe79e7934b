# The rows of the comparison: each function measures one kind of work and returns one or more results, a ratio with the
# target it is held against.

Set-StrictMode -Version 3.0

$pwsh = [Environment]::ProcessPath
# As a .NET tool, PowerShell is a library that the dotnet host runs.
$pwshArguments = @(if ([IO.Path]::GetFileNameWithoutExtension($pwsh) -eq 'dotnet') { Join-Path $PSHOME 'pwsh.dll' })
$moduleFile = Join-Path $PSScriptRoot '../../out/Loky/Loky.psd1'

function New-Result([string] $Work, [string] $Measure, [double] $Value, [string] $Comparison, [double] $Target, [hashtable] $Figures) {
    $met = if ($Comparison -eq '<=') { $Value -le $Target } else { $Value -ge $Target }
    [pscustomobject]@{ Work = $Work; Measure = $Measure; Value = $Value; Comparison = $Comparison; Target = $Target; Met = $met; Figures = $Figures }
}

function Measure-TrivialItems([int] $Rounds, [bool] $Quick, [string] $Python) {
    $count = 100000
    $few = $Quick ? 100 : 500
    $items = 1..$count
    $fewItems = 1..$few
    $double = { param($output) ($output | Measure-Object -Sum).Sum -eq [double]$count * ($count + 1) }
    $doubleFew = { param($output) ($output | Measure-Object -Sum).Sum -eq [double]$few * ($few + 1) }
    $jobs = $Quick ? 2 : 5
    $contestants = @(
        New-Contestant 'ForEach-Object' { $items | ForEach-Object { $_ * 2 } } $count $double
        New-Contestant 'Invoke-LokyParallel' { $items | Invoke-LokyParallel { $_ * 2 } } $count $double
        New-Contestant 'ForEach-Object -Parallel' { $fewItems | ForEach-Object -Parallel { $_ * 2 } } $few $doubleFew -Rounds 2
        New-Contestant 'Start-Job' { 1..$jobs | ForEach-Object { Start-Job { $input | ForEach-Object { $_ * 2 } } -InputObject $_ } | Receive-Job -Wait -AutoRemoveJob } $jobs -Rounds 1
        if (Get-Command Start-ThreadJob -ErrorAction Ignore) {
            New-Contestant 'Start-ThreadJob' { $fewItems | ForEach-Object { Start-ThreadJob { $input | ForEach-Object { $_ * 2 } } -InputObject $_ } | Receive-Job -Wait -AutoRemoveJob } $few $doubleFew -Rounds 1
        }
        if ($Python) {
            New-Contestant 'Python loky, chunks of 1000' { Invoke-PythonLoky $Python 'trivial' $count } $count -Rounds 3
        }
    )
    $time = Measure-Contest $contestants $Rounds
    $figures = @{}
    foreach ($name in $time.Keys) { $figures[$name] = $time[$name] * 1000 }
    New-Result '100,000 trivial items, warm' 'Loky / sequential ForEach-Object' ($time['Invoke-LokyParallel'] / $time['ForEach-Object']) '<=' 1.5 $figures
    New-Result '100,000 trivial items, warm' 'ForEach-Object -Parallel / Loky' ($time['ForEach-Object -Parallel'] / $time['Invoke-LokyParallel']) '>=' 300 @{}
}

function Measure-OneItem([int] $Rounds) {
    # Each round has so many calls that the compiler has had its time in the first, which does not count.
    $calls = 100
    $few = 20
    $right = { param($output) ($output | Measure-Object -Minimum -Maximum | ForEach-Object { $_.Minimum, $_.Maximum } | Select-Object -Unique) -eq 42 }
    $time = Measure-Contest @(
        New-Contestant 'Invoke-LokyParallel' { for ($i = 0; $i -lt $calls; $i++) { 21 | Invoke-LokyParallel { $_ * 2 } } } $calls $right
        New-Contestant 'ForEach-Object -Parallel' { for ($i = 0; $i -lt $few; $i++) { 21 | ForEach-Object -Parallel { $_ * 2 } } } $few $right
    ) ([Math]::Max($Rounds, 5))
    New-Result 'One item, warm' 'Loky call, ms' $time['Invoke-LokyParallel'] '<=' 2 @{}
    New-Result 'One item, warm' 'ForEach-Object -Parallel / Loky' ($time['ForEach-Object -Parallel'] / $time['Invoke-LokyParallel']) '>=' 5 @{}
}

function Measure-ColdStart([int] $Rounds) {
    # The call tells its own time: what comes before it, the start of its session, any command has to wait for. Nothing
    # else is in that time, not even Measure-Object: the session would load a module for it.
    $script = "Import-Module '$moduleFile'; `$clock = [Diagnostics.Stopwatch]::StartNew(); `$one, `$other = 1..2 | Invoke-LokyParallel { `$_ } -MaxWorkers 2; `$clock.Stop(); `"`$(`$one + `$other) `$(`$clock.Elapsed.TotalMilliseconds.ToString([cultureinfo]::InvariantCulture))`""
    $time = Measure-Contest @(
        New-Contestant 'pwsh' { $null = & $pwsh @pwshArguments -NoProfile -c 1 }
        New-Contestant 'Loky' {
            $sum, $milliseconds = (& $pwsh @pwshArguments -NoProfile -c $script) -split ' '
            if ($sum -ne 3) { throw "The cold call returned $sum." }
            [timespan]::FromMilliseconds([double]::Parse($milliseconds, [cultureinfo]::InvariantCulture))
        }
    ) ([Math]::Max($Rounds, 5))
    New-Result 'First call, cold, 2 workers' 'Loky call / pwsh -NoProfile -c 1' ($time['Loky'] / $time['pwsh']) '<=' 1.5 @{}
}

function Measure-CpuBound([int] $Rounds, [bool] $Quick) {
    $count = $Quick ? 20 : 60
    $loops = 400000

    # In a scope of its own in all of them: without one PowerShell looks each variable up by its name, many times slower,
    # and that would be measured instead.
    $body = "& { param(`$s) for (`$i = 0; `$i -lt $loops; `$i++) { `$s = (`$s * 31 + `$i) % 1000003 }; `$s } `$_"
    $block = [scriptblock]::Create($body)
    $items = 1..$count
    $expected = ($items | ForEach-Object $block | Measure-Object -Sum).Sum
    $right = { param($output) ($output | Measure-Object -Sum).Sum -eq $expected }

    # Each half warms up on as many items as the others do in the first round, tells that it is ready, and waits to be told to go.
    $half = "`$b = { $body }; `$null = 1..$count | ForEach-Object `$b; 'ready'; `$null = [Console]::In.ReadLine(); (`$args[0]..`$args[1] | ForEach-Object `$b | Measure-Object -Sum).Sum"
    $encoded = { param($from, $to) [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes("& { $half } $from $to")) }
    $start = {
        foreach ($range in @(@(1, ($count / 2)), @(($count / 2 + 1), $count))) {
            $process = Start-Program $pwsh ($pwshArguments + '-NoProfile', '-EncodedCommand', (& $encoded @range))
            $null = $process.StandardOutput.ReadLine()
            $process
        }
    }
    $time = Measure-Contest @(
        New-Contestant 'sequential' { $items | ForEach-Object $block } 1 $right
        New-Contestant 'Loky' { $items | Invoke-LokyParallel $block } 1 $right
        New-Contestant 'split' -Prepare $start -Check $right -Run {
            param($processes)
            foreach ($process in $processes) { $process.StandardInput.WriteLine() }
            foreach ($process in $processes) { [double]$process.StandardOutput.ReadLine() }
            foreach ($process in $processes) { $process.Dispose() }
        }
        New-Contestant 'ForEach-Object -Parallel' { $items | ForEach-Object -Parallel $block } 1 $right
    ) $Rounds
    $figures = @{}
    foreach ($name in 'Loky', 'split', 'ForEach-Object -Parallel') { $figures[$name] = $time['sequential'] / $time[$name] }
    New-Result 'CPU-bound items, 2 workers' 'speed-up of Loky / of two pwsh by hand' ($time['split'] / $time['Loky']) '>=' 0.95 $figures
}

function Measure-Bytes([int] $Rounds, [bool] $Quick) {
    $size = 100MB
    $bytes = [byte[]]::new($size)
    [Random]::new(1).NextBytes($bytes)
    $small = [byte[]]::new(($Quick ? 2MB : 16MB))
    [Array]::Copy($bytes, $small, $small.Length)
    $own = { $data = [AppDomain]::CurrentDomain.GetData('loky-bytes'); if (-not $data) { $data = [byte[]]::new(100MB); [Random]::new(1).NextBytes($data); [AppDomain]::CurrentDomain.SetData('loky-bytes', $data) }; , $data }
    $null = Get-LokyExecutor -MaxWorkers 1
    $contestants = @(
        New-Contestant 'in' { , $bytes | Invoke-LokyParallel { $_[99999999] } } ($size / 1MB) { param($output) $output -eq $bytes[99999999] }
        New-Contestant 'back' { 1 | Invoke-LokyParallel $own } ($size / 1MB) { param($output) $output.Length -eq $size -and $output[99999999] -eq $bytes[99999999] }
        New-Contestant 'job' { Start-Job { 1 } | Receive-Job -Wait -AutoRemoveJob } 1 -Rounds 2
        New-Contestant 'job in' { Start-Job { $args[0].Length } -ArgumentList (, $small) | Receive-Job -Wait -AutoRemoveJob } 1 { param($output) $output -eq $small.Length } -Rounds 1
    )
    $time = Measure-Contest $contestants $Rounds
    $null = Get-LokyExecutor -MaxWorkers 2
    # The start of the job's process is not counted against it.
    $job = ($time['job in'] - $time['job']) / ($small.Length / 1MB)
    New-Result 'byte[] of 100 MB' 'in, MB/s' (1000 / $time['in']) '>=' 500 @{}
    New-Result 'byte[] of 100 MB' 'back, MB/s' (1000 / $time['back']) '>=' 500 @{}
    New-Result 'byte[] of 100 MB' 'Start-Job / Loky, in' ($job / $time['in']) '>=' 30 @{}
}

function Measure-Objects([int] $Rounds) {
    $count = 10000
    $block = { [pscustomobject]@{ Id = $_; Name = "item $_"; Size = 1.5 * $_; Ready = $true; At = [datetime]::UnixEpoch; Key = [guid]::Empty; None = $null; Span = [timespan]::Zero; Large = 12345678901; Text = 'the same' } }
    $right = { param($output) $output.Count -eq $count -and ($output.Id | Measure-Object -Sum).Sum -eq $count * ($count + 1) / 2 }
    $time = Measure-Contest @(
        New-Contestant 'Loky' { 1..$count | Invoke-LokyParallel $block } 1 $right
        New-Contestant 'Start-Job' { Start-Job ([scriptblock]::Create("1..$count | ForEach-Object { $block }")) | Receive-Job -Wait -AutoRemoveJob } 1 $right -Rounds 2
        New-Contestant 'sequential' { 1..$count | ForEach-Object $block } 1 $right
    ) $Rounds
    New-Result '10,000 objects of 10 properties, back' 'Start-Job / Loky' ($time['Start-Job'] / $time['Loky']) '>=' 10 @{ 'sequential / Loky' = $time['sequential'] / $time['Loky'] }
}

function Measure-DelegateRoundTrip([string] $Program) {
    if (-not (Test-Path $Program)) { return }
    $output = & dotnet $Program --roundtrip | ConvertFrom-Json
    New-Result 'Delegate round trip, one at a time' 'delegate / bare socket' $output.Ratio '<=' 3 @{}
}

function Measure-IdleMemory {
    # As many of one as of the other, because what they share is counted in parts.
    $idle = 1..2 | ForEach-Object { Start-Program $pwsh ($pwshArguments + '-NoProfile', '-NoLogo', '-NoExit', '-Command', "'ready'") }
    try {
        foreach ($process in $idle) { $null = $process.StandardOutput.ReadLine() }
        $null = Get-LokyExecutor -MaxWorkers 2 -Reuse Never
        $null = 1..100 | Invoke-LokyParallel { $_; [Threading.Thread]::Sleep(1) }
        Start-Sleep -Seconds 2
        $workers = (Get-LokyExecutor).Workers | ForEach-Object { Get-ProcessMemory $_.Id }
        $plain = $idle | ForEach-Object { Get-ProcessMemory $_.Id }
        New-Result 'Idle worker' 'memory of a worker / of an idle pwsh' ((Get-Median $workers) / (Get-Median $plain)) '<=' 0.9 @{ 'worker MB' = Get-Median $workers; 'pwsh MB' = Get-Median $plain }
    }
    finally {
        foreach ($process in $idle) { $process.Kill(); $process.Dispose() }
    }
}

function Invoke-PythonLoky([string] $Python, [string] $What, [int] $Count) {
    $seconds = & $Python (Join-Path $PSScriptRoot 'loky_peer.py') $What $Count
    [timespan]::FromSeconds([double]::Parse($seconds, [cultureinfo]::InvariantCulture))
}

Export-ModuleMember -Function Measure-*

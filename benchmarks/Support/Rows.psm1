# The rows of the comparison: each function measures one kind of work and returns one or more results, each with the
# target it is held against.

Set-StrictMode -Version 3.0

$pwsh = [Environment]::ProcessPath
# As a .NET tool, PowerShell is a library that the dotnet host runs.
$pwshArguments = @(if ([IO.Path]::GetFileNameWithoutExtension($pwsh) -eq 'dotnet') { Join-Path $PSHOME 'pwsh.dll' })
$moduleFile = Join-Path $PSScriptRoot '../../out/Loky/Loky.psd1'

# The value is the median of the series, and the range goes from its least to its largest.
function New-Result([string] $Work, [string] $Measure, [object] $Series, [string] $Comparison, [double] $Target, [hashtable] $Figures = @{}) {
    $met = if ($Comparison -eq '<=') { $Series.Median -le $Target } else { $Series.Median -ge $Target }
    $least, $largest = ($Series.Values | Measure-Object -Minimum -Maximum).ForEach({ $_.Minimum, $_.Maximum })
    [pscustomobject]@{
        Work = $Work; Measure = $Measure; First = $Series.First; Value = $Series.Median; Least = $least; Largest = $largest
        Comparison = $Comparison; Target = $Target; Met = $met; Figures = $Figures
    }
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
    foreach ($name in $time.Keys) { $figures[$name] = $time[$name].Median * 1000 }
    New-Result '100,000 trivial items' 'Loky / sequential ForEach-Object' (Get-Ratio $time['Invoke-LokyParallel'] $time['ForEach-Object']) '<=' 0.5 $figures
    New-Result '100,000 trivial items' 'ForEach-Object -Parallel / Loky' (Get-Ratio $time['ForEach-Object -Parallel'] $time['Invoke-LokyParallel']) '>=' 2000
}

function Measure-FewItems([int] $Rounds, [bool] $Quick) {
    # One block for all of them, so that they differ in nothing but the number of items.
    $double = { $_ * 2 }
    $one, $ten, $hundred, $thousand = foreach ($count in 1, 10, 100, 1000) { , (1..$count) }
    $sumIs = { param($sum) { param($output) ($output | Measure-Object -Sum).Sum -eq $sum }.GetNewClosure() }
    $time = Measure-Contest @(
        New-Contestant 'one' { $one | Invoke-LokyParallel $double } 1 (& $sumIs 2) -Calls 100
        New-Contestant 'one, -Parallel' { $one | ForEach-Object -Parallel $double } 1 (& $sumIs 2) -Calls 10
        New-Contestant 'ten' { $ten | Invoke-LokyParallel $double } 1 (& $sumIs 110) -Calls 50
        New-Contestant 'hundred' { $hundred | Invoke-LokyParallel $double } 1 (& $sumIs 10100) -Calls 50
        New-Contestant 'thousand' { $thousand | Invoke-LokyParallel $double } 1 (& $sumIs 1001000) -Calls 20
        New-Contestant 'thousand, sequential' { $thousand | ForEach-Object $double } 1 (& $sumIs 1001000) -Calls 20
    ) ($Quick ? 2 : [Math]::Max($Rounds, 5))
    New-Result '1,000 trivial items' 'Loky / sequential ForEach-Object' (Get-Ratio $time['thousand'] $time['thousand, sequential']) '<=' 1.2
    New-Result '100 trivial items' 'whole call / call with one item' (Get-Ratio $time['hundred'] $time['one']) '<=' 1.5 @{ 'ms' = $time['hundred'].Median }
    New-Result '10 trivial items' 'whole call / call with one item' (Get-Ratio $time['ten'] $time['one']) '<=' 1.2 @{ 'ms' = $time['ten'].Median }
    New-Result 'One item' 'whole call, ms' $time['one'] '<=' 0.5 @{ 'ForEach-Object -Parallel, ms' = $time['one, -Parallel'].Median }
    if ($Quick) { return }

    # The same in a session in which .NET has compiled again what is called often: some seconds of calls, in most scripts never.
    for ($call = 0; $call -lt 10000; $call++) { $null = $one | Invoke-LokyParallel $double }
    for ($call = 0; $call -lt 2500; $call++) { $null = $thousand | Invoke-LokyParallel $double }
    for ($call = 0; $call -lt 2500; $call++) { $null = $thousand | ForEach-Object $double }
    $time = Measure-Contest @(
        New-Contestant 'one' { $one | Invoke-LokyParallel $double } 1 (& $sumIs 2) -Calls 1000
        New-Contestant 'thousand' { $thousand | Invoke-LokyParallel $double } 1 (& $sumIs 1001000) -Calls 100
        New-Contestant 'thousand, sequential' { $thousand | ForEach-Object $double } 1 (& $sumIs 1001000) -Calls 100
    ) ([Math]::Max($Rounds, 5))
    New-Result '1,000 trivial items, after 2,500 such calls' 'Loky / sequential ForEach-Object' (Get-Ratio $time['thousand'] $time['thousand, sequential']) '<=' 1.2
    New-Result 'One item, after 10,000 such calls' 'whole call, ms' $time['one'] '<=' 0.5
}

function Measure-ColdStart([int] $Rounds, [bool] $Quick) {
    $script = "Import-Module '$moduleFile'; 1 | Invoke-LokyParallel { `$_ }"
    $right = { param($output) $output -eq 1 }
    $time = Measure-Contest @(
        New-Contestant 'pwsh' { & $pwsh @pwshArguments -NoProfile -c 1 } 1 $right
        New-Contestant 'Loky' { & $pwsh @pwshArguments -NoProfile -c $script } 1 $right
    ) ($Quick ? 2 : [Math]::Max($Rounds, 5))
    New-Result 'Whole cold process, import and one item' 'with Loky / pwsh -NoProfile -c 1' (Get-Ratio $time['Loky'] $time['pwsh']) '<=' 2.2 @{ 'pwsh, ms' = $time['pwsh'].Median; 'with Loky, ms' = $time['Loky'].Median }
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
    foreach ($name in 'Loky', 'split', 'ForEach-Object -Parallel') { $figures["sequential / $name"] = $time['sequential'].Median / $time[$name].Median }
    New-Result 'CPU-bound items, 2 workers' 'speed-up of Loky / of two pwsh by hand' (Get-Ratio $time['split'] $time['Loky']) '>=' 1 $figures
}

function Measure-WorkerCount([int] $Rounds, [bool] $Quick) {
    $salt = [byte[]](1..16)
    $count = $Quick ? 100 : 1000
    $items = @(Get-HashRoundsPerMillisecond) * $count
    $hash = { $null = [Security.Cryptography.Rfc2898DeriveBytes]::Pbkdf2('loky', $salt, $_, 'SHA256', 32); 1 }
    $right = { param($output) $output.Count -eq $count }
    foreach ($workers in $Quick ? @(2, 8) : @(2, 4, 8, 16, 32, 64)) {
        # Each worker gets something long enough that all of them are there before the clock starts.
        $null = Get-LokyExecutor -MaxWorkers $workers
        $null = 1..(2 * $workers) | Invoke-LokyParallel { Start-Sleep -Milliseconds 200 } -BatchSize 1
        $time = Measure-Contest -Rounds $Rounds -Contestants @(
            New-Contestant 'sequential' { $items | ForEach-Object $hash } $count $right
            New-Contestant 'Loky' { $items | Invoke-LokyParallel $hash } $count $right
        )
        New-Result "1 ms items, $workers workers" 'speed-up: sequential / Loky' (Get-Ratio $time['sequential'] $time['Loky']) '>=' 1.6
    }

    $null = Get-LokyExecutor -MaxWorkers 2
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
    $job = ($time['job in'].Median - $time['job'].Median) / ($small.Length / 1MB)
    New-Result 'byte[] of 100 MB' 'in, MB/s' (Get-Rate $time['in']) '>=' 1500 @{ 'Start-Job / Loky, in' = $job / $time['in'].Median }
    New-Result 'byte[] of 100 MB' 'back, MB/s' (Get-Rate $time['back']) '>=' 1500

    # Sessions that have sent nothing large before, and whose worker is there: its start is another row's.
    $script = "
        Import-Module '$moduleFile'
        `$null = Get-LokyExecutor -MaxWorkers 1
        `$null = 1 | Invoke-LokyParallel { `$_ }
        `$bytes = [byte[]]::new($size)
        [Random]::new(1).NextBytes(`$bytes)
        `$clock = [Diagnostics.Stopwatch]::StartNew()
        `$back = , `$bytes | Invoke-LokyParallel { , `$_ }
        `$clock.Stop()
        if (`$back.Length -ne $size -or `$back[-1] -ne `$bytes[-1]) { throw 'other bytes' }
        `$clock.Elapsed.TotalMilliseconds.ToString([cultureinfo]::InvariantCulture)"
    $rates = for ($round = 0; $round -lt $Rounds; $round++) {
        $milliseconds = & $pwsh @pwshArguments -NoProfile -c $script
        2 * 1000 * $size / 1MB / [double]::Parse($milliseconds, [cultureinfo]::InvariantCulture)
    }
    New-Result 'byte[] of 100 MB, first call of a session' 'in and back, MB/s' (New-Series ([double]::NaN) $rates) '>=' 700
}

function Measure-Captured([int] $Rounds) {
    if (-not $IsLinux) { return }
    $data = [byte[]]::new(200MB)
    [Random]::new(1).NextBytes($data)
    $null = Get-LokyExecutor -MaxWorkers 4
    $null = 1..8 | Invoke-LokyParallel { Start-Sleep -Milliseconds 200 } -BatchSize 1
    $own = [Collections.Generic.List[double]]::new()
    $time = Measure-Contest @(
        # What a worker has that is no file, nor memory of others, when it has read all of the array.
        New-Contestant 'Loky' {
            1..4 | Invoke-LokyParallel -BatchSize 1 {
                $null = [Security.Cryptography.SHA256]::HashData($data)
                [double] (Select-String -Path /proc/self/status -Pattern '^RssAnon:\s+(\d+)').Matches[0].Groups[1].Value / 1KB
            }
        } 1 { param($output) $own.AddRange([double[]] $output); $output.Count -eq 4 }
        New-Contestant 'sequential' { 1..4 | ForEach-Object { $null = [Security.Cryptography.SHA256]::HashData($data) } } 1
    ) $Rounds
    $null = Get-LokyExecutor -MaxWorkers 2
    New-Result 'Captured byte[] of 200 MB, read by 4 workers' 'own memory of a worker / size of the array' (New-Series ([double]::NaN) @($own | ForEach-Object { $_ / 200 })) '<=' 0.25 @{
        'MB of its own' = Get-Median $own; 'whole call, s' = $time['Loky'].Median / 1000; 'the same in sequence, s' = $time['sequential'].Median / 1000
    }
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
    New-Result '10,000 objects of 10 properties, back' 'Start-Job / Loky' (Get-Ratio $time['Start-Job'] $time['Loky']) '>=' 30 @{ 'sequential / Loky' = $time['sequential'].Median / $time['Loky'].Median }
}

function Measure-DelegateRoundTrip([string] $Program) {
    if (-not (Test-Path $Program)) { return }
    $output = & dotnet $Program --roundtrip | ConvertFrom-Json
    $delegate, $socket = foreach ($times in $output.DelegateMicroseconds, $output.SocketMicroseconds) { New-Series ([double]::NaN) $times }
    New-Result 'Delegate round trip, one at a time' 'delegate / one long-lived bare socket pair' (Get-Ratio $delegate $socket) '<=' 2.5 @{ 'delegate, µs' = $delegate.Median; 'socket, µs' = $socket.Median }
}

function Measure-Scheduler([string] $Program) {
    if (-not (Test-Path $Program)) { return }
    $time = @{}
    foreach ($size in & dotnet $Program --scale | ConvertFrom-Json) { $time[[int]$size.Workers] = New-Series ([double]::NaN) $size.Microseconds }
    $figures = @{}
    foreach ($workers in $time.Keys) { $figures["$workers workers, µs per item"] = $time[$workers].Median }
    New-Result 'Scheduler by itself, 10,000 workers' 'cost of an item / with 10 workers' (Get-Ratio $time[10000] $time[10]) '<=' 1.3 $figures
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
        $ratios = $workers | ForEach-Object { $_ / (Get-Median $plain) }
        New-Result 'Idle worker' 'memory of a worker / of an idle pwsh' (New-Series ([double]::NaN) $ratios) '<=' 0.8 @{ 'worker MB' = Get-Median $workers; 'pwsh MB' = Get-Median $plain }
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

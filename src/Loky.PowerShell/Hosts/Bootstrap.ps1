# Runs on the host, in the scope of the loader, whose $i and $o are the raw standard streams and whose get reads so many bytes.
# Messages of both sides are JSON behind a length of 32 bits.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

function Send-Message($Message) {
    $bytes = [Text.Encoding]::UTF8.GetBytes((ConvertTo-Json $Message -Compress -Depth 4))
    $o.Write([BitConverter]::GetBytes($bytes.Length), 0, 4)
    $o.Write($bytes, 0, $bytes.Length)
    $o.Flush()
}

function Receive-Message {
    ConvertFrom-Json ([Text.Encoding]::UTF8.GetString((get ([BitConverter]::ToInt32((get 4), 0)))))
}

function Get-Reason($ErrorRecord) {
    $exception = $ErrorRecord.Exception
    if ($exception.InnerException) { $exception.InnerException.Message } else { $exception.Message }
}

# Where the module may lie, the best place first.
function Get-CacheFolder {
    $user = [Environment]::UserName
    if ($env:XDG_CACHE_HOME) { Join-Path $env:XDG_CACHE_HOME loky }
    elseif ($IsWindows) { Join-Path ([Environment]::GetFolderPath('LocalApplicationData')) loky }
    elseif ($HOME) { [IO.Path]::Combine($HOME, $(if ($IsMacOS) { 'Library/Caches' } else { '.cache' }), 'loky') }
    Join-Path ([IO.Path]::GetTempPath()) "loky-$user"
}

# Makes the folder if need be. It must be the user's own, no link, and closed to all others.
function Confirm-Folder($Path) {
    if ($IsWindows) {
        $null = [IO.Directory]::CreateDirectory($Path)
        return
    }
    $onlyUser = [IO.UnixFileMode]'UserRead, UserWrite, UserExecute'
    $null = [IO.Directory]::CreateDirectory((Split-Path $Path))
    $null = [IO.Directory]::CreateDirectory($Path, $onlyUser)
    $probe = Join-Path $Path ".probe-$([guid]::NewGuid().ToString('N'))"
    [IO.File]::WriteAllBytes($probe, [byte[]]@())
    try {
        $folder = Get-Item -LiteralPath $Path -Force
        if ($folder.LinkType -or $folder.UnixStat.UserId -ne (Get-Item -LiteralPath $probe -Force).UnixStat.UserId) {
            throw "'$Path' is a link, or belongs to somebody else."
        }
        [IO.File]::SetUnixFileMode($Path, $onlyUser)
    }
    finally {
        [IO.File]::Delete($probe)
    }
}

# Tells whether a folder holds exactly the files of that content.
function Test-Module($Folder, $Files, $Hash) {
    if (-not [IO.Directory]::Exists($Folder)) { return $false }
    $digest = [Security.Cryptography.IncrementalHash]::CreateHash('SHA256')
    foreach ($file in $Files) {
        $info = [IO.FileInfo]::new((Join-Path $Folder $file.name))
        if (-not $info.Exists -or $info.Length -ne $file.size) { return $false }
        $digest.AppendData([Text.Encoding]::UTF8.GetBytes("$($file.name)`n$($file.size)`n"))
        $digest.AppendData([IO.File]::ReadAllBytes($info.FullName))
    }
    [Convert]::ToHexString($digest.GetHashAndReset()) -eq $Hash
}

# Writes the files under a name that nobody looks for, checks them, and gives them the name that says they are whole.
function Save-Module($Cache, $Files, $Hash, [byte[]] $Bytes) {
    foreach ($left in [IO.Directory]::GetDirectories($Cache, '.new-*')) {
        if ([datetime]::UtcNow - [IO.Directory]::GetLastWriteTimeUtc($left) -gt [timespan]'1.0:0') { Remove-Item -LiteralPath $left -Recurse -Force -ErrorAction Ignore }
    }
    $new = Join-Path $Cache ".new-$([guid]::NewGuid().ToString('N'))"
    try {
        $at = 0
        foreach ($file in $Files) {
            $path = Join-Path $new $file.name
            $null = [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($path))
            $stream = [IO.File]::Create($path)
            try {
                $stream.Write($Bytes, $at, $file.size)
                $stream.Flush($true)
            }
            finally { $stream.Dispose() }
            $at += $file.size
        }
        if (-not (Test-Module $new $Files $Hash)) { throw 'What was received is not what was sent.' }
        $target = Join-Path $Cache $Hash
        if ([IO.Directory]::Exists($target)) {
            # Another session was faster; or what lies there is damaged, and whoever uses it keeps the files open.
            if (Test-Module $target $Files $Hash) { return $target }
            [IO.Directory]::Move($target, (Join-Path $Cache ".new-$([guid]::NewGuid().ToString('N'))"))
        }
        try { [IO.Directory]::Move($new, $target) }
        catch { if (-not (Test-Module $target $Files $Hash)) { throw } }
        $target
    }
    finally {
        if ([IO.Directory]::Exists($new)) { Remove-Item -LiteralPath $new -Recurse -Force -ErrorAction Ignore }
    }
}

# When the walltime of a Slurm job is over, in seconds since 1970. Newer versions of Slurm tell the job; others are asked.
function Get-EndTime {
    if ($env:SLURM_JOB_END_TIME) { return $env:SLURM_JOB_END_TIME }
    if (-not $env:SLURM_JOB_ID -or -not (Get-Command squeue -CommandType Application -ErrorAction Ignore)) { return '' }
    $end = [datetime]::MinValue
    $told = "$(squeue --noheader --jobs=$env:SLURM_JOB_ID --format=%e 2>$null)".Trim()
    if ([datetime]::TryParse($told, [cultureinfo]::InvariantCulture, 'AssumeLocal', [ref]$end)) { "$([DateTimeOffset]::new($end).ToUnixTimeSeconds())" } else { '' }
}

$runtime = [Runtime.InteropServices.RuntimeInformation]
$platform = if ($IsLinux) { 'linux' } elseif ($IsMacOS) { 'osx' } else { 'win' }
Send-Message @{
    powerShell = "$($PSVersionTable.PSVersion)"
    dotNet = "$([Environment]::Version)"
    platform = $platform
    system = $runtime::OSDescription
    architecture = "$($runtime::ProcessArchitecture)".ToLowerInvariant()
    program = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
    machine = [Environment]::MachineName
    process = $PID
    processors = [Environment]::ProcessorCount
    endsAt = Get-EndTime
}

$order = Receive-Message
$caches = @(Get-CacheFolder)
$found = $null
$failures = @()
foreach ($cache in $caches) {
    $folder = Join-Path $cache $order.hash
    if (-not [IO.Directory]::Exists($folder)) { continue }
    try {
        # Closed to others first: what they may still have changed shows when it is read.
        Confirm-Folder $cache
        if (Test-Module $folder $order.files $order.hash) {
            $found = $folder
            break
        }
    }
    catch { $failures += "$cache`: $(Get-Reason $_)" }
}
Send-Message @{ found = $found; caches = $caches }
if ($order.isProbe) { exit 0 }

if (-not $found) {
    $bytes = get $order.size
    foreach ($cache in $caches) {
        try {
            Confirm-Folder $cache
            $found = Save-Module $cache $order.files $order.hash $bytes
            break
        }
        catch { $failures += "$cache`: $(Get-Reason $_)" }
    }
    $bytes = $null
}

if (-not $found) {
    Send-Message @{ failed = $failures -join ' ' }
    exit 94
}
try {
    $assembly = [Reflection.Assembly]::LoadFrom((Join-Path $found Loky.PowerShell.dll))
    $agent = $assembly.GetType('Loky.PowerShell.Hosts.AgentHost', $true).GetMethod('Run', [Reflection.BindingFlags]'Static, NonPublic')
}
catch {
    Send-Message @{ failed = "$found`: $(Get-Reason $_)" }
    exit 95
}
Send-Message @{ module = $found }
$agent.Invoke($null, @($i, $o))
exit 0

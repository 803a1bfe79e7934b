# What the test files share: the module under test, waiting with a deadline, and sessions of their own.

Set-StrictMode -Version 3.0

# Imports the assembled module into the global scope, as a user would.
function Import-Loky {
    Import-Module (Get-LokyManifest) -Global -Force
}

function Get-LokyManifest {
    $folder = if ($env:LOKY_MODULE) { $env:LOKY_MODULE } else { [IO.Path]::Combine($PSScriptRoot, '..', '..', 'out', 'Loky') }
    Join-Path (Resolve-Path -LiteralPath $folder).ProviderPath 'Loky.psd1'
}

# Ends the pool of this session at once and forgets its settings, so that the next test starts from nothing.
function Reset-Loky {
    Stop-LokyExecutor -Force -Confirm:$false
    Import-Loky
}

# Tells how many times as long something may take here as on an idle machine: by how busy the processors are, and a build
# server has slow ones.
function Get-Slowness {
    $busy = 1.0
    if (Test-Path -LiteralPath /proc/loadavg) {
        $load = [double]::Parse([IO.File]::ReadAllText('/proc/loadavg').Split(' ')[0], [cultureinfo]::InvariantCulture)
        $busy = [Math]::Clamp($load / [Environment]::ProcessorCount, 1, 10)
    }
    $busy * ($env:CI ? 2 : 1)
}

# Waits until the condition holds; fails the test with the reason when it does not in time. The time is that of an idle machine.
function Wait-Condition {
    param(
        [Parameter(Mandatory, Position = 0)][scriptblock] $Condition,
        [Parameter(Mandatory)][string] $Because,
        [double] $Seconds = 20
    )
    $watch = [Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($watch.Elapsed.TotalSeconds -gt $Seconds * (Get-Slowness)) { throw "After $($watch.Elapsed.TotalSeconds) seconds it still does not hold: $Because" }
        Start-Sleep -Milliseconds 25
    }
}

# Those of the processes that still live; a zombie has ended and only waits for its parent to notice.
function Get-LiveProcess {
    param([Parameter(Mandatory, Position = 0)][AllowEmptyCollection()][AllowNull()][int[]] $Id)
    foreach ($one in $Id) {
        if ($IsLinux) {
            $state = try { [IO.File]::ReadAllText("/proc/$one/stat") } catch [IO.IOException] { $null }
            if ($state -and $state -notmatch '\) [ZX] ') { $one }
        }
        elseif (Get-Process -Id $one -ErrorAction Ignore) { $one }
    }
}

# The ids of the worker processes that the pool has now.
function Get-WorkerId {
    foreach ($worker in (Get-LokyExecutor).Workers) { if ($worker.Id) { $worker.Id } }
}

# The worker ids that a call really used: each item waits until all workers of the pool have one, however late they start.
function Get-UsedWorker {
    param([int] $Items = 24)
    $count = (Get-LokyExecutor).MaxWorkers
    $meeting = Join-Path ([IO.Path]::GetTempPath()) "loky-meeting-$([guid]::NewGuid())"
    $null = New-Item $meeting -ItemType Directory
    try {
        1..$Items | Invoke-LokyParallel -BatchSize 1 {
            [IO.File]::WriteAllText("$meeting/$PID", '')
            $until = [datetime]::UtcNow.AddSeconds(30)
            while ([IO.Directory]::GetFiles($meeting).Count -lt $count -and [datetime]::UtcNow -lt $until) { Start-Sleep -Milliseconds 10 }
            $PID
        } | Sort-Object -Unique
    }
    finally {
        Remove-Item $meeting -Recurse
    }
}

# The program, and the arguments that come before all others, of this very PowerShell; as a .NET tool, it is a library that
# the dotnet host runs.
function Get-PowerShellCommand {
    $program = [Environment]::ProcessPath
    if ([IO.Path]::GetFileNameWithoutExtension($program) -eq 'dotnet') { $program, (Join-Path $PSHOME 'pwsh.dll') } else { $program }
}

# Starts a PowerShell of its own, with the module imported unless told otherwise, and gives the process back.
function Start-Session {
    param(
        [Parameter(Mandatory)][string] $Script,
        [hashtable] $Environment = @{},
        [switch] $WithoutModule
    )
    $import = $WithoutModule ? '' : "Import-Module '$(Get-LokyManifest)';"
    $prelude = "`$ErrorActionPreference = 'Stop'; `$PSStyle.OutputRendering = 'PlainText'"
    $program, $arguments = @(Get-PowerShellCommand) + '-NoProfile', '-NonInteractive', '-Command', "$prelude; $import $Script"
    $start = [Diagnostics.ProcessStartInfo]::new($program)
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    foreach ($argument in $arguments) { $start.ArgumentList.Add($argument) }
    foreach ($name in $Environment.Keys) { $start.Environment[$name] = $Environment[$name] }
    $process = [Diagnostics.Process]::Start($start)
    $process.StandardInput.Close()
    [pscustomobject]@{
        Process = $process
        Output  = $process.StandardOutput.ReadToEndAsync()
        Errors  = $process.StandardError.ReadToEndAsync()
    }
}

# Waits for a session to end by itself, and for all who hold its output, which shows what it left behind.
function Wait-Session {
    param(
        [Parameter(Mandatory)] $Session,
        [int] $Seconds = 60
    )
    if (-not $Session.Process.WaitForExit($Seconds * 1000)) {
        $Session.Process.Kill($true)
        throw "The session did not end within $Seconds seconds."
    }
    if (-not [Threading.Tasks.Task]::WaitAll(@($Session.Output, $Session.Errors), 15000)) {
        throw 'The session ended, but a process of its own still holds its output.'
    }
    [pscustomobject]@{
        ExitCode = $Session.Process.ExitCode
        Lines    = @($Session.Output.Result -split '\r?\n' | Where-Object { $_ })
        Errors   = $Session.Errors.Result
    }
}

function Invoke-Session {
    param(
        [Parameter(Mandatory)][string] $Script,
        [hashtable] $Environment = @{},
        [int] $Seconds = 60,
        [switch] $WithoutModule
    )
    Wait-Session (Start-Session $Script -Environment $Environment -WithoutModule:$WithoutModule) -Seconds $Seconds
}

# A second runspace of this process, with the module imported and the script started in it.
function Start-Runspace {
    param(
        [Parameter(Mandatory)][string] $Script,
        [object[]] $ArgumentList = @()
    )
    $state = [initialsessionstate]::CreateDefault2()
    $state.ImportPSModule(@(Get-LokyManifest))
    $shell = [powershell]::Create($state)
    $null = $shell.AddScript($Script)
    foreach ($argument in $ArgumentList) { $null = $shell.AddArgument($argument) }
    $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
    $handle = $shell.BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]::new(), $output)
    [pscustomobject]@{ Shell = $shell; Output = $output; Handle = $handle }
}

# The output of a runspace started before; its terminating error is thrown here.
function Wait-Runspace {
    param(
        [Parameter(Mandatory)] $Runspace,
        [int] $Seconds = 60
    )
    try {
        if (-not $Runspace.Handle.AsyncWaitHandle.WaitOne($Seconds * 1000)) { throw "The runspace did not end within $Seconds seconds." }
        $null = $Runspace.Shell.EndInvoke($Runspace.Handle)
        $Runspace.Output
    }
    finally {
        # The shell does not close a runspace that was made of a state.
        $inner = $Runspace.Shell.Runspace
        $Runspace.Shell.Dispose()
        $inner.Dispose()
    }
}

Export-ModuleMember -Function *

# What the tests of hosts share: ssh servers, machines and a Slurm cluster of their own, and reasons to be skipped.

Set-StrictMode -Version 3.0
Import-Module ([IO.Path]::Combine($PSScriptRoot, '..', 'Pester', 'Support.psm1'))

# Why tests over ssh cannot run here, or nothing.
function Get-SshObstacle {
    if ($IsWindows) { 'it runs an ssh server of Unix' }
    elseif (-not (Get-Command ssh -CommandType Application -ErrorAction Ignore)) { 'ssh is not on PATH' }
    elseif (-not (Get-Command sshd, /usr/sbin/sshd -CommandType Application -ErrorAction Ignore)) { 'there is no ssh server (sshd) to start' }
}

# Why tests with machines as network namespaces cannot run here, or nothing.
function Get-NetworkObstacle {
    if (-not $IsLinux) { 'network namespaces are of Linux' }
    elseif ((id -u) -ne '0') { 'only root makes network namespaces' }
    elseif (-not (Get-Command ip -CommandType Application -ErrorAction Ignore)) { 'ip (iproute2) is not on PATH' }
    else {
        $probe = "loky-probe-$PID"
        $told = ip netns add $probe 2>&1
        if ($LASTEXITCODE) { "no network namespace can be made here ($told)" }
        else { ip netns delete $probe }
    }
}

# Why tests with a Slurm cluster cannot run here, or nothing.
function Get-SlurmObstacle {
    if (-not $IsLinux) { 'Slurm is of Linux' }
    elseif ((id -u) -ne '0') { 'only root starts the cluster' }
    else {
        foreach ($program in 'slurmctld', 'slurmd', 'srun', 'munged') {
            if (-not (Get-Command $program, /usr/sbin/$program -CommandType Application -ErrorAction Ignore)) { return "$program is not on PATH" }
        }
    }
}

# A folder of its own, which Remove-RemoteFolder deletes.
function New-RemoteFolder {
    $path = Join-Path ([IO.Path]::GetTempPath()) "loky-remote-$([guid]::NewGuid().ToString('N').Substring(0, 8))"
    $null = New-Item $path -ItemType Directory
    $path
}

# A pwsh of this very version as one program, in a folder.
function New-PowerShellProgram {
    param([Parameter(Mandatory)][string] $Folder)
    $null = New-Item $Folder -ItemType Directory -Force
    $path = Join-Path $Folder pwsh
    $line = (Get-PowerShellCommand | ForEach-Object { "'$_'" }) -join ' '
    [IO.File]::WriteAllText($path, "#!/bin/sh`nexec $line `"`$@`"`n")
    chmod +x $path
    $path
}

# A port that nobody listens on now.
function Get-FreePort {
    $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
    $listener.Start()
    try { $listener.LocalEndpoint.Port } finally { $listener.Stop() }
}

# Starts an ssh server; its client comes first on PATH until Stop-SshHost, and knows it as "loky-host".
function Start-SshHost {
    param([string] $Address = '127.0.0.1', [string] $Namespace)
    $folder = New-RemoteFolder
    $pwsh = (Get-PowerShellCommand) -join ' '
    $told = & "$PSScriptRoot/sshd.sh" start $folder $Address (Get-FreePort) $pwsh $Namespace 2>&1
    if ($LASTEXITCODE) { throw "The ssh server did not start: $told" }
    $before = $env:PATH
    $env:PATH = "$folder/bin$([IO.Path]::PathSeparator)$before"
    [pscustomobject]@{ Folder = $folder; Cache = "$folder/cache/loky"; PathBefore = $before; PowerShell = "$folder/far/pwsh" }
}

function Stop-SshHost {
    param([Parameter(Mandatory)][AllowNull()] $Server)
    if ($Server) {
        $env:PATH = $Server.PathBefore
        & "$PSScriptRoot/sshd.sh" stop $Server.Folder
        Remove-Item $Server.Folder -Recurse -Force
    }
}

# Starts machines of a network of their own: a namespace with a link and an ssh server each, until Stop-Network.
function Start-Network {
    param([int] $Count = 2)
    $network = [pscustomobject]@{ Name = "loky$($PID % 10000)"; Servers = [Collections.Generic.List[object]]::new() }
    $told = & "$PSScriptRoot/network.sh" start $network.Name $Count 2>&1
    if ($LASTEXITCODE) { throw "The network was not made: $told" }
    foreach ($number in 1..$Count) { $network.Servers.Add((Start-SshHost -Address "10.213.$number.2" -Namespace "$($network.Name)-$number")) }
    $network
}

function Stop-Network {
    param([Parameter(Mandatory)][AllowNull()] $Network)
    if ($Network) {
        for ($i = $Network.Servers.Count - 1; $i -ge 0; $i--) { Stop-SshHost $Network.Servers[$i] }
        & "$PSScriptRoot/network.sh" stop $Network.Name $Network.Servers.Count
    }
}

# Machine i of a network, from 1, as a host over ssh.
function New-NetworkHost {
    param([Parameter(Mandatory)] $Network, [Parameter(Mandatory)][int] $Number, [int] $Workers = 2)
    $server = $Network.Servers[$Number - 1]
    $port = [int](Select-String -LiteralPath "$($server.Folder)/ssh_config" -Pattern 'Port (\d+)').Matches[0].Groups[1].Value
    New-LokyHost "10.213.$Number.2" -Port $port -Workers $Workers -KeyFilePath "$($server.Folder)/user-key" -Options @{ UserKnownHostsFile = "$($server.Folder)/known_hosts" }
}

# Starts a Slurm cluster of one node or several; SLURM_CONF names it until Stop-Slurm.
function Start-Slurm {
    param([int] $Processors = 2, [int] $Nodes = 1)
    $folder = New-RemoteFolder
    $told = & "$PSScriptRoot/slurm.sh" start $folder $Processors $Nodes 2>&1
    if ($LASTEXITCODE) { throw "The Slurm cluster did not start: $told" }
    $env:SLURM_CONF = "$folder/slurm.conf"
    [pscustomobject]@{ Folder = $folder; PowerShell = New-PowerShellProgram "$folder/far" }
}

function Stop-Slurm {
    param([Parameter(Mandatory)][AllowNull()] $Cluster)
    if ($Cluster) {
        & "$PSScriptRoot/slurm.sh" stop $Cluster.Folder
        Remove-Item env:SLURM_CONF -ErrorAction Ignore
        Remove-Item $Cluster.Folder -Recurse -Force
    }
}

# The processes whose environment, or whose own command line, holds a text: what a test has started, wherever it is in the tree.
function Find-Process {
    param([Parameter(Mandatory)][string] $Text)
    foreach ($folder in [IO.Directory]::GetDirectories('/proc')) {
        $id = 0
        if (-not [int]::TryParse([IO.Path]::GetFileName($folder), [ref]$id) -or $id -eq $PID) { continue }
        try {
            if ([IO.File]::ReadAllText("$folder/environ").Contains($Text) -or [IO.File]::ReadAllText("$folder/cmdline").Contains($Text)) { Get-LiveProcess $id }
        }
        catch [IO.IOException], [UnauthorizedAccessException] {
            # It has ended.
        }
    }
}

Export-ModuleMember -Function *

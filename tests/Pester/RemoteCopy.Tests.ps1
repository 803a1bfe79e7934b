# The module on a host: copied once for each content, checked before it is loaded, and never believed in part.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Module ([IO.Path]::Combine($PSScriptRoot, '..', 'Remote', 'Remote.psm1')) -Force
    Import-Loky
    $noShell = $IsWindows ? 'it runs commands of Unix' : $null
    if (-not $noShell) { $pwsh = New-PowerShellProgram (Join-Path $TestDrive far) }

    # A host that is this machine, with a cache of its own, and with more variables if need be.
    function New-NearHost {
        param([string] $Cache, [string[]] $Variables = @())
        New-LokyHost -Command (@('env', "XDG_CACHE_HOME=$Cache") + $Variables) -PowerShellPath $pwsh -Name near -Workers 1
    }

    # Whether others can enter any of the folders.
    function Get-Opened {
        param([string[]] $Path)
        $Path | Where-Object { [IO.File]::GetUnixFileMode($_) -band [IO.UnixFileMode]'GroupRead, GroupWrite, GroupExecute, OtherRead, OtherWrite, OtherExecute' }
    }
}

AfterAll { Stop-LokyExecutor -Force -Confirm:$false }

Describe 'The module on a host' {
    BeforeEach {
        if ($noShell) { Set-ItResult -Skipped -Because $noShell }
        $cache = Join-Path $TestDrive "a cache $([guid]::NewGuid())"
        Stop-LokyExecutor -Force -Confirm:$false
    }

    It 'is copied once, into a folder that only the user can enter' {
        1 | Invoke-LokyParallel { 1 } -HostName (New-NearHost $cache) | Should -Be 1
        $copies = @(Get-ChildItem "$cache/loky" -Directory -Force)
        $copies | Should -HaveCount 1
        $copies.Name | Should -Match '^[0-9A-F]{64}$'
        Get-Opened "$cache/loky" | Should -BeNullOrEmpty
        $file = Get-Item "$($copies.FullName)/Loky.Core.dll"
        $written = $file.LastWriteTimeUtc
        $file.Length | Should -Be (Get-Item (Join-Path (Split-Path (Get-LokyManifest)) Loky.Core.dll)).Length
        (Test-LokyHost (New-NearHost $cache) -TimeoutSeconds 300).BytesToCopy | Should -Be 0
        Stop-LokyExecutor -Force -Confirm:$false
        2 | Invoke-LokyParallel { $_ } | Should -Be 2
        (Get-Item $file.FullName).LastWriteTimeUtc | Should -Be $written
    }

    It 'is not believed when <What>, but copied again' -ForEach @(
        @{ What = 'a file is cut'; Harm = { $stream = [IO.File]::OpenWrite("$copy/Loky.PowerShell.dll"); $stream.SetLength(1000); $stream.Dispose() } }
        @{ What = 'a byte is another'; Harm = { $bytes = [IO.File]::ReadAllBytes("$copy/Loky.Core.dll"); $bytes[-1] = $bytes[-1] -bxor 1; [IO.File]::WriteAllBytes("$copy/Loky.Core.dll", $bytes) } }
        @{ What = 'a file is missing'; Harm = { [IO.File]::Delete("$copy/Dependencies/MessagePack.dll") } }
    ) {
        1 | Invoke-LokyParallel { 1 } -HostName (New-NearHost $cache) | Should -Be 1
        Stop-LokyExecutor -Force -Confirm:$false
        $copy = (Get-ChildItem "$cache/loky" -Directory).FullName
        & $Harm
        (Test-LokyHost (New-NearHost $cache) -TimeoutSeconds 300).BytesToCopy | Should -BeGreaterThan 0
        2 | Invoke-LokyParallel { $_ } | Should -Be 2
        (Test-LokyHost (New-NearHost $cache) -TimeoutSeconds 300).BytesToCopy | Should -Be 0
    }

    It 'is copied by two sessions at once' {
        $script = "1 | Invoke-LokyParallel { 'done' } -HostName (New-LokyHost -Command env, 'XDG_CACHE_HOME=$cache' -PowerShellPath '$pwsh' -Workers 1)"
        $sessions = 1..3 | ForEach-Object { Start-Session $script }
        foreach ($session in $sessions) {
            $run = Wait-Session $session -Seconds 300
            $run.Lines | Should -Be done -Because $run.Errors
        }
        Get-ChildItem "$cache/loky" -Directory | Where-Object Name -Match '^[0-9A-F]{64}$' | Should -HaveCount 1
        Get-ChildItem "$cache/loky" -Directory -Force | Where-Object Name -NotMatch '^[0-9A-F]{64}$' | Should -BeNullOrEmpty
    }

    It 'is not there when the connection breaks in the middle of the copy' {
        # Passes on the first bytes only, which are the bootstrap, the order and some of the files.
        $cut = New-LokyHost -Command sh, -c, 'dd bs=1 count=200000 2>/dev/null | "$@"', sh, env, "XDG_CACHE_HOME=$cache" -PowerShellPath $pwsh -Name cut -Workers 1
        $failed = { 1 | Invoke-LokyParallel { $_ } -HostName $cut -ErrorAction Stop } | Should -Throw -PassThru
        "$failed" | Should -BeLike "*'cut'*"
        Get-ChildItem "$cache/loky" -Directory -Force -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'goes to the temporary folder where the cache cannot be written to: <What>' -ForEach @(
        @{ What = 'a file is in the way'; Home1 = '' }
        @{ What = 'the home folder is closed'; Home1 = '/sys' }
    ) {
        if ($Home1 -and -not $IsLinux) { Set-ItResult -Skipped -Because '/sys, where nobody can write, is of Linux' }
        $null = New-Item $cache -ItemType Directory
        Set-Content "$cache/loky" 'a file where the folder would be'
        $temp = New-Item (Join-Path $TestDrive "temp $([guid]::NewGuid())") -ItemType Directory
        $near = if ($Home1) { New-LokyHost -Command env, '-u', XDG_CACHE_HOME, '-u', XDG_CONFIG_HOME, '-u', XDG_DATA_HOME, "HOME=$Home1", "TMPDIR=$temp" -PowerShellPath $pwsh -Name near -Workers 1 }
        else { New-NearHost $cache -Variables "TMPDIR=$temp" }
        1 | Invoke-LokyParallel { 1 } -HostName $near | Should -Be 1
        $used = Join-Path $temp "loky-$([Environment]::UserName)"
        Get-ChildItem $used -Directory | Should -HaveCount 1
        Get-Opened $used | Should -BeNullOrEmpty
    }

    It 'is not put into a folder of somebody else, nor behind a link' {
        $temp = New-Item (Join-Path $TestDrive "temp $([guid]::NewGuid())") -ItemType Directory
        $null = New-Item $cache, "$temp/elsewhere" -ItemType Directory
        $null = New-Item "$cache/loky" -ItemType SymbolicLink -Value "$temp/elsewhere"
        1 | Invoke-LokyParallel { 1 } -HostName (New-NearHost $cache -Variables "TMPDIR=$temp") | Should -Be 1
        Get-ChildItem "$temp/elsewhere" -Force | Should -BeNullOrEmpty
        Get-ChildItem "$temp/loky-$([Environment]::UserName)" -Directory | Should -HaveCount 1
    }

    It 'finds no room, which is told with the way out' {
        if (-not $IsLinux -or (id -u) -ne '0') { Set-ItResult -Skipped -Because 'it mounts a small file system, as root on Linux' }
        $small = (New-Item (Join-Path $TestDrive "small-$([guid]::NewGuid())") -ItemType Directory).FullName
        mount -t tmpfs -o size=600k loky-test $small
        if ($LASTEXITCODE) { Set-ItResult -Skipped -Because 'no file system can be mounted here' }
        try {
            $null = New-Item "$small/temp" -ItemType Directory
            $failed = { 1 | Invoke-LokyParallel { $_ } -HostName (New-NearHost $small -Variables "TMPDIR=$small/temp") -ErrorAction Stop } | Should -Throw -PassThru
            "$failed" | Should -BeLike "*'near'*$small/loky*space*"
            Get-ChildItem "$small/loky", "$small/temp" -Directory -Force -Recurse | Where-Object Name -Match '[0-9A-F]{64}|^\.new' | Should -BeNullOrEmpty
        }
        finally {
            Stop-LokyExecutor -Force -Confirm:$false
            umount $small
        }
    }
}

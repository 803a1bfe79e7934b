# Script modules that a host lacks: sent along by content, checked, and imported from there. The host is this machine with a
# mount namespace of its own, in which the folder of the modules is empty.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Module ([IO.Path]::Combine($PSScriptRoot, '..', 'Remote', 'Remote.psm1')) -Force
    Import-Loky
    $noMount = if (-not $IsLinux) { 'mount namespaces are of Linux' }
    elseif ((id -u) -ne '0') { 'only root mounts' }
    elseif (-not (Get-Command unshare -CommandType Application -ErrorAction Ignore)) { 'unshare is not on PATH' }
    else {
        $null = unshare -m mount -t tmpfs loky-test /mnt 2>&1
        if ($LASTEXITCODE) { 'nothing can be mounted here' }
    }
    $pathBefore = $env:PSModulePath
    $modules = (New-Item (Join-Path $TestDrive 'the modules') -ItemType Directory).FullName
    $cache = Join-Path $TestDrive cache
    $env:PSModulePath = "$modules$([IO.Path]::PathSeparator)$pathBefore"

    # Writes a module of one function, with a file that it reads.
    function New-TestModule([string] $Name, [string] $Answer, [string] $Version = '1.2', [string[]] $Requires = @(), [string] $More = '') {
        $null = New-Item "$modules/$Name/data" -ItemType Directory -Force
        Set-Content "$modules/$Name/data/answer.txt" $Answer -NoNewline
        Set-Content "$modules/$Name/$Name.psm1" "function Get-$Name { [IO.File]::ReadAllText(`"`$PSScriptRoot/data/answer.txt`") }`n$More"
        New-ModuleManifest "$modules/$Name/$Name.psd1" -RootModule "$Name.psm1" -ModuleVersion $Version -FunctionsToExport '*' -RequiredModules $Requires
    }

    if (-not $noMount) {
        $pwsh = New-PowerShellProgram (Join-Path $TestDrive far)
        $blind = New-LokyHost -Command unshare, -m, sh, -c, 'mount -t tmpfs loky-test "$0" && exec "$@"', $modules, env, "XDG_CACHE_HOME=$cache" -PowerShellPath $pwsh -Name blind -Workers 1
    }
}

AfterAll {
    Stop-LokyExecutor -Force -Confirm:$false
    $env:PSModulePath = $pathBefore
}

Describe 'A script module that a host lacks' {
    BeforeEach { if ($noMount) { Set-ItResult -Skipped -Because $noMount } }

    It 'is sent along with its files, and stored once in the cache that only the user can enter' {
        New-TestModule Answer 'forty two'
        Import-Module Answer
        1..3 | Invoke-LokyParallel { "$(Get-Answer) $((Get-Module Answer).Version)" } -HostName $blind | Should -Be (@('forty two 1.2') * 3)
        1 | Invoke-LokyParallel { Test-Path (Join-Path $using:modules Answer) } | Should -BeFalse
        $copy = @(Get-ChildItem "$cache/loky/*/Answer" -Directory)
        $copy | Should -HaveCount 1
        (Get-ChildItem $copy -Recurse -File).Name | Sort-Object | Should -Be 'Answer.psd1', 'Answer.psm1', 'answer.txt'
        [IO.File]::GetUnixFileMode("$cache/loky") | Should -Be ([IO.UnixFileMode]'UserRead, UserWrite, UserExecute')
    }

    It 'is not believed where a byte of its copy is another' {
        Stop-LokyExecutor -Force -Confirm:$false
        $file = (Get-ChildItem "$cache/loky/*/Answer/data/answer.txt").FullName
        Set-Content $file 'forty one' -NoNewline
        1 | Invoke-LokyParallel { Get-Answer } | Should -Be 'forty two'
        Get-Content $file | Should -Be 'forty two'
    }

    It 'is another one when its content is, under the same version' {
        Stop-LokyExecutor -Force -Confirm:$false
        New-TestModule Answer 'forty three'
        1 | Invoke-LokyParallel { Get-Answer } | Should -Be 'forty three'
    }

    It 'brings the modules that it requires, and can be named by -Module alone' {
        New-TestModule Base 'the base'
        New-TestModule Upper 'upper' -Requires Base -More 'function Get-Both { "$(Get-Upper) on $(Get-Base)" }'
        1 | Invoke-LokyParallel { & 'Get-Both' } -Module Upper | Should -Be 'upper on the base'
    }

    It 'comes with an initializer, too' {
        New-TestModule Prepared 'prepared'
        Import-Module Prepared
        1 | Invoke-LokyParallel { $global:answer } -HostName $blind -Initializer { $global:answer = Get-Prepared } | Should -Be prepared
        $null = Get-LokyExecutor -Initializer $null
    }

    It 'of which only a file is loaded from a folder of all sorts is sent without the rest of the folder' {
        $folder = (New-Item "$modules/all sorts" -ItemType Directory).FullName
        Set-Content "$folder/secret.txt" 'not for others'
        Set-Content "$folder/Tool.psm1" 'function Get-Tool { [IO.Directory]::GetFiles($PSScriptRoot).Count }'
        Import-Module "$folder/Tool.psm1"
        1 | Invoke-LokyParallel { Get-Tool } | Should -Be 1
    }

    It 'is refused with its name and the reason where <What>' -ForEach @(
        @{ What = 'it is larger than 16 MB'; Name = 'Large'; File = 'large.bin'; Size = 17MB; Reason = '*17*MB*16 MB*' }
        @{ What = 'it holds machine code'; Name = 'Machine'; File = 'native.dll'; Size = 10; Reason = '*native.dll is machine code*' }
    ) {
        New-TestModule $Name $Name
        $stream = [IO.File]::Create("$modules/$Name/$File")
        $stream.SetLength($Size)
        $stream.Dispose()
        Import-Module $Name
        $failed = { 1 | Invoke-LokyParallel ([scriptblock]::Create("Get-$Name")) -ErrorAction Stop } | Should -Throw -PassThru
        "$failed" | Should -BeLike "*module $Name, version 1.2, is not on machine*"
        "$failed" | Should -BeLike $Reason
    }

    It 'comes to each of several workers of a host, as a large variable does' {
        New-TestModule Common 'for all'
        $noise = [byte[]]::new(1MB)
        [Random]::new(7).NextBytes($noise)
        # So that the archive is large, too.
        [IO.File]::WriteAllBytes("$modules/Common/data/noise.bin", $noise)
        Import-Module Common
        $meeting = (New-Item (Join-Path $TestDrive meeting) -ItemType Directory).FullName
        $several = New-LokyHost -Command unshare, -m, sh, -c, 'mount -t tmpfs loky-test "$0" && exec "$@"', $modules, env, "XDG_CACHE_HOME=$cache" -PowerShellPath $pwsh -Name several -Workers 3
        $told = 1..3 | Invoke-LokyParallel {
            [IO.File]::WriteAllText("$meeting/$PID", '')
            $until = [datetime]::UtcNow.AddSeconds(120)
            while ([IO.Directory]::GetFiles($meeting).Count -lt 3 -and [datetime]::UtcNow -lt $until) { Start-Sleep -Milliseconds 20 }
            $file = [IO.File]::ReadAllBytes((Join-Path (Get-Module Common).ModuleBase data noise.bin))
            [pscustomobject]@{ Worker = $PID; Answer = Get-Common; Same = [Convert]::ToHexString($file) -eq [Convert]::ToHexString($noise) }
        } -HostName $several -BatchSize 1
        $told.Worker | Sort-Object -Unique | Should -HaveCount 3
        $told.Answer | Should -Be (@('for all') * 3)
        $told.Same | Should -Be $true, $true, $true
    }

    It 'is imported from where it lies on a host that has the same' {
        New-TestModule Answer 'here, too'
        Import-Module Answer -Force
        $near = New-LokyHost -Command env, "XDG_CACHE_HOME=$cache" -PowerShellPath $pwsh -Name near -Workers 1
        1 | Invoke-LokyParallel { $null = Get-Answer; (Get-Module Answer).ModuleBase } -HostName $near | Should -Be "$modules/Answer"
    }
}

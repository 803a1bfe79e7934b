# How a host is reached, and what is told where it cannot be.

BeforeDiscovery {
    Import-Module ([IO.Path]::Combine($PSScriptRoot, '..', 'Remote', 'Remote.psm1')) -Force
    $noSsh = Get-SshObstacle
}

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Module ([IO.Path]::Combine($PSScriptRoot, '..', 'Remote', 'Remote.psm1')) -Force
    Import-Loky
}

Describe 'A host that a command reaches' {
    BeforeAll {
        $noShell = $IsWindows ? 'it runs commands of Unix' : $null
        if (-not $noShell) { $pwsh = New-PowerShellProgram (Join-Path $TestDrive 'far away') }
    }

    BeforeEach {
        if ($noShell) { Set-ItResult -Skipped -Because $noShell }
        $env:XDG_CACHE_HOME = Join-Path $TestDrive 'a cache'
    }

    AfterEach { Remove-Item env:XDG_CACHE_HOME -ErrorAction Ignore }

    It 'tells what it is, and what would be copied, and nothing is left there' {
        $test = Test-LokyHost (New-LokyHost -Command env -PowerShellPath $pwsh -Name near -Workers 3) -TimeoutSeconds 300
        $test.Error | Should -BeNullOrEmpty
        $test.Success | Should -BeTrue
        $test.HostName | Should -Be near
        $test.MachineName | Should -Be ([Environment]::MachineName)
        $test.PowerShell | Should -Be "$($PSVersionTable.PSVersion)"
        $test.DotNet | Should -Be "$([Environment]::Version)"
        $test.ProcessorCount | Should -Be ([Environment]::ProcessorCount)
        $test.Workers | Should -Be 3
        $test.BytesToCopy | Should -BeGreaterThan 100000
        $test.ModulePath | Should -Be (Join-Path $env:XDG_CACHE_HOME loky)
        $test.Command[0..1] | Should -Be 'env', $pwsh
        # PowerShell itself keeps something beside it.
        Join-Path $env:XDG_CACHE_HOME loky | Should -Not -Exist
    }

    It 'is this machine as ":"' {
        $test = Test-LokyHost ':*5'
        $test.Success | Should -BeTrue
        $test.Workers | Should -Be 5
        $test.PowerShell | Should -Be "$($PSVersionTable.PSVersion)"
        $test.Command | Should -BeNullOrEmpty
    }

    It 'may greet before it answers' {
        # Also with what looks like the beginning of the answer.
        $greeting = 'printf "Welcome to <LOKY <LOKY 7c\n\n"; echo second >&2; exec "$@"'
        $test = Test-LokyHost (New-LokyHost -Command sh, -c, $greeting, sh -PowerShellPath $pwsh -Name greeting) -TimeoutSeconds 300
        $test.Error | Should -BeNullOrEmpty
        $test.Success | Should -BeTrue
    }

    It 'that never comes to an end of greeting is told with how it begins' {
        $test = Test-LokyHost (New-LokyHost -Command sh, -c, 'exec yes Welcome', sh -Name endless) -TimeoutSeconds 300
        $test.Success | Should -BeFalse
        $test.Error | Should -BeLike "*'endless'*Welcome*Command: sh -c *"
    }

    It 'that does not answer in time is told so, and its command is ended' {
        $mark = "loky-$([guid]::NewGuid())"
        $test = Test-LokyHost (New-LokyHost -Command sh, -c, "sleep 1000; : $mark", sh -Name silent) -TimeoutSeconds 1
        $test.Error | Should -BeLike "*'silent'*1 seconds*sleep 1000*"
        Wait-Condition { -not (Find-Process $mark) } -Because 'the command is over'
    }

    It 'without PowerShell is told so, with the way out' {
        $test = Test-LokyHost (New-LokyHost -Command env -PowerShellPath /no/such/pwsh -Name bare) -TimeoutSeconds 300
        $test.Error | Should -BeLike "*'bare'*exit code 127*-PowerShellPath*Command: env /no/such/pwsh*standard error*No such file*"
    }

    It 'whose program is not here is told so' {
        $test = Test-LokyHost (New-LokyHost -Command no-such-program -Name nowhere) -TimeoutSeconds 300
        $test.Error | Should -BeLike "*'nowhere'*'no-such-program'*not there*"
    }

    It 'with another PowerShell is told so, with the versions of both sides' {
        $speaker = Join-Path $TestDrive speaker.ps1
        Set-Content $speaker @'
$o = [Console]::OpenStandardOutput()
$hello = @{ powerShell = '7.2.24'; dotNet = '6.0.36'; platform = 'linux'; system = 'Old Linux'; architecture = 'x64'; program = '/old/pwsh'; machine = 'old'; process = 1; processors = 1; endsAt = '' }
$bytes = [Text.Encoding]::UTF8.GetBytes((ConvertTo-Json $hello))
foreach ($part in [Text.Encoding]::ASCII.GetBytes('<LOKY 7c41e0b95d>'), [BitConverter]::GetBytes($bytes.Length), $bytes) { $o.Write($part, 0, $part.Length) }
$o.Flush()
$null = [Console]::OpenStandardInput().Read([byte[]]::new(10), 0, 10)
'@
        $old = Join-Path $TestDrive old-pwsh
        Set-Content $old "#!/bin/sh`nexec '$pwsh' -NoProfile -File '$speaker'"
        chmod +x $old
        $test = Test-LokyHost (New-LokyHost -Command env -PowerShellPath $old -Name old) -TimeoutSeconds 300
        $test.Success | Should -BeFalse
        $test.PowerShell | Should -Be 7.2.24
        $test.Error | Should -BeLike "*/old/pwsh*7.2.24 on .NET 6.0.36, Old Linux, x64*PowerShell $($PSVersionTable.PSVersion) on .NET $([Environment]::Version)*-PowerShellPath*"
    }

    It 'that talks nonsense is told so' {
        $test = Test-LokyHost (New-LokyHost -Command sh, -c, 'printf "<LOKY 7c41e0b95d>\377\377\377\377nonsense"; cat >/dev/null', sh -Name odd) -TimeoutSeconds 300
        $test.Error | Should -BeLike "*'odd'*not what was sent there*"
    }
}

Describe 'A host over ssh' {
    BeforeAll {
        $noSsh = Get-SshObstacle
        $server = if (-not $noSsh) { Start-SshHost }
    }

    AfterAll { Stop-SshHost $server }

    BeforeEach { if ($noSsh) { Set-ItResult -Skipped -Because $noSsh } }

    It 'is reached as the configuration of ssh has it' {
        $test = Test-LokyHost 'loky-host*2' -TimeoutSeconds 300
        $test.Error | Should -BeNullOrEmpty
        $test.Success | Should -BeTrue
        $test.Workers | Should -Be 2
        $test.ModulePath | Should -Be $server.Cache
    }

    It 'is reached with a PowerShell that is not on its PATH' {
        $path = New-PowerShellProgram (Join-Path $TestDrive "it's `$elsewhere")
        $test = Test-LokyHost (New-LokyHost loky-host -PowerShellPath $path) -TimeoutSeconds 300
        $test.Error | Should -BeNullOrEmpty
        $test.Success | Should -BeTrue
    }

    It 'without PowerShell there is told so' {
        $test = Test-LokyHost (New-LokyHost loky-host -PowerShellPath no-such-pwsh) -TimeoutSeconds 300
        $test.Error | Should -BeLike "*'loky-host'*exit code 127*-PowerShellPath*Command: ssh *standard error*no-such-pwsh*"
    }

    It 'that nobody knows, or where nobody listens, is told so' {
        $test = Test-LokyHost no-such-host.invalid, "127.0.0.1:$(Get-FreePort)" -TimeoutSeconds 300
        $test[0].Error | Should -BeLike "*'no-such-host.invalid'*~/.ssh/config*Command: ssh *standard error*Could not resolve*"
        $test[1].Error | Should -BeLike '*port*Command: ssh *standard error*Connection refused*'
    }

    It 'that accepts no key of the user is told so' {
        $key = Join-Path $TestDrive other-key
        ssh-keygen -q -t ed25519 -N '""' -f $key
        $folder = $server.Folder
        $aside = "$folder/authorized_keys.aside"
        Move-Item "$folder/authorized_keys" $aside
        try { $test = Test-LokyHost (New-LokyHost loky-host -KeyFilePath $key) -TimeoutSeconds 300 } finally { Move-Item $aside "$folder/authorized_keys" }
        $test.Error | Should -BeLike '*ssh-agent*-KeyFilePath*standard error*Permission denied*'
    }

    It 'whose key is unknown, or has changed, is told so' {
        $file = "$($server.Folder)/known_hosts"
        $text = Get-Content $file -Raw
        try {
            Set-Content $file ''
            (Test-LokyHost loky-host -TimeoutSeconds 300).Error | Should -BeLike '*Connect once by hand*standard error*verification failed*'
            $other = Join-Path $TestDrive host-key
            ssh-keygen -q -t ed25519 -N '""' -f $other
            Set-Content $file ("$($text.Split(' ')[0]) " + (Get-Content "$other.pub"))
            (Test-LokyHost loky-host -TimeoutSeconds 300).Error | Should -BeLike '*ssh-keygen -R*standard error*'
        }
        finally { Set-Content $file $text -NoNewline }
    }
}

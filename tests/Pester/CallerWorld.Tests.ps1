BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 1
    # The workers are older than everything the tests change.
    $null = 1 | Invoke-LokyParallel { $_ }
}

AfterAll {
    Reset-Loky
}

Describe 'The location in a worker' {
    BeforeEach { Push-Location }
    AfterEach { Pop-Location }

    It 'is that of the caller' {
        Set-Location $TestDrive
        1 | Invoke-LokyParallel { $PWD.ProviderPath } | Should -Be $PWD.ProviderPath
    }

    It 'is kept in a folder with the name <_>' -ForEach '[', 'a b', "it's", 'ü', '[x]' {
        # Not on the test drive, which cannot be cleaned of a folder named [.
        $base = [IO.Directory]::CreateTempSubdirectory('loky-test')
        try {
            $folder = $base.CreateSubdirectory($_)
            Set-Location -LiteralPath $folder.FullName
            1 | Invoke-LokyParallel { $PWD.ProviderPath } | Should -BeExactly $folder.FullName
        }
        finally {
            Set-Location $PSScriptRoot
            $base.Delete($true)
        }
    }

    It 'is used by relative paths' {
        Set-Location $TestDrive
        'text' | Set-Content relative.txt
        1 | Invoke-LokyParallel { Get-Content ./relative.txt } | Should -Be 'text'
    }

    It 'on a drive the worker lacks gives a warning and no stop' {
        $null = New-PSDrive -Name LokyTestDrive -PSProvider FileSystem -Root $TestDrive
        try {
            Set-Location LokyTestDrive:
            1 | Invoke-LokyParallel { 'ran' } -WarningVariable warnings -WarningAction SilentlyContinue | Should -Be 'ran'
            "$warnings" | Should -Match 'LokyTestDrive'
        }
        finally {
            Set-Location $PSScriptRoot
            Remove-PSDrive LokyTestDrive
        }
    }

    It 'on a drive that all workers lack gives one warning' {
        $null = Get-LokyExecutor -MaxWorkers 2
        $null = New-PSDrive -Name LokyTestDrive -PSProvider FileSystem -Root $TestDrive
        try {
            Set-Location LokyTestDrive:
            $meeting = (New-Item "$TestDrive/meeting" -ItemType Directory).FullName
            $ids = 1..24 | Invoke-LokyParallel -BatchSize 1 -WarningVariable warnings -WarningAction SilentlyContinue {
                # Until both workers have come, however late one starts.
                [IO.File]::WriteAllText("$meeting/$PID", '')
                $until = [datetime]::UtcNow.AddSeconds(30)
                while ([IO.Directory]::GetFiles($meeting).Count -lt 2 -and [datetime]::UtcNow -lt $until) { Start-Sleep -Milliseconds 10 }
                $PID
            }
            @($ids | Sort-Object -Unique) | Should -HaveCount 2
            $warnings | Should -HaveCount 1
        }
        finally {
            Set-Location $PSScriptRoot
            Remove-PSDrive LokyTestDrive
            $null = Get-LokyExecutor -MaxWorkers 1
        }
    }

    It 'may be one of another provider' {
        Set-Location Env:
        1 | Invoke-LokyParallel { "$PWD" } -WarningVariable warnings | Should -Be 'Env:/'
        $warnings | Should -BeNullOrEmpty
    }
}

Describe 'The culture in a worker' {
    It 'formats and translates as that of the caller' {
        $before = [cultureinfo]::CurrentCulture, [cultureinfo]::CurrentUICulture
        try {
            [cultureinfo]::CurrentCulture = 'de-DE'
            [cultureinfo]::CurrentUICulture = 'fr-FR'
            1 | Invoke-LokyParallel { [cultureinfo]::CurrentCulture.Name; [cultureinfo]::CurrentUICulture.Name; (1.5).ToString() } |
                Should -Be 'de-DE', 'fr-FR', '1,5'
        }
        finally {
            [cultureinfo]::CurrentCulture, [cultureinfo]::CurrentUICulture = $before
        }
    }

    It 'is told by Get-Culture, Get-UICulture and $Host' {
        $before = [cultureinfo]::CurrentCulture, [cultureinfo]::CurrentUICulture
        try {
            foreach ($names in @(@('de-DE', 'fr-FR'), @('ja-JP', 'en-GB'))) {
                [cultureinfo]::CurrentCulture, [cultureinfo]::CurrentUICulture = $names
                1 | Invoke-LokyParallel { (Get-Culture).Name; (Get-UICulture).Name; $Host.CurrentCulture.Name; $PSCulture; $PSUICulture } |
                    Should -Be $names[0], $names[1], $names[0], $names[0], $names[1]
            }
        }
        finally {
            [cultureinfo]::CurrentCulture, [cultureinfo]::CurrentUICulture = $before
        }
    }
}

Describe 'The encoding of the console in a worker' {
    It 'is that of the caller, also where .NET does not know it by itself' {
        $result = Invoke-Session @'
            [Text.Encoding]::RegisterProvider([Text.CodePagesEncodingProvider]::Instance)
            [Console]::OutputEncoding = [Text.Encoding]::GetEncoding(1252)
            1 | Invoke-LokyParallel { [Console]::OutputEncoding.CodePage } -MaxWorkers 1
'@
        $result.Errors | Should -BeNullOrEmpty
        $result.Lines | Should -Be '1252'
    }

    It 'is that of the worker where it cannot be made there' {
        $result = Invoke-Session @'
            Add-Type -TypeDefinition 'namespace System.Text { public class LokyTestEncoding : UTF8Encoding { public LokyTestEncoding() : base(false) { } public override int CodePage => 59999; } }'
            [Console]::OutputEncoding = [Text.LokyTestEncoding]::new()
            [Console]::OutputEncoding.CodePage
            1 | Invoke-LokyParallel { [Console]::OutputEncoding.CodePage } -MaxWorkers 1
'@
        $result.Errors | Should -BeNullOrEmpty
        $result.Lines | Should -Be '59999', '65001'
    }
}

Describe '$MyInvocation in a worker' {
    It 'is what it is in ForEach-Object -Parallel' {
        $tell = {
            $own = $MyInvocation
            $own.MyCommand.GetType().Name; "$($own.CommandOrigin)"; $own.PipelineLength; $own.PipelinePosition
            $own.ScriptLineNumber; $own.OffsetInLine; "[$($own.PositionMessage)]"; $own.MyCommand.Definition.Trim()
        }
        $expected = 1 | ForEach-Object -Parallel $tell
        1 | Invoke-LokyParallel $tell | Should -Be $expected
    }
}

Describe 'The strict mode in a worker' {
    It 'is that of the caller, for the time of the call' {
        $null = & {
            Set-StrictMode -Version Latest
            1 | Invoke-LokyParallel { $notDefinedAnywhere } -ErrorVariable failures -ErrorAction SilentlyContinue
            $failures.FullyQualifiedErrorId | Should -BeLike 'VariableIsUndefined*'
        }
        & {
            Set-StrictMode -Off
            1 | Invoke-LokyParallel { "[$notDefinedAnywhere]" } -ErrorAction Stop | Should -Be '[]'
        }
    }

    It 'is off with -NoCapture' {
        Set-StrictMode -Version Latest
        1 | Invoke-LokyParallel { "[$notDefinedAnywhere]" } -NoCapture -ErrorAction Stop | Should -Be '[]'
    }
}

Describe 'The environment in a worker' {
    AfterEach {
        Remove-Item Env:LOKY_TEST_VARIABLE -ErrorAction Ignore
    }

    It 'has variables set since the pool started' {
        $env:LOKY_TEST_VARIABLE = 'later'
        1 | Invoke-LokyParallel { $env:LOKY_TEST_VARIABLE } | Should -Be 'later'
    }

    It 'has lost variables removed since' {
        $env:LOKY_TEST_VARIABLE = 'later'
        $null = 1 | Invoke-LokyParallel { $env:LOKY_TEST_VARIABLE }
        Remove-Item Env:LOKY_TEST_VARIABLE
        1 | Invoke-LokyParallel { $null -eq $env:LOKY_TEST_VARIABLE } | Should -BeTrue
    }

    It 'reaches native commands of the block' {
        $env:LOKY_TEST_VARIABLE = 'native'
        1 | Invoke-LokyParallel { if ($IsWindows) { cmd /c 'echo %LOKY_TEST_VARIABLE%' } else { sh -c 'echo $LOKY_TEST_VARIABLE' } } | Should -Be 'native'
    }

    It 'holds no trace of the channel''s secret for child processes' {
        $names = 1 | Invoke-LokyParallel { if ($IsWindows) { cmd /c set } else { /usr/bin/env } }
        $names | Where-Object { $_ -match '^(DOTNET_STARTUP_HOOKS|LOKY_\w*(SECRET|KEY|TOKEN))' } | Should -BeNullOrEmpty
    }

    It 'holds nothing of how the runtime of workers is set, but for what the caller has set' {
        $set = @{ DOTNET_TieredPGO = '1' }
        $read = { $env:DOTNET_TieredPGO; if ($IsWindows) { cmd /c set } else { /usr/bin/env } }
        (1 | Invoke-LokyParallel $read) -match 'TieredPGO|TC_Call|EnableDiagnostics|SpinLimit|ARENA_MAX' | Should -BeNullOrEmpty
        (1 | Invoke-LokyParallel $read -Environment $set) -match 'TieredPGO|^1$' | Should -Be '1', 'DOTNET_TieredPGO=1'
    }

    It 'is that of a runtime which compiles less than usual' {
        if (-not (Test-Path /proc/self/environ)) { Set-ItResult -Skipped -Because 'only Linux tells the environment that a process was started with' }
        $started = (1 | Invoke-LokyParallel { [IO.File]::ReadAllText('/proc/self/environ') } -Environment @{}) -split "`0"
        $started | Should -Contain "DOTNET_TieredPGO=$($env:DOTNET_TieredPGO ?? '00')"
        $started | Should -Contain "DOTNET_TC_CallCountThreshold=$($env:DOTNET_TC_CallCountThreshold ?? '0100')"
    }

    It 'is that of a runtime which compiles nothing again for a minute, where many workers share a processor' {
        if (-not (Test-Path /proc/self/environ)) { Set-ItResult -Skipped -Because 'only Linux tells the environment that a process was started with' }
        $session = Invoke-Session -Environment @{ LOKY_MAX_CPU_COUNT = '1' } {
            $read = { "$([IO.File]::ReadAllText('/proc/self/environ') -split "`0" -like 'DOTNET_TC_CallCountingDelayMs=*');" }
            1 | Invoke-LokyParallel $read -MaxWorkers 2
            Stop-LokyExecutor -Force -Confirm:$false
            1 | Invoke-LokyParallel $read -MaxWorkers 3
        }
        $set = $env:DOTNET_TC_CallCountingDelayMs ? "DOTNET_TC_CallCountingDelayMs=$env:DOTNET_TC_CallCountingDelayMs" : ''
        $session.Lines | Should -Be "$set;", "$($set ? $set : 'DOTNET_TC_CallCountingDelayMs=0EA60');"
    }

    It 'has how the runtime is set by the caller between the making of an executor and its first worker' {
        (Invoke-Session { $null = Get-LokyExecutor -MaxWorkers 1; $env:DOTNET_TieredPGO = '1'; 1 | Invoke-LokyParallel { $env:DOTNET_TieredPGO } }).Lines | Should -Be '1'
    }
}

Describe 'What one call leaves behind' {
    It 'is no variable, function, location or environment variable' {
        $here = $PWD.ProviderPath
        $null = 1 | Invoke-LokyParallel {
            $leaked = 1
            $global:leakedGlobal = 1
            function LeakedFunction { 1 }
            function global:LeakedGlobalFunction { 1 }
            $env:LOKY_TEST_LEAKED = 1
            Set-Location ([IO.Path]::GetTempPath())
        }
        1 | Invoke-LokyParallel {
            $null -eq (Get-Variable leaked, leakedGlobal -ErrorAction Ignore)
            $null -eq (Get-Command LeakedFunction, LeakedGlobalFunction -ErrorAction Ignore)
            $null -eq $env:LOKY_TEST_LEAKED
            $PWD.ProviderPath
        } | Should -Be $true, $true, $true, $here
    }

    It 'is no gap where the block has removed or changed what each session has' {
        $tell = { (Get-Alias gci, gcm).Definition; "$((Get-Alias gci).Options)"; (Get-Item Function:prompt, Function:cd..).ScriptBlock.Length; "$ErrorView" }
        $expected = 1 | Invoke-LokyParallel $tell
        $null = 1 | Invoke-LokyParallel {
            Remove-Item Alias:gci -Force
            Set-Alias gcm Get-Date -Scope Global -Force
            Remove-Item Function:prompt
            Set-Content Function:cd.. 'changed'
            Remove-Variable ErrorView -Scope Global -Force
            $null = Get-Command gci -ErrorAction Ignore
        }
        1 | Invoke-LokyParallel $tell | Should -Be $expected
    }

    It 'is nothing in the session' {
        $before = (Get-Variable -Scope Global).Name
        $null = 1 | Invoke-LokyParallel { $global:onlyInTheWorker = $_ }
        Compare-Object $before (Get-Variable -Scope Global).Name | Where-Object InputObject -Match 'loky|onlyIn' | Should -BeNullOrEmpty
    }

    It 'may be a module that stays warm' {
        $null = 1 | Invoke-LokyParallel { Import-Module Microsoft.PowerShell.Security }
        1 | Invoke-LokyParallel { $null -ne (Get-Module Microsoft.PowerShell.Security) } | Should -BeTrue
    }
}

Describe 'The standard input of a worker' {
    It 'asks nobody: Read-Host is an error at once' {
        $failure = $null
        1 | Invoke-LokyParallel { Read-Host 'question'; 'after' } -ErrorVariable failure -ErrorAction SilentlyContinue -TimeoutSeconds 30 | Should -Be 'after'
        "$failure" | Should -Match 'interaction'
    }

    It 'is at its end for native commands' {
        if ($IsWindows) { Set-ItResult -Skipped -Because 'it runs a command of Unix, which Windows does not have' }
        1 | Invoke-LokyParallel { "[$(cat)]" } | Should -Be '[]'
    }
}

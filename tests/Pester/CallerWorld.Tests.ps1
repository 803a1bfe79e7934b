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
            # Each item waits until both workers have one, however late they start.
            $meeting = (New-Item -ItemType Directory (Join-Path $TestDrive 'meeting')).FullName
            $ids = 1..24 | Invoke-LokyParallel {
                [IO.File]::WriteAllText("$meeting/$PID", '')
                $until = [datetime]::UtcNow.AddSeconds(60)
                while ([IO.Directory]::GetFiles($meeting).Count -lt 2 -and [datetime]::UtcNow -lt $until) { Start-Sleep -Milliseconds 10 }
                $PID
            } -BatchSize 1 -WarningVariable warnings -WarningAction SilentlyContinue
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

Describe 'The preferences in a worker' {
    It 'are those of the caller: <name>' -ForEach @(
        @{ name = 'PSNativeCommandArgumentPassing'; value = 'Legacy' }
        @{ name = 'PSEmailServer'; value = 'mail.example' }
        @{ name = 'PSSessionApplicationName'; value = 'loky' }
        @{ name = 'PSSessionConfigurationName'; value = 'Loky.Test' }
        @{ name = 'Transcript'; value = 'loky.txt' }
        @{ name = 'ErrorView'; value = 'DetailedView' }
        @{ name = 'FormatEnumerationLimit'; value = 7 }
        @{ name = 'OFS'; value = '-' }
    ) {
        $before = 1 | Invoke-LokyParallel { param($name) "$(Get-Variable $name -ValueOnly -ErrorAction Ignore)" } -ArgumentList $name
        & {
            Set-Variable $name $value
            1 | Invoke-LokyParallel { param($name) "$(Get-Variable $name -ValueOnly)" } -ArgumentList $name | Should -Be "$value"
        }
        1 | Invoke-LokyParallel { param($name) "$(Get-Variable $name -ValueOnly -ErrorAction Ignore)" } -ArgumentList $name | Should -Be $before
    }

    It 'reach native commands: how arguments are passed' {
        if ($IsWindows) { Set-ItResult -Skipped -Because 'there is no program here that tells its arguments' }
        $tell = { & /bin/sh -c 'echo $#' sh '' }
        $PSNativeCommandArgumentPassing = 'Legacy'
        1 | Invoke-LokyParallel { & $tell } | Should -Be (& $tell)
        $PSNativeCommandArgumentPassing = 'Standard'
        1 | Invoke-LokyParallel { & $tell } | Should -Be (& $tell)
    }
}

Describe 'The encodings in a worker' {
    It 'are those of the caller, for the time of the call: <name>' -ForEach @(
        @{ name = 'latin1'; encoding = [Text.Encoding]::Latin1 }
        @{ name = 'UTF-16'; encoding = [Text.Encoding]::Unicode }
        @{ name = 'a code page'; encoding = [Text.Encoding]::GetEncoding(1252) }
        @{ name = 'UTF-8 with a mark'; encoding = [Text.UTF8Encoding]::new($true) }
    ) {
        $tell = { "$($OutputEncoding.CodePage)/$($OutputEncoding.GetPreamble().Length) $([Console]::OutputEncoding.CodePage) $([Console]::InputEncoding.CodePage)" }
        $before = 1 | Invoke-LokyParallel $tell
        $before | Should -Be (& $tell)
        $input, $output = [Console]::InputEncoding, [Console]::OutputEncoding
        try {
            [Console]::OutputEncoding = [Console]::InputEncoding = $encoding
            & {
                $OutputEncoding = $encoding
                $expected = & $tell
                $expected | Should -Not -Be $before
                1..2 | Invoke-LokyParallel $tell -BatchSize 1 | Should -Be $expected, $expected
            }
        }
        finally {
            [Console]::OutputEncoding, [Console]::InputEncoding = $output, $input
        }
        1 | Invoke-LokyParallel $tell | Should -Be $before
    }

    It 'are not left behind by a block' {
        $tell = { [Console]::OutputEncoding.CodePage }
        $before = & $tell
        $null = 1 | Invoke-LokyParallel { [Console]::OutputEncoding = [Text.Encoding]::Latin1 }
        1 | Invoke-LokyParallel $tell | Should -Be $before
    }

    It 'are used with native commands of the block' {
        if ($IsWindows) { Set-ItResult -Skipped -Because 'it takes od and printf' }
        $before = [Console]::OutputEncoding
        try {
            $OutputEncoding = [Console]::OutputEncoding = [Text.Encoding]::Latin1
            1 | Invoke-LokyParallel { & /usr/bin/env printf '\344' } | Should -BeExactly ([string] [char] 0xe4)
            1 | Invoke-LokyParallel { ([string] [char] 0xe4) | & /usr/bin/env od -An -tx1 } | Should -Match '^ *e4 0a$'
        }
        finally {
            [Console]::OutputEncoding = $before
        }
    }

    It 'may be values of the call' {
        $encoding = [Text.UnicodeEncoding]::new($true, $false, $true)
        $text = 1 | Invoke-LokyParallel { "$($encoding.CodePage) $($encoding.GetPreamble().Length) $($encoding.DecoderFallback.GetType().Name) $($encoding -is [Text.Encoding])" }
        $text | Should -Be '1201 0 DecoderExceptionFallback True'
        $back = [Text.Encoding]::ASCII | Invoke-LokyParallel { $_ }
        $back | Should -BeOfType Text.Encoding
        $back.CodePage | Should -Be 20127
    }
}

Describe 'The types of PowerShell''s own commands' {
    It 'are known in a worker in which none of them has run' {
        Reset-Loky
        try {
            1 | Invoke-LokyParallel -MaxWorkers 1 {
                [Microsoft.PowerShell.Commands.MatchInfo].FullName
                [Microsoft.PowerShell.Commands.TestPathType]::Leaf.ToString()
                ('Microsoft.PowerShell.Commands.GetRandomCommand' -as [type]).Name
            } | Should -Be 'Microsoft.PowerShell.Commands.MatchInfo', 'Leaf', 'GetRandomCommand'
        }
        finally {
            Reset-Loky
            $null = Get-LokyExecutor -MaxWorkers 1
        }
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

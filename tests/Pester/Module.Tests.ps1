BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $manifestPath = Get-LokyManifest
    $folder = Split-Path $manifestPath

    # In a worker: waits until two items run, each in a worker of its own, and tells which.
    $meet = '$null = New-Item (Join-Path $env:LOKY_TEST_MEETING $_); while (@(Get-ChildItem $env:LOKY_TEST_MEETING).Count -lt 2) { Start-Sleep -Milliseconds 10 }; $PID'

    # In a session: the PowerShell processes it has started and that still live.
    $children = 'function Get-Child { Get-Process pwsh, dotnet -ErrorAction Ignore | Where-Object { $_.Parent.Id -eq $PID } };'
}

Describe 'The assembled module' {
    It 'contains its own files, and its libraries apart from them' {
        $expected = @(
            'Dependencies/Loky.Wire.dll'
            'Dependencies/MessagePack.Annotations.dll'
            'Dependencies/MessagePack.dll'
            'Dependencies/Microsoft.NET.StringTools.dll'
            'Dependencies/System.IO.Hashing.dll'
            'en-US/Loky.PowerShell.dll-Help.xml'
            'en-US/about_Loky.help.txt'
            'en-US/about_Loky_Hosts.help.txt'
            'en-US/about_Loky_Runs.help.txt'
            'LICENSE'
            'Loky.Core.dll'
            'Loky.Format.ps1xml'
            'Loky.PowerShell.dll'
            'Loky.psd1'
            'Loky.Worker.dll'
            'Loky.Worker.runtimeconfig.json'
            'README.md'
            'THIRD-PARTY-NOTICES'
        )
        $actual = Get-ChildItem $folder -File -Recurse | ForEach-Object { [IO.Path]::GetRelativePath($folder, $_.FullName).Replace('\', '/') }
        Compare-Object $expected $actual | Should -BeNullOrEmpty
    }

    It 'has a README whose links and pictures lead to the page of the project, for it lies alone' {
        $text = [IO.File]::ReadAllText((Join-Path $folder README.md))
        $page = (Import-PowerShellDataFile $manifestPath).PrivateData.PSData.ProjectUri
        $targets = [regex]::Matches($text, '\]\((?<target>[^)]+)\)|\b(src|srcset)="(?<target>[^"]+)"') | ForEach-Object { $_.Groups['target'].Value }
        $targets | Where-Object { -not $_.StartsWith('https://') } | Should -BeNullOrEmpty
        $targets | Should -Contain "$page/raw/main/docs/images/terminal.svg"
        $targets | Should -Contain "$page/blob/main/docs/recipes.md"
    }

    It 'has a valid manifest for PowerShell 7.4 and later' {
        $manifest = Test-ModuleManifest $manifestPath
        $manifest.PowerShellVersion | Should -Be '7.4'
        $manifest.CompatiblePSEditions | Should -Be 'Core'
    }

    It 'exports its cmdlets and nothing else' {
        $run = Invoke-Session '(Get-Module Loky).ExportedCommands.Keys | Sort-Object'
        $run.Lines | Should -Be 'Export-LokyReport', 'Export-LokyTrace', 'Get-LokyExecutor', 'Invoke-LokyParallel', 'New-LokyHost', 'Start-LokyJob', 'Stop-LokyExecutor', 'Test-LokyHost'
    }

    It 'runs on a newer runtime than it was built for' {
        $config = Get-Content (Join-Path $folder 'Loky.Worker.runtimeconfig.json') -Raw | ConvertFrom-Json
        $config.runtimeOptions.rollForward | Should -BeIn 'Major', 'LatestMajor'
    }
}

Describe 'Importing the module' {
    It 'starts no process' {
        $run = Invoke-Session "$children @(Get-Child).Count"
        $run.Lines | Should -Be '0'
    }

    It 'leaves the global variables, the environment and $Error alone' {
        $run = Invoke-Session -Script @"
Remove-Module Loky
`$Error.Clear()
`$before = `$after = @()
`$before = (Get-Variable).Name + (Get-ChildItem Env:).Name
Import-Module '$manifestPath'
`$after = (Get-Variable).Name + (Get-ChildItem Env:).Name
@(Compare-Object `$before `$after).Count
`$Error.Count
"@
        $run.Lines | Should -Be '0', '0'
    }
}

Describe 'A session that has used the pool' {
    It 'ends and leaves no process by <name>' -ForEach @(
        @{ name = 'running out'; end = '' }
        @{ name = 'exit'; end = 'exit 0' }
        @{ name = '[Environment]::Exit'; end = '[Environment]::Exit(0)' }
        @{ name = 'Remove-Module'; end = 'Remove-Module Loky' }
        @{ name = 'Stop-LokyExecutor'; end = 'Stop-LokyExecutor -Confirm:$false' }
    ) {
        $meeting = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $run = Invoke-Session "1..2 | Invoke-LokyParallel { $meet } -MaxWorkers 2; $end" -Environment @{ LOKY_TEST_MEETING = $meeting }
        $run.ExitCode | Should -Be 0
        $run.Errors | Should -BeNullOrEmpty
        $run.Lines | Should -HaveCount 2
        Wait-Condition { -not (Get-LiveProcess $run.Lines) } -Because 'the workers are gone with the session' -Seconds 5
    }

    It 'is free of workers at once after Remove-Module' {
        $run = Invoke-Session "$children `$null = 1..4 | Invoke-LokyParallel { `$_ } -MaxWorkers 2; Remove-Module Loky; `$watch = [Diagnostics.Stopwatch]::StartNew(); while ((Get-Child) -and `$watch.Elapsed.TotalSeconds -lt 5) { Start-Sleep -Milliseconds 50 }; @(Get-Child).Count"
        $run.Lines | Should -Be '0'
    }

    It 'can import the module again and go on' {
        $run = Invoke-Session "`$null = 1 | Invoke-LokyParallel { `$_ } -MaxWorkers 1; Remove-Module Loky; Import-Module '$manifestPath'; 2 | Invoke-LokyParallel { `$_ * 2 } -MaxWorkers 1"
        $run.Errors | Should -BeNullOrEmpty
        $run.Lines | Should -Be '4'
    }

    It 'leaves nothing in the temporary folder' {
        $temporary = (New-Item -ItemType Directory (Join-Path $TestDrive 'tmp')).FullName
        # PowerShell and the runtime leave files of their own there; a session without a call shows which.
        $environment = @{ TMPDIR = $temporary; TEMP = $temporary; TMP = $temporary; POWERSHELL_TELEMETRY_OPTOUT = '1' }
        $null = Invoke-Session 'exit 0' -Environment $environment
        $before = @(Get-ChildItem $temporary -Recurse -Force | ForEach-Object FullName)
        $run = Invoke-Session '1..4 | Invoke-LokyParallel { $_ } -MaxWorkers 2 -Ordered' -Environment $environment
        $run.Lines | Should -Be '1', '2', '3', '4'
        $own = { @(Get-ChildItem $temporary -Recurse -Force | Where-Object { $_.FullName -notin $before -and $_.Name -notmatch '^(clr-debug-pipe|dotnet-diagnostic|CoreFxPipe_PSHost)' }) }
        Wait-Condition { -not (& $own) } -Because 'no socket, mapped file or folder stays in the temporary folder' -Seconds 10
    }

    It 'killed hard takes its workers with it' {
        $session = Start-Session ('1..2 | Invoke-LokyParallel { ' + $meet + ' } -MaxWorkers 2 | Set-Content -LiteralPath $env:LOKY_TEST_IDS; Start-Sleep -Seconds 300') -Environment @{
            LOKY_TEST_IDS = ($ids = Join-Path $TestDrive 'ids')
            LOKY_TEST_MEETING = (New-Item -ItemType Directory (Join-Path $TestDrive 'meeting')).FullName
        }
        try {
            Wait-Condition { (Test-Path $ids) -and @(Get-Content $ids).Count -eq 2 } -Because 'the session has used two workers'
            $workers = [int[]](Get-Content $ids)
            Get-LiveProcess $workers | Should -HaveCount 2
        }
        finally {
            $session.Process.Kill()
        }
        Wait-Condition { -not (Get-LiveProcess $workers) } -Because 'the workers of a killed session are gone' -Seconds 5
    }

    It 'killed hard in the middle of a call takes its workers and their children with it' {
        if (-not $IsLinux) { Set-ItResult -Skipped -Because 'it reads /proc, which only Linux has' }
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'busy')).FullName
        $session = Start-Session '1..2 | Invoke-LokyParallel { $child = Start-Process sleep -ArgumentList 300 -PassThru; "$PID $($child.Id)" | Set-Content -LiteralPath (Join-Path $env:LOKY_TEST_IDS $_); Start-Sleep -Seconds 300 } -MaxWorkers 2 -BatchSize 1' -Environment @{ LOKY_TEST_IDS = $folder }
        try {
            Wait-Condition { @(Get-ChildItem $folder | Where-Object Length).Count -eq 2 } -Because 'both items run'
            $ids = [int[]]((Get-Content (Join-Path $folder '*')) -split ' ')
        }
        finally {
            $session.Process.Kill()
        }
        Wait-Condition { -not (Get-LiveProcess $ids) } -Because 'the workers of a killed session and their children are gone' -Seconds 10
    }
}

Describe 'The module works' {
    It 'in pwsh -File' {
        $script = Join-Path $TestDrive 'script.ps1'
        Set-Content $script "Import-Module '$manifestPath'; 1..3 | Invoke-LokyParallel { `$_ * 2 } -MaxWorkers 2 -Ordered"
        $program, $arguments = @(Get-PowerShellCommand) + '-NoProfile', '-NonInteractive', '-File', $script
        & $program @arguments | Should -Be '2', '4', '6'
    }

    It 'in a script of a module' {
        $module = Join-Path $TestDrive 'Uses.psm1'
        Set-Content $module 'function Get-Public { 1..3 | Invoke-LokyParallel { $_ + 100 } -MaxWorkers 2 -Ordered }'
        $run = Invoke-Session "Import-Module '$module'; Get-Public"
        $run.Errors | Should -BeNullOrEmpty
        $run.Lines | Should -Be '101', '102', '103'
    }

    It 'in a second runspace of the session' {
        Wait-Runspace (Start-Runspace '1..3 | Invoke-LokyParallel { $_ * 3 } -MaxWorkers 2 -Ordered') | Should -Be 3, 6, 9
        Import-Loky
        Reset-Loky
    }
}

# Runs alone: Wine needs what processors there are.

BeforeAll {
    $tests = [IO.Path]::Combine($PSScriptRoot, '..', 'Windows')
    $folder = [IO.Path]::Combine($PSScriptRoot, '..', '..', 'out', 'windows')

    function Get-Obstacle {
        if (-not $IsLinux -or [Runtime.InteropServices.RuntimeInformation]::OSArchitecture -ne 'X64') { return 'Wine for programs of x64 is tried on Linux alone' }
        if (-not (Get-Command wine64 -ErrorAction Ignore) -and -not (Test-Path /usr/lib/wine/wine64)) { return 'wine64 is not there' }
        if (-not (Get-Command x86_64-w64-mingw32-gcc -ErrorAction Ignore)) { return 'x86_64-w64-mingw32-gcc is not there' }
    }

    # Into a file: a server that stays behind would hold a pipe.
    function Invoke-Script([string] $Name, [string[]] $Arguments) {
        $log = Join-Path $TestDrive "$Name-$($Arguments[-1] -replace '\W').log"
        & bash -c 'exec "$@" >"$0" 2>&1 </dev/null' $log bash (Join-Path $tests $Name) @Arguments
        [pscustomobject]@{ ExitCode = $LASTEXITCODE; Lines = @(Get-Content -LiteralPath $log) }
    }

    function Invoke-Part([string] $Part) {
        $run = Invoke-Script run.sh $folder, $Part
        $run | Add-Member Told ($run.Lines | Select-Object -Last 200 | Out-String)
        $run
    }

    if (-not ($obstacle = Get-Obstacle)) {
        $prepared = Invoke-Script prepare.sh $folder
        if ($prepared.ExitCode -eq 69) { $obstacle = 'the packages of the .NET runtime or of PowerShell for Windows cannot be had' }
        elseif ($prepared.ExitCode) { throw "The tests under Wine cannot be prepared:`n$($prepared.Lines | Out-String)" }
    }

    $limit = $env:LIMIT
    $env:LIMIT = 150
}

AfterAll { $env:LIMIT = $limit }

Describe 'On Windows, as far as Wine shows' {
    BeforeEach { if ($obstacle) { Set-ItResult -Skipped -Because $obstacle } }

    It 'the sample runs in other processes, on the same ones a second time, and leaves none' {
        $run = Invoke-Part sample
        $run.ExitCode | Should -Be 0 -Because $run.Told
        $run.Lines | Should -Contain 'After the idle timeout of 2 s no worker process is left.'
    }

    It 'each case of the smoke test passes in PowerShell' {
        $cases = [regex]::Matches((Get-Content -Raw (Join-Path $tests Smoke.ps1)), "(?m)^Test-Case '((?:[^']|'')+)'").ForEach({ $_.Groups[1].Value -replace "''", "'" })
        $cases.Count | Should -BeGreaterThan 12
        $run = Invoke-Part module
        $run.Lines -match '^FAILED ' | Should -BeNullOrEmpty -Because $run.Told
        $missing = $cases.Where({ "passed $_" -notin $run.Lines })
        $missing | Should -BeNullOrEmpty -Because "all cases come to their end: $($run.Told)"
        $run.ExitCode | Should -Be 0
    }

    It 'the tests of the core pass that ask nothing of Wine which it does not have' {
        $run = Invoke-Part core
        $run.Lines -match '^FAILED ' | Should -BeNullOrEmpty -Because $run.Told
        $end = @($run.Lines -match '^\d+ passed, \d+ failed, \d+ skipped$')[-1]
        $end | Should -Match '^\d+ passed, 0 failed, ' -Because "all tests come to their end: $($run.Told)"
        [int]($end -replace ' passed.*') | Should -BeGreaterThan 650
        $run.ExitCode | Should -Be 0
    }
}

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $folder = [IO.Path]::GetFullPath([IO.Path]::Combine($PSScriptRoot, '..', 'Windows'))
    $made = [IO.Path]::GetFullPath([IO.Path]::Combine($PSScriptRoot, '..', '..', 'out', 'windows'))
    $missing = if (-not $IsLinux) { 'Wine runs these tests on Linux' }
    elseif (-not ((Get-Command wine64 -ErrorAction Ignore) -or (Test-Path /usr/lib/wine/wine64))) { 'wine64 is not installed' }
    elseif (-not (Get-Command x86_64-w64-mingw32-gcc -ErrorAction Ignore)) { 'the compiler x86_64-w64-mingw32-gcc is not installed' }
    if (-not $missing) {
        $said = & "$folder/prepare.sh" $made 2>&1 | Out-String
        if ($LASTEXITCODE) { $missing = "what is needed could not be made: $said" }
    }
    if (-not $missing) {
        $said = dotnet build "$folder/Runner" -c Release -v q 2>&1 | Out-String
        if ($LASTEXITCODE) { throw $said }
    }
}

Describe 'On Windows, as Wine has it' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'the sample runs its delegates in four processes, which end when they have nothing to do' {
        $output = & "$folder/run.sh" $made sample 2>&1 | Out-String
        $output | Should -Match 'Number of used processes: 4'
        $output | Should -Match 'After the idle timeout of 2 s no worker process is left'
        $output | Should -Match 'The same through Invoke-LokyParallel, in PowerShell 7'
    }

    It 'the module has items, capture, streams, deaths, limits and jobs, and leaves nothing behind' {
        $output = & "$folder/run.sh" $made module 2>&1
        ($output -match '^FAILED') -join "`n" | Should -BeNullOrEmpty
        ($output -match '^passed').Count | Should -Be 12 -Because ($output | Out-String)
    }

    It 'the tests of the core pass that make sense there' {
        $output = & "$folder/run.sh" $made core 2>&1
        ($output -match '^FAILED') -join "`n" | Should -BeNullOrEmpty
        ($output | Select-Object -Last 1) | Should -Match '^[1-9]\d+ passed, 0 failed'
    }
}

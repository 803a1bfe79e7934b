# The README: short, with a picture and figures that are true.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Module $PSScriptRoot/Documents.psm1 -Force
    $root = (Resolve-Path -LiteralPath ([IO.Path]::Combine($PSScriptRoot, '..', '..'))).ProviderPath
    $readme = [IO.File]::ReadAllText((Join-Path $root README.md))
    $picture = Join-Path $root docs images terminal.svg

    # The lines of a picture as one reads them.
    function Get-PictureText([string] $Path) {
        foreach ($line in ([xml][IO.File]::ReadAllText($Path)).svg.g.text) { $line.InnerText ?? $line }
    }

    # The same in one piece: process ids differ from run to run, and so does where a line that tells one is broken.
    function Join-PictureText([string] $Path) {
        (Get-PictureText $Path) -join '' -replace '\bprocess \d+', 'process #'
    }
}

Describe 'The README' {
    It 'has fewer than 150 lines' {
        ($readme -split '\n').Count | Should -BeLessThan 150
    }

    It 'shows a picture, small, of what its lines print today' {
        (Get-Item $picture).Length | Should -BeLessThan 20KB
        $again = Join-Path $TestDrive again.svg
        $program, $arguments = @(Get-PowerShellCommand) + '-NoProfile', '-File', (Join-Path $root docs images New-TerminalPicture.ps1), '-OutFile', $again, '-Module', (Split-Path (Get-LokyManifest))
        $null = & $program @arguments
        Join-PictureText $picture | Should -BeExactly (Join-PictureText $again)
    }

    It 'shows in its picture that a function and a variable are taken along and a death is survived' {
        $text = Get-PictureText $picture
        $text | Should -Contain '1000001 is 101 x 9901'
        $text | Should -Contain '4 done'
        $text -match 'Worker process \d+ ended with EXIT\(1\)' | Should -HaveCount 1
        $text[-1] | Should -Be 'Running'
    }

    It 'tells no figure that the benchmarks do not have' {
        $benchmarks = [IO.File]::ReadAllText((Join-Path $root docs benchmarks.md))
        $table = [regex]::Match($readme, '(?ms)^## Beside what you have\n(.*?)^Measured').Groups[1].Value
        $figures = @([regex]::Matches($table, '\d[\d,]*\.\d+|\d{1,3}(,\d{3})+|\d+(?= MB/s)').Value)
        $figures.Count | Should -BeGreaterThan 8
        foreach ($figure in $figures) { $benchmarks | Should -Match "(?<![\d.,])$([regex]::Escape($figure))(?![\d,]*\d)" }
    }
}

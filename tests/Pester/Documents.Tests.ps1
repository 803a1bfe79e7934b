# All Markdown files of the repository: their links lead somewhere, their code parses, the places that they name exist.

BeforeDiscovery {
    Import-Module $PSScriptRoot/Documents.psm1 -Force
    $names = @(Get-DocumentName)
}

BeforeAll {
    Import-Module $PSScriptRoot/Documents.psm1 -Force
    $root = (Resolve-Path -LiteralPath ([IO.Path]::Combine($PSScriptRoot, '..', '..'))).ProviderPath
}

Describe 'The document <_>' -ForEach $names {
    BeforeAll {
        $document = Read-Document $_
    }

    It 'has no link to a file or a heading that does not exist' {
        Find-BrokenLink $document | Should -BeNullOrEmpty
    }

    It 'has PowerShell that parses' {
        foreach ($code in $document.Codes | Where-Object Language -EQ powershell) {
            # The syntax of a command, in the help, is for people.
            if ($code.Code -match '<CommonParameters>') { continue }
            $errors = $null
            $null = [System.Management.Automation.Language.Parser]::ParseInput($code.Code, [ref] $null, [ref] $errors)
            $errors | Should -BeNullOrEmpty -Because "of the code on line $($code.Line)"
        }
    }

    It 'names no place in the repository that does not exist' {
        $text = [IO.File]::ReadAllText($document.Path)
        foreach ($match in [regex]::Matches($text, '`(?<path>(src|tests|docs|samples|benchmarks|tools)(/[\w.-]+)*)`')) {
            Join-Path $root $match.Groups['path'].Value | Should -Exist
        }
    }
}

Describe 'The documents for those who take part' {
    It 'name the two commands of the README as it has them' {
        $commands = @([IO.File]::ReadAllLines((Join-Path $root README.md)) | Where-Object { $_ -match '^dotnet ' })
        $commands | Should -HaveCount 2
        foreach ($name in 'CONTRIBUTING.md', 'docs/building.md') {
            $lines = [IO.File]::ReadAllLines((Join-Path $root $name))
            foreach ($command in $commands) { $lines | Should -Contain $command -Because "$name has it too" }
        }
    }

    It 'are there, where a reader looks for them' {
        foreach ($name in 'CONTRIBUTING.md', 'SECURITY.md', 'CODE_OF_CONDUCT.md', 'CHANGELOG.md', 'LICENSE', '.github/pull_request_template.md',
            '.github/ISSUE_TEMPLATE/bug.yml', '.github/ISSUE_TEMPLATE/idea.yml') {
            Join-Path $root $name | Should -Exist
        }
    }
}

Describe 'The tests' {
    BeforeAll {
        # A test that returns where a system has not what it needs counts as passed, and has tested nothing.
        $early = 'if\s*\([^\r\n]*(\bOperatingSystem\.Is|\bRuntimeInformation\b|\$Is(Linux|Windows|MacOS)\b)[^\r\n]*\)\s*\{?\s*return\s*[;}]'
    }

    It 'are skipped, with a reason, where a system has not what they need, and do not return' {
        $files = [IO.Directory]::GetFiles((Join-Path $root tests), '*', 'AllDirectories').Where({ $_ -match '\.(cs|ps1)$' -and $_ -notmatch '[\\/](bin|obj)[\\/]' })
        $files.Count | Should -BeGreaterThan 200
        $files.Where({ [IO.File]::ReadAllText($_) -match $early }) | Should -BeNullOrEmpty
    }

    It 'would be found if they did' -ForEach @(
        @{ code = "if (!OperatingSystem.IsLinux())`n        {`n            return;`n        }" }
        @{ code = 'if (OperatingSystem.IsWindows()) ' + 'return;' }
        @{ code = 'if (-not $IsLinux) { ' + 'return }' }
    ) {
        $code | Should -Match $early
    }
}

Describe 'The search for broken links' {
    It 'finds a file, a heading and a place outside that do not exist' {
        $document = Read-Document CONTRIBUTING.md
        $document.Links.Clear()
        foreach ($target in 'no-such-file.md', 'README.md#no-such-heading', '#no-such-heading-here', '../../elsewhere.md', 'README.md', 'https://example.org/',
            'https://github.com/loky-powershell/loky/blob/main/docs/gone.md', 'https://github.com/loky-powershell/loky/blob/main/docs/hosts.md') {
            $document.Links.Add([pscustomobject]@{ Target = $target; Line = 1 })
        }
        Find-BrokenLink $document | Should -Be @(
            'line 1: no-such-file.md does not exist'
            'line 1: README.md#no-such-heading has no such heading'
            'line 1: #no-such-heading-here has no such heading'
            'line 1: ../../elsewhere.md leaves the repository'
            'line 1: https://github.com/loky-powershell/loky/blob/main/docs/gone.md does not exist')
    }

    It 'reads links and headings as GitHub does' {
        ConvertTo-Anchor '12. -Begin and -End' | Should -BeExactly '12--begin-and--end'
        ConvertTo-Anchor '9. A script that has `$using:`' | Should -BeExactly '9-a-script-that-has-using'
        ConvertTo-Anchor 'From [loky](x.md), *new*' | Should -BeExactly 'from-loky-new'
        @((Read-Document README.md).Links.Target) | Should -Contain 'docs/architecture.md'
        @((Read-Document README.md).Links.Target) | Should -Contain 'docs/images/report-dark.png' -Because 'a picture for each theme is HTML'
    }
}

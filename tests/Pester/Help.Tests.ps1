BeforeDiscovery {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $commands = Get-Command -Module Loky -CommandType Cmdlet
}

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $common = [System.Management.Automation.PSCmdlet]::CommonParameters
    $documents = [IO.Path]::Combine($PSScriptRoot, '..', '..', 'docs', 'en-US')
}

Describe 'The help of <_>' -ForEach $commands.Name {
    BeforeAll {
        $name = $_
        $help = Get-Help $name -Full
        $command = Get-Command $name
        $parameters = @($command.Parameters.Keys | Where-Object { $_ -notin $common })
    }

    It 'has a synopsis and a description' {
        $help.Synopsis.Trim() | Should -Not -BeNullOrEmpty
        # Without a help file PowerShell makes up the synopsis from the syntax.
        $help.Synopsis | Should -Not -Match "^\s*$name\s+\["
        "$($help.Description.Text)".Length | Should -BeGreaterThan 80
    }

    It 'has the address of its document under the project page that the manifest names, or none' {
        $page = (Import-PowerShellDataFile (Get-LokyManifest)).PrivateData.PSData.ProjectUri
        $command.HelpUri | Should -Be ($page ? "$page/blob/main/docs/en-US/$name.md" : '')
    }

    It 'describes every parameter' {
        foreach ($parameter in $parameters) {
            $text = "$(($help.parameters.parameter | Where-Object name -EQ $parameter).description.Text)".Trim()
            $text | Should -Not -BeNullOrEmpty -Because "-$parameter is a parameter of $name"
        }
    }

    It 'describes no parameter that does not exist' {
        $help.parameters.parameter.name | Where-Object { $_ -notin $parameters } | Should -BeNullOrEmpty
    }

    It 'tells the type, the aliases, the position and the wildcards of every parameter as they are' {
        foreach ($told in $help.parameters.parameter) {
            $real = $command.Parameters[$told.name]
            $told.type.name | Should -Be $real.ParameterType.Name -Because "-$($told.name) has that type"
            $aliases = $real.Aliases.Count ? ($real.Aliases -join ', ') : 'none'
            $told.aliases | Should -Be $aliases -Because "-$($told.name) has those aliases"
            $positions = $real.ParameterSets.Values.Position | Sort-Object -Unique
            $told.position | Should -BeIn @($positions | ForEach-Object { $_ -lt 0 ? 'named' : "$_" }) -Because "-$($told.name) stands there"
            $told.globbing | Should -Be "$($real.Attributes.TypeId -contains [SupportsWildcards])" -Because "-$($told.name) takes wildcards, or none"
        }
    }

    It 'shows the syntax of every parameter set' {
        @($help.syntax.syntaxItem) | Should -HaveCount $command.ParameterSets.Count
        $real = foreach ($set in $command.ParameterSets) {
            ($set.Parameters.Name | Where-Object { $_ -notin $common } | Sort-Object) -join ' '
        }
        $told = foreach ($item in $help.syntax.syntaxItem) {
            ($item.parameter.name | Sort-Object) -join ' '
        }
        $told | Sort-Object | Should -Be ($real | Sort-Object)
    }

    It 'has examples that parse' {
        $examples = @($help.examples.example)
        $examples.Count | Should -BeGreaterThan 0
        foreach ($example in $examples) {
            $errors = $null
            $null = [System.Management.Automation.Language.Parser]::ParseInput($example.code, [ref]$null, [ref]$errors)
            $errors | Should -BeNullOrEmpty -Because $example.code
            "$($example.remarks.Text)".Trim() | Should -Not -BeNullOrEmpty
        }
    }

    It 'has examples, each with a title of its own, that use the parameters that the commands have' {
        $titles = @($help.examples.example.title | ForEach-Object { $_.Trim(' -') })
        $titles | Where-Object { -not $_ } | Should -BeNullOrEmpty
        $titles | Sort-Object -Unique | Should -HaveCount $titles.Count
        $used = foreach ($example in $help.examples.example) {
            $ast = [System.Management.Automation.Language.Parser]::ParseInput($example.code, [ref]$null, [ref]$null)
            foreach ($call in $ast.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
                $called = Get-Command -Module Loky -Name "$($call.GetCommandName())" -ErrorAction Ignore
                if (-not $called) { continue }
                $called.Name
                foreach ($element in $call.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] }) {
                    { $called.ResolveParameter($element.ParameterName) } | Should -Not -Throw -Because "$($called.Name) is called with -$($element.ParameterName) in: $($example.code)"
                }
            }
        }
        $used | Should -Contain $name -Because 'an example shows the command'
    }

    It 'has no text that was left to be written' {
        ($help | Out-String -Width 200) + ($help.examples | Out-String) | Should -Not -Match '\{\{|TODO|Fill in'
    }

    It 'is kept in a document of its own' {
        Join-Path $documents "$name.md" | Should -Exist
    }
}

Describe 'The help page <_>' -ForEach 'about_Loky', 'about_Loky_Hosts', 'about_Loky_Runs' {
    It 'is plain text, with nothing of Markdown left' {
        $text = Get-Help $_ | Out-String -Width 120
        $text | Should -Match 'SHORT DESCRIPTION'
        $text | Should -Not -Match '(?m)^\s*\||\]\(|!\[|!The|```|`|\*\*'
    }
}

Describe 'The tables of help pages' {
    It 'stand in columns, with the last one wrapped below itself' {
        $text = Get-Help about_Loky_Hosts | Out-String -Width 120
        $text | Should -Match '(?m)^    form +meaning\r?$'
        $text | Should -Match '(?m)^    user@host:port\*8  8 workers there; .*\r?\n {22}left out\r?$'
    }
}

Describe 'about_Loky' {
    It 'is found by Get-Help and covers what the module does' {
        $text = Get-Help about_Loky | Out-String
        foreach ($word in 'Invoke-LokyParallel', 'Get-LokyExecutor', 'Stop-LokyExecutor', 'Start-LokyJob', '\$using:', 'LOKY_MAX_DEPTH', '-Retry') {
            $text | Should -Match $word
        }
    }

    It 'names every environment variable that the module reads' {
        $names = foreach ($file in Get-ChildItem (Split-Path (Get-LokyManifest)) -Filter Loky*.dll) {
            # Strings of a program are in its file as UTF-16, at even or odd places.
            $bytes = [IO.File]::ReadAllBytes($file.FullName)
            foreach ($start in 0, 1) {
                [regex]::Matches([Text.Encoding]::Unicode.GetString($bytes, $start, $bytes.Length - $start), 'LOKY_[A-Z_]+').Value
            }
        }
        $names | Sort-Object -Unique | Should -Not -BeNullOrEmpty
        $text = Get-Help about_Loky | Out-String
        foreach ($name in $names) { $text | Should -Match $name }
    }
}

Describe 'Tab completion' {
    It 'offers the modules for -Module' {
        $completed = TabExpansion2 'Invoke-LokyParallel { $_ } -Module Microsoft.PowerShell.Ut'
        $completed.CompletionMatches.CompletionText | Should -Contain 'Microsoft.PowerShell.Utility'
    }

    It 'offers the policies for -Reuse' {
        $completed = TabExpansion2 'Get-LokyExecutor -Reuse '
        $completed.CompletionMatches.CompletionText | Sort-Object | Should -Be 'Always', 'Auto', 'Never'
    }
}

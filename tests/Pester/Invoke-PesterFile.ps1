<#
.SYNOPSIS
Runs one Pester file and writes the outcome of each of its tests as JSON.
.DESCRIPTION
The xunit project beside this script calls it once for each file. The outcome is in the result file alone: the exit
code only tells whether the script came to its end.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)][string] $File,
    [Parameter(Mandatory)][string] $ResultFile,
    [Parameter(Mandatory)][version] $PesterVersion
)

# Neither strict mode nor a preference is set here: pwsh -File runs this in the global scope, where the tests would see it.
$PSStyle.OutputRendering = 'PlainText'
Import-Module Pester -RequiredVersion $PesterVersion -ErrorAction Stop

function Format-PesterError($ErrorRecord) {
    foreach ($record in $ErrorRecord) {
        $display = $record.PSObject.Properties['DisplayErrorMessage']
        $trace = $record.PSObject.Properties['DisplayStackTrace']
        if ($display) { "$($display.Value)`n$(if ($trace) { $trace.Value })" } else { "$record`n$($record.ScriptStackTrace)" }
    }
}

# The lines of all tests of a block, however deep, so that a failed set-up is told for the tests that needed it.
function Get-TestLine($Block) {
    foreach ($test in $Block.Tests) { $test.StartLine }
    foreach ($inner in $Block.Blocks) { Get-TestLine $inner }
}

$configuration = New-PesterConfiguration
$configuration.Run.Path = $File
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Detailed'
$run = Invoke-Pester -Configuration $configuration

$tests = foreach ($test in $run.Tests) {
    @{
        line    = $test.StartLine
        name    = $test.ExpandedPath
        result  = $test.Result
        seconds = $test.Duration.TotalSeconds
        message = @(Format-PesterError $test.ErrorRecord) -join "`n"
    }
}
$failures = @(
    foreach ($container in $run.FailedContainers) {
        @{ lines = @(); message = "The file failed outside its tests:`n$(@(Format-PesterError $container.ErrorRecord) -join "`n")" }
    }
    foreach ($block in $run.FailedBlocks) {
        @{
            lines   = @(Get-TestLine $block)
            message = "The set-up or tear-down of '$($block.ExpandedPath)' failed:`n$(@(Format-PesterError $block.ErrorRecord) -join "`n")"
        }
    }
)
@{ tests = @($tests); failures = $failures } | ConvertTo-Json -Depth 5 | Set-Content -LiteralPath $ResultFile -Encoding utf8NoBOM
exit 0

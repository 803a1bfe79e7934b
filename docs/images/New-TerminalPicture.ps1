#Requires -Version 7.4
<#
.SYNOPSIS
Draws a terminal, as SVG, in which the lines of a document were typed, with what they really printed.
.DESCRIPTION
Takes the PowerShell of the document that has "picture" behind the language at its opening, runs it statement by statement
in a PowerShell of its own, with the module as the build assembled it, and draws what came of it.
.PARAMETER Document
The document whose code is run.
.PARAMETER OutFile
The picture to write.
.PARAMETER Module
The folder of the module.
.EXAMPLE
./docs/images/New-TerminalPicture.ps1
#>
[CmdletBinding()]
param(
    [string] $Document = [IO.Path]::Combine($PSScriptRoot, '..', '..', 'README.md'),
    [string] $OutFile = (Join-Path $PSScriptRoot terminal.svg),
    [string] $Module = [IO.Path]::Combine($PSScriptRoot, '..', '..', 'out', 'Loky')
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
$width = 100

$text = [IO.File]::ReadAllText((Resolve-Path -LiteralPath $Document).ProviderPath).Replace("`r", '')
$code = [regex]::Match($text, '(?ms)^```powershell picture\n(.*?)^```').Groups[1].Value
if (-not $code) { throw "There is no code for a picture in $Document." }
$manifest = Join-Path (Resolve-Path -LiteralPath $Module).ProviderPath Loky.psd1

# The session: what is typed, marked, and what is printed, in the order in which a terminal would show it.
$session = {
    param($Manifest, $Code, $Width)
    $PSStyle.OutputRendering = 'Ansi'
    $ProgressPreference = 'SilentlyContinue'
    Import-Module $Manifest
    foreach ($statement in [scriptblock]::Create($Code).Ast.EndBlock.Statements) {
        $first = $statement.Extent.StartLineNumber - 1
        $prompt = 'PS> '
        foreach ($line in ($Code -split '\n')[$first..($statement.Extent.EndLineNumber - 1)]) {
            "`0$prompt$line"
            $prompt = ' >> '
        }
        . ([scriptblock]::Create($statement.Extent.Text)) *>&1 | Out-String -Stream -Width $Width
    }
}
$program = [Environment]::ProcessPath
# As a .NET tool, PowerShell is a library that the dotnet host runs.
$arguments = @(if ([IO.Path]::GetFileNameWithoutExtension($program) -eq 'dotnet') { Join-Path $PSHOME pwsh.dll })
$quoted = "& { $session } '$($manifest.Replace("'", "''"))' '$($code.Replace("'", "''"))' $width"
$printed = & $program @arguments -NoProfile -NonInteractive -EncodedCommand ([Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($quoted))) -OutputFormat Text

$colours = @{ 31 = '#f47067'; 32 = '#57ab5a'; 33 = '#daaa3f'; 34 = '#539bf5'; 35 = '#b083f0'; 36 = '#39c5cf'; 90 = '#768390'; 97 = '#ffffff' }
# A piece of text of one style.
function Format-Span([string] $Text, [string] $Style) {
    $escaped = [Security.SecurityElement]::Escape($Text)
    $Style -and $Text ? "<tspan$Style>$escaped</tspan>" : $escaped
}

# A line as SVG; what is wider than the terminal goes on in a new line, as it would there.
function Split-Line([string] $Line) {
    $style = $spans = $text = ''
    $column = 0
    if ($Line[0] -eq "`0") { $Line = "`e[90m$($Line.Substring(1, 4))`e[97m$($Line.Substring(5))" }
    foreach ($part in [regex]::Matches($Line.TrimEnd(), '\e\[(?<codes>[\d;]*)m|[^\e]')) {
        if ($part.Groups['codes'].Success) {
            $spans += Format-Span $text $style
            $text = ''
            foreach ($code in $part.Groups['codes'].Value -split ';') {
                $style = switch ([int]"0$code") {
                    0 { ''; break }
                    1 { "$style font-weight=`"bold`""; break }
                    { $colours.Contains($_) } { " fill=`"$($colours[$_])`""; break }
                    default { $style }
                }
            }
            continue
        }
        if ($column -eq $width) {
            $spans + (Format-Span $text $style)
            $spans = $text = ''
            $column = 0
        }
        $column++
        $text += $part.Value
    }
    $spans + (Format-Span $text $style)
}

# Empty lines at the ends of what a statement prints are left out.
$lines = @($printed | Where-Object { ($_ -replace '\e\[[\d;]*m').Trim() } | ForEach-Object { Split-Line $_ })
$height = 18 * $lines.Count + 56
$svg = @(
    "<svg xmlns=`"http://www.w3.org/2000/svg`" viewBox=`"0 0 $($width * 8 + 20) $height`" font-family=`"ui-monospace, 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace`" font-size=`"13`">"
    "<rect width=`"100%`" height=`"100%`" rx=`"8`" fill=`"#22272e`"/>"
    foreach ($dot in @{ X = 20; Fill = '#f47067' }, @{ X = 38; Fill = '#daaa3f' }, @{ X = 56; Fill = '#57ab5a' }) { "<circle cx=`"$($dot.X)`" cy=`"18`" r=`"5`" fill=`"$($dot.Fill)`"/>" }
    "<g fill=`"#adbac7`" xml:space=`"preserve`">"
    for ($i = 0; $i -lt $lines.Count; $i++) { "<text x=`"16`" y=`"$(52 + 18 * $i)`" xml:space=`"preserve`">$($lines[$i])</text>" }
    '</g>'
    '</svg>'
) -join "`n"
[IO.File]::WriteAllText($OutFile, "$svg`n")
Get-Item -LiteralPath $OutFile

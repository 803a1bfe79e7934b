# Writes the comparison: a Markdown page, and an HTML page with charts that needs nothing but itself.

Set-StrictMode -Version 3.0

function Format-Number([double] $Number) {
    if ([double]::IsNaN($Number)) { return '-' }
    $format = [Math]::Abs($Number) -ge 100 ? 'n0' : [Math]::Abs($Number) -ge 10 ? 'n1' : 'n2'
    $Number.ToString($format, [cultureinfo]::InvariantCulture)
}

function Format-Count([double] $Number) { $Number.ToString(($Number -lt 10 -and $Number % 1 ? 'n1' : 'n0'), [cultureinfo]::InvariantCulture) }

function Format-Range([object] $Result) { "$(Format-Number $Result.Least) to $(Format-Number $Result.Largest)" }

# A short run has too few rounds to judge by.
function Format-Met([object] $Result) { $null -eq $Result.Met ? '-' : $Result.Met ? 'yes' : 'no' }

function Format-Target([object] $Result) { "$($Result.Comparison -eq '<=' ? 'at most' : 'at least') $(Format-Number $Result.Target)" }

function Format-Cells([object] $Result) { (Format-Number $Result.First), (Format-Number $Result.Value), (Format-Range $Result), (Format-Target $Result), (Format-Met $Result) }

function ConvertTo-ReportMarkdown([object[]] $Results, [object[]] $Curves, [string] $Machine, [string] $Command) {
    "``$Command``"
    ''
    $Machine
    ''
    '| work | measured | first | median | range | target | met |'
    '| --- | --- | ---: | ---: | ---: | ---: | --- |'
    foreach ($result in $Results) {
        "| $($result.Work) | $($result.Measure) | $((Format-Cells $result) -join ' | ') |"
    }

    foreach ($result in $Results | Where-Object { $_.Figures.Count -gt 0 }) {
        ''
        "$($result.Work), by peer: " + (($result.Figures.GetEnumerator() | Sort-Object Name | ForEach-Object { "$($_.Name) $(Format-Number $_.Value)" }) -join '; ') + '.'
    }

    foreach ($curve in $Curves) {
        ''
        "### $($curve.Title)"
        ''
        '| ' + $curve.XTitle + ' | ' + (($curve.Points | ForEach-Object { Format-Count $_.X }) -join ' | ') + ' |'
        '| --- |' + (' ---: |' * $curve.Points.Count)
        '| ' + $curve.YTitle + ' | ' + (($curve.Points | ForEach-Object { Format-Number $_.Y }) -join ' | ') + ' |'
    }
}

function ConvertTo-ReportHtml([object[]] $Results, [object[]] $Curves, [string] $Machine, [string] $Command) {
    $rows = foreach ($result in $Results) {
        $cells = $result.Work, $result.Measure + (Format-Cells $result) |
            ForEach-Object { "<td>$([Net.WebUtility]::HtmlEncode($_))</td>" }
        "<tr class=`"$(@{ yes = 'met'; no = 'missed'; '-' = '' }[(Format-Met $result)])`">$($cells -join '')</tr>"
    }

    $charts = @(
        foreach ($result in $Results | Where-Object Work -EQ '100,000 trivial items' | Where-Object { $_.Figures.Count -gt 0 }) {
            ConvertTo-BarChart 'Cost of a trivial item, µs (logarithmic)' $result.Figures
        }
        foreach ($curve in $Curves) { ConvertTo-LineChart $curve }
    )
    @"
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Loky for PowerShell beside its peers</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #222; background: #fff; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #ccc; padding: .3rem .6rem; text-align: left; }
td:nth-child(n+3):nth-child(-n+6) { text-align: right; }
tr.met td:last-child { color: #17692f; }
tr.missed td:last-child { color: #a3161a; font-weight: bold; }
svg { width: 100%; height: auto; margin-top: 2rem; font-size: 13px; }
</style>
</head>
<body>
<h1>Loky for PowerShell beside its peers</h1>
<p>$([Net.WebUtility]::HtmlEncode($Machine))<br><code>$([Net.WebUtility]::HtmlEncode($Command))</code></p>
<table>
<thead><tr><th>work</th><th>measured</th><th>first</th><th>median</th><th>range</th><th>target</th><th>met</th></tr></thead>
<tbody>
$($rows -join "`n")
</tbody>
</table>
$($charts -join "`n")
</body>
</html>
"@
}

function ConvertTo-BarChart([string] $Title, [hashtable] $Figures) {
    $bars = @($Figures.GetEnumerator() | Sort-Object Value)
    $low = [Math]::Log10($bars[0].Value) - 0.5
    $high = [Math]::Log10($bars[-1].Value)
    $y = 40
    $shapes = foreach ($bar in $bars) {
        $width = [int](380 * ([Math]::Log10($bar.Value) - $low) / [Math]::Max($high - $low, 0.1))
        $colour = $bar.Name -eq 'Invoke-LokyParallel' ? '#2a6fb0' : '#9aa5b1'
        "<text x=`"210`" y=`"$($y + 16)`" text-anchor=`"end`">$([Net.WebUtility]::HtmlEncode($bar.Name))</text>"
        "<rect x=`"220`" y=`"$y`" width=`"$width`" height=`"22`" fill=`"$colour`"/>"
        "<text x=`"$(226 + $width)`" y=`"$($y + 16)`">$(Format-Number $bar.Value)</text>"
        $y += 30
    }
    "<svg viewBox=`"0 0 700 $y`" role=`"img`"><title>$Title</title><text x=`"0`" y=`"20`" font-weight=`"bold`">$Title</text>$($shapes -join '')</svg>"
}

function ConvertTo-LineChart([object] $Curve) {
    $xs = $Curve.Points | ForEach-Object { [Math]::Log10($_.X) }
    $xLow, $xHigh = ($xs | Measure-Object -Minimum -Maximum).ForEach({ $_.Minimum, $_.Maximum })
    $yHigh = [Math]::Max(($Curve.Points.Y | Measure-Object -Maximum).Maximum, 1) * 1.1
    $toX = { param($x) [int](60 + (600 * ([Math]::Log10($x) - $xLow) / [Math]::Max($xHigh - $xLow, 0.1))) }
    $toY = { param($y) [int](270 - (220 * $y / $yHigh)) }
    $line = ($Curve.Points | ForEach-Object { "$(& $toX $_.X),$(& $toY $_.Y)" }) -join ' '
    $marks = foreach ($point in $Curve.Points) {
        "<circle cx=`"$(& $toX $point.X)`" cy=`"$(& $toY $point.Y)`" r=`"4`" fill=`"#2a6fb0`"/>"
        "<text x=`"$(& $toX $point.X)`" y=`"$((& $toY $point.Y) - 10)`" text-anchor=`"middle`">$(Format-Number $point.Y)</text>"
        "<text x=`"$(& $toX $point.X)`" y=`"290`" text-anchor=`"middle`">$(Format-Count $point.X)</text>"
    }
    @"
<svg viewBox="0 0 700 320" role="img"><title>$($Curve.Title)</title>
<text x="0" y="20" font-weight="bold">$($Curve.Title): $($Curve.YTitle)</text>
<line x1="60" y1="270" x2="670" y2="270" stroke="#222"/>
<line x1="60" y1="$(& $toY 1)" x2="670" y2="$(& $toY 1)" stroke="#999" stroke-dasharray="4 4"/><text x="52" y="$((& $toY 1) + 5)" text-anchor="end">1</text>
<polyline points="$line" fill="none" stroke="#2a6fb0" stroke-width="2"/>
$($marks -join '')
<text x="360" y="312" text-anchor="middle">$($Curve.XTitle) (logarithmic)</text></svg>
"@
}

Export-ModuleMember -Function ConvertTo-ReportMarkdown, ConvertTo-ReportHtml, Format-Number, Format-Range, Format-Target, Format-Met

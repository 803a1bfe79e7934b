<#
.SYNOPSIS
Makes a run of 1,000 real files with slow items and deaths in it, and shows what it leaves: log, report, trace, pictures.

.DESCRIPTION
The run is stopped in the middle, and gone on with. Pictures need a browser made from Chromium.

.PARAMETER Folder
Where files, log, report and trace go; a new folder in the temporary one if not given.

.PARAMETER Module
The module; the one that was assembled here if not given.

.PARAMETER PictureFolder
Where pictures of the report go; none are made if not given.
#>
param(
    [string] $Folder = (Join-Path ([IO.Path]::GetTempPath()) "loky-run-$([guid]::NewGuid())"),
    [string] $Module = (Join-Path $PSScriptRoot '../../out/Loky/Loky.psd1'),
    [string] $PictureFolder
)

$ErrorActionPreference = 'Stop'
Import-Module $Module
$files = New-Item (Join-Path $Folder files) -ItemType Directory -Force
$random = [Random]::new(7)
foreach ($number in 1..1000) {
    $path = Join-Path $files ('{0:0000}.txt' -f $number)
    if (-not (Test-Path $path)) { [IO.File]::WriteAllText($path, 'x' * $random.Next(1000, 200000)) }
}

# As a text, so that the report does not tell in which folder this script lies.
$block = [scriptblock]::Create(@'
    $number = [int] $_.BaseName
    if ($number -in 313, 640) { Start-Sleep -Milliseconds 1500 }
    if ($number -in 222, 700) { [Environment]::Exit(3) }
    if ($number -eq 800) { Stop-Process -Id $PID -Force }
    if ($number % 250 -eq 17) { throw "$_ cannot be read." }
    if ($number -eq 900) { Write-Error "$_ is odd." -ErrorAction Continue }
    # What each file takes: some work, and a moment that differs from file to file.
    Start-Sleep -Milliseconds ($number * 7 % 23)
    (Get-FileHash $_.FullName).Hash | Set-Content "$($_.FullName).sha256"
'@)

$log = Join-Path $Folder run.jsonl
Remove-Item $log -ErrorAction Ignore
$null = Get-LokyExecutor -MaxWorkers 4
$job = Get-ChildItem $files -Filter *.txt | Invoke-LokyParallel $block -LogPath $log -Retry 1 -AsJob
while ($job.State -eq 'Running' -and @([IO.File]::ReadLines($log)).Count -lt 500) { Start-Sleep -Milliseconds 50 }
# The run ends here, with half of its items done, as it would by Ctrl+C.
$job | Stop-Job -PassThru | Remove-Job -Force
Get-ChildItem $files -Filter *.txt | Invoke-LokyParallel $block -LogPath $log -Retry 1 -Resume -ErrorAction SilentlyContinue

$report = Export-LokyReport $log -PassThru
$report
Export-LokyTrace $log -PassThru

if ($PictureFolder) {
    $browser = Get-Command chromium, chromium-browser, google-chrome, google-chrome-stable -CommandType Application -ErrorAction Ignore | Select-Object -First 1
    if (-not $browser) { throw 'There is no Chromium or Chrome on the path. Install one, or leave -PictureFolder out.' }
    $pictures = (Resolve-Path $PictureFolder).ProviderPath
    foreach ($picture in @{ Name = 'report-light'; Size = '1100,1180'; More = @() }, @{ Name = 'report-dark'; Size = '1100,1180'; More = @('--blink-settings=preferredColorScheme=0') }) {
        $target = Join-Path $pictures "$($picture.Name).png"
        & $browser --headless=new --no-sandbox --disable-gpu --hide-scrollbars "--window-size=$($picture.Size)" @($picture.More) "--screenshot=$target" "file://$($report.FullName)" 2>$null
        Get-Item $target
    }
}

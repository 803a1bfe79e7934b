# What the test files about documents share: reading Markdown, and running the code that stands in it.

Set-StrictMode -Version 3.0

$root = (Resolve-Path -LiteralPath ([IO.Path]::Combine($PSScriptRoot, '..', '..'))).ProviderPath

# The Markdown files of the repository, as paths from its root; what a build or a test run made is not among them.
function Get-DocumentName {
    $made = 'out', 'bin', 'obj', 'TestResults', '.git', 'node_modules'
    $folders = [Collections.Generic.Queue[string]]::new()
    $folders.Enqueue($root)
    $found = while ($folders.Count) {
        $folder = $folders.Dequeue()
        foreach ($inner in [IO.Directory]::EnumerateDirectories($folder)) {
            if ([IO.Path]::GetFileName($inner) -notin $made) { $folders.Enqueue($inner) }
        }
        foreach ($file in [IO.Directory]::EnumerateFiles($folder, '*.md')) {
            [IO.Path]::GetRelativePath($root, $file).Replace('\', '/')
        }
    }
    $found | Sort-Object
}

# The anchor that GitHub gives a heading.
function ConvertTo-Anchor {
    param([Parameter(Mandatory)][string] $Heading)
    $plain = $Heading -replace '\[([^\]]*)\]\([^)]*\)', '$1' -replace '[`*]', ''
    ($plain.ToLowerInvariant() -replace '[^\p{L}\p{Nd} _-]', '') -replace ' ', '-'
}

# Reads a document: its anchors, its links, and its pieces of code, each with the heading that it stands under. What follows
# the language behind the opening of a piece of code, which no reader sees, is its kind: it tells the tests what to do with it.
function Read-Document {
    param([Parameter(Mandatory)][string] $Name)
    $path = Join-Path $root $Name
    $anchors = [Collections.Generic.List[string]]::new()
    $links = [Collections.Generic.List[object]]::new()
    $codes = [Collections.Generic.List[object]]::new()
    $section = ''
    $seen = @{}
    $open = $null
    $number = 0
    foreach ($line in [IO.File]::ReadAllLines($path)) {
        $number++
        if ($open) {
            if ($line -match '^\s*```\s*$') {
                $open.Code = $open.Lines -join "`n"
                $codes.Add($open)
                $open = $null
            }
            else {
                $open.Lines.Add($line)
            }
        }
        elseif ($line -match '^\s*```(?<language>[\w-]*)[ ]*(?<kind>.*)$') {
            $open = [pscustomobject]@{
                Language = $Matches.language; Kind = $Matches.kind.Trim(); Section = $section; Line = $number
                Lines = [Collections.Generic.List[string]]::new(); Code = ''
            }
        }
        elseif ($line -match '^(?<marks>#+)\s+(?<text>.+?)\s*$') {
            if ($Matches.marks.Length -le 2) { $section = $Matches.text }
            $anchor = ConvertTo-Anchor $Matches.text
            $before = $seen[$anchor] ?? 0
            $seen[$anchor] = $before + 1
            $anchors.Add(($before ? "$anchor-$before" : $anchor))
        }
        else {
            # What stands between backticks is code, where brackets mean something else.
            $text = $line -replace '`[^`]*`', '``'
            foreach ($match in [regex]::Matches($text, '\]\((?<target>[^)\s]+)[^)]*\)|^\s*\[[^\]]+\]:\s*(?<target>\S+)|\b(src|srcset|href)="(?<target>[^"]+)"')) {
                $links.Add([pscustomobject]@{ Target = $match.Groups['target'].Value; Line = $number })
            }
        }
    }
    if ($open) { throw "$Name, line $($open.Line): the code that begins here has no end." }
    [pscustomobject]@{ Name = $Name; Path = $path; Anchors = $anchors; Links = $links; Codes = $codes }
}

# Says what is wrong with the links of a document, one line for each; nothing where all is well.
function Find-BrokenLink {
    param([Parameter(Mandatory)] $Document)
    # An address of the project's own page is a place in the repository too.
    $page = (Import-PowerShellDataFile (Join-Path $root Loky.psd1)).PrivateData.PSData.ProjectUri
    foreach ($link in $Document.Links) {
        $file, $anchor = $link.Target -split '#', 2
        $own = "$page/blob/main/"
        if ($file.StartsWith($own)) { $file = [IO.Path]::GetRelativePath((Split-Path $Document.Path), (Join-Path $root $file.Substring($own.Length))) }
        elseif ($file -match '^[a-z][a-z0-9+.-]*:') { continue }
        $target = if ($file) { [IO.Path]::GetFullPath((Join-Path (Split-Path $Document.Path) ([uri]::UnescapeDataString($file)))) } else { $Document.Path }
        if (-not $target.StartsWith($root)) { "line $($link.Line): $($link.Target) leaves the repository" }
        elseif (-not (Test-Path -LiteralPath $target)) { "line $($link.Line): $($link.Target) does not exist" }
        elseif ($anchor) {
            $there = if ($target -eq $Document.Path) { $Document } else { Read-Document ([IO.Path]::GetRelativePath($root, $target)) }
            if ($anchor -cnotin $there.Anchors) { "line $($link.Line): $($link.Target) has no such heading" }
        }
    }
}

# Runs a piece of code of a document as a script of its own in a folder, and gives what it wrote, by stream. Paths in that
# folder come without it, so that the outcomes of two folders can be compared.
function Invoke-DocumentCode {
    param(
        [Parameter(Mandatory)] $Code,
        [Parameter(Mandatory)][string] $Folder
    )
    # A script of a user's own has no strict mode but what it sets.
    Set-StrictMode -Off
    $script = "$Folder.ps1"
    Set-Content -LiteralPath $script $Code.Code
    $failure = $null
    Push-Location -LiteralPath $Folder
    try {
        $all = @(try { & $script *>&1 } catch { $failure = $_ })
    }
    finally {
        Pop-Location
    }
    $streams = @{ Output = @(); Errors = @(); Warnings = @(); Verbose = @(); Host = @() }
    foreach ($record in $all) {
        $kind = switch ($record) {
            { $_ -is [System.Management.Automation.ErrorRecord] } { 'Errors'; break }
            { $_ -is [System.Management.Automation.WarningRecord] } { 'Warnings'; break }
            { $_ -is [System.Management.Automation.VerboseRecord] } { 'Verbose'; break }
            { $_ -is [System.Management.Automation.InformationRecord] } { 'Host'; break }
            default { 'Output' }
        }
        $streams[$kind] += , $record
    }
    if ($failure) { $streams.Errors += $failure }
    [pscustomobject]$streams
}

# The objects as text that tells types and values, one line each.
function ConvertTo-ComparableText {
    param(
        [Parameter(Mandatory)][AllowEmptyCollection()][object[]] $InputObject,
        [string] $Folder
    )
    foreach ($value in $InputObject) {
        $text = if ($value -is [string]) { $value } else { "$($value.pstypenames[0]) $(ConvertTo-Json $value -Compress -Depth 4 -WarningAction Ignore)" }
        if ($Folder) { $text.Replace((ConvertTo-Json $Folder).Trim('"'), '.').Replace($Folder, '.') } else { $text }
    }
}

# The lines that a reader sees in a terminal for these objects.
function ConvertTo-TerminalText {
    param([Parameter(Mandatory)][AllowEmptyCollection()][object[]] $InputObject)
    $text = $InputObject | Out-String -Width 110
    @($text -split '\r?\n' | ForEach-Object { $_.TrimEnd() } | Where-Object { $_ })
}

# A web server without answers yet, on a free port of this machine. Another program may take the port before it does.
function Start-Listener {
    foreach ($attempt in 1..20) {
        $finder = [Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $finder.Start()
        $port = $finder.LocalEndpoint.Port
        $finder.Stop()
        $listener = [Net.HttpListener]::new()
        $listener.Prefixes.Add("http://127.0.0.1:$port/")
        try { $listener.Start(); return $listener } catch [Net.HttpListenerException] { if ($attempt -eq 20) { throw } }
    }
}

Export-ModuleMember -Function *

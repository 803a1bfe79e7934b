BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force

    # All processes that bear the mark in their environment, whoever their parent is by now.
    function Get-MarkedProcess {
        param([string] $Mark)
        foreach ($folder in [IO.Directory]::GetDirectories('/proc')) {
            $name = Split-Path $folder -Leaf
            if ($name -notmatch '^\d+$') { continue }
            $environment = try { [IO.File]::ReadAllText("$folder/environ") } catch { '' }
            if ($environment.Contains($Mark)) { Get-LiveProcess ([int]$name) }
        }
    }

    # Lists the folders of a session's workers by the names of the session's sockets. Others start workers at the same time, and kill
    # some at their start, whose folders stay for minutes; so it is not what is new in /dev/shm.
    $folderList = {
        $sockets = [Collections.Generic.HashSet[string]]::new()
        foreach ($descriptor in [IO.Directory]::GetFiles("/proc/$PID/fd")) {
            if ([IO.File]::ResolveLinkTarget($descriptor, $false).Name -match '^socket:\[(\d+)\]$') { $null = $sockets.Add($Matches[1]) }
        }
        foreach ($line in [IO.File]::ReadLines('/proc/net/unix')) {
            $number, $path = ($line -split '\s+', 8)[6, 7]
            if ($path -match '/loky-[0-9A-F]{16}/' -and $sockets.Contains($number)) { [IO.Path]::GetDirectoryName($path) }
        }
    }

    # What is left in the temporary folder by these processes, their runtime or their PowerShell. Process ids come again: what others of the
    # same id once left does not count.
    function Get-LeftFile {
        param([int[]] $Id, [datetime] $Since)
        foreach ($one in $Id) {
            [IO.Directory]::GetFiles([IO.Path]::GetTempPath(), "*$one*").Where({ $_ -match "[.-]$one[.-]" -and [IO.File]::GetLastWriteTimeUtc($_) -gt $Since })
        }
    }
}

Describe 'A session whose workers are busy, with native children and items that wait' {
    It 'leaves nothing after <name>' -ForEach @(
        @{ name = 'SIGKILL'; end = 'kill -KILL $PID; Start-Sleep 60'; ends = $true }
        @{ name = 'SIGTERM'; end = 'kill -TERM $PID; Start-Sleep 60'; ends = $true }
        @{ name = 'SIGHUP, as when its terminal is closed'; end = 'kill -HUP $PID; Start-Sleep 60'; ends = $true }
        @{ name = 'Stop-Process'; end = 'Stop-Process -Id $PID -Force'; ends = $true }
        @{ name = 'exit'; end = 'exit 0'; ends = $true }
        @{ name = '[Environment]::Exit'; end = '[Environment]::Exit(0)'; ends = $true }
        @{ name = 'FailFast'; end = '[Environment]::FailFast("gone on purpose")'; ends = $true }
        @{ name = 'Remove-Module'; end = 'Remove-Module Loky -Force; [IO.File]::WriteAllText("$folder/done", "1"); Start-Sleep 60'; ends = $false }
        @{ name = 'Stop-LokyExecutor -Force'; end = 'Stop-LokyExecutor -Force -Confirm:$false; [IO.File]::WriteAllText("$folder/done", "1"); Start-Sleep 60'; ends = $false }
    ) {
        if (-not $IsLinux) { Set-ItResult -Skipped -Because 'it reads /proc, which only Linux has' }
        $mark = [guid]::NewGuid().ToString('N')
        $folder = Join-Path $TestDrive $mark
        $null = New-Item -ItemType Directory $folder
        $begun = [datetime]::UtcNow
        $session = Start-Session -Environment @{ LOKY_TEST_MARK = $mark } -Script @"
`$folder = '$folder'
`$job = 1..50 | Invoke-LokyParallel {
    `$null = Start-Process sleep -ArgumentList 300
    [IO.File]::WriteAllText("`$folder/`$PID.worker", '')
    [Threading.Thread]::Sleep(300000)
} -MaxWorkers 2 -BatchSize 1 -AsJob
while ([IO.Directory]::GetFiles(`$folder, '*.worker').Count -lt 2) { Start-Sleep -Milliseconds 20 }
[IO.File]::WriteAllLines("`$folder/folders", [string[]]@(& { $folderList } | Sort-Object -Unique))
$end
"@
        try {
            if ($ends) {
                $session.Process.WaitForExit(60000) | Should -BeTrue -Because 'the session ends'
                $spared = @()
            }
            else {
                Wait-Condition { Test-Path "$folder/done" } -Because 'the session goes on' -Seconds 60
                $spared = @($session.Process.Id)
            }
            $workers = [IO.Directory]::GetFiles($folder, '*.worker').ForEach({ [int][IO.Path]::GetFileNameWithoutExtension($_) })
            $workers | Should -HaveCount 2
            Wait-Condition { -not (Get-MarkedProcess $mark | Where-Object { $_ -notin $spared }) } -Because 'workers and their children are gone' -Seconds 5

            $channels = [IO.File]::ReadAllLines("$folder/folders")
            $channels | Should -HaveCount 2
            Wait-Condition { -not ($channels | Where-Object { Test-Path -LiteralPath $_ }) } -Because 'no socket and no journal is left' -Seconds 5
            Get-LeftFile $workers -Since $begun | Should -BeNullOrEmpty
            # Whoever still held a pipe of the session would keep its output open.
            if ($ends) { [Threading.Tasks.Task]::WaitAll(@($session.Output, $session.Errors), 15000) | Should -BeTrue }
        }
        finally {
            foreach ($id in @(Get-MarkedProcess $mark)) { Stop-Process -Id $id -Force -ErrorAction Ignore }
            $session.Process.Dispose()
        }
    }
}

# Calls over an ssh server on the loopback address: what they give, and what becomes of them when something dies.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Module ([IO.Path]::Combine($PSScriptRoot, '..', 'Remote', 'Remote.psm1')) -Force
    Import-Loky
    $noSsh = Get-SshObstacle
    $server = if (-not $noSsh) { Start-SshHost }

    # The process of the ssh client of this session, below its own pid; there is one for the one host.
    function Get-SshId {
        foreach ($id in Find-Process "$($server.Folder)/ssh_config") {
            if ([IO.File]::ReadAllText("/proc/$id/cmdline") -match '^\S*ssh\0') { $id }
        }
    }

    # The node agent: the parent of a worker on the host.
    function Get-AgentId {
        $worker = (Get-LokyExecutor).Workers | Where-Object Id | Select-Object -First 1
        [int]([IO.File]::ReadAllText("/proc/$($worker.Id)/stat") -replace '^.*\) \S+ (\d+) .*', '$1')
    }
}

AfterAll {
    Stop-LokyExecutor -Force -Confirm:$false
    Stop-SshHost $server
}

Describe 'A call over ssh' {
    BeforeEach { if ($noSsh) { Set-ItResult -Skipped -Because $noSsh } }

    It 'gives what it gives in sequence' {
        $results = 1..1000 | Invoke-LokyParallel { $_ * 2 } -HostName 'loky-host*2' -Ordered
        $results | Should -Be (1..1000 | ForEach-Object { $_ * 2 })
        (Get-LokyExecutor).MaxWorkers | Should -Be 2
    }

    It 'runs there, on the hosts of the calls before' {
        1 | Invoke-LokyParallel { $env:SSH_CONNECTION } | Should -Not -BeNullOrEmpty
    }

    It 'takes functions, variables, classes and $using: along, and brings objects of the classes back' {
        Invoke-Expression @'
class RemotePoint {
    [int] $X
    RemotePoint([int] $x) { $this.X = $x }
    [int] Twice() { return $this.X * 2 }
}
function Get-RemotePoint($x) { [RemotePoint]::new($x) }
$salt = 5
$points = 1..4 | Invoke-LokyParallel { Get-RemotePoint ($_ + $salt + $using:salt) } -Ordered
'@
        $points.X | Should -Be 11, 12, 13, 14
        $points[0].Twice() | Should -Be 22
        $points[0].GetType().Name | Should -Be RemotePoint
    }

    It 'takes a large variable along to each of the workers of a host' {
        $noise = [byte[]]::new(3MB)
        [Random]::new(7).NextBytes($noise)
        $meeting = (New-Item (Join-Path $TestDrive "meeting-$([guid]::NewGuid())") -ItemType Directory).FullName
        $told = 1..2 | Invoke-LokyParallel {
            # Both workers have one, however late one starts.
            [IO.File]::WriteAllText("$meeting/$PID", '')
            $until = [datetime]::UtcNow.AddSeconds(120)
            while ([IO.Directory]::GetFiles($meeting).Count -lt 2 -and [datetime]::UtcNow -lt $until) { Start-Sleep -Milliseconds 20 }
            [pscustomobject]@{ Worker = $PID; Hash = [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($noise)) }
        } -BatchSize 1
        $told.Worker | Sort-Object -Unique | Should -HaveCount 2
        $told.Hash | Sort-Object -Unique | Should -Be ([Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($noise)))
    }

    It 'imports the modules that a block uses there' {
        1 | Invoke-LokyParallel { (Get-Module Microsoft.PowerShell.Archive).Name } -Module Microsoft.PowerShell.Archive | Should -Be Microsoft.PowerShell.Archive
    }

    It 'brings all streams, errors with their items among them' {
        $all = 7 | Invoke-LokyParallel {
            Write-Warning "w$_"; Write-Verbose "v$_" -Verbose; Write-Information "i$_"; Write-Error "e$_" -ErrorId own; Write-Progress p -Status s; "o$_"
        } -ErrorVariable failed -WarningVariable warned -InformationVariable told -ErrorAction SilentlyContinue -WarningAction SilentlyContinue -Verbose 4>&1
        "$($all | Where-Object { $_ -is [string] })" | Should -Be o7
        "$($all | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] } | ForEach-Object Message)" | Should -BeLike '*v7*'
        $failed[0].FullyQualifiedErrorId | Should -BeLike own*
        "$warned" | Should -Be w7
        "$told" | Should -Be i7
    }

    It 'runs as a job, and one that was started by itself' {
        $jobs = @(1..3 | Invoke-LokyParallel { $_ * 2 } -AsJob; Start-LokyJob { 'alone' })
        $jobs.Location | Should -Be 'loky-host', 'loky-host'
        $jobs | Receive-Job -Wait | Sort-Object | Should -Be 2, 4, 6, alone
        $jobs | Remove-Job
    }

    It 'passes on what a worker writes past PowerShell, and is not disturbed by it' {
        $run = Invoke-Session -Seconds 300 -Script @'
$r = 1..3 | Invoke-LokyParallel { [Console]::WriteLine('raw output'); [Console]::Error.WriteLine('raw error'); /bin/echo 'native' | Out-Host; $_ } -HostName 'loky-host*1' -Ordered
"got $r"
'@
        $run.Lines | Should -Contain 'got 1 2 3'
        $run.ExitCode | Should -Be 0
    }

    It 'loses one item with a worker that dies, and the error names the host' {
        $results = 1..20 | Invoke-LokyParallel { if ($_ -eq 7) { [Environment]::Exit(3) }; $_ } -ErrorVariable failed -ErrorAction SilentlyContinue
        $results | Sort-Object | Should -Be (1..6 + 8..20)
        $failed | Should -HaveCount 1
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'LokyWorkerTerminated,*'
        $failed[0].TargetObject | Should -Be 7
        "$($failed[0])" | Should -BeLike "*'loky-host'*"
    }

    It 'goes on after <What> was killed, with -Retry without losing an item' -ForEach @(
        @{ What = 'the node agent'; Victim = { Get-AgentId } }
        @{ What = 'ssh'; Victim = { Get-SshId } }
    ) {
        $null = 1 | Invoke-LokyParallel { $_ }
        $mark = Join-Path $TestDrive "mark-$([guid]::NewGuid())"
        $job = 1..40 | Invoke-LokyParallel { if ($_ -eq 3) { $null = New-Item $mark -ItemType File -Force }; Start-Sleep -Milliseconds 50; $_ } -Retry 5 -AsJob -BatchSize 1
        Wait-Condition { Test-Path $mark } -Because 'item 3 has started'
        $workers = @(Get-WorkerId)
        $victims = @(& $Victim)
        $victims | Should -Not -BeNullOrEmpty
        kill -KILL $victims
        $job | Receive-Job -Wait -AutoRemoveJob | Sort-Object | Should -Be (1..40)
        Wait-Condition { -not (Get-LiveProcess $workers) } -Because 'the workers of the lost host are gone'
    }

    It 'loses what may have started with a host, and says which' {
        $null = 1 | Invoke-LokyParallel { $_ }
        $mark = Join-Path $TestDrive "mark-$([guid]::NewGuid())"
        $job = 1..2 | Invoke-LokyParallel { $null = New-Item "$mark-$_" -ItemType File -Force; Start-Sleep 100 } -AsJob -BatchSize 1
        Wait-Condition { (Test-Path "$mark-1") -and (Test-Path "$mark-2") } -Seconds 60 -Because 'both items have started'
        kill -KILL @(Get-SshId)
        $null = Wait-Job $job -Timeout 120
        $failed = $job | Receive-Job 2>&1
        $failed | Should -HaveCount 2
        foreach ($one in $failed) {
            "$one" | Should -BeLike "*'loky-host'*"
        }
        Remove-Job $job
    }

    It 'leaves nothing on either side when the executor is stopped' {
        $workers = @(1..8 | Invoke-LokyParallel { $PID } | Sort-Object -Unique)
        $ssh = @(Get-SshId)
        $agent = Get-AgentId
        $ssh, $agent, $workers | Should -Not -BeNullOrEmpty
        Stop-LokyExecutor -Confirm:$false
        Wait-Condition { -not (Get-LiveProcess (@($ssh) + $agent + $workers)) } -Because 'ssh, agent and workers are gone'
    }

    It 'leaves nothing on either side when the session is killed' {
        $told = Join-Path $TestDrive "told-$([guid]::NewGuid())"
        $session = Start-Session "1..2 | Invoke-LokyParallel { Set-Content '$told' `$PID; Start-Sleep 1000 } -HostName 'loky-host*1'"
        try {
            Wait-Condition { Test-Path $told } -Seconds 120 -Because 'an item runs'
            Wait-Condition { Get-Content $told } -Because 'the worker has told its id'
            $worker = [int](Get-Content $told)
            $ssh = @(Get-SshId)
            $session.Process.Kill()
            Wait-Condition { -not (Get-LiveProcess (@($ssh) + $worker)) } -Because 'ssh and the worker are gone'
        }
        finally { if (-not $session.Process.HasExited) { $session.Process.Kill() } }
    }

    It 'does not mind a location that the host lacks' {
        $folder = New-Item (Join-Path $TestDrive gone) -ItemType Directory
        Push-Location $folder
        try {
            $null = 1 | Invoke-LokyParallel { 1 } -HostName 'loky-host*1'
            [IO.Directory]::Delete($folder)
            $results = 1..20 | Invoke-LokyParallel { $_ } -WarningVariable warned -WarningAction SilentlyContinue
            $results | Sort-Object | Should -Be (1..20)
            @($warned).Count | Should -BeLessOrEqual 1
        }
        finally { Pop-Location }
    }

    It 'has child jobs that name the host that ran their item' {
        $meeting = (New-Item (Join-Path $TestDrive "meeting-$([guid]::NewGuid())") -ItemType Directory).FullName
        $job = 1..8 | Invoke-LokyParallel {
            # Both hosts have one, however late a worker starts.
            [IO.File]::WriteAllText("$meeting/$PID", '')
            $until = [datetime]::UtcNow.AddSeconds(120)
            while ([IO.Directory]::GetFiles($meeting).Count -lt 2 -and [datetime]::UtcNow -lt $until) { Start-Sleep -Milliseconds 20 }
            $env:SSH_CONNECTION ? 'loky-host' : 'localhost'
        } -HostName 'loky-host*1', ':*1' -BatchSize 1 -AsJob
        $job.Location | Should -Be 'loky-host,localhost'
        $null = Wait-Job $job -Timeout 300
        $places = @($job.ChildJobs | ForEach-Object { $_.Location })
        $places | Should -Be @($job.ChildJobs | ForEach-Object { Receive-Job $_ })
        $places | Sort-Object -Unique | Should -Be 'localhost', 'loky-host'
        Remove-Job $job
    }

    It 'has a progress bar that names the hosts and tells how many workers are there' {
        $run = Start-Runspace '1..2 | Invoke-LokyParallel { Start-Sleep -Seconds 3 } -HostName "loky-host*1", ":*1" -BatchSize 1'
        $null = $run.Handle.AsyncWaitHandle.WaitOne(300000)
        $bar = @($run.Shell.Streams.Progress.ReadAll() | Where-Object Activity -EQ Invoke-LokyParallel)
        $null = Wait-Runspace $run
        $bar.CurrentOperation | Should -Contain 'loky-host: 1 worker(s), localhost: 1 worker(s)'
    }
}

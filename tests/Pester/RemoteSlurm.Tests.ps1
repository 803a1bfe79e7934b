# Workers on nodes of a Slurm cluster, which are this machine.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Module ([IO.Path]::Combine($PSScriptRoot, '..', 'Remote', 'Remote.psm1')) -Force
    Import-Loky
    $noSlurm = Get-SlurmObstacle
    $cluster = if (-not $noSlurm) { Start-Slurm -Processors 4 }

    function New-Nodes {
        param([int] $Workers = 1, [hashtable] $More = @{})
        New-LokyHost -Slurm -Workers $Workers -PowerShellPath $cluster.PowerShell @More
    }

    # The steps' jobs, by state; a completing one is over.
    function Get-SlurmJob {
        param([string] $State = 'pending,running,suspended')
        @(squeue --noheader --states=$State --format=%i)
    }
}

AfterAll {
    Stop-LokyExecutor -Force -Confirm:$false
    Stop-Slurm $cluster
}

Describe 'Workers on nodes of Slurm' {
    BeforeEach { if ($noSlurm) { Set-ItResult -Skipped -Because $noSlurm } }
    AfterEach {
        Stop-LokyExecutor -Force -Confirm:$false
        if (-not $noSlurm) { Wait-Condition { -not (Get-SlurmJob) } -Seconds 60 -Because 'no job is left' }
    }

    It 'are asked for, used and given back' {
        $results = 1..1000 | Invoke-LokyParallel { "$_ $env:SLURM_JOB_ID" } -HostName (New-Nodes 2 @{ Time = 60 }) -Ordered
        $job = @(Get-SlurmJob running)
        $job | Should -HaveCount 1
        $results | Should -Be (1..1000 | ForEach-Object { "$_ $job" })
        Stop-LokyExecutor -Confirm:$false
        Wait-Condition { -not (Get-SlurmJob) } -Seconds 60 -Because 'the job is gone'
    }

    It 'take values of any size and kind of bytes' {
        $bytes = [byte[]]::new(300000)
        [Random]::new(1).NextBytes($bytes)
        $back = , $bytes | Invoke-LokyParallel { , $_ } -HostName (New-Nodes)
        [Convert]::ToHexString($back) | Should -Be ([Convert]::ToHexString($bytes))
    }

    It 'are tested in the way they are used' {
        $test = Test-LokyHost (New-Nodes 3) -TimeoutSeconds 300
        $test.Error | Should -BeNullOrEmpty
        $test.Success | Should -BeTrue
        $test.Workers | Should -Be 3
    }

    It 'are one step for each node, which run items together' {
        $results = 1..40 | Invoke-LokyParallel { Start-Sleep -Milliseconds 200; $env:SLURM_JOB_ID } -HostName (New-Nodes 2 @{ WorkersPerNode = 1 }) -BatchSize 1
        $results | Should -HaveCount 40
        Get-SlurmJob running | Should -HaveCount 2
    }

    It 'wait in the queue for as long as it takes, and are shown as queued' {
        $blocker = sbatch --parsable --cpus-per-task=4 --wrap 'sleep 1000' --output=/dev/null
        Wait-Condition { Get-SlurmJob running } -Seconds 60 -Because 'the cluster is full'
        $job = 1 | Invoke-LokyParallel { 'ran' } -HostName (New-Nodes) -AsJob
        Wait-Condition { Get-SlurmJob pending } -Seconds 60 -Because 'the step waits'
        Wait-Condition { (Get-LokyExecutor).Hosts.State -contains 'Queued' } -Seconds 60 -Because 'the host is shown as queued'
        scancel $blocker
        $job | Receive-Job -Wait -AutoRemoveJob | Should -Be ran
    }

    It 'that wait in the queue are given up with the executor' {
        $blocker = sbatch --parsable --cpus-per-task=4 --wrap 'sleep 1000' --output=/dev/null
        Wait-Condition { Get-SlurmJob running } -Seconds 60 -Because 'the cluster is full'
        $job = 1 | Invoke-LokyParallel { 'ran' } -HostName (New-Nodes) -AsJob
        Wait-Condition { Get-SlurmJob pending } -Seconds 60 -Because 'the step waits'
        Stop-LokyExecutor -Force -Confirm:$false
        Wait-Condition { -not (Get-SlurmJob pending) } -Seconds 60 -Because 'nothing waits any more'
        scancel $blocker
        Remove-Job $job -Force
    }

    It 'that are cancelled are a lost host: what may have started is lost, the rest goes on on the next' {
        $mark = Join-Path $TestDrive "mark-$([guid]::NewGuid())"
        $job = 1..6 | Invoke-LokyParallel { $null = New-Item "$mark-$_" -ItemType File -Force; if ($_ -eq 2) { Start-Sleep 5 }; $_ } -HostName (New-Nodes) -AsJob -BatchSize 1 -Retry 1
        Wait-Condition { Test-Path "$mark-2" } -Seconds 120 -Because 'item 2 has started'
        scancel (Get-SlurmJob running)
        $job | Receive-Job -Wait -AutoRemoveJob | Sort-Object | Should -Be (1..6)
    }

    It 'know when their time is over' {
        $null = 1 | Invoke-LokyParallel { 1 } -HostName (New-Nodes 1 @{ Time = [timespan]'0:30' })
        $left = ((Get-LokyExecutor).Hosts.EndsAt - [datetime]::Now).TotalMinutes
        $left | Should -BeGreaterThan 15
        $left | Should -BeLessThan 31
    }

    It 'are gone when the session is killed, whether they run or wait' {
        $nodes = "New-LokyHost -Slurm -Workers 3 -PowerShellPath '$($cluster.PowerShell)'"
        $running = Start-Session "1 | Invoke-LokyParallel { Start-Sleep 1000 } -HostName ($nodes)"
        Wait-Condition { Get-SlurmJob running } -Seconds 120 -Because 'the first has its place'
        $waiting = Start-Session "1 | Invoke-LokyParallel { Start-Sleep 1000 } -HostName ($nodes)"
        Wait-Condition { Get-SlurmJob pending } -Seconds 120 -Because 'the second waits'
        $running.Process.Kill()
        $waiting.Process.Kill()
        Wait-Condition { -not (Get-SlurmJob) } -Seconds 60 -Because 'both are gone'
    }

    It 'are found in the allocation that the session runs in' {
        # Takes all there is: the steps run in it, or never.
        $salloc = Start-Process salloc -ArgumentList '--no-shell', '--cpus-per-task=4', '--job-name=own' -PassThru -Wait -RedirectStandardError "$TestDrive/salloc"
        $salloc.ExitCode | Should -Be 0
        $job = @(Get-SlurmJob running)[0]
        try {
            $run = Invoke-Session -Seconds 300 -Environment @{ SLURM_JOB_ID = $job; SLURM_JOBID = $job; SLURM_JOB_NUM_NODES = '1'; SLURM_NNODES = '1'; SLURM_CPUS_ON_NODE = '4' } -Script @"
`$nodes = New-LokyHost -Slurm -PowerShellPath '$($cluster.PowerShell)'
`$nodes.Workers
1..3 | Invoke-LokyParallel { `$env:SLURM_JOB_ID } -HostName `$nodes | Sort-Object -Unique
"@
            $run.Lines | Should -Be 4, $job -Because $run.Errors
            Get-SlurmJob running | Should -Be $job -Because 'the allocation is not ours to end'
        }
        finally { scancel $job }
    }

    It 'cannot be had where Slurm does not answer, which is told' {
        $before = $env:SLURM_CONF
        $env:SLURM_CONF = '/no/such/slurm.conf'
        try { $test = Test-LokyHost (New-LokyHost -Slurm -Workers 1) -TimeoutSeconds 60 } finally { $env:SLURM_CONF = $before }
        $test.Success | Should -BeFalse
        $test.Error | Should -BeLike "*'slurm'*Command: srun *"
    }

    It 'end with the session, which shows nothing of what srun says then' {
        $run = Invoke-Session -Seconds 300 -Script "1 | Invoke-LokyParallel { 'ran' } -HostName (New-LokyHost -Slurm -Workers 1 -PowerShellPath '$($cluster.PowerShell)')"
        $run.Lines | Should -Be ran
        $run.Errors | Should -BeNullOrEmpty
        $run = Invoke-Session -Seconds 300 -Script "1 | Invoke-LokyParallel { 'ran' } -HostName (New-LokyHost -Slurm -Workers 1 -PowerShellPath '$($cluster.PowerShell)'); Stop-LokyExecutor -Force -Confirm:`$false; 'stopped'"
        $run.Lines | Should -Be ran, stopped
        $run.Errors | Should -BeNullOrEmpty
    }
}

Describe 'Workers on several nodes of Slurm' {
    BeforeAll {
        $before = $env:SLURM_CONF
        $several = if (-not $noSlurm) { Start-Slurm -Processors 2 -Nodes 2 }
    }

    BeforeEach { if ($noSlurm) { Set-ItResult -Skipped -Because $noSlurm } }

    AfterAll {
        Stop-LokyExecutor -Force -Confirm:$false
        Stop-Slurm $several
        $env:SLURM_CONF = $before
    }

    It 'are as many on each node as were asked for, and go on after a node is lost' {
        $nodes = New-LokyHost -Slurm -Workers 4 -WorkersPerNode 2 -PowerShellPath $several.PowerShell
        $meeting = (New-Item (Join-Path $TestDrive "meeting-$([guid]::NewGuid())") -ItemType Directory).FullName
        $places = 1..4 | Invoke-LokyParallel -HostName $nodes -BatchSize 1 {
            # All four have an item, however late they start.
            [IO.File]::WriteAllText("$meeting/$PID", '')
            $until = [datetime]::UtcNow.AddSeconds(120)
            while ([IO.Directory]::GetFiles($meeting).Count -lt 4 -and [datetime]::UtcNow -lt $until) { Start-Sleep -Milliseconds 20 }
            $env:SLURMD_NODENAME
        }
        $places | Sort-Object | Should -Be node1, node1, node2, node2
        (Get-LokyExecutor).Hosts.Name | Should -Be 'slurm/1', 'slurm/2'
        $mark = Join-Path $TestDrive "mark-$([guid]::NewGuid())"
        $job = 1..20 | Invoke-LokyParallel { $null = New-Item "$mark-$_" -ItemType File -Force; Start-Sleep -Milliseconds 300; $_ } -AsJob -BatchSize 1 -Retry 3
        Wait-Condition { Test-Path "$mark-5" } -Seconds 120 -Because 'item 5 has started'
        scancel @(squeue --noheader --states=running --format=%i)[0]
        $job | Receive-Job -Wait -AutoRemoveJob | Sort-Object | Should -Be (1..20)
    }
}

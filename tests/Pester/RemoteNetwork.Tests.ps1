# Hosts that are network namespaces of this machine, with links of their own: an ssh server in each, and a plain command.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Module ([IO.Path]::Combine($PSScriptRoot, '..', 'Remote', 'Remote.psm1')) -Force
    Import-Loky
    $noNetwork = (Get-SshObstacle) ?? (Get-NetworkObstacle)
    $network = [IO.Path]::Combine($PSScriptRoot, '..', 'Remote', 'network.sh')
    $name = "loky$($PID % 10000)"
    $servers = @()
    if (-not $noNetwork) {
        & $network start $name 2
        $servers = 1, 2 | ForEach-Object { Start-SshHost -Address "10.213.$_.2" -Namespace "$name-$_" }
    }

    # Host i, over ssh with the client of its own server.
    function New-NetworkHost {
        param([int] $Number, [int] $Workers = 2)
        $server = $servers[$Number - 1]
        New-LokyHost "10.213.$Number.2" -Port ([int]((Get-Content "$($server.Folder)/ssh_config" | Select-String 'Port (\d+)').Matches[0].Groups[1].Value)) -Workers $Workers -KeyFilePath "$($server.Folder)/user-key" -Options @{ UserKnownHostsFile = "$($server.Folder)/known_hosts" }
    }
}

AfterAll {
    Stop-LokyExecutor -Force -Confirm:$false
    if ($servers) {
        Stop-SshHost $servers[1]
        Stop-SshHost $servers[0]
        & $network stop $name 2
    }
}

Describe 'Hosts of a network' {
    BeforeEach { if ($noNetwork) { Set-ItResult -Skipped -Because $noNetwork } }

    It 'run 10,000 items together with this machine, equal to what runs in sequence' {
        $results = 1..10000 | Invoke-LokyParallel { $_ * 2 } -HostName (New-NetworkHost 1), (New-NetworkHost 2), ':*1' -Ordered
        $results | Should -Be (1..10000 | ForEach-Object { $_ * 2 })
        $state = Get-LokyExecutor
        $state.Hosts | Should -HaveCount 3
        $state.MaxWorkers | Should -Be 5
    }

    It 'each run some of the items' {
        $addresses = 1..200 | Invoke-LokyParallel { Start-Sleep -Milliseconds 100; "$env:SSH_CONNECTION".Split(' ')[2] } -BatchSize 1 | Sort-Object -Unique
        '10.213.1.2', '10.213.2.2' | ForEach-Object { $addresses | Should -Contain $_ }
    }

    It 'can be one that only a command reaches' {
        $there = New-LokyHost -Command ip, netns, exec, "$name-1" -PowerShellPath $servers[0].PowerShell -Workers 1 -Name space
        1 | Invoke-LokyParallel { ip -brief address show eth0 } -HostName $there | Should -Match '10\.213\.1\.2'
    }

    It 'may lose a link in the middle of a call, which goes on with the others' {
        $null = 1 | Invoke-LokyParallel { 1 } -HostName (New-NetworkHost 1), (New-NetworkHost 2)
        $mark = Join-Path $TestDrive "mark-$([guid]::NewGuid())"
        $job = 1..200 | Invoke-LokyParallel { if ($_ -eq 100) { $null = New-Item $mark -ItemType File -Force }; Start-Sleep -Milliseconds 100; $_ } -Retry 20 -AsJob -BatchSize 1
        Wait-Condition { Test-Path $mark } -Seconds 60 -Because 'half of the items have run'
        ip link set "$name-2" down
        try { $job | Receive-Job -Wait -AutoRemoveJob | Sort-Object | Should -Be (1..200) } finally { ip link set "$name-2" up }
    }
}

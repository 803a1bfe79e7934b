# Hosts that are network namespaces of this machine, with links of their own: an ssh server in each, and a plain command.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Module ([IO.Path]::Combine($PSScriptRoot, '..', 'Remote', 'Remote.psm1')) -Force
    Import-Loky
    $noNetwork = (Get-SshObstacle) ?? (Get-NetworkObstacle)
    $network = if (-not $noNetwork) { Start-Network 2 }
}

AfterAll {
    Stop-LokyExecutor -Force -Confirm:$false
    Stop-Network $network
}

Describe 'Hosts of a network' {
    BeforeEach { if ($noNetwork) { Set-ItResult -Skipped -Because $noNetwork } }

    It 'run 10,000 items together with this machine, equal to what runs in sequence' {
        $results = 1..10000 | Invoke-LokyParallel { $_ * 2 } -HostName (New-NetworkHost $network 1), (New-NetworkHost $network 2), ':*1' -Ordered
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
        $there = New-LokyHost -Command ip, netns, exec, "$($network.Name)-1" -PowerShellPath $network.Servers[0].PowerShell -Workers 1 -Name space
        1 | Invoke-LokyParallel { ip -brief address show eth0 } -HostName $there | Should -Match '10\.213\.1\.2'
    }

    It 'may lose a link in the middle of a call, which goes on with the others' {
        $null = 1 | Invoke-LokyParallel { 1 } -HostName (New-NetworkHost $network 1), (New-NetworkHost $network 2)
        $mark = Join-Path $TestDrive "mark-$([guid]::NewGuid())"
        $job = 1..200 | Invoke-LokyParallel { if ($_ -eq 100) { $null = New-Item $mark -ItemType File -Force }; Start-Sleep -Milliseconds 100; $_ } -Retry 20 -AsJob -BatchSize 1
        Wait-Condition { Test-Path $mark } -Seconds 60 -Because 'half of the items have run'
        ip link set "$($network.Name)-2" down
        try { $job | Receive-Job -Wait -AutoRemoveJob | Sort-Object | Should -Be (1..200) } finally { ip link set "$($network.Name)-2" up }
    }
}

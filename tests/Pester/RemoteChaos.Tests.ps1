# Runs alone: it kills workers as fast as the machine starts them, and takes the addresses of other networks of tests.

# Items over two machines of a network and this one, while workers, links, ssh and node agents die. LOKY_STRESS=long is the
# whole size, LOKY_STRESS_REPEAT=n does it n times; tests/Remote/Chaos.ps1 is the same as a script.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Module ([IO.Path]::Combine($PSScriptRoot, '..', 'Remote', 'Remote.psm1')) -Force
    Import-Loky
    $noNetwork = (Get-SshObstacle) ?? (Get-NetworkObstacle)
    $size = $env:LOKY_STRESS -eq 'long' ? @{ LimitSeconds = 3600 } : @{ Items = 200; ItemMilliseconds = 20; KillMilliseconds = 300; DisturbSeconds = 3; LimitSeconds = 250 }
    $rounds = [Math]::Max(1, [int]"0$env:LOKY_STRESS_REPEAT")
}

AfterAll { Stop-LokyExecutor -Force -Confirm:$false }

Describe 'Items over a network in which everything dies' {
    BeforeEach { if ($noNetwork) { Set-ItResult -Skipped -Because $noNetwork } }

    It '<What>' -ForEach @(
        @{ What = 'end exactly once, and none runs twice'; Retry = 0 }
        @{ What = 'all succeed where they are tried again'; Retry = 20 }
    ) {
        $runs = @(& ([IO.Path]::Combine($PSScriptRoot, '..', 'Remote', 'Chaos.ps1')) @size -Retry $Retry -Rounds $rounds)
        $runs | Should -HaveCount $rounds
        foreach ($run in $runs) {
            Write-Host ($run | Format-List | Out-String).Trim()
            $run.NotOnce | Should -Be 0
            $run.Left | Should -Be 0
            $Retry ? $run.Lost : $run.RanTwice | Should -Be 0
            $run.WorkersKilled | Should -BeGreaterThan 0
            $run.LinksCut + $run.SshKilled + $run.AgentsKilled + $run.AgentsStopped | Should -BeGreaterThan 0
        }
    }
}

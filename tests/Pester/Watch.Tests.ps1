BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
}

AfterAll {
    Reset-Loky
}

Describe 'Get-LokyExecutor -Watch' {
    It 'writes the table once, as text, where the output is redirected' {
        $script = @'
            $go = [IO.Path]::GetTempFileName()
            $job = 5..8 | Invoke-LokyParallel { [IO.File]::WriteAllText("$go.begun", ''); while ([IO.File]::Exists($go)) { Start-Sleep -Milliseconds 20 } } -MaxWorkers 1 -AsJob -BatchSize 1
            while (-not ((Get-LokyExecutor).TasksRunning)) { Start-Sleep -Milliseconds 20 }
            while ((Get-LokyExecutor).Workers[0].State -ne 'Busy') { Start-Sleep -Milliseconds 20 }
            while (-not [IO.File]::Exists("$go.begun")) { Start-Sleep -Milliseconds 20 }
            Get-LokyExecutor -Watch
            Remove-Item $go, "$go.begun"
            $null = $job | Receive-Job -Wait
'@
        $lines = (Invoke-Session $script -Seconds 240).Lines
        $lines[0] | Should -Match '^Running, up to 1 workers: 1 items at workers, 3 waiting, 0 done'
        $lines[1] | Should -Match '^Host\s+Worker\s+Process\s+State\s+Item\s+Since\s+Memory\s+Done\s+Per second$'
        $lines[2] | Should -Match "^$([regex]::Escape([Environment]::MachineName).Substring(0, [Math]::Min(20, [Environment]::MachineName.Length)))\s+1\s+\d+\s+Busy\s+1\s+\d+[.,]\d s\s+\d+ MB\s+0\s"
        $lines -join '' | Should -Not -Match "`e"
    }

    It 'tells where there is no executor' {
        (Invoke-Session 'Get-LokyExecutor -Watch').Lines | Should -BeLike 'There is no executor yet*'
    }

    It 'is drawn over itself on a terminal, and ends with a key, with the screen as it was' {
        if (-not (Get-Command tmux -ErrorAction Ignore)) { Set-ItResult -Skipped -Because 'tmux is not installed' }
        $name = "loky$([guid]::NewGuid().ToString('n').Substring(0, 8))"
        $program = (Get-PowerShellCommand | ForEach-Object { "'$_'" }) -join ' '
        $file = Join-Path $TestDrive 'watch.ps1'
        Set-Content $file "Import-Module '$(Get-LokyManifest)'; 'before'; `$job = 1..20000 | Invoke-LokyParallel { Start-Sleep -Milliseconds 100 } -MaxWorkers 2 -AsJob; Get-LokyExecutor -Watch; 'after'; Start-Sleep -Seconds 600"
        function Get-Screen { (& tmux -L $name capture-pane -p -t $name) -join "`n" }
        & tmux -L $name -f /dev/null new-session -d -s $name -x 110 -y 24 "$program -NoProfile -File '$file'"
        try {
            Wait-Condition { (Get-Screen) -match 'Busy' } -Because 'the table shows a busy worker' -Seconds 60
            $first = Get-Screen
            $first | Should -Match 'Press any key to end'
            Wait-Condition { (Get-Screen) -ne $first } -Because 'the table changes'
            ([regex]::Matches((Get-Screen), 'Per second')).Count | Should -Be 1
            & tmux -L $name send-keys -t $name x
            Wait-Condition { (Get-Screen) -match 'before\s+after' } -Because 'the screen is as it was'
            Get-Screen | Should -Not -Match 'Per second'
        }
        finally {
            & tmux -L $name kill-server
        }
    }
}

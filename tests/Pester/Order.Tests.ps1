BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 2
    $null = 1..4 | Invoke-LokyParallel { $_ }
}

AfterAll {
    Reset-Loky
}

Describe 'The order of results' {
    It 'is that of completion by default' {
        $results = @(1..6 | Invoke-LokyParallel { if ($_ -eq 1) { Start-Sleep -Milliseconds 1500 }; $_ } -BatchSize 1)
        $results | Should -HaveCount 6
        $results[-1] | Should -Be 1
    }

    It 'is that of the input with -<_>' -ForEach 'Ordered', 'KeepOrder' {
        $switch = @{ $_ = $true }
        $results = 1..40 | Invoke-LokyParallel { Start-Sleep -Milliseconds (40 - $_); $_ } @switch
        $results | Should -Be (1..40)
    }

    It 'keeps the outputs of one item together with -Ordered' {
        $results = 1..30 | Invoke-LokyParallel { $_; Start-Sleep -Milliseconds 2; "$_ again" } -Ordered
        $results | Should -Be @(1..30 | ForEach-Object { $_; "$_ again" })
    }

    It 'holds with -Ordered for items without output and items that fail' {
        $results = 1..20 | Invoke-LokyParallel {
            if ($_ % 5 -eq 0) { throw "no $_" }
            if ($_ % 3) { $_ }
        } -Ordered -ErrorAction SilentlyContinue -ErrorVariable failures
        $results | Should -Be @(1..20 | Where-Object { $_ % 5 -and $_ % 3 })
        $failures.TargetObject | Should -Be 5, 10, 15, 20
    }

    It 'holds with -Ordered for 20,000 items' {
        $results = 1..20000 | Invoke-LokyParallel { $_ } -Ordered
        Compare-Object (1..20000) $results -SyncWindow 0 | Should -BeNullOrEmpty
    }
}

Describe 'The batch size' {
    It 'of <_> changes no result' -ForEach 1, 6, 40, 50, 1000 {
        $size = $_
        1..50 | Invoke-LokyParallel { $_ * 2 } -BatchSize $size -Ordered | Should -Be @(1..50 | ForEach-Object { $_ * 2 })
    }

    It 'is also called -ChunkSize' {
        1..5 | Invoke-LokyParallel { $_ } -ChunkSize 2 -Ordered | Should -Be (1..5)
    }

    It 'that is automatic lets slow items run side by side' {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'meeting')).FullName
        $ids = 1..2 | Invoke-LokyParallel {
            $null = New-Item (Join-Path $folder $_)
            while (@(Get-ChildItem $folder).Count -lt 2) { Start-Sleep -Milliseconds 10 }
            $PID
        } -TaskTimeoutSeconds 60
        @($ids | Sort-Object -Unique) | Should -HaveCount 2 -Because 'each waits for the other'
    }
}

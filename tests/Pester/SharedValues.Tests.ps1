# Large values of variables stay in the workers from call to call; no call may notice.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 1
}

AfterAll {
    Reset-Loky
}

Describe 'A large captured value' {
    It 'arrives in each call as it is at that moment' {
        $big = [int[]](1..20000)
        1 | Invoke-LokyParallel { $big[0] } | Should -Be 1
        $big[0] = 7
        1 | Invoke-LokyParallel { $big[0] } | Should -Be 7
        $big[0] = 1
        1 | Invoke-LokyParallel { $big[0]; $big.Length } | Should -Be 1, 20000
    }

    It 'is not changed for the next call by what a block does to it' {
        $list = [Collections.Generic.List[string]]('x' * 100 + "`n" * 20000 -split "`n")
        $count = $list.Count
        1..2 | ForEach-Object { 1 | Invoke-LokyParallel { $list.Count; $list.Clear() } } | Should -Be $count, $count
    }

    It 'keeps its type and what belongs to it' {
        $table = @{}
        foreach ($i in 1..3000) { $table[$i] = "value $i" }
        $table.Self = $table
        1..2 | ForEach-Object {
            1 | Invoke-LokyParallel { $table.GetType().Name; $table[3000]; [object]::ReferenceEquals($table, $table.Self) }
        } | Should -Be 'Hashtable', 'value 3000', $true, 'Hashtable', 'value 3000', $true
    }

    It 'under two names is one object' {
        $list = [Collections.ArrayList](1..20000)
        $same = $list
        1..2 | ForEach-Object { 1 | Invoke-LokyParallel { $list.Clear(); $same.Count } } | Should -Be 0, 0
    }

    It 'that is a custom object is one of its own' {
        $one = [pscustomobject]@{ Text = 'a' * 20000 }
        $other = [pscustomobject]@{ Text = 'b' * 20000 }
        1 | Invoke-LokyParallel { $one.Text[0], $other.Text[0], $one.Text.Length } | Should -Be 'a', 'b', 20000
    }

    It 'can be named with $using: too' {
        $text = 'x' * 100000
        1..2 | ForEach-Object { 1 | Invoke-LokyParallel { ($using:text).Length } -NoCapture } | Should -Be 100000, 100000
    }

    It 'comes to every worker, also to one in place of a dead one' {
        $big = [byte[]]::new(1MB)
        $null = Get-LokyExecutor -MaxWorkers 2
        1..20 | Invoke-LokyParallel { Start-Sleep -Milliseconds 5; $big.Length } -BatchSize 1 | Sort-Object -Unique | Should -Be 1MB
        1..2 | Invoke-LokyParallel { if ($_ -eq 1) { Stop-Process -Id $PID -Force } } -ErrorAction SilentlyContinue
        1..20 | Invoke-LokyParallel { $big.Length } | Sort-Object -Unique | Should -Be 1MB
        $null = Get-LokyExecutor -MaxWorkers 1
    }

    It 'is sent again after others have taken its place' {
        $first, $second, $third = foreach ($fill in 1..3) { , [byte[]]::new(30MB) }
        $first[0], $second[0], $third[0] = 1, 2, 3
        1 | Invoke-LokyParallel { $first[0]; $second[0]; $third[0] } | Should -Be 1, 2, 3
        1 | Invoke-LokyParallel { $first[0] } | Should -Be 1
        1 | Invoke-LokyParallel { $third[0]; $second[0] } | Should -Be 3, 2
    }

    It 'larger than what a worker keeps is there for its call' {
        $huge = [byte[]]::new(70MB)
        1 | Invoke-LokyParallel { $huge.Length } | Should -Be 70MB
    }
}

Describe 'A captured array of many megabytes' {
    BeforeEach { if (-not $IsLinux) { Set-ItResult -Skipped -Because 'it reads /proc, which only Linux has, as it has such memory' } }

    BeforeAll {
        $data = [byte[]]::new(128MB)
        [Random]::new(1).NextBytes($data)
        $digest = [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($data))
        $script:ownMemory = {
            # What of the array is a copy of the worker's own, in kilobytes, and how much is mapped; without what earlier calls left.
            [GC]::Collect(2, [GCCollectionMode]::Aggressive, $true, $true)
            $isShared = $false
            $own = $size = 0
            foreach ($line in [IO.File]::ReadLines('/proc/self/smaps')) {
                if ($line -cmatch '^[0-9a-f]+-') { $isShared = $line.Contains('/memfd:loky-') }
                elseif ($isShared -and $line -match '^(Anonymous|Size): +([0-9]+)') {
                    if ($Matches[1] -eq 'Size') { $size += [int]$Matches[2] } else { $own += [int]$Matches[2] }
                }
            }
            $own, $size
        }
        $null = Get-LokyExecutor -MaxWorkers 3
    }

    AfterAll {
        $null = Get-LokyExecutor -MaxWorkers 1
    }

    It 'is in memory once, however many workers read all of it' {
        # None ends before all have begun, so that each worker has one.
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive met)
        $found = 1..3 | Invoke-LokyParallel -BatchSize 1 {
            $hash = [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($data))
            [IO.File]::WriteAllText("$folder/$_", '')
            while ([IO.Directory]::GetFiles($folder).Length -lt 3) { Start-Sleep -Milliseconds 10 }
            $own, $size = & $ownMemory
            [pscustomobject]@{ Process = $PID; Hash = $hash; Own = $own; Size = $size }
        }
        @($found.Process | Sort-Object -Unique).Count | Should -Be 3
        $found.Hash | Should -Be @($digest, $digest, $digest)
        $found.Own | Should -Be @(0, 0, 0)
        # The value as it is read, and the array.
        ($found.Size | Measure-Object -Minimum).Minimum | Should -BeGreaterThan (255MB / 1KB)
    }

    It 'is copied for a block that writes to it, as far as that goes, and nobody else sees that' {
        $found = 1..6 | Invoke-LokyParallel -BatchSize 1 {
            if ($_ % 2) { $data[64MB]++; $data[64MB - 1] = 7 }
            Start-Sleep -Milliseconds 50
            $own, $null = & $ownMemory
            [pscustomobject]@{ Number = $_; Own = $own; Rest = [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData([ArraySegment[byte]]::new($data, 0, 1MB))) }
        }
        ($found.Own | Measure-Object -Maximum).Maximum | Should -BeLessThan 64
        ($found | Where-Object { $_.Number % 2 } | Measure-Object Own -Minimum).Minimum | Should -BeGreaterThan 0
        $found.Rest | Sort-Object -Unique | Should -Be ([Convert]::ToHexString([Security.Cryptography.SHA256]::HashData([ArraySegment[byte]]::new($data, 0, 1MB))))
        1 | Invoke-LokyParallel { [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($data)) } | Should -Be $digest
    }

    It 'is so too with members, as Get-Content reads a file' {
        [IO.File]::WriteAllBytes("$TestDrive/data", $data)
        $content = Get-Content "$TestDrive/data" -AsByteStream -Raw
        $found = 1 | Invoke-LokyParallel {
            [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($content)); $content.PSChildName; & $ownMemory
        }
        $found[0..2] | Should -Be $digest, 'data', 0
        $found[3] | Should -BeGreaterThan (255MB / 1KB)
    }

    It 'of numbers too' {
        $numbers = [double[]]::new(4MB)
        $numbers[-1] = 1.5
        $found = 1 | Invoke-LokyParallel { $numbers.GetType().Name; $numbers.Length; $numbers[-1]; & $ownMemory }
        $found[0..3] | Should -Be 'Double[]', 4MB, 1.5, 0
        $found[4] | Should -BeGreaterThan (63MB / 1KB)
    }

    It 'is no memory of the worker''s own, for its limit' {
        $null = Get-LokyExecutor -MaxWorkers 1 -MaxWorkerMemory 220MB
        try {
            $found = 1..5 | Invoke-LokyParallel -BatchSize 1 -WarningVariable warnings {
                $null = [Security.Cryptography.SHA256]::HashData($data)
                Start-Sleep -Milliseconds 150
                $PID
            }
            @($found | Sort-Object -Unique).Count | Should -Be 1
            $warnings | Should -BeNullOrEmpty
        }
        finally {
            $null = Get-LokyExecutor -MaxWorkers 3 -MaxWorkerMemory 0
        }
    }

    It 'goes with the call' {
        $null = 1..3 | Invoke-LokyParallel -BatchSize 1 { $data[0]; Start-Sleep -Milliseconds 100 }
        $limit = [Diagnostics.Stopwatch]::StartNew()
        do {
            [GC]::Collect()
            [GC]::WaitForPendingFinalizers()
            Start-Sleep -Milliseconds 100
            $mapped = @((Get-LokyExecutor).Workers.Id) + $PID | ForEach-Object { Select-String -Path "/proc/$_/maps" -Pattern '/memfd:loky-' -SimpleMatch }
        } while ($mapped -and $limit.Elapsed.TotalSeconds -lt 30)
        $mapped | Should -BeNullOrEmpty
    }
}

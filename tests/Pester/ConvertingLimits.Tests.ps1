# What docs/converting.md says stays as it is, on purpose.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 2
}

AfterAll {
    Reset-Loky
}

Describe 'What the page says stays as it is' {
    It 'refuses handles, sessions, locks, tokens and clients of the session before anything runs' {
        $marker = Join-Path $TestDrive 'ran'
        $writer = [IO.StreamWriter]::new((Join-Path $TestDrive 'open.txt'))
        $mutex = [Threading.Mutex]::new($false)
        $shell = [powershell]::Create()
        $task = [Threading.Tasks.Task]::CompletedTask
        $source = [Threading.CancellationTokenSource]::new()
        $token = $source.Token
        $semaphore = [Threading.SemaphoreSlim]::new(1)
        $client = [Net.Http.HttpClient]::new()
        try {
            foreach ($call in
                { 1 | Invoke-LokyParallel { Set-Content $marker 1; $writer.WriteLine(1) } },
                { 1 | Invoke-LokyParallel { Set-Content $marker 1; $mutex.WaitOne() } },
                { 1 | Invoke-LokyParallel { Set-Content $marker 1; ($using:mutex).WaitOne() } },
                { 1 | Invoke-LokyParallel { Set-Content $marker 1; $token.ThrowIfCancellationRequested() } },
                { 1 | Invoke-LokyParallel { Set-Content $marker 1; $source.Cancel() } },
                { 1 | Invoke-LokyParallel { Set-Content $marker 1; $semaphore.Wait() } },
                { 1 | Invoke-LokyParallel { Set-Content $marker 1; $client.GetStringAsync('http://localhost') } },
                { 1 | Invoke-LokyParallel { Set-Content $marker 1; $shell.Commands } },
                { 1 | Invoke-LokyParallel { Set-Content $marker 1; $task.Wait() } }) {
                $call | Should -Throw -ErrorId 'LokyCapture,*'
            }
        }
        finally {
            $writer.Dispose(); $mutex.Dispose(); $shell.Dispose(); $source.Dispose(); $semaphore.Dispose(); $client.Dispose()
        }
        $marker | Should -Not -Exist
    }

    It 'sends back a live object as a copy without methods' {
        $process = 1 | Invoke-LokyParallel { Get-Process -Id $PID }
        $process.pstypenames[0] | Should -Be 'Deserialized.System.Diagnostics.Process'
        { $process.Refresh() } | Should -Throw -ErrorId MethodNotFound
    }

    It 'leaves the variables and objects of the session as they were' {
        $reference = [ref] 0
        $object = [pscustomobject]@{ Value = 1 }
        $null = $object | Invoke-LokyParallel -WarningAction Ignore { $reference.Value++; $_.Value = 2 }
        $reference.Value, $object.Value | Should -Be 0, 1
    }

    It 'warns once a call of a shared collection that is changed, and not of one that is only read' {
        $bag = [Collections.Concurrent.ConcurrentBag[int]]::new()
        $table = [hashtable]::Synchronized(@{ Factor = 2 })
        $null = 1..3 | Invoke-LokyParallel { $bag.Add($_); $table.Last = $_ } -WarningVariable told -WarningAction SilentlyContinue
        $bag.Count, $table.Count | Should -Be 0, 1
        @($told) | Should -HaveCount 1
        $told.Message | Should -BeLike '*$bag (line *$table (line *'
        1..3 | Invoke-LokyParallel { $_ * $table.Factor } -Ordered -WarningAction Stop | Should -Be 2, 4, 6
    }

    It 'runs the block once where nothing is piped in' {
        @(Invoke-LokyParallel { 'ran' }) | Should -HaveCount 1
    }

    It 'tells the place of the script in the block' {
        1 | Invoke-LokyParallel { "$PSScriptRoot $PSCommandPath" } | Should -Be "$PSScriptRoot $PSCommandPath"
    }

    It 'knows a type of Add-Type where the initializer makes it' {
        $source = 'public static class LokyPageType { public static int Twice(int value) { return 2 * value; } }'
        Add-Type $source
        1 | Invoke-LokyParallel { [LokyPageType]::Twice(3) } -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failure.FullyQualifiedErrorId | Should -Be TypeNotFound
        try {
            1 | Invoke-LokyParallel { [LokyPageType]::Twice(3) } -Initializer { Add-Type 'public static class LokyPageType { public static int Twice(int value) { return 2 * value; } }' } |
                Should -Be 6
        }
        finally {
            Reset-Loky
            $null = Get-LokyExecutor -MaxWorkers 2
        }
    }

    It 'sends a scriptblock with what it uses' {
        $number = 5
        $block = { $_ + $number }
        2 | Invoke-LokyParallel { & $block } | Should -Be 7
    }

    It 'takes no variable along that only a text names, unless $using: does' {
        $hidden = 5
        $name = 'hidden'
        1 | Invoke-LokyParallel { Get-Variable $name -ValueOnly -ErrorAction Ignore } | Should -BeNullOrEmpty
        1 | Invoke-LokyParallel { $using:hidden } | Should -Be 5
    }

    It 'undoes after a call what its blocks did to the environment and the location' {
        $env:LOKY_PAGE = 'session'
        try {
            $here = $PWD.Path
            $null = 1..2 | Invoke-LokyParallel { $env:LOKY_PAGE = 'block'; Set-Location ([IO.Path]::GetPathRoot($PWD)) }
            1..2 | Invoke-LokyParallel { "$env:LOKY_PAGE $PWD" } | Should -Be "session $here", "session $here"
        }
        finally {
            $env:LOKY_PAGE = $null
        }
    }

    It 'ends an item by exit with an error, and by return, break and continue without' {
        1..3 | Invoke-LokyParallel { if ($_ -eq 2) { exit 3 }; $_ } -Ordered -ErrorVariable failure -ErrorAction SilentlyContinue | Should -Be 1, 3
        $failure.TargetObject | Should -Be 2
        1..3 | Invoke-LokyParallel { if ($_ -eq 2) { return }; $_ } -Ordered | Should -Be 1, 3
        1..3 | Invoke-LokyParallel { if ($_ -eq 2) { break }; $_ } -Ordered | Should -Be 1, 3
        1..3 | Invoke-LokyParallel { if ($_ -eq 2) { continue }; $_ } -Ordered | Should -Be 1, 3
        $(foreach ($turn in 1, 2) { 1..3 | ForEach-Object { if ($_ -eq 2) { break }; "$turn.$_" } }) | Should -Be '1.1' -Because 'that is what differs'
    }

    It 'has no -Begin, no -End and no name of a member' {
        { 1 | Invoke-LokyParallel -Begin { } -Process { } } | Should -Throw -ErrorId 'NamedParameterNotFound,*'
        { 'a' | Invoke-LokyParallel Length } | Should -Throw -ErrorId 'CannotConvertArgumentNoMessage,*'
    }

    It 'does not ask within a block' {
        1, 2 | Invoke-LokyParallel { if ($_ -eq 1) { Read-Host name } else { Get-Credential user } } -ErrorVariable failure -ErrorAction SilentlyContinue |
            Should -BeNullOrEmpty
        $failure.TargetObject | Sort-Object | Should -Be 1, 2
    }
}

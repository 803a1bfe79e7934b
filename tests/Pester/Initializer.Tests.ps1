BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
}

AfterAll {
    Reset-Loky
}

Describe 'An initializer' {
    BeforeEach { Reset-Loky }

    It 'may use <megabytes> MB of the session' -ForEach @(@{ megabytes = 3 }, @{ megabytes = 40 }) {
        $large = [byte[]]::new($megabytes * 1MB)
        $large[-1] = 7
        $null = Get-LokyExecutor -MaxWorkers 1 -Initializer { $global:kept = $large }
        1 | Invoke-LokyParallel { "$($kept.Length) $($kept[-1])" } -ErrorAction Stop | Should -Be "$($megabytes * 1MB) 7"
    }

    It 'that does not end is ended, with its limit in the error' {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        { 1 | Invoke-LokyParallel { $_ } -MaxWorkers 1 -Initializer { Start-Sleep 100000 } -InitializerTimeoutSeconds 3 } |
            Should -Throw -ErrorId 'LokyBrokenExecutor,*' -ExpectedMessage '*initializer*3 second*'
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 60
    }

    It 'has the time that <name> give it' -ForEach @(
        @{ name = 'seconds'; value = 45; expected = '00:00:45' }
        @{ name = 'a time span'; value = [timespan]::FromMinutes(3); expected = '00:03:00' }
    ) {
        (Get-LokyExecutor -InitializerTimeoutSeconds $value).InitializerTimeout | Should -Be ([timespan] $expected)
        (Get-LokyExecutor).InitializerTimeout | Should -Be ([timespan] $expected)
    }

    It 'has five minutes if nothing is said, and no limit with 0' {
        (Get-LokyExecutor -Reuse Auto).InitializerTimeout | Should -Be ([timespan]::FromMinutes(5))
        (Get-LokyExecutor -InitializerTimeoutSeconds 0).InitializerTimeout | Should -Be ([Threading.Timeout]::InfiniteTimeSpan)
    }

    It 'brings what it writes to the session, once for all workers' {
        $result = 1..6 | Invoke-LokyParallel { Start-Sleep -Milliseconds 30; $PID } -MaxWorkers 2 -BatchSize 1 -Initializer {
            Write-Warning 'a warning'
            Write-Error 'an error' -ErrorId Prepared
            Write-Information 'some information'
            'output that nobody wants'
        } -WarningVariable warnings -ErrorVariable failures -InformationVariable information -WarningAction SilentlyContinue -ErrorAction SilentlyContinue
        $result | Should -HaveCount 6
        $warnings | Should -HaveCount 1
        $warnings[0].Message | Should -Be 'a warning'
        $failures | Should -HaveCount 1
        $failures[0].Exception.Message | Should -Be 'an error'
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'Prepared*'
        "$information" | Should -Be 'some information'
    }

    It 'brings what it writes to a call of a delegate too' {
        $null = -1 | Invoke-LokyParallel -Delegate ([Func[int, int]] [Math]::Abs) -MaxWorkers 1 -Initializer { Write-Warning 'prepared' } -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Should -Be 'prepared'
    }

    It 'brings what it writes to a job, as a matter of the whole job' {
        $job = 1 | Invoke-LokyParallel { $_ } -MaxWorkers 1 -Initializer { Write-Warning 'prepared'; Write-Error 'not quite' } -AsJob
        $null = Wait-Job $job -Timeout 60
        $job.State | Should -Be 'Completed'
        "$($job.Warning)" | Should -Be 'prepared'
        "$($job.Error)" | Should -BeLike '*not quite*'
        Remove-Job $job -Force
    }

    It 'brings what it wrote before it threw' {
        $failure = $null
        try {
            $null = 1 | Invoke-LokyParallel { $_ } -MaxWorkers 1 -Initializer { Write-Warning 'about to fail'; throw 'failed' } -WarningVariable warnings -WarningAction SilentlyContinue
        }
        catch { $failure = $_ }
        $failure.Exception.Message | Should -BeLike '*failed*'
        "$warnings" | Should -Be 'about to fail'
    }

    It 'that is the same has prepared the workers, wherever it stands at the prompt and whatever the block is' {
        $one = & ([scriptblock]::Create('1 | Invoke-LokyParallel { $PID } -MaxWorkers 1 -Initializer { $global:i = 1 }'))
        & ([scriptblock]::Create('1 | Invoke-LokyParallel { "$PID" } -MaxWorkers 1 -Initializer { $global:i = 1 }')) | Should -Be $one
        & ([scriptblock]::Create("`n`n   1 | Invoke-LokyParallel { `$PID } -MaxWorkers 1 -Initializer { `$global:i = 1 }; 2")) | Should -Be $one, 2
        & ([scriptblock]::Create('1 | Invoke-LokyParallel { $PID } -MaxWorkers 1 -Initializer { $global:i = 2 }')) | Should -Not -Be $one
    }

    It 'that is the same has prepared the workers, whatever else is on its line of a file' {
        $file = Join-Path $TestDrive Same.ps1
        Set-Content $file '1 | Invoke-LokyParallel -MaxWorkers 1 -Initializer { $global:i = 1 } { $PID }'
        $one = & $file
        Set-Content $file '1 | Invoke-LokyParallel -MaxWorkers 1 -Initializer { $global:i = 1 } { "$PID" } # changed'
        & $file | Should -Be $one
    }

    It 'has errors with their place: <name>' -ForEach @(
        @{ name = 'at the prompt'; line = 1; file = $false }
        @{ name = 'in a file'; line = 3; file = $true }
    ) {
        $text = "`n`n1 | Invoke-LokyParallel { `$_ } -MaxWorkers 1 -ErrorAction SilentlyContinue -ErrorVariable failures -Initializer { Write-Error 'not quite'`n  Get-Item /no/such/item }; `$failures"
        $script = [scriptblock]::Create($text)
        if ($file) {
            $script = Join-Path $TestDrive Placed.ps1
            Set-Content $script $text
        }
        $failures = @(& $script | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
        $failures | Should -HaveCount 2
        $failures.InvocationInfo.ScriptLineNumber | Should -Be $line, ($line + 1)
        $failures[0].InvocationInfo.PositionMessage | Should -BeLike "*Write-Error 'not quite'*"
        $failures[1].InvocationInfo.PositionMessage | Should -BeLike '*Get-Item /no/such/item*~~~~*'
        if ($file) { $failures.InvocationInfo.ScriptName | Should -Be $script, $script }
    }

    It 'that calls exit has failed, with its code named' {
        { 1 | Invoke-LokyParallel { $_ } -MaxWorkers 1 -Initializer { exit 7 } } |
            Should -Throw -ErrorId 'LokyBrokenExecutor,*' -ExpectedMessage '*initializer*exit 7*'
    }
}

Describe 'A call that cannot be set up in the workers' {
    BeforeAll {
        Reset-Loky
        $null = Get-LokyExecutor -MaxWorkers 2
    }

    It 'because a module is missing gives one error, and no item runs' {
        $ran = Join-Path $TestDrive 'ran'
        $failure = $null
        try {
            1..50 | Invoke-LokyParallel { [IO.File]::AppendAllText($using:ran, 'x') } -Module NoSuchModuleOfLoky -ErrorVariable failures -ErrorAction SilentlyContinue
        }
        catch { $failure = $_ }
        $failure.FullyQualifiedErrorId | Should -BeLike 'LokyCapture,*InvokeLokyParallelCommand'
        $failure.Exception.Message | Should -BeLike '*NoSuchModuleOfLoky*'
        @($failures | Where-Object { "$_" -notlike '*NoSuchModuleOfLoky*' }) | Should -BeNullOrEmpty
        Test-Path $ran | Should -BeFalse
        1 | Invoke-LokyParallel { $_ } -ErrorAction Stop | Should -Be 1
    }

    It 'is one error of its job' {
        $job = 1..5 | Invoke-LokyParallel { $_ } -Module NoSuchModuleOfLoky -AsJob
        $null = Wait-Job $job -Timeout 60
        $job.State | Should -Be 'Failed'
        @($job.Error) | Should -HaveCount 1
        "$($job.Error)" | Should -BeLike '*NoSuchModuleOfLoky*'
        @($job.ChildJobs | ForEach-Object { $_.Error }) | Should -BeNullOrEmpty
        Remove-Job $job -Force
    }
}

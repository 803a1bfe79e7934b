BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky

    function Set-Everything {
        Get-LokyExecutor -MaxWorkers 1 -IdleTimeout 77 -Initializer { $global:prepared = 'yes' } -InitializerTimeoutSeconds 99 `
            -Environment @{ LOKY_TEST_SET = 'here'; LOKY_TEST_GONE = $null } -MaxTasksPerWorker 500 -MaxWorkerMemory 800MB -ThreadsPerWorker 3 -Converter @{ [uri] = @{ ToWire = { "$_" }; FromWire = { [uri] "$_#back" } } }
    }

    function Assert-Everything {
        $executor = Get-LokyExecutor -Reuse Auto
        $executor.MaxWorkers | Should -Be 1
        $executor.IdleTimeout | Should -Be ([timespan]::FromSeconds(77))
        $executor.Initializer.ToString().Trim() | Should -Be '$global:prepared = ''yes'''
        $executor.InitializerTimeout | Should -Be ([timespan]::FromSeconds(99))
        $executor.Environment['LOKY_TEST_SET'] | Should -Be 'here'
        $executor.Environment.ContainsKey('LOKY_TEST_GONE') | Should -BeTrue
        $executor.MaxTasksPerWorker | Should -Be 500
        $executor.MaxWorkerMemory | Should -Be 800MB
        $executor.ThreadsPerWorker | Should -Be 3
        $executor.Converter.Keys | Should -Be ([uri])
        $result = [uri] 'http://a/' | Invoke-LokyParallel { "$global:prepared $env:LOKY_TEST_SET $_" } -ErrorAction Stop
        $result | Should -Be 'yes here http://a/#back'
    }
}

AfterAll {
    Reset-Loky
}

Describe 'The settings of the executor' {
    BeforeEach { Reset-Loky }

    It 'hold for the calls that follow, and are shown' {
        $null = Set-Everything
        Assert-Everything
        $text = Get-LokyExecutor | Out-String
        $text | Should -Match 'Initializer\s*:\s*\$global:prepared'
        $text | Should -Match 'Environment\s*:\s*-LOKY_TEST_GONE, LOKY_TEST_SET=here'
        $text | Should -Match 'MaxTasksPerWorker\s*:\s*500'
        $text | Should -Match 'MaxWorkerMemory\s*:\s*800 MB'
        $text | Should -Match 'ThreadsPerWorker\s*:\s*3'
        $text | Should -Match 'Converter\s*:\s*System\.Uri'
    }

    It 'that were not set are not on the screen' {
        $text = Get-LokyExecutor -MaxWorkers 1 | Out-String
        $text | Should -Not -Match 'Initializer|Environment|MaxTasksPerWorker|MaxWorkerMemory|ThreadsPerWorker|Converter'
    }

    It 'stay when the executor is stopped with <name>' -ForEach @(@{ name = 'its work done'; force = $false }, @{ name = 'force'; force = $true }) {
        $null = Set-Everything
        Assert-Everything
        Stop-LokyExecutor -Force:$force -Confirm:$false
        Assert-Everything
    }

    It 'stay when the executor broke' {
        $null = Set-Everything
        { 1 | Invoke-LokyParallel { $_ } -Initializer { throw 'bad start' } } | Should -Throw -ErrorId 'LokyBrokenExecutor,*'
        $null = Get-LokyExecutor -Initializer { $global:prepared = 'yes' }
        Assert-Everything
    }

    It 'change one by one, and each can be taken back' {
        $null = Set-Everything
        $executor = Get-LokyExecutor -Environment @{} -Initializer $null -Converter $null -MaxTasksPerWorker 0 -MaxWorkerMemory 0
        $executor.Environment.Count | Should -Be 0
        $executor.Initializer | Should -BeNullOrEmpty
        $executor.Converter | Should -BeNullOrEmpty
        $executor.MaxTasksPerWorker | Should -Be 0
        $executor.MaxWorkerMemory | Should -Be 0
        $executor.IdleTimeout | Should -Be ([timespan]::FromSeconds(77))
        [uri] 'http://a/' | Invoke-LokyParallel { "$global:prepared$env:LOKY_TEST_SET $_" } | Should -Be ' http://a/'
    }

    It 'are forgotten with the module' {
        $null = Set-Everything
        Import-Loky
        1 | Invoke-LokyParallel { "$global:prepared$env:LOKY_TEST_SET" } | Should -Be ''
    }

    It 'have no variable with the name <name>' -ForEach @(@{ name = 'A=B' }, @{ name = '' }, @{ name = "A$([char]0)" }) {
        $failure = { Get-LokyExecutor -Environment @{ $name = '1' } } | Should -Throw -ErrorId 'LokyInvalidEnvironment,*' -PassThru
        $failure.Exception.Message | Should -BeLike "*'$name'*"
        $failure.TargetObject | Should -Be $name
        $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
    }
}

Describe 'The environment that a block sees' {
    BeforeEach {
        Reset-Loky
        $env:LOKY_TEST_NOW = $null
    }

    AfterEach { $env:LOKY_TEST_NOW = $null }

    It 'lacks what was removed, also in a worker that was started while it was there' {
        $null = Get-LokyExecutor -MaxWorkers 1
        $null = 1 | Invoke-LokyParallel { $_ }
        $env:LOKY_TEST_NOW = 'set'
        $null = Get-LokyExecutor -MaxWorkers 2
        Wait-Condition { @(Get-UsedWorker).Count -eq 2 } -Because 'the second worker takes its share' -Seconds 60
        $env:LOKY_TEST_NOW = $null
        1..24 | Invoke-LokyParallel { Start-Sleep -Milliseconds 20; "<$env:LOKY_TEST_NOW>" } -BatchSize 1 | Sort-Object -Unique | Should -Be '<>'
    }

    It 'has what was set after a call of a delegate started the worker' {
        $null = Get-LokyExecutor -MaxWorkers 1
        $null = -1 | Invoke-LokyParallel -Delegate ([Func[int, int]] [Math]::Abs)
        $env:LOKY_TEST_NOW = 'set'
        1 | Invoke-LokyParallel { $env:LOKY_TEST_NOW } | Should -Be 'set'
    }

    It 'is that of the caller at the moment of the call, exactly' {
        $null = Get-LokyExecutor -MaxWorkers 1
        foreach ($value in $null, 'one', 'two', $null) {
            $env:LOKY_TEST_NOW = $value
            $expected = [Environment]::GetEnvironmentVariables()
            $actual = 1 | Invoke-LokyParallel { , [Environment]::GetEnvironmentVariables() }

            # How many threads libraries may use stands in the environment of a worker only.
            foreach ($name in 'OMP', 'OPENBLAS', 'MKL', 'BLIS', 'NUMEXPR' | ForEach-Object { "${_}_NUM_THREADS" }) { if (-not $expected.Contains($name)) { $actual.Remove($name) } }
            if (-not $expected.Contains('VECLIB_MAXIMUM_THREADS')) { $actual.Remove('VECLIB_MAXIMUM_THREADS') }
            Compare-Object ($expected.GetEnumerator() | ForEach-Object { "$($_.Key)=$($_.Value)" }) ($actual.GetEnumerator() | ForEach-Object { "$($_.Key)=$($_.Value)" }) |
                ForEach-Object { "$($_.SideIndicator) $($_.InputObject)" } | Should -BeNullOrEmpty
        }
    }
}

Describe 'The threads of the libraries in a worker' {
    BeforeEach {
        Reset-Loky
        $env:OMP_NUM_THREADS = $null
    }

    AfterEach { $env:OMP_NUM_THREADS = $null }

    It 'are the processors divided by the workers' {
        $null = Get-LokyExecutor -MaxWorkers 1
        $own = 1 | Invoke-LokyParallel { "$env:OMP_NUM_THREADS $env:MKL_NUM_THREADS $env:DOTNET_PROCESSOR_COUNT" }
        Reset-Loky
        $null = Get-LokyExecutor -MaxWorkers 64
        $shared = 1 | Invoke-LokyParallel { [int] $env:OMP_NUM_THREADS } -ThrottleLimit 1
        $own | Should -Match '^(\d+) \1 $'
        $shared | Should -Be ([Math]::Max(1, [Math]::Floor([int] ($own -split ' ')[0] / 64)))
    }

    It 'are as many as -ThreadsPerWorker says, also for .NET' {
        1 | Invoke-LokyParallel { "$env:OMP_NUM_THREADS $env:NUMEXPR_NUM_THREADS $([Environment]::ProcessorCount)" } -ThreadsPerWorker 5 | Should -Be '5 5 5'
        1 | Invoke-LokyParallel { "$env:OMP_NUM_THREADS" } | Should -Be '5'
        1 | Invoke-LokyParallel { [Environment]::ProcessorCount } -ThreadsPerWorker 0 | Should -Be ([Environment]::ProcessorCount)
    }

    It 'stay what the session says, or -Environment' {
        $env:OMP_NUM_THREADS = '9'
        1 | Invoke-LokyParallel { "$env:OMP_NUM_THREADS $env:MKL_NUM_THREADS $env:BLIS_NUM_THREADS" } -ThreadsPerWorker 2 -Environment @{ MKL_NUM_THREADS = '8' } | Should -Be '9 8 2'
    }

    It 'are from 0 to 1024, and <_> is refused' -ForEach -1, 1025 {
        $failure = { Get-LokyExecutor -ThreadsPerWorker $_ } | Should -Throw -ErrorId 'LokyInvalidCount,*' -PassThru
        $failure.Exception.Message | Should -BeLike "$_ *ThreadsPerWorker*1024*"
        $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
    }
}

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
}

AfterAll {
    Reset-Loky
}

Describe 'A limit of the memory of workers' {
    BeforeEach { Reset-Loky }

    It 'has workers replaced between items, without one that is lost or run twice, and is told once a call' {
        $null = Get-LokyExecutor -MaxWorkers 2 -MaxWorkerMemory 300MB
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive runs)
        $results = 1..200 | Invoke-LokyParallel {
            $block = [byte[]]::new(20MB)
            [Array]::Fill($block, [byte] 1)
            $global:kept += , $block
            [IO.File]::WriteAllText("$using:folder/$([guid]::NewGuid())", $_)
            [pscustomobject]@{ Number = $_; Worker = $PID; Kept = $global:kept.Count }
        } -WarningVariable warned -WarningAction SilentlyContinue
        $results.Number | Sort-Object | Should -Be (1..200)
        Get-ChildItem $folder | Get-Content | Sort-Object { [int] $_ } | Should -Be (1..200)

        # Three hundred megabytes and an eighth hold sixteen of them, even if a worker had nothing else.
        $most = ($results | Group-Object Worker | Measure-Object Count -Maximum).Maximum
        $most | Should -BeIn (5..16)
        ($results | Measure-Object Kept -Maximum).Maximum | Should -Be $most
        $warned | Should -HaveCount 1
        $warned[0].Message | Should -Match '^Worker process \d+ has \d+ MB .* 300 MB; items run by it: \d+\.'
        $worker, $memory, $null, $items = [regex]::Matches($warned[0].Message, '\d+').Value
        [int] $worker | Should -BeIn $results.Worker
        [int] $memory | Should -BeGreaterThan 300
        [int] $items | Should -Be @($results | Where-Object Worker -EQ $worker).Count

        # The next call has a warning of its own, with the setting that has stayed.
        $null = 1..40 | Invoke-LokyParallel {
            $block = [byte[]]::new(20MB)
            [Array]::Fill($block, [byte] 1)
            $global:kept += , $block
        } -WarningVariable warned -WarningAction SilentlyContinue
        $warned | Should -HaveCount 1
    }

    It 'lets a worker stay whose items make much garbage and keep nothing' {
        $null = Get-LokyExecutor -MaxWorkers 1
        $workers = 1..30 | Invoke-LokyParallel {
            $block = [byte[]]::new(100MB)
            [Array]::Fill($block, [byte] 1)
            $PID
        } -MaxWorkerMemory 300MB -WarningVariable warned
        $workers | Sort-Object -Unique | Should -HaveCount 1
        $warned | Should -BeNullOrEmpty
    }

    It 'may be as low as a worker without anything needs' {
        $null = Get-LokyExecutor -MaxWorkers 1
        $workers = 1..1000 | Invoke-LokyParallel { $PID } -MaxWorkerMemory 128MB -WarningVariable warned
        $workers | Sort-Object -Unique | Should -HaveCount 1
        $warned | Should -BeNullOrEmpty
    }

    It 'that a worker exceeds before its first item is an error, and not an endless row of workers' {
        $big = { $global:big = [byte[]]::new(200MB); [Array]::Fill($global:big, [byte] 1) }
        $failure = { 1 | Invoke-LokyParallel { $_ } -Initializer $big -MaxWorkerMemory 200MB } | Should -Throw -ErrorId 'LokyBrokenExecutor,*' -PassThru
        $failure.Exception.Message | Should -Match 'has (2|3)\d\d MB .*200 MB'
        1 | Invoke-LokyParallel { $global:big.Length } -MaxWorkerMemory 0 | Should -Be 200MB
    }

    It 'warns the job that it concerns' {
        $null = Get-LokyExecutor -MaxWorkers 1 -MaxWorkerMemory 150MB
        $job = Start-LokyJob { $global:kept = [byte[]]::new(200MB); [Array]::Fill($global:kept, [byte] 1); $PID }
        $worker = $job | Receive-Job -Wait -WarningVariable warned -WarningAction SilentlyContinue
        $warned | Should -HaveCount 1
        $warned[0].Message | Should -BeLike "Worker process $worker *150 MB*: 1.*"
        1 | Invoke-LokyParallel { $PID } | Should -Not -Be $worker
    }

    It 'is none with 0, at least 128 MB otherwise, and <_> is refused' -ForEach -1, 500, (128MB - 1) {
        $failure = { Get-LokyExecutor -MaxWorkerMemory $_ } | Should -Throw -ErrorId 'LokyInvalidMemory,*' -PassThru
        $failure.Exception.Message | Should -BeLike "$_ *MaxWorkerMemory*128MB*500MB*"
        $failure.TargetObject | Should -Be $_
        $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        { 1 | Invoke-LokyParallel { $_ } -MaxWorkerMemory $_ } | Should -Throw -ErrorId 'LokyInvalidMemory,*'
    }
}

Describe 'The memory in which a large result is encoded' {
    It 'is used again by the next call' {
        Reset-Loky
        $null = Get-LokyExecutor -MaxWorkers 1
        $own = {
            $data = [AppDomain]::CurrentDomain.GetData('loky-test') ?? [byte[]]::new(20MB)
            [AppDomain]::CurrentDomain.SetData('loky-test', $data)
            , $data
        }
        $allocated = { [GC]::GetTotalAllocatedBytes($true) }
        $null = 1 | Invoke-LokyParallel $own
        $before = 1 | Invoke-LokyParallel $allocated
        foreach ($call in 1..4) { (1 | Invoke-LokyParallel $own).Length | Should -Be 20MB }
        (1 | Invoke-LokyParallel $allocated) - $before | Should -BeLessThan 20MB
    }
}

Describe 'A large item' {
    It 'leaves the memory in which it came to what its block returns' {
        Reset-Loky
        $null = Get-LokyExecutor -MaxWorkers 1
        $bytes = [byte[]]::new(64MB)
        $before, $after = foreach ($i in 1..2) {
            1 | Invoke-LokyParallel { [GC]::GetTotalAllocatedBytes($true) }
            if ($i -eq 1) { (, $bytes | Invoke-LokyParallel { , $_ }).Length | Should -Be 64MB }
        }

        # The message and the array; what is encoded of the result has the memory of the message.
        ($after - $before) / 64MB | Should -BeLessThan 2.5
    }
}

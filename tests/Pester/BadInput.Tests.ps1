BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 2

    function Assert-PoolWorks {
        1..4 | Invoke-LokyParallel { $_ } -Ordered -ErrorAction Stop | Should -Be (1..4)
    }
}

AfterAll {
    Reset-Loky
}

Describe 'A bad number of workers' {
    AfterEach { Assert-PoolWorks }

    It 'of <_> is rejected by Invoke-LokyParallel with the value and the bound' -ForEach 0, -1 {
        $bad = $_
        $failure = { 1 | Invoke-LokyParallel { $_ } -MaxWorkers $bad -ErrorAction Stop } | Should -Throw -ErrorId 'LokyInvalidMaxWorkers,*' -PassThru
        $failure.Exception.Message | Should -Match "(?<!\d)$bad\b"
        $failure.Exception.Message | Should -Match '\b1\b'
    }

    It 'of <_> is rejected by Get-LokyExecutor' -ForEach 0, -1 {
        $bad = $_
        { Get-LokyExecutor -MaxWorkers $bad -ErrorAction Stop } | Should -Throw -ErrorId 'LokyInvalidMaxWorkers,*'
        (Get-LokyExecutor).MaxWorkers | Should -Be 2
    }

    It 'that is no number is rejected' {
        { Get-LokyExecutor -MaxWorkers 'many' } | Should -Throw -ExpectedMessage '*many*'
    }
}

Describe 'A bad timeout' {
    AfterEach { Assert-PoolWorks }

    It 'of <value> for -<parameter> is rejected with the value' -ForEach @(
        @{ parameter = 'IdleTimeout'; value = -1; told = '-1|-00:00:01' }
        @{ parameter = 'IdleTimeout'; value = [timespan]::FromSeconds(-3); told = '-3|-00:00:03' }
        @{ parameter = 'TimeoutSeconds'; value = -5; told = '-5|-00:00:05' }
        @{ parameter = 'TaskTimeoutSeconds'; value = -2; told = '-2|-00:00:02' }
        @{ parameter = 'InitializerTimeoutSeconds'; value = -4; told = '-4|-00:00:04' }
    ) {
        $arguments = @{ $parameter = $value; ErrorAction = 'Stop' }
        $failure = { 1 | Invoke-LokyParallel { $_ } @arguments } | Should -Throw -ErrorId 'LokyInvalidTimeout,*' -PassThru
        $failure.Exception.Message | Should -Match $told
    }

    It 'that is no time is rejected' {
        { 1 | Invoke-LokyParallel { $_ } -IdleTimeout 'soon' } | Should -Throw -ExpectedMessage '*soon*'
    }
}

Describe 'A bad parameter' {
    AfterEach { Assert-PoolWorks }

    It 'batch size of <_> is rejected' -ForEach 0, -1 {
        $bad = $_
        { 1 | Invoke-LokyParallel { $_ } -BatchSize $bad -ErrorAction Stop } | Should -Throw -ErrorId 'LokyInvalidBatchSize,*' -ExpectedMessage "*$bad*"
    }

    It 'throttle limit of <_> is rejected' -ForEach 0, -1 {
        $bad = $_
        { 1 | Invoke-LokyParallel { $_ } -ThrottleLimit $bad -ErrorAction Stop } | Should -Throw -ExpectedMessage "*$bad*"
    }

    It 'number of retries below zero is rejected' {
        { 1 | Invoke-LokyParallel { $_ } -Retry -1 -ErrorAction Stop } | Should -Throw -ExpectedMessage '*-1*'
    }

    It 'reuse policy that does not exist is rejected with those that do' {
        { Get-LokyExecutor -Reuse Sometimes } | Should -Throw -ExpectedMessage '*Auto*Always*Never*'
    }

    It 'name that does not exist is rejected' {
        { 1 | Invoke-LokyParallel { $_ } -NoSuchParameter 1 } | Should -Throw -ErrorId 'NamedParameterNotFound,*'
    }

    It 'block that is no scriptblock is rejected' {
        { 1 | Invoke-LokyParallel -ScriptBlock 'if (' -ErrorAction Stop } | Should -Throw
    }

    It 'block and delegate together are rejected' {
        $delegate = [Delegate]::CreateDelegate([Func[double, double]], [Math].GetMethod('Sqrt', [type[]]@([double])))
        { 1 | Invoke-LokyParallel -ScriptBlock { $_ } -Delegate $delegate } | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
    }

    It 'of the block itself is told by the item' {
        $null = 1 | Invoke-LokyParallel { Get-Item -NoSuchParameter 1 } -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'NamedParameterNotFound,*'
    }
}

Describe 'A delegate that cannot be shipped' {
    AfterEach { Assert-PoolWorks }

    BeforeAll {
        # A method of an assembly that exists only in the memory of this session.
        $inMemory = Add-Type -PassThru -TypeDefinition @'
public static class LokyInMemoryMethods
{
    public static object Same(object value) => value;
}
'@
    }

    It 'because its assembly is only in memory is named, with the way out' {
        $delegate = [Delegate]::CreateDelegate([Func[object, object]], $inMemory.GetMethod('Same'))
        $failure = { 1 | Invoke-LokyParallel -Delegate $delegate -ErrorAction Stop } | Should -Throw -ErrorId 'LokySerialization,*' -PassThru
        $failure.Exception.Message | Should -Match 'Same'
    }

    It 'because it is a dynamic method is rejected' {
        $delegate = [System.Linq.Expressions.Expression]::Lambda(
            [Func[int]], [System.Linq.Expressions.Expression]::Constant(1), [System.Linq.Expressions.ParameterExpression[]]@()).Compile()
        { 1 | Invoke-LokyParallel -Delegate $delegate -ErrorAction Stop } | Should -Throw -ErrorId 'LokySerialization,*'
    }
}

Describe 'A captured value that cannot be encoded' {
    AfterEach { Assert-PoolWorks }

    It 'is named before anything runs' {
        $marker = Join-Path $TestDrive 'ran'
        $handle = [IO.File]::Open((Join-Path $TestDrive 'open'), 'Create')
        try {
            $failure = { 1 | Invoke-LokyParallel { Set-Content -LiteralPath $using:marker 'ran'; ($using:handle).Length } -ErrorAction Stop } |
                Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'Loky*'
            $failure.Exception.Message | Should -Match 'handle'
            $marker | Should -Not -Exist
        }
        finally {
            $handle.Dispose()
        }
    }
}

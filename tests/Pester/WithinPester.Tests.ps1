# How a call behaves in a test of the user: a Pester run of its own, in a PowerShell of its own, with a test for each case.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $file = Join-Path $TestDrive User.Tests.ps1
    Copy-Item $PSScriptRoot/WithinPester.User.ps1 $file
    $run = Invoke-Session -Seconds 400 @"
Import-Module '$((Get-Module Pester).Path)'
`$null = Get-LokyExecutor -MaxWorkers 1
foreach (`$test in (Invoke-Pester '$file' -PassThru -Output None).Tests) {
    [pscustomobject]@{ Name = `$test.Name; Result = `$test.Result; Message = "`$(`$test.ErrorRecord)"; Ids = @(`$test.ErrorRecord.FullyQualifiedErrorId) } | ConvertTo-Json -Compress
}
"@
    $tests = @{}
    foreach ($line in $run.Lines | Where-Object { $_ -like '{*' }) {
        $test = ConvertFrom-Json $line
        $tests[$test.Name] = $test
    }
}

Describe 'A call in a Pester test' {
    It 'writes nothing past the test' {
        $run.Errors | Should -BeNullOrEmpty
        $tests.Count | Should -Be 13
    }

    It 'tells once that it cannot take a mock along, and what to do instead: <name>' -ForEach @(
        @{ name = 'function'; mocked = 'Get-Thing' }
        @{ name = 'cmdlet'; mocked = 'Get-Date' }
        @{ name = 'inner function'; mocked = 'Get-Thing' }
        @{ name = 'job'; mocked = 'Get-Thing' }
    ) {
        $tests[$name].Result | Should -Be Failed
        $tests[$name].Ids | Should -BeLike 'LokyMock,Loky.PowerShell.Commands.*Command'
        $tests[$name].Message | Should -BeLike "*$mocked*Mock Invoke-LokyParallel*"
        $tests[$name].Message | Should -Not -Match '\n'
    }

    It 'minds no mock that its block does not call' {
        $tests['not used'].Message | Should -BeNullOrEmpty
        $tests['not used'].Result | Should -Be Passed
    }

    It 'can itself be mocked, to run the block in the session with the mocks' {
        $tests['call mocked'].Message | Should -BeNullOrEmpty
        $tests['call mocked'].Result | Should -Be Passed
    }

    It 'fails the test when an assertion in the block fails, with what the assertion says: <_>' -ForEach 'fails', 'fails in silence', 'fails with stop', 'fails in a job' {
        $tests[$_].Result | Should -Be Failed
        $tests[$_].Message | Should -BeLike '*to be less than 2*but got*'
        # Receive-Job has an identifier of its own for what ended a job.
        $tests[$_].Ids | Should -BeLike ($_ -eq 'fails in a job' ? 'JobStateFailed*' : 'PesterAssertionFailed,Loky*')
        @($tests[$_].Ids) | Should -HaveCount 1
    }

    It 'passes when the assertions in the block hold or are caught' {
        $tests['holds'].Result | Should -Be Passed
        $tests['is caught'].Result | Should -Be Passed
    }

    It 'finds the files of the test drive by the variable' {
        $tests['folder of the test drive'].Result | Should -Be Passed
    }
}

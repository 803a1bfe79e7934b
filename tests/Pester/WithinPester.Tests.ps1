# How a call behaves in a test of the user: a Pester run of its own, in a PowerShell of its own, with a test for each case.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $file = Join-Path $TestDrive User.Tests.ps1
    Set-Content $file @'
BeforeAll {
    function Get-Thing { 'real' }
    function Get-Outer { Get-Thing }
}
Describe 'mocks' {
    It 'function' { Mock Get-Thing { 'mocked' }; 1..3 | Invoke-LokyParallel { Get-Thing } -ErrorAction Continue }
    It 'cmdlet' { Mock Get-Date { 'mocked' }; 1..3 | Invoke-LokyParallel { Get-Date } -ErrorAction Continue }
    It 'inner function' { Mock Get-Thing { 'mocked' }; 1..3 | Invoke-LokyParallel { Get-Outer } -ErrorAction Continue }
    It 'not used' { Mock Get-Thing { 'mocked' }; 1 | Invoke-LokyParallel { 'x' } | Should -Be 'x' }
    It 'call mocked' {
        Mock Get-Thing { 'mocked' }
        Mock Invoke-LokyParallel { $InputObject | ForEach-Object $ScriptBlock }
        1 | Invoke-LokyParallel { Get-Thing } | Should -Be 'mocked'
    }
    It 'job' { Mock Get-Thing { 'mocked' }; Start-LokyJob { Get-Thing } }
}
Describe 'assertions' {
    It 'fails' { 1..3 | Invoke-LokyParallel { $_ | Should -BeLessThan 2 -Because 'it is small' } }
    It 'fails in silence' { 1..3 | Invoke-LokyParallel { $_ | Should -BeLessThan 2 } -ErrorAction SilentlyContinue }
    It 'fails with stop' { 1..3 | Invoke-LokyParallel { $_ | Should -BeLessThan 2 } -ErrorAction Stop }
    It 'fails in a job' { 1..3 | Invoke-LokyParallel { $_ | Should -BeLessThan 2 } -AsJob | Receive-Job -Wait -ErrorAction Stop }
    It 'holds' { 1..3 | Invoke-LokyParallel { $_ | Should -BeLessThan 4 } }
    It 'is caught' { 1..2 | Invoke-LokyParallel { try { $_ | Should -Be 0 } catch { 'caught' } } | Should -Be 'caught', 'caught' }
    It 'folder of the test drive' { Set-Content TestDrive:/a.txt x; 1 | Invoke-LokyParallel { Get-Content $TestDrive/a.txt } | Should -Be x }
}
'@
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

# How a call behaves in a test of the user: each case is a Pester run of its own, in a PowerShell of its own.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force

    # Runs the text as the body of one test and tells what became of it.
    function Invoke-Test([string] $Body, [string] $Before = '') {
        $file = Join-Path $TestDrive "$([guid]::NewGuid()).Tests.ps1"
        Set-Content $file "BeforeAll { $Before }; Describe 'a' { It 'b' { $Body } }"
        $run = Invoke-Session -Seconds 240 @"
Import-Module '$((Get-Module Pester).Path)'
`$null = Get-LokyExecutor -MaxWorkers 1
`$test = (Invoke-Pester '$file' -PassThru -Output None).Tests[0]
[pscustomobject]@{ Result = `$test.Result; Message = "`$(`$test.ErrorRecord)"; Ids = @(`$test.ErrorRecord.FullyQualifiedErrorId) } | ConvertTo-Json -Compress
"@
        $run.Errors | Should -BeNullOrEmpty
        $run.Lines[-1] | ConvertFrom-Json
    }
}

Describe 'A call in a Pester test' {
    It 'tells once that it cannot take a mock of a <name> along, and what to do instead' -ForEach @(
        @{ name = 'function'; command = 'Get-Thing'; before = 'function Get-Thing { "real" }' }
        @{ name = 'cmdlet'; command = 'Get-Date'; before = '' }
        @{ name = 'function that a function calls'; command = 'Get-Outer'; before = 'function Get-Thing { "real" }; function Get-Outer { Get-Thing }' }
    ) {
        $mocked = $command -replace 'Outer', 'Thing'
        $result = Invoke-Test "Mock $mocked { 'mocked' }; 1..3 | Invoke-LokyParallel { $command } -ErrorAction Continue" -Before $before
        $result.Result | Should -Be Failed
        $result.Ids | Should -Be 'LokyMock,Loky.PowerShell.Commands.InvokeLokyParallelCommand'
        $result.Message | Should -BeLike "*$mocked*Mock Invoke-LokyParallel*"
        $result.Message | Should -Not -Match '\n'
    }

    It 'can itself be mocked, to run the block in the session with the mocks' {
        $result = Invoke-Test -Before 'function Get-Thing { "real" }' @'
Mock Get-Thing { 'mocked' }
Mock Invoke-LokyParallel { $InputObject | ForEach-Object $ScriptBlock }
1 | Invoke-LokyParallel { Get-Thing } | Should -Be 'mocked'
'@
        $result.Message | Should -BeNullOrEmpty
        $result.Result | Should -Be Passed
    }

    It 'fails the test when an assertion in the block fails, with what the assertion says' {
        $result = Invoke-Test '1..3 | Invoke-LokyParallel { $_ | Should -BeLessThan 2 -Because "it is small" }'
        $result.Result | Should -Be Failed
        $result.Message | Should -BeLike '*to be less than 2*because it is small*but got*'
        @($result.Ids) | Should -HaveCount 1
        (Invoke-Test '1..3 | Invoke-LokyParallel { $_ | Should -BeLessThan 2 } -ErrorAction SilentlyContinue').Result | Should -Be Failed
        (Invoke-Test '1..3 | Invoke-LokyParallel { $_ | Should -BeLessThan 2 } -ErrorAction Stop').Result | Should -Be Failed
    }

    It 'passes when the assertions in the block hold or are caught' {
        (Invoke-Test '1..3 | Invoke-LokyParallel { $_ | Should -BeLessThan 4 }').Result | Should -Be Passed
        (Invoke-Test '1..3 | Invoke-LokyParallel { try { $_ | Should -Be 0 } catch { "caught" } } | Should -Be "caught", "caught", "caught"').Result | Should -Be Passed
    }

    It 'as a job hands a failed assertion to Receive-Job' {
        (Invoke-Test '1..3 | Invoke-LokyParallel { $_ | Should -BeLessThan 2 } -AsJob | Receive-Job -Wait -ErrorAction Stop').Result | Should -Be Failed
    }

    It 'finds the files of the test drive by the variable' {
        $result = Invoke-Test 'Set-Content TestDrive:/a.txt x; 1 | Invoke-LokyParallel { Get-Content $TestDrive/a.txt } | Should -Be x'
        $result.Result | Should -Be Passed
    }
}

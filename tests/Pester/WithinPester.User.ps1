# The tests of a user, which WithinPester.Tests.ps1 runs; not every one of them is to pass.

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

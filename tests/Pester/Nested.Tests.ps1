BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 2
}

AfterAll {
    Reset-Loky
}

Describe 'A block that calls Invoke-LokyParallel' {
    It 'gets the results of its own pool' {
        1..3 | Invoke-LokyParallel { $outer = $_; 1..3 | Invoke-LokyParallel { $_ * 10 } -MaxWorkers 1 -Ordered | ForEach-Object { $outer * $_ } } -Ordered |
            Should -Be 10, 20, 30, 20, 40, 60, 30, 60, 90
    }

    It 'leaves the outer worker alive, with no errors of its own' {
        # The import of a module leaves variables behind that cannot be removed; a worker once died of trying.
        $run = Invoke-Session @'
$null = Get-LokyExecutor -MaxWorkers 1
1..3 | ForEach-Object { 1 | Invoke-LokyParallel { "$PID $(1 | Invoke-LokyParallel { 'inner' } -MaxWorkers 1)" } }
'@
        $run.Lines.Count | Should -Be 3
        @($run.Lines | Sort-Object -Unique).Count | Should -Be 1
        $run.Lines[0] | Should -BeLike '* inner'
        $run.Errors | Should -BeNullOrEmpty
    }

    It 'does not wait for the idle timeout of the inner pool' {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        1 | Invoke-LokyParallel { 1 | Invoke-LokyParallel { 'inner' } -MaxWorkers 1 -IdleTimeout 300 } | Should -Be 'inner'
        Reset-Loky
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 30
    }

    It 'takes its inner workers with it when the outer pool stops' {
        $inner = 1 | Invoke-LokyParallel { 1 | Invoke-LokyParallel { $PID } -MaxWorkers 1 -IdleTimeout 300 } -MaxWorkers 1
        Reset-Loky
        Wait-Condition { -not (Get-LiveProcess $inner) } -Because 'the inner worker is gone' -Seconds 10
    }

    It 'may go as deep as LOKY_MAX_DEPTH and no deeper' {
        $script = @'
function Invoke-Deep([int] $Depth) {
    if ($Depth -eq 0) { 'bottom' } else { $Depth - 1 | Invoke-LokyParallel { Invoke-Deep $_ } -MaxWorkers 1 -ErrorAction Stop }
}
Invoke-Deep 3
try { Invoke-Deep 4 } catch { $_.FullyQualifiedErrorId; $_.Exception.Message }
'@
        $run = Invoke-Session $script -Environment @{ LOKY_MAX_DEPTH = '3' } -Seconds 120
        $run.Lines[0] | Should -Be 'bottom'
        $run.Lines[1] | Should -BeLike 'LokyRecursion*'
        "$($run.Lines[2..9])" | Should -Match 'LOKY_MAX_DEPTH'
    }
}

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 1
}

AfterAll {
    Reset-Loky
}

Describe 'A block of named blocks' {
    It 'is refused once, before anything runs, when it has <name>' -ForEach @(
        @{ name = 'begin, process and end'; block = { begin { 'b' } process { $_ } end { 'e' } } }
        @{ name = 'begin'; block = { begin { 'b' } } }
        @{ name = 'process and end'; block = { param($x) process { $_ } end { 'e' } } }
        @{ name = 'clean'; block = { end { $_ } clean { } } }
    ) {
        $output = [Collections.Generic.List[object]]::new()
        $failures = $null
        $failure = { 1..3 | Invoke-LokyParallel $block -ErrorVariable +failures | ForEach-Object { $output.Add($_) } } |
            Should -Throw -PassThru -ErrorId 'LokyNamedBlocks,Loky.PowerShell.Commands.InvokeLokyParallelCommand'
        "$failure" | Should -BeLike '*-Initializer*behind*'
        $failure.CategoryInfo.Category | Should -Be InvalidArgument
        $output | Should -BeNullOrEmpty
        { Start-LokyJob $block } | Should -Throw -ErrorId 'LokyNamedBlocks,Loky.PowerShell.Commands.StartLokyJobCommand'
        { 1..3 | Invoke-LokyParallel $block -AsJob } | Should -Throw -ErrorId 'LokyNamedBlocks,*'
    }

    It 'runs for each item when it has only <name>, as with ForEach-Object' -ForEach @(
        @{ name = 'process'; block = { process { "$_ x" } } }
        @{ name = 'end'; block = { end { "$_ x" } } }
    ) {
        1..2 | Invoke-LokyParallel $block -Ordered | Should -Be (1..2 | ForEach-Object $block)
    }

    It 'may be of a function that it calls, and of an initializer' {
        function Get-Named { begin { 'b' } process { "p$_" } end { 'e' } }
        7 | Invoke-LokyParallel { $_ | Get-Named } | Should -Be 'b', 'p7', 'e'
        7 | Invoke-LokyParallel { $global:begun } -Initializer { begin { $global:begun = 1 } end { $global:begun++ } } | Should -Be 2
        $null = Get-LokyExecutor -Initializer $null
    }
}

# What Format-Table and the like make of objects in a block.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 1
    $data = 1..4 | ForEach-Object { [pscustomobject] @{ Number = $_; Even = $_ % 2 -eq 0; Text = "text $_" } }
}

AfterAll {
    Reset-Loky
}

Describe 'Format objects' {
    It 'are shown as the session shows its own: <_>' -ForEach @(
        '$data | Format-Table'
        '$data | Format-Table Number, @{ Name = "Twice"; Expression = { $_.Number * 2 }; Alignment = "Left" } -AutoSize'
        '$data | Sort-Object Even | Format-Table -GroupBy Even'
        '$data | Format-List *'
        '$data | Format-Wide Text -Column 2'
        '$data | Format-Custom'
        'Get-Item $PSHOME | Format-Table Name'
        'Get-Process -Id 1 | Format-Table Id'
        '"text" | Format-List'
    ) {
        $block = [scriptblock]::Create($_)
        $expected = & $block | Out-String -Width 100
        $expected.Trim() | Should -Not -BeNullOrEmpty
        1 | Invoke-LokyParallel $block -ErrorAction Stop | Out-String -Width 100 | Should -BeExactly $expected
    }

    It 'can be items' {
        $table = $data | Format-Table
        $expected = $table | Out-String -Width 100
        Invoke-LokyParallel { $_ | Out-String -Width 100 } -InputObject $table -ErrorAction Stop | Should -BeExactly $expected
    }

    It 'do not end the script at the prompt' {
        $session = Invoke-Session @'
1..2 | Invoke-LokyParallel { [pscustomobject] @{ Number = $_; Name = "name $_" } | Format-Table } -Ordered -MaxWorkers 1
Get-LokyExecutor | Format-List State
'after'
'@
        $session.Errors | Should -BeNullOrEmpty
        $session.Lines | Should -Contain 'after'
        ($session.Lines -join "`n") | Should -Match 'Number Name'
        ($session.Lines -join "`n") | Should -Match '2 name 2'
    }
}

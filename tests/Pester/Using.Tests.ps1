BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 2
}

AfterAll {
    Reset-Loky
}

Describe '$using: in Invoke-LokyParallel' {
    It 'sends a scalar' {
        $number = 5
        1, 2 | Invoke-LokyParallel { $_ + $using:number } -Ordered | Should -Be 6, 7
    }

    It 'sends an element of an array or a hashtable' {
        $list = 'a', 'b', 'c'
        $table = @{ key = 'value' }
        1 | Invoke-LokyParallel { $using:list[1]; $using:table['key'] } | Should -Be 'b', 'value'
    }

    It 'sends a property' {
        $object = [pscustomobject]@{ Name = 'n'; Inner = @{ Deep = 7 } }
        1 | Invoke-LokyParallel { $using:object.Name; $using:object.Inner.Deep } | Should -Be 'n', 7
    }

    It 'ignores the case of the name' {
        $MixedCase = 'x'
        1 | Invoke-LokyParallel { $using:mixedcase } | Should -Be 'x'
    }

    It 'works inside another block' {
        $outer = 'o'
        1 | Invoke-LokyParallel { & { $using:outer }; . { "$using:outer!" } } | Should -Be 'o', 'o!'
    }

    It 'works inside the block of ForEach-Object, however its name is written' {
        $outer = 'o'
        1 | Invoke-LokyParallel { 1 | foreach-object { $using:outer }; 1 | ForEach { $using:outer }; 1 | % { $using:outer } } | Should -Be 'o', 'o', 'o'
    }

    It 'works inside a string' {
        $name = 'n'
        1 | Invoke-LokyParallel { "<$using:name>" } | Should -Be '<n>'
    }

    It 'keeps a $null' {
        $nothing = $null
        1 | Invoke-LokyParallel { $null -eq $using:nothing } | Should -BeTrue
    }

    It 'sends the value of the moment of the call' {
        $value = 1
        $first = 1 | Invoke-LokyParallel { $using:value }
        $value = 2
        $second = 1 | Invoke-LokyParallel { $using:value }
        $first, $second | Should -Be 1, 2
    }

    It 'is a copy, so the session keeps its own' {
        $table = @{ n = 1 }
        1 | Invoke-LokyParallel { $copy = $using:table; $copy.n = 2; $copy.n } | Should -Be 2
        $table.n | Should -Be 1
    }

    It 'reaches three levels deep with different names' {
        $first = 'a'
        1 | Invoke-LokyParallel {
            $second = "$($using:first)b"
            1 | Invoke-LokyParallel {
                $third = "$($using:second)c"
                1 | Invoke-LokyParallel { "$($using:third)d" }
            }
        } | Should -Be 'abcd'
    }

    It 'takes a scope or a drive' {
        $global:lokyGlobal = 9
        try {
            $own = 3
            function Get-LokyUsed { 'used' }
            1 | Invoke-LokyParallel { $using:global:lokyGlobal; $using:local:own; $using:variable:own } | Should -Be 9, 3, 3
            1 | Invoke-LokyParallel { $using:env:PATH; "${using:env:PATH}!"; & ${using:function:Get-LokyUsed} } | Should -Be $env:PATH, "$env:PATH!", 'used'
        }
        finally {
            Remove-Variable lokyGlobal -Scope Global
        }
    }

    It 'reaches three levels deep with the same name' {
        $name = 'a'
        1 | Invoke-LokyParallel {
            $name = "$($using:name)b"
            1 | Invoke-LokyParallel {
                $name = "$($using:name)c"
                1 | Invoke-LokyParallel { "$($using:name)d" }
            }
        } | Should -Be 'abcd'
    }

    It 'in a block for a parallel command is of the place where that command stands: <_>' -ForEach @(
        { $name = 'inner'; $block = { "<$using:name>" }; Start-ThreadJob $block | Receive-Job -Wait }
        { $name = 'inner'; [scriptblock] $block = { "<$using:name>" }; 1 | ForEach-Object -Parallel $block }
        { $name = 'inner'; $block = { "<$using:name>" }; 1 | Invoke-LokyParallel -ScriptBlock:$block -MaxWorkers 1 }
        { $name = 'inner'; $table = @{ ScriptBlock = { "<$using:name>" } }; Start-ThreadJob @table | Receive-Job -Wait }
        { $name = 'inner'; $table = @{ Parallel = { "<$using:name>" } }; 1 | ForEach-Object @table }
        { $name = 'inner'; $block = { "<$using:name>" }; 1 | Invoke-LokyParallel -NoCapture $block -MaxWorkers 1 }
        { $name = 'inner'; Start-ThreadJob -ScriptBlock:{ "<$using:name>" } | Receive-Job -Wait }
        { $name = 'inner'; 1 | Microsoft.PowerShell.Core\ForEach-Object -Parallel { "<$using:name>" } }
        { $name = 'inner'; sajb { "<$using:name>" } | Receive-Job -Wait }
    ) {
        $name = 'outer'
        1 | Invoke-LokyParallel ([scriptblock]::Create("$_")) | Should -Be '<inner>'
    }

    It 'in a block in a variable is of the caller where the block runs in the item itself' {
        $name = 'outer'
        1 | Invoke-LokyParallel { $name = 'inner'; $block = { "<$using:name>" }; & $block; 1 | ForEach-Object $block } | Should -Be '<outer>', '<outer>'
    }

    It 'in a block that runs in the item itself is of the caller: <_>' -ForEach @(
        { $block = { "<$using:name>" }; Invoke-Command -ScriptBlock $block }
        { $table = @{ ScriptBlock = { "<$using:name>" } }; Invoke-Command @table }
        { Invoke-Command -ScriptBlock:{ "<$using:name>" } }
        { Invoke-Command { "<$using:name>" } }
        { $block = { "<$using:name>" }; Start-ThreadJob { param($given) & $given } -ArgumentList $block | Receive-Job -Wait }
        { $list = { "<$using:name>" } | ForEach-Object { & $_ }; Start-ThreadJob { param($given) $given } -ArgumentList $list | Receive-Job -Wait }
    ) {
        $name = 'outer'
        1 | Invoke-LokyParallel ([scriptblock]::Create("$_")) | Should -Be '<outer>'
    }

    It 'in a block in a variable for a parallel command is an error where nothing has that name' {
        $name = 'outer'
        1 | Invoke-LokyParallel -NoCapture { $block = { $using:name }; 1 | ForEach-Object -Parallel $block } -ErrorVariable failure -ErrorAction SilentlyContinue |
            Should -BeNullOrEmpty
        $failure.FullyQualifiedErrorId | Should -BeLike 'UsingVariableIsUndefined,*'
    }

    It 'of an undefined variable is an error before anything runs' {
        $marker = Join-Path $TestDrive 'undefined'
        { 1 | Invoke-LokyParallel { Set-Content -LiteralPath $using:marker 'ran'; $using:nobodyDefinedThis } -ErrorAction Stop } |
            Should -Throw -ErrorId 'UsingVariableIsUndefined,*' -ExpectedMessage '*nobodyDefinedThis*'
        $marker | Should -Not -Exist
    }

    It 'of an undefined variable leaves the pool usable' {
        { 1 | Invoke-LokyParallel { $using:nobodyDefinedThis } -ErrorAction Stop } | Should -Throw
        1 | Invoke-LokyParallel { $_ + 1 } | Should -Be 2
    }
}

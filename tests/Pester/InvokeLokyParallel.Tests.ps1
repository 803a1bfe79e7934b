BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    Reset-Loky
    $null = Get-LokyExecutor -MaxWorkers 2
}

AfterAll {
    Reset-Loky
}

Describe 'Invoke-LokyParallel' {
    It 'runs the block once for each input object' {
        $results = 1..200 | Invoke-LokyParallel { $_ * 2 }
        $results | Sort-Object | Should -Be @(1..200 | ForEach-Object { $_ * 2 })
    }

    It 'offers the object as $PSItem as well' {
        'a' | Invoke-LokyParallel { "$PSItem$_" } | Should -BeExactly 'aa'
    }

    It 'runs in other processes than the session' {
        $ids = 1..20 | Invoke-LokyParallel { $PID }
        $ids | Should -HaveCount 20
        $ids | Should -Not -Contain $PID
    }

    It 'runs no more processes at a time than -MaxWorkers' {
        @(Get-UsedWorker) | Should -HaveCount 2
    }

    It 'takes one object by -InputObject, also when it is an array' {
        Invoke-LokyParallel { $_ + 1 } -InputObject 41 | Should -Be 42
        Invoke-LokyParallel { $_.Count } -InputObject 1, 2, 3 | Should -Be 3
    }

    It 'gives nothing for an empty pipeline' {
        @() | Invoke-LokyParallel { 'never' } | Should -BeNullOrEmpty
    }

    It 'runs as often as ForEach-Object and -Parallel do: <name>' -ForEach @(
        @{ name = 'alone, once'; sequential = { ForEach-Object @args }; loky = { Invoke-LokyParallel @args }; times = 1 }
        @{ name = '-InputObject $null, once'; sequential = { ForEach-Object -InputObject $null @args }; loky = { Invoke-LokyParallel -InputObject $null @args }; times = 1 }
        @{ name = '-InputObject @(), once'; sequential = { ForEach-Object -InputObject @() @args }; loky = { Invoke-LokyParallel -InputObject @() @args }; times = 1 }
        @{ name = 'a piped $null, once'; sequential = { $null | ForEach-Object @args }; loky = { $null | Invoke-LokyParallel @args }; times = 1 }
        @{ name = 'a piped @(), never'; sequential = { @() | ForEach-Object @args }; loky = { @() | Invoke-LokyParallel @args }; times = 0 }
        @{ name = 'an upstream that writes nothing, never'; sequential = { & { } | ForEach-Object @args }; loky = { & { } | Invoke-LokyParallel @args }; times = 0 }
    ) {
        @(& $sequential -Process { 'ran' }) | Should -HaveCount $times
        $block = { "$($null -eq $_) $(@($_).Count)" }
        $expected = @(& $sequential -Parallel $block)
        $expected | Should -HaveCount $times
        @(& $loky -ScriptBlock $block) | Should -Be $expected
        @(& $loky -ScriptBlock $block -AsJob | Receive-Job -Wait -AutoRemoveJob) | Should -Be $expected
    }

    It 'gives a delegate that gets no input $null, once' {
        $delegate = [Delegate]::CreateDelegate([Func[string, bool]], [string].GetMethod('IsNullOrEmpty'))
        @(Invoke-LokyParallel -Delegate $delegate) | Should -Be $true
    }

    It 'takes $null as an item' {
        $null, 1 | Invoke-LokyParallel { $null -eq $_ } -Ordered | Should -Be $true, $false
    }

    It 'passes -ArgumentList to param()' {
        1..2 | Invoke-LokyParallel { param($first, $second) "$_ $first $second" } -ArgumentList 'a', 'b' -Ordered |
            Should -Be '1 a b', '2 a b'
    }

    It 'passes -ArgumentList to $args' {
        1 | Invoke-LokyParallel { "$_ $($args[0]) $($args.Count)" } -ArgumentList 'a', 'b' | Should -Be '1 a 2'
    }

    It 'passes what -ArgumentList has beyond the others to the parameter for the rest: <name>' -ForEach @(
        @{ name = 'alone'; list = 1, 2, 3; block = { param([Parameter(ValueFromRemainingArguments)] $rest) "$rest" }; expected = '1 2 3' }
        @{ name = 'last'; list = 1, 2, 3; block = { param($first, [Parameter(ValueFromRemainingArguments)] $rest) "$first|$rest" }; expected = '1|2 3' }
        @{ name = 'first'; list = 1, 2, 3; block = { param([Parameter(ValueFromRemainingArguments = $true)] $rest, $first) "$first|$rest" }; expected = '1|2 3' }
        @{ name = 'with positions'; list = 1, 2, '3', 4; block = { param([Parameter(Position = 1)] $second, [Parameter(Position = 0)] $first, [Parameter(ValueFromRemainingArguments)] [int[]] $rest) "$first|$second|$rest" }; expected = '1|2|3 4' }
        @{ name = 'one collection'; list = 1, (2, 3); block = { param($first, [Parameter(ValueFromRemainingArguments)] $rest) "$first|$($rest.Count)" }; expected = '1|2' }
        @{ name = 'nothing left'; list = , 1; block = { param($first, [Parameter(ValueFromRemainingArguments)] $rest) "$first|$($null -eq $rest)" }; expected = '1|True' }
    ) {
        & $block @list | Should -Be $expected -Because 'any command takes them so'
        1 | Invoke-LokyParallel $block -ArgumentList $list | Should -Be $expected
        Start-LokyJob $block -ArgumentList $list | Receive-Job -Wait -AutoRemoveJob | Should -Be $expected
    }

    It 'passes to $args what -ArgumentList has beyond param()' {
        1 | Invoke-LokyParallel { param($first) "$first|$args" } -ArgumentList 1, 2, 3 | Should -Be '1|2 3'
    }

    It 'runs a block made from text' {
        3 | Invoke-LokyParallel ([scriptblock]::Create('$_ * 3')) | Should -Be 9
    }

    It 'runs a block kept in a variable' {
        $block = { $_ * 4 }
        3 | Invoke-LokyParallel $block | Should -Be 12
    }

    It 'runs a compiled static method given as -Delegate' {
        $method = [Math].GetMethod('Sqrt', [type[]]@([double]))
        $delegate = [Delegate]::CreateDelegate([Func[double, double]], $method)
        [double[]](4, 9, 16) | Invoke-LokyParallel -Delegate $delegate -Ordered | Should -Be 2, 3, 4
    }

    It 'runs nothing with -WhatIf' {
        $marker = Join-Path $TestDrive 'whatif'
        1 | Invoke-LokyParallel { Set-Content -LiteralPath $using:marker 'ran'; 'ran' } -WhatIf | Should -BeNullOrEmpty
        $marker | Should -Not -Exist
    }

    It 'delivers results while the input still goes on' {
        $state = @{ Seen = $false }
        $watch = [Diagnostics.Stopwatch]::StartNew()
        & {
            while (-not $state.Seen -and $watch.Elapsed.TotalSeconds -lt 30) { 1; Start-Sleep -Milliseconds 5 }
        } | Invoke-LokyParallel { $_ } | ForEach-Object { $state.Seen = $true }
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 30
    }

    It 'works twice in one pipeline' {
        1..50 | Invoke-LokyParallel { $_ + 1 } | Invoke-LokyParallel { $_ * 10 } | Sort-Object |
            Should -Be @(2..51 | ForEach-Object { $_ * 10 })
    }

    It 'hashes real files as the sequential pipeline does' {
        # PowerShell's own files and those of the SDK that built the module: real ones, and the same on every machine.
        $dotnet = Get-Item (Get-Command dotnet -CommandType Application | Select-Object -First 1).Source
        $target = $dotnet.ResolveLinkTarget($true)
        $sdk = $target ? $target.DirectoryName : $dotnet.DirectoryName
        $files = @(Get-ChildItem -LiteralPath $PSHOME, $sdk -File -Recurse -ErrorAction Ignore | Sort-Object Length | Select-Object -First 1500)
        $files | Should -HaveCount 1500
        $expected = $files | ForEach-Object { (Get-FileHash -LiteralPath $_.FullName).Hash }
        $actual = $files | Invoke-LokyParallel -Ordered { (Get-FileHash -LiteralPath $_.FullName).Hash }
        $actual.Count | Should -Be $expected.Count
        Compare-Object $expected $actual -SyncWindow 0 | Should -BeNullOrEmpty
    }
}

Describe 'The output of Invoke-LokyParallel' {
    It 'is for <name> what ForEach-Object gives' -ForEach @(
        @{ name = 'several outputs'; block = { $_; $_ * 2 } }
        @{ name = 'no output'; block = { if ($_ -eq 2) { $_ } } }
        @{ name = 'a null'; block = { $null } }
        @{ name = 'an array'; block = { @($_, 'x') } }
        @{ name = 'a wrapped array'; block = { , @($_, 'x') } }
        @{ name = 'an array in an array'; block = { @(, @($_, 'x')) } }
        @{ name = 'a wrapped empty array'; block = { , @() } }
        @{ name = 'an empty array'; block = { @() } }
        @{ name = 'a range'; block = { 1..$_ } }
        @{ name = 'an empty string'; block = { '' } }
        @{ name = 'a hashtable'; block = { @{ a = $_ } } }
        @{ name = 'a return in the middle'; block = { if ($_ -eq 2) { return 'two' } 'other' } }
        @{ name = 'true and false'; block = { $_ -gt 1; $false } }
    ) {
        $expected = @(1..3 | ForEach-Object $block)
        $actual = @(1..3 | Invoke-LokyParallel $block -Ordered -ErrorAction Stop)
        $actual | Should -HaveCount $expected.Count
        for ($i = 0; $i -lt $expected.Count; $i++) {
            ConvertTo-Json -InputObject $actual[$i] -Compress | Should -BeExactly (ConvertTo-Json -InputObject $expected[$i] -Compress)
            if ($null -ne $expected[$i]) { $actual[$i].GetType() | Should -Be $expected[$i].GetType() }
        }
    }
}

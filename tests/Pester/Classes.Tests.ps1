# Classes and enums that a call brings, or that its block defines, are the call's own.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 1
}

AfterAll {
    Reset-Loky
}

Describe 'A class of the caller' {
    It 'is not there for the next call, which does not bring it' {
        . ([scriptblock]::Create('class LokyOnce { [int] N() { return 1 } }'))
        1..3 | Invoke-LokyParallel { [LokyOnce]::new().N() } -BatchSize 1 | Should -Be 1, 1, 1
        1 | Invoke-LokyParallel { $null -eq ('LokyOnce' -as [type]) } -NoCapture | Should -BeTrue
        1 | Invoke-LokyParallel { [LokyOnce]::new().N() } | Should -Be 1
    }

    It 'that was defined anew is seen anew, also through a function' {
        function Get-LokyN { [LokyAgain]::new().N() }
        foreach ($n in 1..3) {
            . ([scriptblock]::Create("class LokyAgain { [int] N() { return $n } }"))
            1 | Invoke-LokyParallel { [LokyAgain]::new().N(); Get-LokyN } | Should -Be $n, $n
        }
    }

    It 'stays for all batches of its call while others run in between' {
        . ([scriptblock]::Create('class LokyLong { [int] N() { return 1 } }'))
        $job = 1..30 | Invoke-LokyParallel { Start-Sleep -Milliseconds 20; [LokyLong]::new().N() } -BatchSize 1 -AsJob
        1..5 | ForEach-Object { $_ | Invoke-LokyParallel { 'other' } } | Should -Be (, 'other' * 5)
        $job | Receive-Job -Wait -AutoRemoveJob | Should -Be (, 1 * 30)
    }

    It 'of the initializer stays for all calls' {
        $null = Get-LokyExecutor -MaxWorkers 1 -Initializer { . ([scriptblock]::Create('class LokyAlways { [int] N() { return 9 } }')) }
        1..2 | ForEach-Object { 1 | Invoke-LokyParallel { ('LokyAlways' -as [type])::new().N() } } | Should -Be 9, 9
    }
}

Describe 'An object of a class that nothing names' {
    BeforeAll {
        $null = Get-LokyExecutor -MaxWorkers 2 -Initializer $null
        . ([scriptblock]::Create(@'
class LokyBase { [string] $Name = 'n' }
class LokyPoint : LokyBase { [int] $X; LokyPoint([int] $x) { $this.X = $x } [int] Twice() { return $this.X * 2 } }
class LokyLevelled { [LokyLevel] $Level = 'Low'; [string] Say() { return "is $($this.Level)" } }
enum LokyLevel { Low = 1; High = 2 }
'@))
        $point = [LokyPoint]::new(5)
        $level = [LokyLevel]::High
        $list = [Collections.Generic.List[LokyPoint]]::new()
        $list.Add($point)
    }

    It 'is one of it <where>' -ForEach @(
        @{ where = 'in the pipeline'; call = { [LokyPoint]::new(4) | Invoke-LokyParallel { $_.Twice(); $_.Name } }; expected = 8, 'n' }
        @{ where = 'in a variable'; call = { 1 | Invoke-LokyParallel { $point.Twice(); ($using:point).Name } }; expected = 10, 'n' }
        @{ where = 'as an argument'; call = { 1 | Invoke-LokyParallel { $args[0].Twice() } -ArgumentList $point }; expected = 10 }
        @{ where = 'inside of another object'; call = { [pscustomobject]@{ P = $point } | Invoke-LokyParallel { $_.P.Twice() } }; expected = 10 }
        @{ where = 'in a typed list'; call = { 1 | Invoke-LokyParallel { "$($list.GetType())"; $list[0].Twice() } }; expected = 'System.Collections.Generic.List[LokyPoint]', 10 }
        @{ where = 'as an enum'; call = { 1 | Invoke-LokyParallel { $level -eq 'High'; "$level" } }; expected = $true, 'High' }
        @{ where = 'among objects of other classes'
            call = { [LokyPoint]::new(1), [LokyLevelled]::new(), [LokyLevel]::High, 3, [LokyPoint]::new(2) | Invoke-LokyParallel { if ($_.Say) { $_.Say() } elseif ($_.Name) { $_.Twice() } else { "$_" } } -Ordered -BatchSize 1 }
            expected = 2, 'is Low', 'High', '3', 4 }
    ) {
        & $call | Should -Be $expected
    }

    It 'comes back as one of it, also from a job' {
        $result = $point | Invoke-LokyParallel { $_.X++; $_ }
        $result | Should -BeOfType ([LokyPoint])
        $result.Twice() | Should -Be 12
        $point | Invoke-LokyParallel { $_ } -AsJob | Receive-Job -Wait -AutoRemoveJob | Should -BeOfType ([LokyPoint])
    }

    It 'finds <what> that its methods use <where>' -ForEach @(
        foreach ($use in @(
                @{ what = 'the functions, variables and aliases'; make = { [LokyTaxed]::new() }; call = { param($it) $it.Tax(100) }; expected = 25 }
                @{ what = 'a module'; make = { [LokyModular]::new() }; call = { param($it) $it.Ask() }; expected = 'of a module' }
            )) {
            foreach ($road in @(
                    @{ where = 'in the pipeline'; run = { param($object, $call) $object | Invoke-LokyParallel { & $call $_ } } }
                    @{ where = 'in a variable'; run = { param($object, $call) 1 | Invoke-LokyParallel { & $call $object } } }
                    @{ where = 'as an argument'; run = { param($object, $call) 1 | Invoke-LokyParallel { & $call $args[0] } -ArgumentList $object } }
                    @{ where = 'in the pipeline of a job'; run = { param($object, $call) $object | Invoke-LokyParallel { & $call $_ } -AsJob | Receive-Job -Wait -AutoRemoveJob } }
                    @{ where = 'behind items without a class'; run = { param($object, $call) 1, 2, $object | Invoke-LokyParallel { if ($_ -isnot [int]) { & $call $_ } } -BatchSize 1 -Ordered } }
                )) {
                $use + $road
            }
        }
    ) {
        function Get-LokyRate { $lokyRate }
        function Get-LokyTax($n) { glrate | ForEach-Object { $n * $_ } }
        Set-Alias glrate Get-LokyRate
        $lokyRate = 0.25
        $path = Join-Path $TestDrive 'LokyLateModule.psm1'
        Set-Content $path 'function Get-LokyOfModule { "of a module" }'
        Import-Module $path
        . ([scriptblock]::Create('class LokyTaxed { [object] Tax($n) { return Get-LokyTax $n } }; class LokyModular { [object] Ask() { return Get-LokyOfModule } }'))
        try {
            & $run (& $make) $call | Should -Be $expected
        }
        finally {
            Remove-Module LokyLateModule
        }
    }

    It 'fails its item, and no other, when its class uses what cannot be sent' {
        $stream = [IO.MemoryStream]::new()
        function Get-LokyLength { $stream.Length }
        . ([scriptblock]::Create('class LokyStreaming { [object] Get() { return Get-LokyLength } }'))
        try {
            1, [LokyStreaming]::new(), 2, [LokyStreaming]::new() | Invoke-LokyParallel { $_ } -Ordered -ErrorVariable failed -ErrorAction SilentlyContinue | Should -Be 1, 2
            $failed.FullyQualifiedErrorId | Should -Be (, 'LokyCapture,Loky.PowerShell.Commands.InvokeLokyParallelCommand' * 2)
            $failed[0].TargetObject.GetType().Name | Should -Be 'LokyStreaming'
        }
        finally {
            $stream.Dispose()
        }
    }

    It 'leaves no class behind' {
        $null = 1..4 | ForEach-Object { [LokyPoint]::new($_) } | Invoke-LokyParallel { $_.X } -BatchSize 1
        1 | Invoke-LokyParallel { $null -eq ('LokyPoint' -as [type]) } | Should -BeTrue
    }
}

Describe 'A class of a block' {
    It 'can be used in it' {
        1..2 | ForEach-Object { 1 | Invoke-LokyParallel { class LokyInner { [int] N() { return 4 } }; [LokyInner]::new().N() } } | Should -Be 4, 4
    }

    It 'around the call comes along' {
        $outer = { class LokyOuter { [int] $N = 5 }; 1 | Invoke-LokyParallel { [LokyOuter]::new().N } }
        1..2 | ForEach-Object { & $outer } | Should -Be 5, 5
    }
}

Describe 'A module of using module' {
    It 'has the classes of the session, for objects that are sent, kept and returned' {
        $classes = Join-Path $TestDrive 'LokyClassesBoth.psm1'
        Set-Content $classes 'class LokyBoth { [int] $X; [int] Twice() { return $this.X * 2 } }; function New-LokyBoth { [LokyBoth]@{ X = 7 } }'
        $script = Join-Path $TestDrive 'both.ps1'
        Set-Content $script @"
using module $classes
`$list = [Collections.Generic.List[LokyBoth]]::new()
`$list.Add([LokyBoth]@{ X = 3 })
, `$list | Invoke-LokyParallel { `$_[0].Twice() }
1 | Invoke-LokyParallel { `$list[0] -is [LokyBoth]; (New-LokyBoth) -is [LokyBoth] }
1 | Invoke-LokyParallel { [LokyBoth]@{ X = 4 } } | ForEach-Object { `$_ -is [LokyBoth] }
[LokyBoth]@{ X = 5 } | Invoke-LokyParallel { `$_.Twice(); `$_ -is [LokyBoth] }
"@
        & $script | Should -Be 6, $true, $true, $true, 10, $true
    }

    It 'is there in each call' {
        $classes = Join-Path $TestDrive 'LokyClassesAgain.psm1'
        Set-Content $classes 'class LokyFromModule { [string] Name() { return "from module" } }'
        $script = Join-Path $TestDrive 'again.ps1'
        Set-Content $script "using module $classes`n1..2 | ForEach-Object { 1..3 | Invoke-LokyParallel { [LokyFromModule]::new().Name() } -BatchSize 1 }"
        & $script | Should -Be (, 'from module' * 6)
    }
}

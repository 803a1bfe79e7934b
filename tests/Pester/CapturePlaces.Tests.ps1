BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 1
}

AfterAll {
    Reset-Loky
}

Describe 'The place that a block was written in' {
    It 'tells $PSScriptRoot and $PSCommandPath of the file that the block was written in' {
        1 | Invoke-LokyParallel { "$PSScriptRoot|$PSCommandPath" } | Should -Be "$PSScriptRoot|$PSCommandPath"
    }

    It 'tells no $PSScriptRoot and no $PSCommandPath where the block is of no file' {
        1 | Invoke-LokyParallel ([scriptblock]::Create('"$PSScriptRoot|$PSCommandPath"')) | Should -Be '|'
        $result = Invoke-Session '1 | Invoke-LokyParallel { "$PSScriptRoot|$PSCommandPath|end" }'
        $result.Lines | Should -Be '||end'
    }

    It 'tells $PSScriptRoot and $PSCommandPath of a function''s own file, and then its own again' {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'other')).FullName
        $file = Join-Path $folder 'functions.ps1'
        Set-Content $file 'function Get-OwnPlace { "$PSScriptRoot|$PSCommandPath" }', '$placeBlock = { "$PSScriptRoot|$PSCommandPath" }'
        . $file
        $expected = "$folder|$file", "$folder|$file", "$PSScriptRoot|$PSCommandPath"
        & { Get-OwnPlace; & $placeBlock; "$PSScriptRoot|$PSCommandPath" } | Should -Be $expected
        1 | Invoke-LokyParallel { Get-OwnPlace; & $placeBlock; "$PSScriptRoot|$PSCommandPath" } | Should -Be $expected
    }

    It 'tells $PSScriptRoot and $PSCommandPath in classes, of each the own file, and where an error in them is' {
        $folder = (New-Item (Join-Path $TestDrive Placed) -ItemType Directory).FullName
        Set-Content (Join-Path $folder other.ps1) '', 'class LokyOtherPlace { [string] $Root = $PSScriptRoot; static [string] Path() { return $PSCommandPath } }'
        Set-Content (Join-Path $folder main.ps1) @'
param([switch] $Parallel)
. $PSScriptRoot/other.ps1
function Get-FunctionPlace { "$PSScriptRoot|$PSCommandPath" }

class LokyBasePlace { [string] Root() { return $PSScriptRoot } }; class LokyPlaced : LokyBasePlace {
    [string] $Path = $PSCommandPath
    LokyPlaced([int] $n) : base() { }
    [string] Full() { return "$($this.Root())|$($this.Path)|$(Get-FunctionPlace)" }
    [void] Fail() { throw 'placed' }
}

$block = {
    $placed = [LokyPlaced]::new(1)
    "$($placed.Full())|$([LokyOtherPlace]::Path())|$([LokyOtherPlace]::new().Root)"
    try { $placed.Fail() } catch { ($_.ScriptStackTrace -split "`n")[0].Trim() }
}
if ($Parallel) { 1 | Invoke-LokyParallel $block -ErrorAction Stop } else { & $block }
'@
        $expected = & (Join-Path $folder main.ps1)
        $expected[0] | Should -BeLike "$folder|*main.ps1|$folder|*"
        foreach ($round in 1, 2) {
            & (Join-Path $folder main.ps1) -Parallel | Should -Be $expected
        }
    }

    It 'takes classes of two files in the order in which they need each other' {
        $folder = (New-Item (Join-Path $TestDrive Needed) -ItemType Directory).FullName
        Set-Content (Join-Path $folder needed.ps1) 'class LokyNeeded { [string] Root() { return $PSCommandPath } }'
        Set-Content (Join-Path $folder needing.ps1) 'class LokyFirst { [string] Name() { return "first" } }', 'class LokyNeeding { [LokyNeeded] $Needed = [LokyNeeded]::new() }'
        . (Join-Path $folder needed.ps1)
        . (Join-Path $folder needing.ps1)
        $expected = 'first', (Join-Path $folder needed.ps1)
        1 | Invoke-LokyParallel { [LokyFirst]::new().Name(); [LokyNeeding]::new().Needed.Root() } -ErrorAction Stop | Should -Be $expected
    }

    It 'tells $PSScriptRoot in a block within the block, and in a script that it runs' {
        $script = Join-Path $TestDrive 'called.ps1'
        Set-Content $script '"$PSScriptRoot|$PSCommandPath"'
        1 | Invoke-LokyParallel { & { "$PSScriptRoot|$PSCommandPath" }; & $script; 1 | ForEach-Object { $PSScriptRoot } } |
            Should -Be "$PSScriptRoot|$PSCommandPath", "$((Get-Item $script).Directory)|$((Get-Item $script).FullName)", $PSScriptRoot
    }

    It 'still tells the place of an error and of a warning in the caller''s file' {
        $null = 1 | Invoke-LokyParallel { Get-Item -LiteralPath /no/such/file } -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].InvocationInfo.ScriptName | Should -Be $PSCommandPath
        $failure[0].InvocationInfo.Line.Trim() | Should -BeLike '*Get-Item -LiteralPath /no/such/file*'
        $failure[0].ScriptStackTrace | Should -BeLike "*$PSCommandPath*"
    }
}

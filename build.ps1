#Requires -Version 7.4
<#
.SYNOPSIS
Builds, tests, measures or packs Loky for PowerShell.
.DESCRIPTION
A convenience for those who have PowerShell at hand. Everything it does plain dotnet commands do too; docs/building.md
names them.
.PARAMETER Task
Build assembles the module in out/Loky. Test runs all tests, and Bench all benchmarks. Package writes the packages for the
PowerShell Gallery and for NuGet to out/packages; it is 'dotnet build tools/Loky.Packages'.
.PARAMETER Runtime
The kind of machine that the module of a package is compiled ahead of time for, such as linux-x64: its first calls take
less there, and it is for no other. Without it a package is for all.
.EXAMPLE
./build.ps1 -Task Test
.EXAMPLE
./build.ps1 -Task Package -Runtime linux-x64
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Bench', 'Package')]
    [string] $Task = 'Build',
    [ValidatePattern('^[a-z]+(-[a-z0-9]+)+$')]
    [string] $Runtime
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
# A failed dotnet command ends the script with its output as the reason.
$PSNativeCommandUseErrorActionPreference = $true

$solution = Join-Path $PSScriptRoot 'Loky.sln'

switch ($Task) {
    'Build' {
        dotnet build $solution -c Release
    }
    'Test' {
        dotnet test $solution -c Release
    }
    'Bench' {
        dotnet build $solution -c Release
        foreach ($script in Get-ChildItem (Join-Path $PSScriptRoot 'benchmarks') -Filter '*.ps1' -File) {
            & $script.FullName
        }
    }
    'Package' {
        dotnet build (Join-Path $PSScriptRoot 'tools' 'Loky.Packages') -c Release "-p:ModuleRuntime=$($Runtime ? $Runtime : 'any')"
        Get-ChildItem (Join-Path $PSScriptRoot 'out' 'packages')
    }
}

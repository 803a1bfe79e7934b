#Requires -Version 7.4
<#
.SYNOPSIS
Builds, tests, measures or packs Loky for PowerShell.
.DESCRIPTION
A convenience for those who have PowerShell at hand. Everything it does, except the package, plain dotnet commands do
too; the README names them.
.PARAMETER Task
Build assembles the module in out/Loky. Test runs all tests, and Bench all benchmarks. Package writes
out/Loky.<version>.zip, whose content is the module folder as the PowerShell Gallery takes it.
.PARAMETER Runtime
The kind of machine that a package is compiled ahead of time for, such as linux-x64: its first calls take less there, and
it is for no other. Without it a package is for all.
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
$module = Join-Path $PSScriptRoot 'out' 'Loky'

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
        dotnet build $solution -c Release "-p:ModuleRuntime=$($Runtime ? $Runtime : 'any')"
        $version = (Import-PowerShellDataFile (Join-Path $module 'Loky.psd1')).ModuleVersion
        $package = Join-Path $PSScriptRoot 'out' "Loky.$version$($Runtime ? "-$Runtime" : '').zip"
        Remove-Item $package -ErrorAction Ignore
        [IO.Compression.ZipFile]::CreateFromDirectory($module, $package, 'SmallestSize', $true)
        Get-Item $package
    }
}

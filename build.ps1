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
.EXAMPLE
./build.ps1 -Task Test
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Bench', 'Package')]
    [string] $Task = 'Build'
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
        dotnet build $solution -c Release
        $version = (Import-PowerShellDataFile (Join-Path $module 'Loky.psd1')).ModuleVersion
        $package = Join-Path $PSScriptRoot 'out' "Loky.$version.zip"
        Remove-Item $package -ErrorAction Ignore
        [IO.Compression.ZipFile]::CreateFromDirectory($module, $package, 'SmallestSize', $true)
        Get-Item $package
    }
}

BeforeAll {
    $modulePath = Join-Path $env:LOKY_MODULE 'Loky.psd1'
}

Describe 'The assembled module' {
    It 'contains its own files and no third-party assembly' {
        Get-ChildItem $env:LOKY_MODULE -Filter *.dll | ForEach-Object Name | Sort-Object |
            Should -Be 'Loky.Core.dll', 'Loky.PowerShell.dll', 'Loky.Worker.dll'
    }

    It 'has a valid manifest for PowerShell 7.4 and later' {
        $manifest = Test-ModuleManifest $modulePath
        $manifest.PowerShellVersion | Should -Be '7.4'
        $manifest.CompatiblePSEditions | Should -Be 'Core'
    }
}

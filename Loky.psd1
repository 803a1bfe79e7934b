@{
    RootModule           = 'Loky.PowerShell.dll'
    ModuleVersion        = '0.2.0'
    GUID                 = '6f0e1f5b-3c1d-4b7f-9d50-2f4a4c7b8e11'
    Author               = 'The Loky for PowerShell developers'
    CompanyName          = 'The Loky for PowerShell developers'
    Copyright            = 'Copyright (c) The Loky for PowerShell developers. MIT licence.'
    Description          = 'Runs scriptblocks and compiled delegates on a reusable pool of worker processes that cannot deadlock: a dead worker fails only the items that may have started on it.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('Loky.Format.ps1xml')
    FunctionsToExport    = @()
    CmdletsToExport      = @('Invoke-LokyParallel', 'Get-LokyExecutor', 'Stop-LokyExecutor', 'Start-LokyJob', 'New-LokyHost', 'Test-LokyHost', 'Export-LokyReport', 'Export-LokyTrace')
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{
        PSData = @{
            Tags         = @('Parallel', 'ProcessPool', 'Process', 'Worker', 'Job', 'Concurrency', 'Isolation', 'Loky', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
            ProjectUri   = 'https://github.com/loky-powershell/loky'
            LicenseUri   = 'https://github.com/loky-powershell/loky/blob/main/LICENSE'
            IconUri      = 'https://raw.githubusercontent.com/loky-powershell/loky/main/docs/images/icon.png'
            ReleaseNotes = 'https://github.com/loky-powershell/loky/blob/main/CHANGELOG.md'
        }
    }
}

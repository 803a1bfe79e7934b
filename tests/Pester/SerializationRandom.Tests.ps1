#Requires -Version 7.4
#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

# Values that nobody thought of, the same in each run.

BeforeAll {
    . $PSScriptRoot/SerializationSupport.ps1
    Add-Type -Path $PSScriptRoot/RandomValues.cs
}

Describe 'Random values' {
    It 'come back as they are' {
        $values = [LokyRandomValues]::new(20240607, $false)
        $failures = for ($i = 0; $i -lt 300; $i++) {
            $value = $values.Next()
            try {
                $difference = [LokyDifference]::Find($value, (Copy-Value $value))
                if ($difference) { "${i}: $difference" }
            } catch {
                "${i}: $_"
            }
        }
        $failures | Should -BeNullOrEmpty
    }

    It 'can be read, whatever refers to what' {
        $values = [LokyRandomValues]::new(20240607, $true)
        $failures = for ($i = 0; $i -lt 300; $i++) {
            $value = $values.Next()
            try { $null = Copy-Value $value } catch { "${i}: $_" }
        }
        $failures | Should -BeNullOrEmpty
    }
}

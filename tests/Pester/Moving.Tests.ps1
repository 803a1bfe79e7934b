# The pages for those who come from elsewhere: their examples, taken from there, and what their tables say of Loky.

BeforeDiscovery {
    Import-Module $PSScriptRoot/Documents.psm1 -Force
    $names = @(Get-DocumentName) -like 'docs/moving/*'
}

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Module $PSScriptRoot/Documents.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 2
}

AfterAll {
    Reset-Loky
}

Describe 'The page <_>' -ForEach $names {
    BeforeAll {
        $name = $_
        $document = Read-Document $name
        $codes = @($document.Codes)
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive (Split-Path $name -LeafBase))
    }

    It 'has examples that give what it shows, or what the other command gives' {
        $ours = @($codes | Where-Object Kind -EQ loky)
        $ours | Should -Not -BeNullOrEmpty
        foreach ($code in $ours) {
            $place = [array]::IndexOf($codes, $code)
            $run = Invoke-DocumentCode $code $folder.FullName
            $run.Errors | Should -BeNullOrEmpty -Because $code.Code
            $shown = ConvertTo-TerminalText @($run.Output)
            if ($place + 1 -lt $codes.Count -and $codes[$place + 1].Language -eq 'output') {
                $shown | Should -BeExactly ($codes[$place + 1].Code -split "`n")
            }
            else {
                $codes[$place - 1].Kind | Should -Be theirs -Because 'an example without output stands behind what it replaces'
                $other = Invoke-DocumentCode $codes[$place - 1] $folder.FullName
                $other.Errors | Should -BeNullOrEmpty
                $shown | Sort-Object | Should -BeExactly (ConvertTo-TerminalText @($other.Output) | Sort-Object)
            }
        }
    }

    It 'names no command and no parameter of ours that does not exist' {
        $text = [IO.File]::ReadAllText($document.Path)
        $commands = @(Get-Command -Module Loky)
        foreach ($match in [regex]::Matches($text, '\b[A-Z][a-z]+-Loky\w+')) { $match.Value | Should -BeIn $commands.Name }
        foreach ($row in [regex]::Matches($text, '(?m)^\|(?<theirs>[^|\\]*(?:\\\|[^|\\]*)*)\|(?<ours>[^|\\]*(?:\\\|[^|\\]*)*)\|')) {
            $named = [regex]::Matches($row.Groups['ours'].Value, '`(?<command>[A-Z]\w+-\w+)?[^`]*?(?<parameter>(?<![\w.])-[A-Z]\w+)')
            foreach ($one in $named) {
                $from = if ($one.Groups['command'].Success) { Get-Command $one.Groups['command'].Value } else { $commands }
                $from.Parameters.Keys | Should -Contain $one.Groups['parameter'].Value.TrimStart('-') -Because $row.Value
            }
        }
    }
}

Describe 'What the pages say of calls' {
    It 'gives each item a process of its own with -MaxTasksPerWorker 1' {
        try {
            1..3 | Invoke-LokyParallel { $PID } -MaxTasksPerWorker 1 | Sort-Object -Unique | Should -HaveCount 3
        }
        finally {
            $null = Get-LokyExecutor -MaxTasksPerWorker 0
        }
    }

    It 'takes an array given by name as one object' {
        Invoke-LokyParallel -InputObject 1, 2, 3 { $_.Count } | Should -Be 3
        ForEach-Object -InputObject 1, 2, 3 { $_.Count } | Should -Be 3
    }

    It 'takes -ErrorAction, which -Parallel refuses, and tells the item of an error' {
        { 1 | ForEach-Object -Parallel { throw 'no' } -ErrorAction SilentlyContinue } | Should -Throw -ErrorId '*ForEachObjectCommand'
        1..3 | Invoke-LokyParallel { if ($_ -eq 2) { throw 'no' } } -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure.TargetObject | Should -Be 2
    }

    It 'ends a call at its time limit, also as a TimeSpan, with one error' {
        1 | Invoke-LokyParallel { Start-Sleep 60 } -TimeoutSeconds ([timespan]::FromSeconds(1)) -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure.FullyQualifiedErrorId | Should -BeLike 'LokyTimeout,*'
    }

    It 'has the preferences, the functions and the classes of the session, which -Parallel has not' {
        function Get-LokyPage { 'function' }
        class LokyPage { [string] Get() { return 'class' } }
        $ErrorActionPreference = 'Stop'
        1 | Invoke-LokyParallel { $ErrorActionPreference; Get-LokyPage; [LokyPage]::new().Get() } | Should -Be Stop, function, class
        1 | ForEach-Object -Parallel { $ErrorActionPreference; Get-Command Get-LokyPage -ErrorAction Ignore; $null -eq ('LokyPage' -as [type]) } | Should -Be Continue, $true
    }

    It 'loses only the item whose process ends' {
        1..3 | Invoke-LokyParallel { if ($_ -eq 2) { [Environment]::Exit(4) }; $_ } -Ordered -ErrorAction SilentlyContinue -ErrorVariable failure |
            Should -Be 1, 3
        $failure.FullyQualifiedErrorId | Should -BeLike 'LokyWorkerTerminated,*'
    }

    It 'limits the depth of calls in calls' {
        $env:LOKY_MAX_DEPTH = 1
        try {
            1 | Invoke-LokyParallel { 1 | Invoke-LokyParallel { 1 } } -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            $failure.FullyQualifiedErrorId | Should -BeLike 'LokyRecursion,*'
        }
        finally {
            $env:LOKY_MAX_DEPTH = $null
        }
    }
}

Describe 'What the pages say of jobs' {
    It 'runs a script file from where the session is' {
        Set-Content (Join-Path $TestDrive page.ps1) '"in $(Split-Path $PWD -Leaf)"'
        Push-Location $TestDrive
        try {
            $there = "in $(Split-Path $PWD -Leaf)"
            Start-LokyJob { & ./page.ps1 } | Receive-Job -Wait -AutoRemoveJob | Should -Be $there
        }
        finally {
            Pop-Location
        }
    }

    It 'keeps the type of a custom object, which Start-Job loses' {
        (Start-LokyJob { [pscustomobject]@{ A = 1 } } | Receive-Job -Wait -AutoRemoveJob).pstypenames[0] | Should -Be 'System.Management.Automation.PSCustomObject'
        (Start-Job { [pscustomobject]@{ A = 1 } } | Receive-Job -Wait -AutoRemoveJob).pstypenames[0] | Should -Be 'Deserialized.System.Management.Automation.PSCustomObject'
    }

    It 'ends when its worker dies' {
        $job = Start-LokyJob { Stop-Process -Id $PID -Force }
        $null = Wait-Job $job -Timeout 60
        $job.State | Should -Be Failed
        Receive-Job $job -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure | Should -HaveCount 1
        $failure[0].Exception.Message | Should -Match 'worker'
        Remove-Job $job
    }

    It 'uses a worker again, and ends while it runs' {
        (Start-LokyJob { $PID } | Receive-Job -Wait -AutoRemoveJob) | Should -BeIn (Get-LokyExecutor).Workers.Id
        $marker = Join-Path $TestDrive running
        $job = Start-LokyJob { Set-Content $marker 1; Start-Sleep 600 }
        Wait-Condition { Test-Path $marker } -Because 'the job runs'
        Stop-Job $job
        $job.State | Should -Be Stopped
        Remove-Job $job
    }

    It 'takes nothing from the pipeline' {
        { 1 | Start-LokyJob { 1 } -ErrorAction Stop } | Should -Throw -ErrorId 'InputObjectNotBound,*'
    }
}

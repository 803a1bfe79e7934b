BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 1

    function New-Runspace([string] $Mode = 'FullLanguage') {
        $state = [initialsessionstate]::CreateDefault2()
        $state.ImportPSModule(@(Get-LokyManifest))
        $runspace = [runspacefactory]::CreateRunspace($state)
        $runspace.Open()
        $runspace.SessionStateProxy.LanguageMode = $Mode
        $runspace
    }

    # A runspace of its own: the first script runs with all rights, the second after the mode has been set.
    function Invoke-InMode([string] $Script, [string] $Before = '', [string] $Mode = 'ConstrainedLanguage', [object[]] $ArgumentList = @()) {
        $runspace = New-Runspace
        try {
            if ($Before) { $null = [powershell]::Create($runspace).AddScript($Before).Invoke() }
            $runspace.SessionStateProxy.LanguageMode = $Mode
            $shell = [powershell]::Create($runspace)
            $null = $shell.AddScript($Script)
            foreach ($argument in $ArgumentList) { $null = $shell.AddArgument($argument) }
            $failure = $null
            $output = try { $shell.Invoke() } catch { $failure = $_.Exception.InnerException.ErrorRecord }
            [pscustomobject]@{
                Output = @($output)
                Errors = @(@($shell.Streams.Error) + $failure | Where-Object { $_ })
                Ids    = @(@($shell.Streams.Error) + $failure | Where-Object { $_ } | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] })
            }
        }
        finally {
            $runspace.Dispose()
        }
    }

    # It keeps the pool that those without settings of their own share, so that not each has to start a worker.
    $keeper = New-Runspace ConstrainedLanguage
    $null = [powershell]::Create($keeper).AddScript('1 | Invoke-LokyParallel { $_ } -MaxWorkers 1').Invoke()

    $secret = Join-Path $TestDrive secret.txt
    [IO.File]::WriteAllText($secret, 'secret')
    $forbidden = "[System.IO.File]::ReadAllText('$secret')"
    $refused = 'MethodInvocationNotSupportedInConstrainedLanguage'
}

AfterAll {
    $keeper.Dispose()
    Reset-Loky
}

Describe 'A call of a session in ConstrainedLanguage' {
    It 'runs its block as restricted as the session itself: <what>' -ForEach @(
        @{ what = 'no methods'; block = "[System.IO.File]::ReadAllText('/')"; id = 'MethodInvocationNotSupportedInConstrainedLanguage' }
        @{ what = 'no new types'; block = "Add-Type 'public class Free { }'"; id = 'CannotDefineNewType' }
        @{ what = 'no way to change that'; block = '$ExecutionContext.SessionState.LanguageMode = "FullLanguage"'; id = 'PropertySetterNotSupportedInConstrainedLanguage' }
        @{ what = 'no objects of other types'; block = 'New-Object System.Net.WebClient'; id = 'CannotCreateTypeConstrainedLanguage' }
    ) {
        (Invoke-InMode $block).Ids | Should -Be $id
        $result = Invoke-InMode "1 | Invoke-LokyParallel { `$ExecutionContext.SessionState.LanguageMode; $block }"
        $result.Output | Should -Be 'ConstrainedLanguage'
        $result.Ids | Should -Be $id
    }

    It 'takes functions, variables, enums and modules of the session along' {
        $module = Join-Path $TestDrive Plain.psm1
        Set-Content $module 'function Get-Plain($x) { Get-Inner $x }; function Get-Inner($x) { "plain $x" }; Export-ModuleMember Get-Plain'
        $result = Invoke-InMode -ArgumentList $module {
            param($module)
            Import-Module $module
            New-Module -Name Memory { function Get-Shown($x) { Get-Hidden $x }; function Get-Hidden($x) { "hidden $x" }; Export-ModuleMember Get-Shown } | Import-Module
            enum Level { Low = 1; High = 2 }
            function Get-Twice($x) { $factor * $x }
            $factor = 2
            $table = @{ a = New-Object psobject -Property @{ b = 'c' } }
            $block = { "called $_" }
            1 | Invoke-LokyParallel { Get-Twice 4; Get-Plain 5; Get-Shown 6; "$([Level]::High)"; $using:table.a.b; & $block; "$_ $($args[0])" } -ArgumentList 'x'
        }
        $result.Errors | Should -BeNullOrEmpty
        $result.Output | Should -Be '8', 'plain 5', 'hidden 6', 'High', 'c', 'called 1', '1 x'
    }

    It 'runs the functions of a module that has all rights in the session without them' {
        $result = Invoke-InMode "1 | Invoke-LokyParallel { Read-Free }" -Before "New-Module -Name Free { function Read-Free { $forbidden } } | Import-Module"
        $result.Output | Should -BeNullOrEmpty
        $result.Ids | Should -Be $refused
    }

    It 'imports a module file without rights, and leaves it with all of them in the workers of other sessions' {
        $module = Join-Path $TestDrive FreeFile.psm1
        Set-Content $module "function Read-FreeFile { $forbidden }"
        Import-Module $module
        1 | Invoke-LokyParallel { Read-FreeFile } | Should -Be 'secret'
        $result = Invoke-InMode "1 | Invoke-LokyParallel { Read-FreeFile }" -Before "Import-Module '$module'"
        $result.Output | Should -BeNullOrEmpty
        $result.Ids | Should -Be $refused
        1 | Invoke-LokyParallel { Read-FreeFile } | Should -Be 'secret'
        Remove-Module FreeFile
    }

    It 'refuses a class, as the session does' {
        $result = Invoke-InMode '1 | Invoke-LokyParallel { [Reader]::new() }' -Before "class Reader { [string] `$text = $forbidden }; function global:New-Reader { [Reader]::new() }"
        $result.Output | Should -BeNullOrEmpty
        $result.Ids | Should -Be 'LokyCapture'
        "$($result.Errors)" | Should -BeLike '*class*not allowed*Constrained*'
        (Invoke-InMode '$x = New-Reader; $x | Invoke-LokyParallel { $_.text.Length }' -Before "class Reader { [string] `$text = 'x' }; function global:New-Reader { [Reader]::new() }").Ids |
            Should -Be 'LokyCapture'
    }

    It 'runs -Initializer as restricted' {
        $marker = Join-Path $TestDrive ([guid]::NewGuid())
        $result = Invoke-InMode "1 | Invoke-LokyParallel { `$_ } -Initializer { [System.IO.File]::WriteAllText('$marker', 'x') }"
        $marker | Should -Not -Exist
        $result.Ids | Should -Contain $refused
        $result = Invoke-InMode '1 | Invoke-LokyParallel { "$prepared $_" } -Initializer { $global:prepared = [string] $ExecutionContext.SessionState.LanguageMode }'
        $result.Output | Should -Be 'ConstrainedLanguage 1'
        $result = Invoke-InMode '$null = Get-LokyExecutor -Initializer { $global:prepared = 1 }; $null = Get-LokyExecutor -Initializer $null; 1 | Invoke-LokyParallel { "$prepared$($ExecutionContext.SessionState.LanguageMode)" }'
        $result.Output | Should -Be 'ConstrainedLanguage'
    }

    It 'runs converters as restricted: <name>' -ForEach @(
        @{ name = 'on the way to the worker'; toWire = $true; call = '[uri] "http://a/" | Invoke-LokyParallel { "$_" }' }
        @{ name = 'in the worker'; toWire = $false; call = '[uri] "http://a/" | Invoke-LokyParallel { "$_" }' }
        @{ name = 'in the worker for what it writes'; toWire = $true; call = '"http://a/" | Invoke-LokyParallel { [uri] $_ }' }
        @{ name = 'for the results of a job'; toWire = $false; call = '"http://a/" | Invoke-LokyParallel { [uri] $_ } -AsJob | Receive-Job -Wait -AutoRemoveJob | ForEach-Object { "$_" }' }
    ) {
        $toWireText, $fromWireText = if ($toWire) { $forbidden, '[uri] "http://a/"' } else { '"$_"', "$forbidden; [uri] 'http://a/'" }
        $result = Invoke-InMode "`$null = Get-LokyExecutor -MaxWorkers 1 -Converter @{ [uri] = @{ ToWire = { $toWireText }; FromWire = { $fromWireText } } }; $call"
        $result.Output | Should -BeNullOrEmpty
        "$($result.Errors)" | Should -BeLike '*Method invocation is supported only on core types*'
        $result = Invoke-InMode "`$null = Get-LokyExecutor -MaxWorkers 1 -Converter @{ [uri] = @{ ToWire = { `"`$_`" }; FromWire = { [uri] `"`${_}b`" } } }; $call"
        $result.Errors | Should -BeNullOrEmpty
        "$($result.Output)" | Should -BeLike 'http://a/b*'
    }

    It 'runs a call within the block as restricted' {
        $result = Invoke-InMode "1 | Invoke-LokyParallel { 1 | Invoke-LokyParallel { `$ExecutionContext.SessionState.LanguageMode; $forbidden } }"
        $result.Output | Should -Be 'ConstrainedLanguage'
        $result.Ids | Should -Be $refused
    }

    It 'gets back no script with more rights' {
        $result = Invoke-InMode "`$free = 1 | Invoke-LokyParallel { { $forbidden } }; & `$free; (Start-LokyJob { { $forbidden } } | Receive-Job -Wait).Invoke()"
        $result.Output | Should -BeNullOrEmpty
        @($result.Ids | Sort-Object -Unique) | Should -Be $refused
    }

    It 'gets back no script that runs with all rights in the hands of who has them: <name>' -ForEach @(
        @{ name = 'its own job'; job = 'Start-LokyJob { { FORBIDDEN } } | Receive-Job -Wait' }
        @{ name = 'a call as a job'; job = '1 | Invoke-LokyParallel { { FORBIDDEN } } -AsJob | Receive-Job -Wait -AutoRemoveJob' }
        @{ name = 'within an object'; job = '(1 | Invoke-LokyParallel { @{ a = , { FORBIDDEN } } } -AsJob | Receive-Job -Wait -AutoRemoveJob).a[0]' }
    ) {
        $free = 'function global:Invoke-Given([scriptblock] $Given) { 1 | Invoke-LokyParallel $Given }
            function global:Invoke-Held([scriptblock] $Given) { 1 | Invoke-LokyParallel { & $Given } }'
        $made = $job.Replace('FORBIDDEN', $forbidden)
        (Invoke-InMode "`$made = $made; Invoke-Given `$made" -Before $free).Ids | Should -Be $refused
        (Invoke-InMode "`$made = $made; Invoke-Held `$made" -Before $free).Ids | Should -Be 'LokySerialization'
        (Invoke-InMode "`$made = $made; Invoke-Given `$made" -Before $free -Mode FullLanguage).Output | Should -Be 'secret'
    }

    It 'runs a script that comes as restricted: <name>' -ForEach @(
        @{ name = 'as an item'; call = '{ FORBIDDEN } | Invoke-LokyParallel { & $_ }' }
        @{ name = 'as a script property of an item'; call = 'New-Object psobject -Property @{ a = 1 } | Add-Member -MemberType ScriptProperty -Name Free -Value { FORBIDDEN } -PassThru | Invoke-LokyParallel { $_.Free }' }
        @{ name = 'as an argument'; call = '1 | Invoke-LokyParallel { & $args[0] } -ArgumentList { FORBIDDEN }' }
        @{ name = 'by $using:'; call = '$held = { FORBIDDEN }; 1 | Invoke-LokyParallel { & $using:held } -NoCapture' }
        @{ name = 'as a text'; call = '$text = "FORBIDDEN"; 1 | Invoke-LokyParallel { Invoke-Expression $text }' }
        @{ name = 'as a function of all rights that was put in its place'; call = '$function:Free = $function:Given; 1 | Invoke-LokyParallel { Free }' }
    ) {
        $result = Invoke-InMode $call.Replace('FORBIDDEN', $forbidden) -Before "function global:Given { $forbidden }"
        "$($result.Output)" | Should -Not -BeLike '*secret*'
        $free = Invoke-InMode $call.Replace('FORBIDDEN', $forbidden) -Before "function global:Given { $forbidden }" -Mode FullLanguage
        $free.Output | Should -Be 'secret'
    }

    It 'as a job is as restricted' {
        (Invoke-InMode "Start-LokyJob { $forbidden } | Receive-Job -Wait").Ids | Should -Be $refused
        (Invoke-InMode "1 | Invoke-LokyParallel { $forbidden } -AsJob | Receive-Job -Wait").Ids | Should -Be $refused
    }

    It 'refuses a compiled delegate, which nothing restricts' {
        $result = Invoke-InMode '1 | Invoke-LokyParallel -Delegate $delegate' -Before '$delegate = [Func[double, double]] [Math]::Sqrt'
        $result.Output | Should -BeNullOrEmpty
        $result.Ids | Should -Be 'LokyLanguageMode'
        "$($result.Errors)" | Should -BeLike '*ConstrainedLanguage*scriptblock*'
    }

    It 'has no worker in common with a session of all rights, whose calls before and after have them' {
        $free = 1 | Invoke-LokyParallel { [Diagnostics.Process]::GetCurrentProcess().Id }
        $result = Invoke-InMode '1 | Invoke-LokyParallel { $PID } -MaxWorkers 1; (Get-LokyExecutor).LanguageMode; (Get-LokyExecutor).Workers.Count'
        $result.Errors | Should -BeNullOrEmpty
        $result.Output[0] | Should -Not -Be $free
        $result.Output[1..2] | Should -Be 'ConstrainedLanguage', 1
        1 | Invoke-LokyParallel { [Diagnostics.Process]::GetCurrentProcess().Id } | Should -Be $free
        (Get-LokyExecutor).LanguageMode | Should -Be FullLanguage
    }

    It 'does not reuse workers with all rights, whatever -Reuse says' {
        (Invoke-InMode "`$null = Get-LokyExecutor -Reuse Always -MaxWorkers 1; 1 | Invoke-LokyParallel { $forbidden }").Ids | Should -Be $refused
    }
}

Describe 'A session in ConstrainedLanguage with scripts of all rights' {
    BeforeAll {
        $free = "function global:Invoke-Free { 1 | Invoke-LokyParallel { `$ExecutionContext.SessionState.LanguageMode; $forbidden } }
            function global:Invoke-Given([scriptblock] `$Given) { 1 | Invoke-LokyParallel `$Given }
            function global:Invoke-Held([scriptblock] `$Given) { 1 | Invoke-LokyParallel { & `$Given } }
            function global:Invoke-Piped(`$Given) { `$Given | Invoke-LokyParallel { & `$_ } }
            function global:Start-Given([scriptblock] `$Given) { Start-LokyJob `$Given }
            function global:Invoke-Named { 1 | Invoke-LokyParallel { Get-Named } }
            function global:Set-Start([scriptblock] `$Given) { 1 | Invoke-LokyParallel { `$_ } -Initializer `$Given }"
    }

    It 'runs their own calls with all rights' {
        $result = Invoke-InMode 'Invoke-Free' -Before $free
        $result.Errors | Should -BeNullOrEmpty
        $result.Output | Should -Be 'FullLanguage', 'secret'
    }

    It 'runs a block that it hands to them without' {
        (Invoke-InMode "Invoke-Given { $forbidden }" -Before $free).Ids | Should -Be $refused
    }

    It 'gets back no script with more rights from a block that it hands to them: <name>' -ForEach @(
        @{ name = 'a script'; call = '$made = Invoke-Given { { FORBIDDEN } }; & $made' }
        @{ name = 'a script within a table'; call = '$made = Invoke-Given { @{ a = , { FORBIDDEN } } }; & $made.a[0]' }
        @{ name = 'a script of a job'; call = '$made = Start-Given { { FORBIDDEN } } | Receive-Job -Wait; & $made' }
    ) {
        $result = Invoke-InMode $call.Replace('FORBIDDEN', $forbidden) -Before $free
        $result.Output | Should -BeNullOrEmpty
        $result.Ids | Should -Be $refused
        (Invoke-InMode $call.Replace('FORBIDDEN', $forbidden) -Before $free -Mode FullLanguage).Output | Should -Be 'secret'
    }

    It 'runs a block without that was made where no session says what it may do' {
        $block = [scriptblock]::Create($forbidden)
        [scriptblock].GetProperty('LanguageMode', [Reflection.BindingFlags] 'Instance, NonPublic').SetValue($block, $null)
        (Invoke-InMode 'Invoke-Given $args[0]' -Before $free -ArgumentList $block).Ids | Should -Be $refused
        (Invoke-InMode 'Invoke-Held $args[0]' -Before $free -ArgumentList $block).Ids | Should -Be 'LokySerialization'

        # A host makes blocks so for its sessions, and where nothing has ever been restricted they may do all.
        (Invoke-InMode 'Invoke-Given $args[0]; Invoke-Held $args[0]' -Before $free -Mode FullLanguage -ArgumentList $block).Output | Should -Be 'secret', 'secret'
    }

    It 'runs an initializer that it hands to them without' {
        (Invoke-InMode "Set-Start { $forbidden }" -Before $free).Ids | Should -Contain $refused
    }

    It 'does not give them the functions of the session, which PowerShell hides from them' {
        $result = Invoke-InMode "function Get-Named { $forbidden }; Invoke-Named" -Before $free
        $result.Output | Should -BeNullOrEmpty
        $result.Ids | Should -Be 'CommandNotFoundException'
    }

    It 'refuses to send a script of the session into a call with all rights: <name>' -ForEach @(
        @{ name = 'in a variable'; call = 'Invoke-Held { FORBIDDEN }' }
        @{ name = 'as an item'; call = 'Invoke-Piped { FORBIDDEN }' }
        @{ name = 'within an item'; call = 'Invoke-Piped @{ a = , { FORBIDDEN } }' }
        @{ name = 'as a script property'; call = 'Invoke-Piped (New-Object psobject -Property @{ a = 1 } | Add-Member -MemberType ScriptProperty -Name Free -Value { FORBIDDEN } -PassThru)' }
        @{ name = 'as a script method'; call = 'Invoke-Piped (New-Object psobject -Property @{ a = 1 } | Add-Member -MemberType ScriptMethod -Name Free -Value { FORBIDDEN } -PassThru)' }
    ) {
        $result = Invoke-InMode $call.Replace('FORBIDDEN', $forbidden) -Before $free
        $result.Output | Should -BeNullOrEmpty
        $result.Ids | Should -Be 'LokySerialization'
        "$($result.Errors)" | Should -BeLike '*restricted*FullLanguage*'
    }
}

Describe 'A session in <mode>' -ForEach @{ mode = 'RestrictedLanguage' }, @{ mode = 'NoLanguage' } {
    It 'gets one clear error from <command>' -ForEach @(
        @{ command = 'Invoke-LokyParallel'; parameters = @{ ScriptBlock = { 1 }; InputObject = 1 } }
        @{ command = 'Start-LokyJob'; parameters = @{ ScriptBlock = { 1 } } }
        @{ command = 'Get-LokyExecutor'; parameters = @{ Initializer = { 1 } } }
    ) {
        $runspace = New-Runspace $mode
        $shell = [powershell]::Create($runspace).AddCommand($command).AddParameters($parameters)
        $failure = { $shell.Invoke() } | Should -Throw -PassThru
        $runspace.Dispose()
        $failure.Exception.InnerException.ErrorRecord.FullyQualifiedErrorId | Should -BeLike 'LokyLanguageMode,*'
        $failure.Exception.InnerException.ErrorRecord.CategoryInfo.Category | Should -Be PermissionDenied
        "$failure" | Should -BeLike "*$mode*ConstrainedLanguage*"
    }
}

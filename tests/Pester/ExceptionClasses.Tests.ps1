# Exceptions: of classes of the caller's script, and whichever way one comes.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 1

    class AppError : System.Exception {
        [int] $Code
        [object[]] $Causes
        hidden [string] $Secret = 'set by the constructor'
        static [int] $Made = 0
        AppError([string] $message, [int] $code) : base($message) { $this.Code = $code; [AppError]::Made++ }
        [string] Describe() { return "$($this.Code): $($this.Message)" }
    }
    class DiskError : AppError {
        [string] $Disk = 'unset'
        DiskError([string] $message) : base($message, 28) { $this.Disk = 'sda' }
    }
    class StateError : System.InvalidOperationException {
        [string] $State
        StateError([string] $message, [Exception] $inner) : base($message, $inner) { $this.State = 'open' }
    }
    class NameError : System.ArgumentException {
        NameError([string] $message) : base($message, 'name') { }
    }

    # The exception of the error that a block ends with, as its caller catches it.
    function Get-Thrown([scriptblock] $Block) {
        try { $null = 1 | Invoke-LokyParallel $Block -ErrorAction Stop } catch { return $_.Exception }
    }
}

AfterAll {
    Reset-Loky
}

Describe 'Exceptions of classes of the script' {
    It 'are caught by their class, and by the class that it derives from' {
        $caught = try { 1 | Invoke-LokyParallel { throw [DiskError]::new('full') } -ErrorAction Stop } catch [DiskError] { 'disk' } catch { 'other' }
        $caught | Should -Be 'disk'
        $caught = try { 1 | Invoke-LokyParallel { throw [DiskError]::new('full') } -ErrorAction Stop } catch [AppError] { 'app' } catch { 'other' }
        $caught | Should -Be 'app'
    }

    It 'have their message, fields and methods' {
        $exception = Get-Thrown { $e = [DiskError]::new('full'); $e.Causes = 'a', 2; throw $e }
        $exception.GetType() | Should -Be ([DiskError])
        $exception.Message, $exception.Code, $exception.Disk | Should -Be 'full', 28, 'sda'
        $exception.Causes | Should -Be 'a', 2
        $exception.Secret | Should -Be 'set by the constructor'
        $exception.Describe() | Should -Be '28: full'
    }

    It 'keep what they have of the exception that they derive from' {
        $exception = Get-Thrown { $e = [StateError]::new('not now', [TimeoutException]::new('late')); $e.Data['k'] = 5; throw $e }
        $exception.GetType() | Should -Be ([StateError])
        $exception.State, $exception.Message | Should -Be 'open', 'not now'
        $exception.InnerException | Should -BeOfType ([TimeoutException])
        $exception.InnerException.Message | Should -Be 'late'
        $exception.Data['k'] | Should -Be 5
        $exception.HResult | Should -Be ([StateError]::new('x', $null).HResult)
        (Get-Thrown { throw [NameError]::new('bad') }).Message | Should -BeExactly ([NameError]::new('bad')).Message
    }

    It 'come as items, as results, in variables and within other exceptions' {
        $original = [DiskError]::new('full')
        Invoke-LokyParallel { "$($_.GetType().Name) $($_.Describe()) $($_.Disk)" } -InputObject $original -ErrorAction Stop | Should -Be 'DiskError 28: full sda'
        1 | Invoke-LokyParallel { "$($original.GetType().Name) $($original.Disk)" } -ErrorAction Stop | Should -Be 'DiskError sda'
        $result = 1 | Invoke-LokyParallel { [DiskError]::new('full') } -ErrorAction Stop
        $result.Describe() | Should -Be '28: full'
        $outer = Get-Thrown { throw [InvalidOperationException]::new('outer', [DiskError]::new('inner')) }
        $outer.InnerException.GetType() | Should -Be ([DiskError])
        $record = 1 | Invoke-LokyParallel { try { throw [DiskError]::new('full') } catch { $_ } } -ErrorAction Stop
        $record.Exception.GetType() | Should -Be ([DiskError])
    }

    It 'are made without running their code' {
        $before = [AppError]::Made
        (Get-Thrown { throw [DiskError]::new('full') }).GetType() | Should -Be ([DiskError])
        [AppError]::Made | Should -Be $before
    }

    It 'come as remote ones where the class is the block''s alone' {
        $exception = Get-Thrown { . ([scriptblock]::Create('class OwnError : Exception { [int] $N = 3; OwnError([string] $m) : base($m) { } }; throw [OwnError]::new("own")')) }
        $exception.Message | Should -Be 'own'
        $exception | Should -BeOfType ([System.Management.Automation.RemoteException])
        $exception.SerializedRemoteException.pstypenames[0] | Should -Be 'Deserialized.OwnError'
        $exception.SerializedRemoteException.N | Should -Be 3
    }
}

Describe 'Exceptions by each way' {
    It 'have the same type and message as an error, as an end and as a result: <name>' -ForEach @(
        @{ name = 'System.TimeoutException'; make = { [TimeoutException]::new('m') } }
        @{ name = 'System.UriFormatException'; make = { [UriFormatException]::new('m') } }
        @{ name = 'Loky.TaskTimeoutException'; make = { [Loky.TaskTimeoutException]::new('m') } }
        @{ name = 'Loky.TerminatedWorkerException'; make = { [Loky.TerminatedWorkerException]::new('m') } }
        @{ name = 'System.ComponentModel.InvalidEnumArgumentException'; make = { [ComponentModel.InvalidEnumArgumentException]::new('m') } }
        @{ name = 'System.Management.Automation.ItemNotFoundException'; make = { [System.Management.Automation.ItemNotFoundException]::new('m') } }
        @{ name = 'System.Management.Automation.RemoteException'; make = { [System.Net.Mail.SmtpException]::new('m') } }
    ) {
        $thrown = Get-Thrown ([scriptblock]::Create("throw (& { $make })"))
        $null = 1 | Invoke-LokyParallel ([scriptblock]::Create("Write-Error -Exception (& { $make })")) -ErrorAction SilentlyContinue -ErrorVariable written
        $result = 1 | Invoke-LokyParallel $make -ErrorAction Stop
        foreach ($exception in $thrown, $written[0].Exception, $result) {
            $exception.GetType().FullName | Should -Be $name
            $exception.Message | Should -Be 'm'
        }
    }

    It 'stands for one of another type in PowerShell''s way, where the core could not rebuild it' {
        $module = [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'Loky.PowerShell' } | Select-Object -First 1
        $ofCore = $module.GetType('Loky.PowerShell.Serialization.PSExceptionFormatter', $true).GetMethod('OfCore')
        $copy = $ofCore.Invoke($null, @([Loky.RemoteException]::new('m', 'Some.Other', [TimeoutException]::new('inner'))))
        $copy | Should -BeOfType ([System.Management.Automation.RemoteException])
        $copy.SerializedRemoteException.pstypenames[0] | Should -Be 'Deserialized.Some.Other'
        $copy.InnerException.Message | Should -Be 'inner'
        $ofCore.Invoke($null, @([Loky.RemoteException]::new('m', 'System.Management.Automation.ItemNotFoundException'))) |
            Should -BeOfType ([System.Management.Automation.ItemNotFoundException])
    }
}

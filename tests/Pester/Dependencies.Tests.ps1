BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force

    # Assemblies of other modules that have the names of ours: another version of the library, and something else entirely.
    function New-Impostor {
        param([string] $Name, [version] $Version)
        $path = Join-Path (New-Item (Join-Path $TestDrive ([guid]::NewGuid())) -ItemType Directory) "$Name.dll"
        $code = @"
[assembly: System.Reflection.AssemblyVersion("$Version")]
namespace MessagePack { public ref struct MessagePackReader { } public static class Impostor { public static string Name => "$Name $Version"; } }
"@
        Add-Type -TypeDefinition $code -OutputAssembly $path
        $path
    }

    # What a session and its workers tell of the libraries, and whether values of many kinds come through.
    $work = @'
$value = @{ text = 'x'; list = 1..3; when = [datetime]'2026-01-02'; id = [guid]'11111111-2222-3333-4444-555555555555' }
$back = $value | Invoke-LokyParallel { $_ }
"values:$($back.text) $($back.list -join ',') $($back.when.Year) $($back.id)"
"type:$([Loky.ProcessPoolExecutor].FullName) $([Loky.ProcessPoolExecutor].Assembly.GetName().Name)"
"delegate:$(2, 3 | Invoke-LokyParallel -Delegate ([Func[double, double]][Delegate]::CreateDelegate([Func[double, double]], [Math].GetMethod('Sqrt'))) | Measure-Object -Sum | ForEach-Object { [Math]::Round($_.Sum, 3) })"
'@
    $expected = @(
        'values:x 1,2,3 2026 11111111-2222-3333-4444-555555555555'
        'type:Loky.ProcessPoolExecutor Loky.Core'
        'delegate:3.146'
    )
}

Describe 'The libraries of the module' {
    It 'are loaded in a context of their own, in the session' {
        $run = Invoke-Session @'
$null = 1 | Invoke-LokyParallel { $_ }
foreach ($context in [Runtime.Loader.AssemblyLoadContext]::All) {
    foreach ($assembly in $context.Assemblies) {
        $name = $assembly.GetName().Name
        if ($name -like 'Loky*' -or $name -like 'MessagePack*') { "$($context.Name):$name" }
    }
}
'@
        $run.Errors | Should -BeNullOrEmpty
        $run.Lines | Sort-Object | Should -Be @('Default:Loky.Core', 'Default:Loky.PowerShell', 'Loky:Loky.Wire', 'Loky:MessagePack')
    }

    It 'are loaded in a context of their own, in a worker' {
        $run = Invoke-Session @'
1 | Invoke-LokyParallel {
    foreach ($context in [Runtime.Loader.AssemblyLoadContext]::All) {
        foreach ($assembly in $context.Assemblies) {
            $name = $assembly.GetName().Name
            if ($name -like 'Loky*' -or $name -like 'MessagePack*') { "$($context.Name):$name" }
        }
    }
}
'@
        $run.Errors | Should -BeNullOrEmpty
        $run.Lines | Sort-Object | Should -Be @('Default:Loky.Core', 'Default:Loky.PowerShell', 'Default:Loky.Worker', 'Loky:Loky.Wire', 'Loky:MessagePack')
    }

    It 'do not meet <name> <version> of another module that is loaded <when>' -ForEach @(
        foreach ($when in 'before', 'after') {
            foreach ($version in '1.9.0.0', '2.5.0.0', '3.1.4.0') { @{ Name = 'MessagePack'; Version = $version; When = $when } }
            @{ Name = 'MessagePack.Annotations'; Version = '9.0.0.0'; When = $when }
            @{ Name = 'Microsoft.NET.StringTools'; Version = '9.0.0.0'; When = $when }
        }
    ) {
        $impostor = New-Impostor $name $version
        $load = "`$null = [Reflection.Assembly]::LoadFrom('$impostor'); 'impostor:' + [MessagePack.Impostor]::Name"
        $script = if ($when -eq 'before') { "Remove-Module Loky; $load; Import-Module '$(Get-LokyManifest)'; $work" } else { "`$null = 1 | Invoke-LokyParallel { 1 }; $load; $work" }
        $run = Invoke-Session $script
        $run.Errors | Should -BeNullOrEmpty
        $run.Lines | Should -Be (@("impostor:$name $version") + $expected)
    }

    It 'do not meet <version> of the library that a block loads in its worker <when>' -ForEach @(
        @{ Version = '1.9.0.0'; When = 'in the first item' }
        @{ Version = '3.1.4.0'; When = 'in the first item' }
        @{ Version = '1.9.0.0'; When = 'in the initializer' }
        @{ Version = '3.1.4.0'; When = 'in the initializer' }
    ) {
        $impostor = New-Impostor MessagePack $version
        $script = if ($when -eq 'in the initializer') {
            "`$null = Get-LokyExecutor -Initializer { `$null = [Reflection.Assembly]::LoadFrom('$impostor') }; 1 | Invoke-LokyParallel { 'impostor:' + [MessagePack.Impostor]::Name }"
        }
        else {
            "1 | Invoke-LokyParallel { `$null = [Reflection.Assembly]::LoadFrom('$impostor'); 'impostor:' + ('MessagePack.Impostor' -as [type])::Name }"
        }
        $run = Invoke-Session "`$null = Get-LokyExecutor -MaxWorkers 1; $script; $work"
        $run.Errors | Should -BeNullOrEmpty
        $run.Lines | Should -Be (@("impostor:MessagePack $version") + $expected)
    }

    It 'leave a C# class that uses the pool with the types of the session' {
        $run = Invoke-Session @'
Add-Type -IgnoreWarnings -WarningAction SilentlyContinue -ReferencedAssemblies ([Loky.ProcessPoolExecutor].Assembly.Location), System.Runtime, System.Threading.Tasks -TypeDefinition @"
public static class Uses { public static System.Type Executor() => typeof(Loky.ProcessPoolExecutor); }
"@
[object]::ReferenceEquals([Uses]::Executor(), [Loky.ProcessPoolExecutor])
'@
        $run.Errors | Should -BeNullOrEmpty
        $run.Lines | Should -Be 'True'
    }
}

# The packages as a new user has them: made from what the build has left, or those in the folder that LOKY_PACKAGES names.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $root = (Resolve-Path -LiteralPath ([IO.Path]::Combine($PSScriptRoot, '..', '..'))).ProviderPath
    $module = Split-Path (Get-LokyManifest)
    $manifest = Import-PowerShellDataFile (Get-LokyManifest)
    $version = $manifest.ModuleVersion
    $project = $manifest.PrivateData.PSData.ProjectUri

    # Runs dotnet to its end, leaving no server of its behind, and gives what it wrote.
    function Invoke-DotNet {
        $program = if ($env:DOTNET_HOST_PATH) { $env:DOTNET_HOST_PATH } else { 'dotnet' }
        $before = $env:MSBUILDDISABLENODEREUSE
        $env:MSBUILDDISABLENODEREUSE = '1'
        try {
            $output = & $program @args 2>&1 | Out-String
            [pscustomobject]@{ ExitCode = $LASTEXITCODE; Output = $output }
        }
        finally {
            $env:MSBUILDDISABLENODEREUSE = $before
        }
    }

    function New-Package([string] $Folder, [string[]] $Settings) {
        $configuration = 'Release', 'Debug' | Where-Object { Test-Path ([IO.Path]::Combine($root, 'src', 'Loky.Worker', 'bin', $_)) } | Select-Object -First 1
        $run = Invoke-DotNet build (Join-Path $root tools Loky.Packages) -c $configuration "-p:PackBuilt=true" "-p:PackModule=$module" "-p:PackageOutputPath=$Folder/" "-p:WorkPath=$(New-Folder)/" --disable-build-servers -v q @Settings
        if ($run.ExitCode) { throw "The packages cannot be made:`n$($run.Output)" }
    }

    function New-Folder {
        (New-Item (Join-Path $TestDrive ([guid]::NewGuid())) -ItemType Directory).FullName
    }

    function Get-Entry([string] $Package) {
        $archive = [IO.Compression.ZipFile]::OpenRead($Package)
        try { $archive.Entries.FullName } finally { $archive.Dispose() }
    }

    function Read-Entry([string] $Package, [string] $Name) {
        $archive = [IO.Compression.ZipFile]::OpenRead($Package)
        try { [IO.StreamReader]::new($archive.GetEntry($Name).Open()).ReadToEnd() } finally { $archive.Dispose() }
    }

    # What a package holds, without what every package has.
    function Get-PackageContent([string] $Package) {
        Get-Entry $Package | Where-Object { $_ -notmatch '^(_rels/|package/|\[Content_Types\]\.xml$)|\.nuspec$' } | Sort-Object
    }

    if ($env:LOKY_PACKAGES) {
        $packages = (Resolve-Path -LiteralPath $env:LOKY_PACKAGES).ProviderPath
    }
    else {
        New-Package ($packages = New-Folder)
    }
    $gallery = Join-Path $packages "Loky.$version.nupkg"
    $core = Join-Path $packages "Loky.Core.$version.nupkg"
    $symbols = Join-Path $packages "Loky.Core.$version.snupkg"
}

Describe 'The packages' {
    BeforeAll {
        # Made again, with a command that signs: one that only notes what it is asked to.
        if (-not $env:LOKY_PACKAGES) {
            $folder = New-Folder
            Set-Content "$folder/sign" ('echo "${1##*/}" >> "' + "$folder/signed" + '"')
            $settings = $IsWindows ? @() : @("-p:SignCommand=sh $folder/sign", "-p:SignPackageCommand=sh $folder/sign")
            New-Package ($again = New-Folder) $settings
        }
    }

    It 'are these three, of the version of the manifest' {
        Get-ChildItem $packages -Filter *nupkg | ForEach-Object Name | Sort-Object | Should -Be "Loky.$version.nupkg", "Loky.Core.$version.nupkg", "Loky.Core.$version.snupkg"
    }

    It 'have the same bytes when they are made again' {
        if ($env:LOKY_PACKAGES) { Set-ItResult -Skipped -Because 'the packages were made elsewhere' }
        foreach ($name in (Get-ChildItem $packages -Filter *nupkg).Name) {
            (Get-FileHash (Join-Path $again $name)).Hash | Should -Be (Get-FileHash (Join-Path $packages $name)).Hash -Because $name
        }
    }

    It 'are signed by the commands that a build names, each file and each package' {
        if ($env:LOKY_PACKAGES) { Set-ItResult -Skipped -Because 'the packages were made elsewhere' }
        if ($IsWindows) { Set-ItResult -Skipped -Because 'the command of this test is a shell script' }
        Get-Content "$folder/signed" | Sort-Object -Culture '' | Should -Be (@(
            "Loky.$version.nupkg"
            "Loky.Core.$version.nupkg"
            'Loky.Core.dll'
            'Loky.Format.ps1xml'
            'Loky.PowerShell.dll'
            'Loky.psd1'
            'Loky.Wire.dll'
            'Loky.Worker.dll') | Sort-Object -Culture '')
    }

    It 'hold assemblies of that version' {
        foreach ($name in 'Loky.PowerShell', 'Loky.Core', 'Loky.Worker', 'Dependencies/Loky.Wire') {
            [Reflection.AssemblyName]::GetAssemblyName((Join-Path $module "$name.dll")).Version | Should -Be "$version.0"
        }
    }
}

Describe 'The manifest of the module' {
    It 'says all that the Gallery shows' {
        $data = $manifest.PrivateData.PSData
        foreach ($name in 'ProjectUri', 'LicenseUri', 'IconUri', 'ReleaseNotes') {
            $data.$name | Should -Match '^https://\S+$' -Because $name
        }
        $data.Tags | Should -Contain 'PSEdition_Core'
        $data.Tags | Where-Object { $_ -match '\s' } | Should -BeNullOrEmpty
    }

    It 'names files of the project that are there' {
        $data = $manifest.PrivateData.PSData
        foreach ($address in $data.LicenseUri, $data.IconUri, $data.ReleaseNotes) {
            $address | Should -Match '/loky-powershell/loky/(blob/)?main/(?<path>.+)$'
            Join-Path $root ($address -replace '^.*/loky-powershell/loky/(blob/)?main/') | Should -Exist
        }
    }
}

Describe 'The package for the Gallery' {
    It 'says what Publish-PSResource would, and the commands' {
        if (-not (Get-Command Compress-PSResource -ErrorAction Ignore)) { Set-ItResult -Skipped -Because 'this PowerShell has no Compress-PSResource, which came with 7.5' }
        $theirs = New-Folder
        Compress-PSResource -Path $module -DestinationPath $theirs
        $expected = ([xml](Read-Entry (Join-Path $theirs "Loky.$version.nupkg") Loky.nuspec)).package.metadata
        $actual = ([xml](Read-Entry $gallery Loky.nuspec)).package.metadata
        foreach ($element in $expected.ChildNodes | Where-Object Name -NE tags) {
            $actual.($element.Name) | Should -BeExactly $element.InnerText -Because $element.Name
        }
        $commands = $manifest.CmdletsToExport | ForEach-Object { "PSCmdlet_$_"; "PSCommand_$_" }
        $actual.tags -split ' ' | Should -Be (@($expected.tags -split ' ') + 'PSIncludes_Cmdlet' + $commands)
        Get-PackageContent $gallery | Should -Be (Get-PackageContent (Join-Path $theirs "Loky.$version.nupkg"))
    }

    It 'holds the module as it is assembled' {
        Get-PackageContent $gallery | Should -Be (Get-ChildItem $module -File -Recurse | ForEach-Object { [IO.Path]::GetRelativePath($module, $_.FullName).Replace('\', '/') } | Sort-Object)
        Get-PackageContent $gallery | Should -Contain 'LICENSE'
        Get-PackageContent $gallery | Should -Contain 'README.md'
    }

    It 'is installed, used and removed as a new user would' {
        if ($IsWindows) { Set-ItResult -Skipped -Because 'on Windows the place of installed modules cannot be chosen for a process' }
        # A home of its own: nothing of the user's is read or written.
        $own = New-Folder
        $environment = @{ HOME = $own; TMPDIR = New-Folder; PSModulePath = $null; POWERSHELL_TELEMETRY_OPTOUT = '1' }
        foreach ($name in 'XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME') { $environment[$name] = $null }
        $run = Invoke-Session -WithoutModule -Seconds 400 -Environment $environment -Script @"
`$ProgressPreference = 'SilentlyContinue'
Register-PSResourceRepository -Name Local -Uri '$packages' -Trusted
Install-PSResource -Name Loky -Repository Local
'installed:' + (Get-InstalledPSResource Loky).Version
'place:' + (Get-Module Loky -ListAvailable).ModuleBase.StartsWith('$own')
function Get-Double(`$Number) { `$Number * 2 }
'call:' + ((1..3 | Invoke-LokyParallel { Get-Double `$_ } -Ordered -MaxWorkers 2) -join ' ')
'version:' + (Get-Module Loky).Version
'help:' + (Get-Help Invoke-LokyParallel).Synopsis
'about:' + [bool](Get-Help about_Loky)
1 | Invoke-LokyParallel { throw 'no luck' } -ErrorVariable failure -ErrorAction SilentlyContinue
'error:' + `$failure[0].Exception.Message
1 | Invoke-LokyParallel { [Environment]::Exit(3) } -ErrorVariable death -ErrorAction SilentlyContinue
'death:' + `$death[0].FullyQualifiedErrorId
Remove-Module Loky
Uninstall-PSResource Loky
'left:' + @(Get-Module Loky -ListAvailable).Count
"@
        $run.Errors | Should -BeNullOrEmpty
        $run.Lines[0..3] | Should -Be "installed:$version", 'place:True', 'call:2 4 6', "version:$version"
        $run.Lines[4] | Should -BeLike 'help:Runs *'
        $run.Lines[5..6] | Should -Be 'about:True', 'error:no luck'
        $run.Lines[7] | Should -Be 'death:LokyWorkerTerminated,Loky.PowerShell.Commands.InvokeLokyParallelCommand'
        $run.Lines[8] | Should -Be 'left:0'
        Get-ChildItem $own -Filter Loky -Recurse -Directory | Should -BeNullOrEmpty
    }
}

Describe 'The package Loky.Core' {
    It 'holds the pool, its worker, and what tells about them' {
        Get-PackageContent $core | Should -Be @(
            'build/net8.0/Loky.Core.targets'
            'buildTransitive/net8.0/Loky.Core.targets'
            'icon.png'
            'lib/net8.0/Loky.Core.dll'
            'lib/net8.0/Loky.Core.xml'
            'lib/net8.0/Loky.Wire.dll'
            'LICENSE'
            'README.md'
            'tools/net8.0/Loky.Worker.deps.json'
            'tools/net8.0/Loky.Worker.dll'
            'tools/net8.0/Loky.Worker.runtimeconfig.json')
    }

    It 'has symbols for what it is referenced by' {
        Get-PackageContent $symbols | Should -Be 'lib/net8.0/Loky.Core.pdb', 'lib/net8.0/Loky.Wire.pdb'
    }

    It 'says where it comes from and what it needs' {
        $metadata = ([xml](Read-Entry $core Loky.Core.nuspec)).package.metadata
        $metadata.version | Should -Be $version
        $metadata.license.InnerText | Should -Be 'MIT'
        $metadata.readme | Should -Be 'README.md'
        $metadata.icon | Should -Be 'icon.png'
        $metadata.projectUrl | Should -Be $project
        $metadata.repository.url | Should -Be $project
        @($metadata.dependencies.group.dependency.id | Sort-Object) | Should -Be 'MessagePack', 'System.IO.Hashing'
    }

    It 'lets a new console program run delegates, with nothing else referenced' {
        $folder = New-Folder
        # The packages of the build serve as they are, so that only this package is taken anew.
        $cache = if ($env:NUGET_PACKAGES) { $env:NUGET_PACKAGES } else { Join-Path ([Environment]::GetFolderPath('UserProfile')) .nuget packages }
        Set-Content (Join-Path $folder nuget.config) @"
<configuration>
  <packageSources><add key="here" value="$packages" /></packageSources>
  <fallbackPackageFolders><add key="build" value="$cache" /></fallbackPackageFolders>
</configuration>
"@
        Set-Content (Join-Path $folder New.csproj) @"
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net`$(BundledNETCoreAppTargetFrameworkVersion)</TargetFramework>
    <UseAppHost>false</UseAppHost>
    <NuGetAudit>false</NuGetAudit>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup><PackageReference Include="Loky.Core" Version="$version" /></ItemGroup>
</Project>
"@
        # The example of the package's README, and behind it what it does not show.
        $readme = (Read-Entry $core README.md).Replace("`r", '')
        $example = [regex]::Match($readme, '(?ms)^```csharp\n(?<body>.*?)(?<work>^static class Work\n\{\n)(?<rest>.*?)^```')
        $example.Success | Should -BeTrue
        Set-Content (Join-Path $folder Program.cs) ($example.Groups['body'].Value + @'
Console.WriteLine($"apart:{worker != Environment.ProcessId}");
int factor = 3;
int sum = 0;
await foreach (int value in executor.Map(item => item * factor, Enumerable.Range(0, 50)))
{
    sum += value;
}

Console.WriteLine($"sum:{sum}");
try
{
    await executor.Submit(Work.Die, 7);
}
catch (TerminatedWorkerException exception)
{
    Console.WriteLine($"death:{exception.ExitReason}");
}

Console.WriteLine($"after:{await executor.Submit(Work.Double, 21)}");

'@ + $example.Groups['work'].Value + @'
    public static int Double(int item) => item * 2;

    public static int Die(int code)
    {
        Environment.Exit(code);
        return 0;
    }

'@ + $example.Groups['rest'].Value)
        $before = $env:NUGET_PACKAGES
        $env:NUGET_PACKAGES = Join-Path $folder packages
        try { $publish = Invoke-DotNet publish $folder -c Release -o "$folder/published" --disable-build-servers -v q }
        finally { $env:NUGET_PACKAGES = $before }
        if ($publish.Output -match 'error (NU1301|NU1101|NU1102|NETSDK1045)[^\r\n]*') {
            Set-ItResult -Skipped -Because "a new project cannot be restored here: $($Matches[0])"
        }
        $publish.ExitCode | Should -Be 0 -Because $publish.Output
        Join-Path $folder published Loky.Worker.dll | Should -Exist
        foreach ($program in (Get-ChildItem "$folder/bin" -Filter New.dll -Recurse).FullName, "$folder/published/New.dll") {
            $run = Invoke-DotNet exec $program
            $run.ExitCode | Should -Be 0 -Because $run.Output
            $lines = $run.Output.Trim() -split '\r?\n'
            $lines[-4..-1] | Should -Be 'apart:True', 'sum:3675', 'death:EXIT(7)', 'after:42'
            $lines[0..49] | Should -Match '^\d+$' -Because 'the example tells the worker of each item'
            $lines.Count | Should -Be 54
        }
    }
}

Describe 'The symbols' {
    It 'lead to the sources of the commit' {
        $links = foreach ($name in 'lib/net8.0/Loky.Core.pdb', 'lib/net8.0/Loky.Wire.pdb') {
            $archive = [IO.Compression.ZipFile]::OpenRead($symbols)
            try {
                $stream = [IO.MemoryStream]::new()
                $archive.GetEntry($name).Open().CopyTo($stream)
            }
            finally { $archive.Dispose() }
            # Source link is a piece of JSON in the file, as it stands.
            [regex]::Match([Text.Encoding]::UTF8.GetString($stream.ToArray()), '\{"documents":\{[^}]+\}\}').Value
        }
        if (-not ($links -join '')) { Set-ItResult -Skipped -Because 'the repository was not cloned from GitHub, so that no address of its sources is known' }
        foreach ($link in $links) { $link | Should -Match 'https://raw\.githubusercontent\.com/[^/]+/[^/]+/[0-9a-f]{40}/\*' }
    }
}

#!/usr/bin/env bash
# Makes, in the folder that is named, what the tests under Wine need: a .NET runtime for Windows and its host, PowerShell for
# Windows, a Wine prefix, and the module, the sample and the tests of the core as they are built for every system. Uses what is
# there already. Needs wine64 and x86_64-w64-mingw32-gcc. The exit code is 69 where a package cannot be had.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)
target=$(mkdir -p "$1" && cd "$1" && pwd)
root=$target/dotnet
wine=$(command -v wine64 || echo /usr/lib/wine/wine64)
wineserver=$(command -v wineserver || echo /usr/lib/wine/wineserver64)

# No server of a build stays behind, with the output of this script open.
export MSBUILDDISABLENODEREUSE=1

packages=$(dotnet nuget locals global-packages --list | sed 's/^global-packages: //')
version=$(dotnet msbuild "$here/WineRuntime.csproj" -getProperty:BundledNETCoreAppPackageVersion)
if [ ! -e "$root/complete-$version" ]; then
    rm -rf "$root"
    dotnet restore "$here/WineRuntime.csproj" --verbosity quiet || exit 69
    mkdir -p "$root/host/fxr/$version"
    for name in Microsoft.NETCore.App Microsoft.WindowsDesktop.App; do
        folder=$packages/$(echo "$name" | tr '[:upper:]' '[:lower:]').runtime.win-x64/$version/runtimes/win-x64
        mkdir -p "$root/shared/$name/$version"
        cp -r "$folder"/lib/net*/* "$folder"/native/* "$root/shared/$name/$version/"
    done
    cp "$root/shared/Microsoft.NETCore.App/$version/hostfxr.dll" "$root/host/fxr/$version/"
    x86_64-w64-mingw32-gcc -municode -O2 -D "HOST_VERSION=L\"$version\"" -o "$root/dotnet.exe" "$here/dotnet-host.c"
    x86_64-w64-mingw32-gcc -municode -O2 -o "$target/hidden.exe" "$here/hidden.c"
    touch "$root/complete-$version"
fi

# The tool's package holds PowerShell for Windows beside the one for here.
(cd "$repository" && dotnet tool restore --verbosity quiet) || exit 69
powershell=$(sed -n '/"powershell"/,/}/s/.*"version": "\(.*\)".*/\1/p' "$repository/.config/dotnet-tools.json")
ln -sfn "$(echo "$packages"/powershell/"$powershell"/tools/net*/any/win)" "$target/powershell"

if [ ! -e "$target/prefix/system.reg" ]; then
    # The first program makes the prefix; what Wine misses there, such as the half for programs of 32 bits, is none of ours.
    WINEPREFIX=$target/prefix WINEDEBUG=-all "$wine" winecfg -v win10 >/dev/null 2>&1 || true
    WINEPREFIX=$target/prefix WINEDEBUG=-all "$wine" "$root/dotnet.exe" --list-runtimes
    WINEPREFIX=$target/prefix "$wineserver" -k >/dev/null 2>&1 || true
fi

# The module as the build leaves it has machine code for here; for there it must have none. Built apart from all else.
if [ ! -e "$target/built" ] || [ -n "$(find "$repository"/{src,tests,samples} -type f -newer "$target/built" -not -path '*/obj/*' -not -path '*/bin/*' -print -quit)" ]; then
    touch "$target/begun"
    for project in src/Loky.PowerShell samples/SayHello tests/Windows/Runner; do
        dotnet build "$repository/$project" -c Release -v q -p:RunAnalyzers=false -p:ModuleRuntime=any \
            "-p:ModuleOutputPath=$target/Loky/" "-p:ArtifactsPath=$target/build" --disable-build-servers
    done
    mv "$target/begun" "$target/built"
fi

# What the sample looks for in a folder above its own, with the module that was built for there.
mkdir -p "$target"/{.config,samples/SayHello,out}
cp "$repository/Loky.sln" "$target/"
cp "$repository/.config/dotnet-tools.json" "$target/.config/"
cp "$repository/samples/SayHello/SayHello.ps1" "$target/samples/SayHello/"
rm -rf "$target/out/Loky"
cp -r "$target/Loky" "$target/out/Loky"
echo "$version"

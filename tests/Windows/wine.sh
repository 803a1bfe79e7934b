#!/usr/bin/env bash
# Runs a .NET program for Windows, with its arguments, under Wine: wine.sh FOLDER PROGRAM.dll [ARGUMENT ...]. FOLDER is what
# prepare.sh has made. A path of here is one on drive Z: there.
set -euo pipefail
folder=$1
program=$2
shift 2
# Of a program that crashes Wine would start its debugger, which waits for somebody.
export WINEDLLOVERRIDES=winedbg.exe=d
export WINEPREFIX=$folder/prefix WINEDEBUG=-all DOTNET_ROOT="Z:$folder/dotnet"
export DOTNET_EnableWriteXorExecute=0 DOTNET_ROLL_FORWARD=Major DOTNET_CLI_TELEMETRY_OPTOUT=1 POWERSHELL_TELEMETRY_OPTOUT=1
exec "$(command -v wine64 || echo /usr/lib/wine/wine64)" "$folder/hidden.exe" "Z:$folder/dotnet/dotnet.exe" "Z:$program" "$@"

#!/usr/bin/env bash
# Runs a .NET program for Windows, with its arguments, under Wine: wine.sh FOLDER PROGRAM.dll [ARGUMENT ...]. FOLDER is what
# prepare.sh has made. A path of here is one on drive Z: there.
set -euo pipefail
folder=$1
program=$2
shift 2
# Of a program that crashes Wine would start its debugger, which waits for somebody.
export WINEDLLOVERRIDES=winedbg.exe=d
# Where PowerShell finds its modules here is nothing to it there.
unset PSModulePath
export WINEPREFIX=$folder/prefix WINEDEBUG=-all,err+seh,err+virtual DOTNET_ROOT="Z:$folder/dotnet"

# Each time the runtime stops its threads, to collect garbage above all, Wine 8 may fail it: so it is to do that seldom.
export DOTNET_gcConcurrent=0 DOTNET_GCgen0size=${DOTNET_GCgen0size:-0x8000000}
export DOTNET_EnableWriteXorExecute=0 DOTNET_ROLL_FORWARD=Major DOTNET_CLI_TELEMETRY_OPTOUT=1 POWERSHELL_TELEMETRY_OPTOUT=1
exec "$(command -v wine64 || echo /usr/lib/wine/wine64)" "$folder/hidden.exe" "Z:$folder/dotnet/dotnet.exe" "Z:$program" "$@"

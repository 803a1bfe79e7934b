#!/usr/bin/env bash
# The smoke test of Windows: the sample with delegates, Smoke.ps1 in PowerShell, and tests of the core, under Wine, each named
# as it ends. run.sh FOLDER sample|module|core, FOLDER being what prepare.sh has made. A run that Wine itself breaks - it
# crashes the .NET runtime (0x80131506) or hangs now and then - is begun again, once, and that is told; the exit code
# is 75 when it broke both.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$(cd "$1" && pwd)
runner=$folder/build/bin/Loky.Windows.Runner/release

# What starts no process, but for what opens a socket of Unix, which Wine 8 has none of (FrameSender, OutputWindow,
# Outbox, WorkerChannel, AgentLink), the access list of a folder, which Wine does not keep, an assembly that this runner does not lie
# beside (AssemblyLocator), megabytes that are read while as many are written, of which Wine now and then tells none, and what
# takes long and asks nothing of the system (LargeArrays, logs that are cut off anywhere, the simulation).
core=(
    Loky.Tests.Serialization. Loky.Tests.Wire. Loky.Tests.Scheduling. Loky.Tests.Budget. Loky.Tests.Channel.
    Loky.Tests.Hosting. Loky.Tests.Runs. WindowsExitCodesTests EnvironmentNamesTests StandardErrorTextTests
    BatchSizerTests ItemChunkTests ResultQueueTests ResultReaderTests TaskGroupTests AgentMessageReaderTests SendQueueTests
    -FrameSenderTests -OutputWindowTests -OutboxBudgetTests -OutboxTests -WorkerChannelTests -AgentLinkTests -by_its_list_of_who_may -AssemblyLocatorTests
    -Megabytes_go_both_ways -LargeArraysTests -A_log_cut_off_anywhere -MapLogTests
)

# And some of what starts workers, for each of what differs: launch, pipes, exit codes, job objects, console.
core+=(
    Loky.Tests.Windows. A_program_that_ends_at_once A_parent_that_is_killed_leaves A_killing_shutdown Death_while_idle
    'A_death_fails_its_task&stage: Run&fromContinuation: False' -StackOverflow -Segmentation
)

run() {
    case $1 in
        sample) "$here/wine.sh" "$folder" "$folder/build/bin/SayHello/release/SayHello.dll" ;;
        module) "$here/wine.sh" "$folder" "$folder/powershell/pwsh.dll" -NoProfile -NonInteractive -File "Z:$here/Smoke.ps1" "Z:$folder/Loky/Loky.psd1" ;;
        # With exceptions as .NET has handled them since 9, Wine's list of handlers was seen to keep a frame whose stack is gone. The
        # next exception of the thread calls it without end, until the stack is full, and Wine ends the thread without a word; with
        # those of .NET 8 that is rare. The rest is to have all threads stopped seldom: no code compiled anew, few collections.
        core)
            DOTNET_LegacyExceptionHandling=1 DOTNET_TieredCompilation=0 DOTNET_GCgen0size=0x80000000 \
                "$here/wine.sh" "$folder" "$runner/Loky.Windows.Runner.dll" "Z:$runner/Loky.Core.Tests.dll" "${core[@]}"
            ;;
    esac
}
export -f run
export here folder runner
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for attempt in $(seq "${ATTEMPTS:-2}"); do
    ( run "$2" ) >"$log" 2>&1 &
    pid=$!
    broken=
    for (( second = 0; second < ${LIMIT:-240}; second++ )); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 1
    done
    if kill -0 "$pid" 2>/dev/null; then broken="did not end in $second seconds"; fi
    WINEPREFIX=$folder/prefix "$(command -v wineserver || echo /usr/lib/wine/wineserver64)" -k >/dev/null 2>&1
    kill "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
    code=$?
    if grep -qa '0x80131506' "$log"; then broken="crashed the runtime"; fi
    grep -av '^wine: ' "$log"
    [ -n "$broken" ] || break
    echo "Wine $broken (attempt $attempt)."
    code=75
done
exit "$code"

#!/usr/bin/env bash
# The smoke test of Windows: the sample with delegates, Smoke.ps1 in PowerShell, and tests of the core, under Wine, each named
# as it ends. run.sh FOLDER sample|module|core, FOLDER being what prepare.sh has made. A run that Wine itself breaks - it
# crashes the .NET runtime (0x80131506) or hangs now and then - is begun again, once, and that is told; the exit code
# is 75 when it broke both.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$(cd "$1" && pwd)
runner=$folder/build/bin/Loky.Windows.Runner/release

# A stack overflow never ends in Wine, an access violation ends as a FailFast, and of megabytes that are read while as many
# are written Wine now and then tells none, and they are gone.
core=(
    PipeTransportTests WindowsExitCodesTests Loky.Tests.Windows. EnvironmentNamesTests StandardErrorTextTests
    LaunchRequestTests TypicalTimeTests BatchSizerTests RecordReaderTests
    'TaskJournalTests.With_a_name' A_program_that_ends_at_once FlowTests RecallTests
    'CrashMatrixTests&stage: Run&fromContinuation: False' -StackOverflow -Segmentation -Megabytes_go_both_ways
)

run() {
    case $1 in
        sample) "$here/wine.sh" "$folder" "$folder/build/bin/SayHello/release/SayHello.dll" ;;
        module) "$here/wine.sh" "$folder" "$folder/powershell/pwsh.dll" -NoProfile -NonInteractive -File "Z:$here/Smoke.ps1" "Z:$folder/Loky/Loky.psd1" ;;
        core) "$here/wine.sh" "$folder" "$runner/Loky.Windows.Runner.dll" "Z:$runner/Loky.Core.Tests.dll" "${core[@]}" ;;
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

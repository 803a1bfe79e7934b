/* Runs a command line with a console of its own that nobody sees, and with this program's standard streams: PowerShell needs one. */
#include <wchar.h>
#include <windows.h>

int wmain(void)
{
    /* The name of this program has no spaces where the tests put it. */
    wchar_t *command = wcschr(GetCommandLineW(), L' ');
    STARTUPINFOW start = { .cb = sizeof start, .dwFlags = STARTF_USESTDHANDLES };
    PROCESS_INFORMATION process;
    DWORD code = 1;
    start.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    start.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
    start.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    if (command == NULL || !CreateProcessW(NULL, command + 1, NULL, NULL, TRUE, CREATE_NO_WINDOW, NULL, NULL, &start, &process))
    {
        return 1;
    }

    WaitForSingleObject(process.hProcess, INFINITE);
    GetExitCodeProcess(process.hProcess, &code);
    return (int)code;
}

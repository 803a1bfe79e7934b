/* The program "dotnet.exe": finds hostfxr.dll of its own folder and hands it the command line. The real one comes with no package. */
#include <stdio.h>
#include <wchar.h>
#include <windows.h>

typedef int (*hostfxr_main_startupinfo)(int argc, const wchar_t **argv, const wchar_t *host, const wchar_t *root, const wchar_t *app);

int wmain(int argc, wchar_t **argv)
{
    wchar_t host[MAX_PATH], root[MAX_PATH], library[MAX_PATH], empty[] = L"";
    GetModuleFileNameW(NULL, host, MAX_PATH);
    wcscpy(root, host);
    *wcsrchr(root, L'\\') = 0;
    swprintf(library, MAX_PATH, L"%ls\\host\\fxr\\%ls\\hostfxr.dll", root, L"" HOST_VERSION);
    HMODULE hostfxr = LoadLibraryW(library);
    if (hostfxr == NULL)
    {
        fwprintf(stderr, L"%ls cannot be loaded: error %lu.\n", library, GetLastError());
        return 1;
    }

    hostfxr_main_startupinfo run = (hostfxr_main_startupinfo)(void *)GetProcAddress(hostfxr, "hostfxr_main_startupinfo");
    return run == NULL ? 1 : run(argc, (const wchar_t **)argv, host, root, empty);
}

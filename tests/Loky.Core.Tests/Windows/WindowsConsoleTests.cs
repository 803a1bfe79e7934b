using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Loky.Tests.Execution;
using Loky.Tests.Support;
using Loky.Windows;
using Xunit;

namespace Loky.Tests.Windows;

/// <summary>A worker's console: its own, so that no Ctrl+C and no closing of the session's reaches it, with the code page of the session's.</summary>
[Collection(UsesWorkers.Name)]
[SupportedOSPlatform("windows")]
public sealed partial class WindowsConsoleTests : IDisposable
{
    private const int OfWesternEurope = 850;
    private readonly int _before = WindowsConsole.CodePage;

    public void Dispose() => WindowsConsole.SetCodePage(_before);

    [WindowsFact]
    public Task Events_of_the_session_s_console_are_not_for_its_workers() => Guard.Run(1, async executor =>
    {
        // What it starts for itself hears of them.
        uint[] mine = AttachedToConsole();
        Assert.Contains((uint)Environment.ProcessId, mine);

        uint[] own = await executor.Submit(AttachedToConsole);
        uint worker = (uint)Assert.Single(executor.WorkerProcessIds);
        Assert.DoesNotContain(worker, AttachedToConsole());
        Assert.Contains(worker, own);
        Assert.DoesNotContain((uint)Environment.ProcessId, own);
    });

    [WindowsFact]
    public async Task Its_last_words_are_read_in_the_code_page_of_the_session_s_console()
    {
        WindowsConsole.SetCodePage(OfWesternEurope);
        await Guard.Run(1, async executor =>
        {
            Assert.Equal(OfWesternEurope, await executor.Submit(CodePageOfConsole));
            TerminatedWorkerException error = await Assert.ThrowsAsync<TerminatedWorkerException>(() => executor.Submit(SayAndEnd, "grün"));
            Assert.Equal("grün", error.StandardError);
        });
    }

    private static int CodePageOfConsole() => WindowsConsole.CodePage;

    private static int SayAndEnd(string text)
    {
        Console.Error.WriteLine(text);
        Environment.Exit(3);
        return 0;
    }

    private static uint[] AttachedToConsole()
    {
        uint[] ids = new uint[1000];
        return ids[..(int)GetConsoleProcessList(ids, ids.Length)];
    }

    [LibraryImport("kernel32")]
    private static partial uint GetConsoleProcessList([Out] uint[] ids, int count);
}

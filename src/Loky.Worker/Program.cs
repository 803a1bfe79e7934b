using System.Runtime.CompilerServices;
using Loky.Hosting;
using Loky.Remote;

namespace Loky.Worker;

/// <summary>The worker as a program of its own: <c>dotnet Loky.Worker.dll</c>, started by a plain .NET program.</summary>
internal static class Program
{
    /// <summary>Runs the worker until its parent ends it; with <c>--agent</c>, a node agent on the standard streams.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int Main(string[] arguments)
    {
        if (arguments is ["--agent"])
        {
            return AgentProgram.Run();
        }

        WorkerProcess.RunAndExit(Console.OpenStandardInput());
        return 0;
    }
}

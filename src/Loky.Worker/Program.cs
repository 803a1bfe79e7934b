using System.Runtime.CompilerServices;
using Loky.Hosting;

namespace Loky.Worker;

/// <summary>The worker as a program of its own: <c>dotnet Loky.Worker.dll</c>, started by a plain .NET program.</summary>
internal static class Program
{
    /// <summary>Runs the worker until its parent ends it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Main() => WorkerProcess.RunAndExit(Console.OpenStandardInput());
}

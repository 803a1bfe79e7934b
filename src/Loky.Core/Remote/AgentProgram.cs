using Loky.Hosting;
using Loky.Launch;

namespace Loky.Remote;

/// <summary>A node agent as a program of its own, on its standard streams, for workers that run delegates.</summary>
internal static class AgentProgram
{
    public static int Run()
    {
        Stream input = Console.OpenStandardInput();
        Stream output = Console.OpenStandardOutput();

        // From here on the standard output is the parent's alone.
        Console.SetOut(Console.Error);
        ProcessGroup.Separate();
        Exception? cause = AgentProcess.Run(input, output, DotNetHost.CreateCommand());
        if (cause is not null)
        {
            Console.Error.WriteLine(cause.Message);
        }

        return cause is null ? 0 : 1;
    }
}

using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Loky.PowerShell.Launch;
using Loky.Remote;

namespace Loky.PowerShell.Hosts;

/// <summary>Brings a node agent up in a PowerShell on a host that has nothing of this module: the loader on its command line
/// reads the bootstrap from standard input, which tells versions, gets the module where it is lacking, and loads it.</summary>
internal sealed class HostBootstrap : IHostBootstrap
{
    private const string Mark = "<LOKY 7c41e0b95d>";

    private static readonly byte[] Bootstrap = Encoding.UTF8.GetBytes(Resource("Bootstrap.ps1"));
    private static readonly string EncodedLoader = Convert.ToBase64String(Encoding.Unicode.GetBytes(Resource("Loader.ps1")));

    /// <summary>Gets the arguments of a PowerShell there: letters, digits, '-', '+', '/', '=', which no shell changes.</summary>
    public static IReadOnlyList<string> Arguments { get; } = ["-NoProfile", "-NonInteractive", "-InputFormat", "None", "-OutputFormat", "Text", "-EncodedCommand", EncodedLoader];

    public async Task<HostFacts> RunAsync(Stream toHost, Stream fromHost, Action answered)
    {
        var talk = new HostTalk(toHost, fromHost);
        ModulePackage package = ModulePackage.Current;
        HostHello hello = await GreetAsync(talk, answered).ConfigureAwait(false);
        CheckVersions(hello, package);
        await talk.SendAsync(Order(package, isProbe: false)).ConfigureAwait(false);
        HostAnswer answer = await talk.ReceiveAnswerAsync<HostAnswer>().ConfigureAwait(false);
        if (answer.Found is null)
        {
            await package.WriteToAsync(toHost).ConfigureAwait(false);
            await toHost.FlushAsync().ConfigureAwait(false);
        }

        HostAnswer loaded = await talk.ReceiveAsync<HostAnswer>().ConfigureAwait(false);
        return loaded.Module is not null
            ? FactsOf(hello)
            : throw new HostPreparationException(MessageText.Format(Messages.HostModuleNotStored, package.Size, loaded.Failed));
    }

    /// <summary>Asks a host what it is and has, and leaves nothing there; tells, too, where the module lies or would.</summary>
    public static async Task<(HostFacts Facts, string? Refusal, HostAnswer Module)> ProbeAsync(Stream toHost, Stream fromHost)
    {
        var talk = new HostTalk(toHost, fromHost);
        ModulePackage package = ModulePackage.Current;
        HostHello hello = await GreetAsync(talk, static () => { }).ConfigureAwait(false);
        string? refusal = RefusalOf(hello, package);
        HostAnswer module = new();
        if (refusal is null)
        {
            await talk.SendAsync(Order(package, isProbe: true)).ConfigureAwait(false);
            module = await talk.ReceiveAnswerAsync<HostAnswer>().ConfigureAwait(false);
        }

        return (FactsOf(hello), refusal, module);
    }

    public string? AdviceFor(string ending, string standardError) => HostAdvice.For(ending, standardError);

    private static async Task<HostHello> GreetAsync(HostTalk talk, Action answered)
    {
        await talk.SkipToAsync(Encoding.ASCII.GetBytes(Mark)).ConfigureAwait(false);
        answered();
        await talk.SendAsync(Bootstrap).ConfigureAwait(false);
        return await talk.ReceiveAnswerAsync<HostHello>().ConfigureAwait(false);
    }

    private static object Order(ModulePackage package, bool isProbe) => new { package.Hash, package.Size, package.Files, IsProbe = isProbe };

    private static void CheckVersions(HostHello hello, ModulePackage package)
    {
        if (RefusalOf(hello, package) is { } refusal)
        {
            throw new HostPreparationException(refusal);
        }
    }

    /// <summary>What crosses the connection are parts of PowerShell's own types, which differ from one minor version to the next;
    /// its .NET goes with that. Another operating system or architecture is no obstacle but for machine code.</summary>
    private static string? RefusalOf(HostHello hello, ModulePackage package)
    {
        Version own = PowerShellHost.Version;
        string there = MessageText.Format(Messages.HostSide, hello.PowerShell, hello.DotNet, hello.System, hello.Architecture);
        string here = MessageText.Format(
            Messages.HostSide, own, Environment.Version, RuntimeInformation.OSDescription, RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant());
        if (!Version.TryParse(hello.PowerShell.Split('-', '+')[0], out Version? version) || version.Major != own.Major || version.Minor != own.Minor)
        {
            return MessageText.Format(Messages.HostOtherVersion, hello.Program, there, here, own.ToString(2));
        }

        bool sameMachine = hello.Architecture.Equals(RuntimeInformation.ProcessArchitecture.ToString(), StringComparison.OrdinalIgnoreCase) && hello.Platform == OwnPlatform;
        return sameMachine || !package.IsForOneMachine ? null : MessageText.Format(Messages.HostOtherMachine, there, here);
    }

    private static string OwnPlatform => OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "osx" : "win";

    private static HostFacts FactsOf(HostHello hello) => new(
        hello.Machine,
        hello.Process,
        hello.Processors,
        $"{hello.System} ({hello.Architecture})",
        new Dictionary<string, string> { ["PowerShell"] = hello.PowerShell, [".NET"] = hello.DotNet },
        long.TryParse(hello.EndsAt, NumberStyles.None, CultureInfo.InvariantCulture, out long end) ? DateTimeOffset.FromUnixTimeSeconds(end) : null);

    private static string Resource(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}

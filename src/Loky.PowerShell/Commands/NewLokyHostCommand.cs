using System.Collections;
using System.Globalization;
using System.Text.RegularExpressions;
using Loky.PowerShell.Hosts;

namespace Loky.PowerShell.Commands;

/// <summary>Says how a host is reached, and how many workers there are to be. Connects to nothing.</summary>
[Cmdlet(VerbsCommon.New, "LokyHost", DefaultParameterSetName = SshSet, HelpUri = HelpAddress.NewLokyHost)]
[OutputType(typeof(WorkerHost))]
public sealed partial class NewLokyHostCommand : PSCmdlet
{
    private const string SshSet = "Ssh";
    private const string SlurmSet = "Slurm";
    private const string CommandSet = "Command";

    /// <summary>Gets or sets the name or the address, or a name of the ssh configuration.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = SshSet)]
    [ArgumentCompleter(typeof(HostNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string HostName { get; set; } = null!;

    /// <summary>Gets or sets the user there.</summary>
    [Parameter(ParameterSetName = SshSet)]
    [ValidateNotNullOrEmpty]
    public string? UserName { get; set; }

    /// <summary>Gets or sets the port of the ssh server.</summary>
    [Parameter(ParameterSetName = SshSet)]
    public int Port { get; set; }

    /// <summary>Gets or sets the file of the private key.</summary>
    [Parameter(ParameterSetName = SshSet)]
    [Alias("IdentityFilePath")]
    [ValidateNotNullOrEmpty]
    public string? KeyFilePath { get; set; }

    /// <summary>Gets or sets options of ssh by name.</summary>
    [Parameter(ParameterSetName = SshSet)]
    public Hashtable? Options { get; set; }

    /// <summary>Gets or sets a value indicating whether the workers run on nodes of a Slurm cluster.</summary>
    [Parameter(Mandatory = true, ParameterSetName = SlurmSet)]
    public SwitchParameter Slurm { get; set; }

    /// <summary>Gets or sets how many workers there are on a node.</summary>
    [Parameter(ParameterSetName = SlurmSet)]
    public int WorkersPerNode { get; set; }

    /// <summary>Gets or sets the partition.</summary>
    [Parameter(ParameterSetName = SlurmSet)]
    [ValidateNotNullOrEmpty]
    public string? Partition { get; set; }

    /// <summary>Gets or sets the time limit: a TimeSpan, or as Slurm writes it.</summary>
    [Parameter(ParameterSetName = SlurmSet)]
    public object? Time { get; set; }

    /// <summary>Gets or sets more arguments of <c>srun</c>.</summary>
    [Parameter(ParameterSetName = SlurmSet)]
    [Alias("Args")]
    public string[] ArgumentList { get; set; } = [];

    /// <summary>Gets or sets the command whose standard input and output reach the pwsh that is named behind it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = CommandSet)]
    [ValidateNotNullOrEmpty]
    public string[] Command { get; set; } = [];

    /// <summary>Gets or sets the name that errors and tables show.</summary>
    [Parameter(ParameterSetName = CommandSet)]
    [Parameter(ParameterSetName = SlurmSet)]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Gets or sets how many workers there are to be; as many as the host has processors where it is left out.</summary>
    [Parameter]
    public int Workers { get; set; }

    /// <summary>Gets or sets the PowerShell there, where it is not the first on the PATH.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PowerShellPath { get; set; }

    private int? WorkersOrNull => IsBound(nameof(Workers)) ? Workers : null;

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        Check(nameof(Workers), Workers, ExecutorOptions.MaxWorkersLimit);
        Check(nameof(WorkersPerNode), WorkersPerNode, ExecutorOptions.MaxWorkersLimit);
        Check(nameof(Port), Port, ushort.MaxValue);
        WriteObject(ParameterSetName switch
        {
            SshSet => OfSsh(),
            SlurmSet => OfSlurm(),
            _ => CommandHost.Create(Name ?? CommandHost.ToText(Command), Command, [PowerShellPath ?? "pwsh", .. HostBootstrap.Arguments], WorkersOrNull),
        });
    }

    private WorkerHost OfSsh()
    {
        // Options of ssh begin with a dash, and it asks for no more than that.
        if (HostName.StartsWith('-') || HostName.Any(char.IsWhiteSpace))
        {
            Refuse(HostName, MessageText.Format(Messages.InvalidHostText, HostName));
        }

        string? key = KeyFilePath is null ? null : GetUnresolvedProviderPathFromPSPath(KeyFilePath);
        if (key is not null && !File.Exists(key))
        {
            Refuse(KeyFilePath, MessageText.Format(Messages.KeyFileMissing, key));
        }

        return new SshTarget
        {
            HostName = HostName,
            UserName = UserName,
            Port = IsBound(nameof(Port)) ? Port : null,
            KeyFilePath = key,
            Options = [.. (Options ?? []).Cast<DictionaryEntry>().Select(static option => $"{option.Key}={option.Value}").Order(StringComparer.Ordinal)],
            Workers = WorkersOrNull,
            PowerShellPath = PowerShellPath,
        }.ToHost();
    }

    private WorkerHost OfSlurm()
    {
        // Within an allocation it is known what there is; from outside, it is what the user wants.
        int nodes = Number("SLURM_JOB_NUM_NODES") ?? 1;
        int? here = Number("SLURM_CPUS_ON_NODE");
        int? perNode = IsBound(nameof(WorkersPerNode)) ? WorkersPerNode : here;
        int? workers = WorkersOrNull ?? (here is null ? null : perNode * nodes);
        if (workers is null)
        {
            Refuse(null, Messages.SlurmNeedsWorkers);
        }

        return new SlurmRequest
        {
            Name = Name ?? "slurm",
            Workers = workers!.Value,
            WorkersPerNode = perNode ?? workers.Value,
            Partition = Partition,
            Time = IsBound(nameof(Time)) ? SlurmTime() : null,
            Arguments = ArgumentList,
            PowerShellPath = PowerShellPath,
        }.ToHost();
    }

    private string SlurmTime()
    {
        object? time = Time is PSObject wrapped ? wrapped.BaseObject : Time;
        if (time is TimeSpan span && span > TimeSpan.Zero)
        {
            return span.ToString(@"d\-hh\:mm\:ss", CultureInfo.InvariantCulture);
        }

        string text = LanguagePrimitives.ConvertTo<string>(time) ?? string.Empty;
        if (time is TimeSpan || !SlurmTimeForm().IsMatch(text))
        {
            Refuse(time, MessageText.Format(Messages.InvalidSlurmTime, text));
        }

        return text;
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : null;

    private bool IsBound(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    private void Check(string parameter, int value, int max)
    {
        if (IsBound(parameter) && (value < 1 || value > max))
        {
            Refuse(value, MessageText.Format(Loky.Messages.InvalidCount, value, parameter, max, 1));
        }
    }

    private void Refuse(object? target, string message) =>
        ThrowTerminatingError(new ErrorRecord(new ArgumentException(message), ErrorIds.InvalidHost, ErrorCategory.InvalidArgument, target));

    // Minutes, minutes:seconds, hours:minutes:seconds, days-hours and so on; or UNLIMITED.
    [GeneratedRegex(@"^(?:\d+(?::\d+){0,2}|\d+-\d+(?::\d+){0,2}|UNLIMITED|INFINITE)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SlurmTimeForm();
}

using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

[assembly: Loky.Hosting.Runner(typeof(Loky.PowerShell.Runner.ScriptRunner))]

namespace Loky.PowerShell;

/// <summary>What has to be done before the first method of this assembly runs.</summary>
internal static class ModuleStart
{
    /// <summary>Has the dependencies found, as methods here use them without one of Loky.Core being called first.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255:The 'ModuleInitializer' attribute should not be used in libraries", Justification = "No other code runs before the first method that needs the dependencies.")]
    internal static void Initialize() => PrivateDependencies.Register();
}

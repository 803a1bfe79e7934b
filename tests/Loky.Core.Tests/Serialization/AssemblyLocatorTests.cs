using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Loky.Serialization;
using Xunit;
using AssemblyReference = Loky.Serialization.AssemblyReference;

namespace Loky.Tests.Serialization;

public sealed class AssemblyLocatorTests
{
    private const string PluginName = "Loky.Core.Tests.Plugin";

    // Beside the output of this project, in the same configuration: <project>/bin/<configuration>/<framework>/.
    private static readonly string PluginPath = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory,
        "..",
        "..",
        "..",
        "..",
        PluginName,
        Path.GetRelativePath(Path.Combine(AppContext.BaseDirectory, "..", "..", ".."), AppContext.BaseDirectory),
        PluginName + ".dll"));

    [Fact]
    public void An_assembly_that_is_not_loaded_comes_from_its_path_with_what_it_depends_on()
    {
        Assembly plugin = AssemblyLocator.Shared.Load(new AssemblyReference(AssemblyName.GetAssemblyName(PluginPath).FullName, PluginPath, ModuleVersionOf(PluginPath)));
        Assert.Equal(PluginPath, plugin.Location);
        MethodInfo method = plugin.GetType("Loky.Tests.Plugin.Greeting")!.GetMethod("For")!;
        Func<string, string> greet = Wire.ToWorker(method.CreateDelegate<Func<string, string>>());
        Assert.Equal("Hello Ada from the dependency", greet("Ada"));
    }

    [Fact]
    public void An_assembly_of_the_process_is_taken_as_it_is()
    {
        Assembly own = typeof(AssemblyLocatorTests).Assembly;
        AssemblyReference reference = AssemblyReference.To(own) with { Path = "/nowhere/at/all.dll" };
        Assert.Same(own, AssemblyLocator.Shared.Load(reference));
    }

    [Fact]
    public void An_assembly_of_dotnet_is_that_of_this_process() =>
        Assert.Same(typeof(object).Assembly, AssemblyLocator.Shared.Load(AssemblyReference.To(typeof(object).Assembly)));

    [Fact]
    public void A_missing_file_is_named()
    {
        AssemblyReference missing = new("No.Such.Assembly, Version=1.0.0.0", Path.GetFullPath("no-such-file.dll"), Guid.NewGuid());
        string message = Assert.Throws<TaskSerializationException>(() => AssemblyLocator.Shared.Load(missing)).Message;
        Assert.Contains("no-such-file.dll", message, StringComparison.Ordinal);
        Assert.Contains("Keep the file", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_assembly_is_named()
    {
        string path = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "Loky.Core.Tests.runtimeconfig.json"));
        string message = Assert.Throws<TaskSerializationException>(
            () => AssemblyLocator.Shared.Load(new AssemblyReference("Not.An.Assembly", path, Guid.NewGuid()))).Message;
        Assert.Contains(path, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_assembly_of_another_build_keeps_nobody_else_waiting()
    {
        AssemblyReference own = AssemblyReference.To(typeof(AssemblyLocatorTests).Assembly);
        _ = Assert.Throws<TaskSerializationException>(() => { _ = AssemblyLocator.Shared.Load(own with { ModuleVersion = Guid.NewGuid() }); });
        Task<Assembly> other = Task.Factory.StartNew(
            () => AssemblyLocator.Shared.Load(own with { Path = "/another/path.dll" }),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        Assert.Same(typeof(AssemblyLocatorTests).Assembly, await other.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private static Guid ModuleVersionOf(string path)
    {
        using PEReader file = new(File.OpenRead(path));
        MetadataReader metadata = file.GetMetadataReader();
        return metadata.GetGuid(metadata.GetModuleDefinition().Mvid);
    }
}

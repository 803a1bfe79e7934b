using System.Collections;
using Loky.Launch;
using Xunit;

namespace Loky.Tests.Launch;

/// <summary>Environments whose names are compared as a system does.</summary>
public sealed class EnvironmentNamesTests
{
    [Fact]
    public void Names_that_differ_in_case_are_one_on_Windows_alone()
    {
        Dictionary<string, string?> given = new() { ["Path"] = "first", ["PATH"] = "second", ["gone"] = null };
        Dictionary<string, string?> there = EnvironmentNames.Of(given, StringComparer.OrdinalIgnoreCase);
        Assert.Equal(2, there.Count);
        Assert.Equal("second", there["path"]);
        Assert.True(there.ContainsKey("GONE"));
        Assert.Equal(3, EnvironmentNames.Of(given, StringComparer.Ordinal).Count);
    }

    [Fact]
    public void A_process_that_was_given_both_is_no_error()
    {
        IDictionary given = new Hashtable { ["Path"] = "one", ["PATH"] = "one" };
        Assert.Equal("one", Assert.Single(EnvironmentNames.OfProcess(given, StringComparer.OrdinalIgnoreCase)).Value);
    }

    [Fact]
    public void This_system_compares_as_its_environment_does()
    {
        const string Name = "Loky_Test_Case";
        Environment.SetEnvironmentVariable(Name, "set");
        try
        {
            string other = Name.ToUpperInvariant();
            Assert.Equal(Environment.GetEnvironmentVariable(other) is not null, EnvironmentNames.Read().ContainsKey(other));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Name, null);
        }
    }
}

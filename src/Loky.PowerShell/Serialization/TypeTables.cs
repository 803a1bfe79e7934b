using System.Management.Automation;
using Loky.PowerShell.Internals;

namespace Loky.PowerShell.Serialization;

/// <summary>
/// The members that the type data of a runspace gives to objects of some type names. PowerShell keeps them in a collection
/// for each list of names, in each runspace, and makes another one when the runspace's type data changes: whatever is
/// kept with the collection is valid as long as it is the one that is found.
/// </summary>
internal static class TypeTables
{
    private static readonly object NoTypeData = new();

    /// <summary>
    /// Gets the collection for the type names of <paramref name="wrapper"/> in the runspace that it belongs to; where there
    /// is no runspace, one without members. Null where a PowerShell has other internals.
    /// </summary>
    public static object? MembersFor(PSObject wrapper) =>
        CompiledInternals.MembersOfTypeData is { } find ? find(wrapper) ?? NoTypeData : null;
}

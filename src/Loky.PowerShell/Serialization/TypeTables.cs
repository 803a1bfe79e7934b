namespace Loky.PowerShell.Serialization;

/// <summary>The members that the type data of a runspace gives to objects of some type names. PowerShell makes another collection
/// when the type data changes: what is kept with one is valid as long as it is the one that is found.</summary>
internal static class TypeTables
{
    private static readonly object NoTypeData = new();

    /// <summary>Gets the collection for the object's type names in its runspace; without a runspace, one without members; null
    /// where a PowerShell has other internals.</summary>
    public static object? MembersFor(PSObject wrapper) =>
        CompiledInternals.MembersOfTypeData is { } find ? find(wrapper) ?? NoTypeData : null;
}

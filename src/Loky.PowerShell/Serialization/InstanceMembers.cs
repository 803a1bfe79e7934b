namespace Loky.PowerShell.Serialization;

/// <summary>The members that were added to one object (note properties and the like), without those of its type. PowerShell keeps
/// them in an internal collection; the public one would copy the members of the type in each time.</summary>
internal static class InstanceMembers
{
    private static readonly ObjectInternals.FindMembers? FindMembers =
        ObjectInternals.CountMembers.IsPresent && ObjectInternals.GetMember.IsPresent ? ObjectInternals.HasMembers.Info : null;

    private static readonly Func<PSMemberInfoCollection<PSMemberInfo>, int>? Count = ObjectInternals.CountMembers.Info;
    private static readonly Func<PSMemberInfoCollection<PSMemberInfo>, int, PSMemberInfo>? Item = ObjectInternals.GetMember.Info;
    private static readonly Func<PSObject, PSMemberInfoCollection<PSMemberInfo>>? All = ObjectInternals.GetMembers.Info;

    public static void Collect(object value, List<PSMemberInfo> members)
    {
        if (FindMembers is null)
        {
            CollectPublic(value, members);
            return;
        }

        if (!FindMembers(value, out PSMemberInfoCollection<PSMemberInfo>? found) || found is null)
        {
            return;
        }

        int count = Count!(found);
        for (int i = 0; i < count; i++)
        {
            PSMemberInfo member = Item!(found, i);
            if (member is PSNoteProperty || !IsReserved(member))
            {
                members.Add(member);
            }
        }
    }

    /// <summary>Adds a property to a custom object. The first of each name goes through the public collection, which tells
    /// PowerShell's binders that such a member exists; it would also make a copy of each property.</summary>
    public static void Add(PSObject target, PSNoteProperty member, bool announced) =>
        (announced && All is not null ? All(target) : target.Members).Add(member, preValidated: true);

    // The views that PowerShell itself puts among the members of an object the first time that someone looks for one.
    private static bool IsReserved(PSMemberInfo member) => member.Name is "psbase" or "psadapted" or "psextended" or "psobject" or "pstypenames";

    private static void CollectPublic(object value, List<PSMemberInfo> members)
    {
        foreach (PSMemberInfo member in PSObject.AsPSObject(value).Members)
        {
            // What the type itself has counts as the object's too.
            if (member is { IsInstance: true, MemberType: not (PSMemberTypes.Property or PSMemberTypes.Method or PSMemberTypes.ParameterizedProperty or PSMemberTypes.Event or PSMemberTypes.Dynamic) }
                && !IsReserved(member))
            {
                members.Add(member);
            }
        }
    }
}

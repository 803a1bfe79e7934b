using System.Management.Automation;
using System.Reflection;

namespace Loky.PowerShell.Serialization;

/// <summary>
/// The members that were added to one object (note properties and the like), without those of its type. PowerShell
/// keeps them in an internal collection; the public one would copy the members of the type in each time.
/// </summary>
internal abstract class InstanceMembers
{
    private static readonly InstanceMembers Current = Create();

    /// <summary>Adds the members of <paramref name="value"/>, wrapped or not, to <paramref name="members"/>.</summary>
    public static void Collect(object value, List<PSMemberInfo> members) => Current.CollectCore(value, members);

    /// <summary>
    /// Adds a property to a custom object. The first of each name goes through the public collection, which tells
    /// PowerShell's binders that such a member exists; it would also make a copy of each property.
    /// </summary>
    public static void Add(PSObject target, PSNoteProperty member, bool announced)
    {
        if (!announced || !Current.AddCore(target, member))
        {
            target.Members.Add(member, preValidated: true);
        }
    }

    /// <summary>Does what <see cref="Collect"/> says.</summary>
    protected abstract void CollectCore(object value, List<PSMemberInfo> members);

    /// <summary>Adds a member directly, if that is possible.</summary>
    protected abstract bool AddCore(PSObject target, PSMemberInfo member);

    private static InstanceMembers Create()
    {
        const BindingFlags Any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        try
        {
            MethodInfo? has = typeof(PSObject).GetMethod("HasInstanceMembers", Any);
            MethodInfo? all = typeof(PSObject).GetProperty("InstanceMembers", Any)?.GetMethod;
            if (has is not null && all is not null)
            {
                return (InstanceMembers)Activator.CreateInstance(typeof(Direct<>).MakeGenericType(all.ReturnType), has, all)!;
            }
        }
        catch (Exception exception) when (exception is ArgumentException or TargetInvocationException or MissingMethodException)
        {
            // Another PowerShell has other internals: the public collections do the same, only slower.
        }

        return new Public();
    }

    // The views that PowerShell itself puts among the members of an object the first time that someone looks for one.
    private static bool IsReserved(PSMemberInfo member) => member.Name switch
    {
        "psbase" or "psadapted" or "psextended" or "psobject" or "pstypenames" => true,
        _ => false,
    };

    private sealed class Direct<TCollection> : InstanceMembers
        where TCollection : PSMemberInfoCollection<PSMemberInfo>
    {
        private readonly TryGet _tryGet;
        private readonly Func<PSObject, TCollection> _all;
        private readonly Func<TCollection, int> _count;
        private readonly Func<TCollection, int, PSMemberInfo> _item;

        public Direct(MethodInfo has, MethodInfo all)
        {
            const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
            Type collection = typeof(TCollection);
            _tryGet = has.CreateDelegate<TryGet>();
            _all = all.CreateDelegate<Func<PSObject, TCollection>>();
            _count = collection.GetProperty("Count", Any)!.GetMethod!.CreateDelegate<Func<TCollection, int>>();
            _item = collection.GetProperty("Item", Any, null, typeof(PSMemberInfo), [typeof(int)], null)!
                .GetMethod!.CreateDelegate<Func<TCollection, int, PSMemberInfo>>();
        }

        private delegate bool TryGet(object value, out TCollection? members);

        protected override void CollectCore(object value, List<PSMemberInfo> members)
        {
            if (!_tryGet(value, out TCollection? found) || found is null)
            {
                return;
            }

            int count = _count(found);
            for (int i = 0; i < count; i++)
            {
                PSMemberInfo member = _item(found, i);
                if (member is PSNoteProperty || !IsReserved(member))
                {
                    members.Add(member);
                }
            }
        }

        protected override bool AddCore(PSObject target, PSMemberInfo member)
        {
            _all(target).Add(member, preValidated: true);
            return true;
        }
    }

    private sealed class Public : InstanceMembers
    {
        protected override void CollectCore(object value, List<PSMemberInfo> members)
        {
            foreach (PSMemberInfo member in PSObject.AsPSObject(value).Members)
            {
                if (member.IsInstance && !IsReserved(member))
                {
                    members.Add(member);
                }
            }
        }

        protected override bool AddCore(PSObject target, PSMemberInfo member) => false;
    }
}

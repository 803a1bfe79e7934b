namespace Loky.PowerShell.Internals;

/// <summary>A member that is known by what <typeparamref name="TInfo"/> tells of it.</summary>
internal abstract class InternalMember<TInfo> : InternalMember
    where TInfo : class
{
    private readonly Lazy<TInfo?> _info;

    private protected InternalMember(InternalType owner, string name)
        : base(owner, name) =>
        _info = new Lazy<TInfo?>(() => LookUp(() => Owner.Value is { } type ? Find(type) : null), LazyThreadSafetyMode.PublicationOnly);

    public TInfo? Info => _info.Value;

    public override bool IsPresent => Info is not null;

    /// <summary>Finds the member in its type; null where there is none, or one of another signature.</summary>
    protected abstract TInfo? Find(Type type);
}

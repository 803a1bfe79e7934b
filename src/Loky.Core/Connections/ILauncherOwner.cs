namespace Loky.Connections;

/// <summary>Who hears what becomes of a launcher's hosts, on background threads.</summary>
internal interface ILauncherOwner
{
    void OnRoomChanged();

    /// <summary>Something became of a host that the user wants to know.</summary>
    void OnWarning(string warning);

    /// <summary>Some workers are to take no new items, and to end with what they have.</summary>
    void OnDraining(IReadOnlyCollection<IConnectionOwner> workers);

    /// <summary>No worker will start any more.</summary>
    void OnHopeless(Exception reason);
}

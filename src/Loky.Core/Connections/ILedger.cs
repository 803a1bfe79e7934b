namespace Loky.Connections;

/// <summary>
/// What may have started on a worker, and since when: shared memory on the same machine, messages elsewhere. Can be asked
/// from any thread and at any time, also once the worker is gone.
/// </summary>
internal interface ILedger
{
    /// <summary>Reads what the worker is doing.</summary>
    LedgerEntry Look();
}

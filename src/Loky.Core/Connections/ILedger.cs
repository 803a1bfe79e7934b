namespace Loky.Connections;

/// <summary>What may have started on a worker, told on any thread and at any time, also once the worker is gone.</summary>
internal interface ILedger
{
    LedgerEntry Look();
}

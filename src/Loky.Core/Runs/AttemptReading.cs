using Loky.Channel;

namespace Loky.Runs;

/// <summary>What the records of a frame tell of one item after the other; <c>now</c> is when they came.</summary>
internal struct AttemptReading(AttemptPlace place, DateTime now, bool wasStopped)
{
    private AttemptAccount? _last;
    private bool _hasAccount;
    private bool _cancelled;
    private bool _failed;

    /// <summary>Gets how many bytes the records of the item take so far, but for its account.</summary>
    public int Written { get; private set; }

    /// <summary>Gets a value indicating whether the item was tried; one skipped by a stopped call has no account.</summary>
    public readonly bool IsAttempt => _hasAccount || !_cancelled;

    public static DateTime Clamp(DateTime time, DateTime least, DateTime most) => time > most ? most : time < least ? least : time;

    public void Clear() => (_hasAccount, _cancelled, _failed, Written) = (false, false, false, 0);

    /// <summary>Takes a record of the item, which takes <paramref name="size"/> bytes in all.</summary>
    public void Note(RecordKind kind, ReadOnlyMemory<byte> value, int size)
    {
        switch (kind)
        {
            case RecordKind.Account:
                _hasAccount = TryRead(value, ref _last);
                return;
            case RecordKind.Cancelled:
                _cancelled = true;
                break;
            case RecordKind.Failed:
                _failed = true;
                break;
        }

        Written += size;
    }

    public readonly Attempt ToAttempt(ref readonly OpenItem item)
    {
        // The clock of another machine may differ from this one: no item ran before it was sent, or after it was told of.
        AttemptAccount account = _hasAccount ? _last!.Value : default;
        DateTime ended = _hasAccount ? Clamp(account.Ended, place.SentAt, now) : now;
        return new Attempt
        {
            Item = item.Number,
            Outcome = OutcomeOf(account),
            Place = place,
            Queued = item.Queued,
            Started = _hasAccount && account.Run < ended - place.SentAt ? ended - account.Run : place.SentAt,
            Ended = ended,
            BytesIn = item.Bytes,
            BytesOut = item.Written + Written,
            Hash = item.Hash,
            ErrorId = account.ErrorId,
        };
    }

    private static bool TryRead(ReadOnlyMemory<byte> value, ref AttemptAccount? account)
    {
        try
        {
            account = AttemptAccount.Read(value, account);
            return true;
        }
        catch (WireFormatException)
        {
            // What the worker makes up is no reason to lose the other items of its frame.
            account = null;
            return false;
        }
    }

    /// <summary>What fails once the call is stopped fails because of that, as the loading of a module does, say.</summary>
    private readonly AttemptOutcome OutcomeOf(in AttemptAccount account) =>
        _cancelled ? AttemptOutcome.Cancelled
        : _failed || account.IsFailed ? (wasStopped ? AttemptOutcome.Cancelled : AttemptOutcome.Failed)
        : account.Errors > 0 ? AttemptOutcome.Reported
        : AttemptOutcome.Succeeded;
}

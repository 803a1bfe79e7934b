using System.Collections;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Capture;

/// <summary>What a call takes along after it has begun: the classes and enums that only its items show - a block that uses an
/// object need not name its type - and all that these use of the caller's session.</summary>
internal sealed class LateCapture(CaptureScope scope, KnownTypes types, CaptureWriter writer, bool goesElsewhere)
{
    private readonly Dictionary<Type, Exception> _failed = [];
    private CaptureScope? _next;

    public PSWriteSession NewWriter(List<Type> met) => writer.NewWriter(met);

    /// <summary>Returns what workers must get before items of these types, or null. Throws <see cref="CaptureException"/> or
    /// <see cref="TaskSerializationException"/>, for this item and any other, where that cannot be sent.</summary>
    public byte[]? Take(IReadOnlyCollection<Type> met)
    {
        try
        {
            if (met.Select(_failed.GetValueOrDefault).FirstOrDefault(static failure => failure is not null) is { } failure)
            {
                throw failure is CaptureException capture
                    ? new CaptureException(capture.Message, capture) { ErrorId = capture.ErrorId, Category = capture.Category }
                    : new TaskSerializationException(failure.Message, failure);
            }

            // What was gathered before a failure is still to be sent.
            _next ??= scope.Later();
            foreach (Type type in met)
            {
                _next.Follow(type);
            }

            var first = new Hashtable();
            var rest = new Hashtable();
            byte[] encoded = writer.Encode(first, rest, _next);
            if (goesElsewhere)
            {
                TravellingModules.Describe(first, shared: null);
            }

            bool isEmpty = _next.IsEmpty;
            _next = null;
            return isEmpty ? null : [.. writer.EncodePlain(first), .. encoded];
        }
        catch (Exception exception) when (exception is CaptureException or TaskSerializationException)
        {
            foreach (Type type in met)
            {
                _failed[type] = exception;
                types.Remove(type);
            }

            throw;
        }
    }
}

using System.Collections;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Capture;

/// <summary>
/// What a call takes along after it has begun: the classes and enums that only its items show - a block that uses an object
/// need not name its type - and all that these use of the caller's session.
/// </summary>
/// <param name="scope">What the call has gathered when it began.</param>
/// <param name="types">The classes and enums that the workers have.</param>
/// <param name="writer">What encodes for the call.</param>
/// <param name="goesElsewhere">Whether there are workers on other machines.</param>
internal sealed class LateCapture(CaptureScope scope, KnownTypes types, CaptureWriter writer, bool goesElsewhere)
{
    private readonly Dictionary<Type, Exception> _failed = [];
    private CaptureScope? _next;

    /// <summary>Makes what writes the items, and notes in <paramref name="met"/> the classes and enums that workers lack.</summary>
    public PSWriteSession NewWriter(List<Type> met) => writer.NewWriter(met);

    /// <summary>Takes types along that items have. Returns what workers must get before these items, or null where they have it all.</summary>
    /// <exception cref="CaptureException">Something that a class uses cannot be taken along, for this item or any other.</exception>
    /// <exception cref="TaskSerializationException">A value that a class uses cannot be encoded.</exception>
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

using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Management.Automation;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>Writes and reads the generic collections of one constructed type. Made once a type.</summary>
internal abstract class GenericCodec
{
    private static readonly ConcurrentDictionary<Type, GenericCodec> Cache = new();

    /// <summary>Gets the codec of a constructed type, or null if its definition is none of the fixed set.</summary>
    public static GenericCodec? Find(Type type)
    {
        if (Cache.TryGetValue(type, out GenericCodec? codec))
        {
            return codec;
        }

        Type definition = type.GetGenericTypeDefinition();
        Type? codecDefinition =
            definition == typeof(List<>) ? typeof(ListCodec<>) :
            definition == typeof(Dictionary<,>) ? typeof(DictionaryCodec<,>) :
            definition == typeof(HashSet<>) ? typeof(HashSetCodec<>) :
            definition == typeof(KeyValuePair<,>) ? typeof(KeyValuePairCodec<,>) :
            definition == typeof(Collection<>) ? typeof(CollectionCodec<>) :
            definition == typeof(Queue<>) ? typeof(QueueCodec<>) :
            definition == typeof(Stack<>) ? typeof(StackCodec<>) :
            definition == typeof(SortedDictionary<,>) ? typeof(SortedDictionaryCodec<,>) :
            definition == typeof(SortedList<,>) ? typeof(SortedListCodec<,>) :
            definition == typeof(SortedSet<>) ? typeof(SortedSetCodec<>) :
            null;
        if (codecDefinition is null)
        {
            return null;
        }

        codec = (GenericCodec)Activator.CreateInstance(codecDefinition.MakeGenericType(type.GenericTypeArguments))!;
        if (!type.IsCollectible)
        {
            Cache[type] = codec;
        }

        return codec;
    }

    /// <summary>Writes a collection of exactly this codec's type.</summary>
    public abstract void Write(PSValueWriter writer, object value);

    /// <summary>Reads what follows the types: <paramref name="count"/> values, of which the caller knows that they are there.</summary>
    public abstract object Read(ref WireReader reader, PSValueReader values, int slot, int count);

    /// <summary>Makes of a value that was read what a collection of <typeparamref name="T"/> takes.</summary>
    protected static T Element<T>(object? value)
    {
        if (value is T fits)
        {
            return fits;
        }

        if (value is null && default(T) is null)
        {
            return default!;
        }

        // A text or a number in a wrapper comes without it.
        if (typeof(T) == typeof(PSObject) && value is not null)
        {
            return (T)(object)PSObject.AsPSObject(value);
        }

        // An object with members of its own comes wrapped; its members stay with the object inside.
        return value is PSObject { BaseObject: T inner }
            ? inner
            : throw new FormatException(MessageText.Format(Messages.PSValueWrongType, value?.GetType(), typeof(T)));
    }
}

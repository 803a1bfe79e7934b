using System.Collections;
using Loky.PowerShell.Converters;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Capture;

/// <summary>Encodes what was gathered for workers, and gathers meanwhile what the values themselves show to be needed.</summary>
internal sealed class CaptureWriter(KnownTypes types, ConverterTable? converters, PSLanguageMode mode)
{
    private readonly List<Type> _met = [];

    public PSWriteSession NewWriter() => NewWriter(_met);

    /// <summary>Makes a writer that notes in <paramref name="met"/> the classes and enums that the reader lacks.</summary>
    public PSWriteSession NewWriter(List<Type> met) => new()
    {
        KeepScripts = true,
        ScriptMode = mode,
        KnownTypes = types,
        Converters = converters,
        ScriptTypeMet = type =>
        {
            types.Add(type);
            met.Add(type);
        },
    };

    /// <summary>Encodes what the worker reads before anything else: nothing in it can need a type or a converter.</summary>
    public byte[] EncodePlain(Hashtable? part) => Encode(part, new PSWriteSession { KeepScripts = true, KnownTypes = types });

    /// <summary>Adds to both parts what the scope has gathered, and returns <paramref name="rest"/> encoded.</summary>
    public byte[] Encode(Hashtable first, Hashtable rest, CaptureScope scope)
    {
        while (true)
        {
            scope.AddTypesTo(types);
            scope.AddTo(first, rest);
            byte[] bytes = Encode(rest, NewWriter());
            if (_met.Count == 0)
            {
                return bytes;
            }

            // A value can be of a class that nothing names, and the class may need more of the session.
            Type[] met = [.. _met];
            _met.Clear();
            foreach (Type type in met)
            {
                scope.Follow(type);
            }
        }
    }

    private static byte[] Encode(Hashtable? part, PSWriteSession writer)
    {
        using var buffer = new PooledBuffer();
        writer.Write(buffer, part);
        return buffer.WrittenSpan.ToArray();
    }
}

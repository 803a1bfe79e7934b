using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Loky.MessagePack;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Converters;

/// <summary>
/// The converters of one call on one side: finds the one for a type, and runs it. A value is named on the wire by the
/// number of its converter, which is the same on both sides. Not thread-safe.
/// </summary>
/// <param name="converters">The converters.</param>
internal sealed class ConverterTable(IReadOnlyList<ScriptConverter> converters) : IDisposable
{
    private readonly Dictionary<Type, ValueEncoder?> _encoders = [];
    private ConverterSession? _session;

    /// <summary>Gets or sets what opens a session for threads that have none, as those that write for jobs.</summary>
    public Func<ConverterSession>? OpenSession { get; set; }

    /// <summary>Gets what writes values of exactly <paramref name="type"/>, or null where no converter is for it.</summary>
    public ValueEncoder? Find(Type type)
    {
        if (!_encoders.TryGetValue(type, out ValueEncoder? encoder))
        {
            int number = FindNumber(type);
            encoder = number < 0 ? null : (writer, value) => Write(writer, number, value);
            _encoders.Add(type, encoder);
        }

        return encoder;
    }

    /// <summary>Reads a converted value: the number of its converter, then what was sent instead.</summary>
    /// <exception cref="TaskSerializationException">The converter failed.</exception>
    public object Read(ref MessagePackReader reader, PSValueReader values)
    {
        long number = reader.ReadInt64();
        if (number < 0 || number >= converters.Count)
        {
            throw new FormatException(MessageText.Format(Messages.PSValueUnknownCode, number, nameof(ScriptConverter)));
        }

        ScriptConverter converter = converters[(int)number];
        object? sent = values.ReadValue(ref reader);
        if (Runspace.DefaultRunspace is not null || OpenSession is null)
        {
            return MakeValue(converter, sent);
        }

        _session ??= OpenSession();
        return _session.Convert((int)number, own => MakeValue(own, sent));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session?.Dispose();
        _session = null;
    }

    private static object? Run(ScriptBlock script, string role, string typeName, object? value)
    {
        try
        {
            Collection<PSObject?> results = script.InvokeWithContext(null, [new PSVariable("_", value)], value)!;
            return results.Count switch
            {
                0 => null,
                1 => Bare(results[0]),
                _ => results.Select(Bare).ToArray(),
            };
        }
        catch (Exception exception) when (exception is not (PipelineStoppedException or OutOfMemoryException))
        {
            throw new TaskSerializationException(MessageText.Format(Messages.ScriptConverterFailed, role, typeName, exception.Message), exception);
        }
    }

    private static object MakeValue(ScriptConverter converter, object? sent) =>
        Run(converter.FromWire, ConverterSet.FromWire, converter.TypeName, sent)
        ?? throw new TaskSerializationException(MessageText.Format(Messages.ScriptConverterNoValue, converter.TypeName));

    /// <summary>What was added to an object is kept with the object; the wrapper would not fit into a typed array.</summary>
    private static object? Bare(PSObject? result) => result?.BaseObject is null or PSCustomObject ? result : result.BaseObject;

    private void Write(PSValueWriter writer, int number, object value)
    {
        if (!writer.TryBeginConverted(value, out int reference))
        {
            return;
        }

        ScriptConverter converter = converters[number];
        writer.BeginComposite(PSComposite.Converted, 2);
        writer.Out.Write(number);
        writer.WriteValue(Run(converter.ToWire, ConverterSet.ToWire, converter.TypeName, value));
        writer.EndConverted(value, reference);
    }

    /// <summary>The converter for the type itself, for its nearest base type, or for an interface.</summary>
    private int FindNumber(Type type)
    {
        for (Type? current = type; current is not null; current = current.BaseType)
        {
            if (NumberOf(current) is >= 0 and var number)
            {
                return number;
            }
        }

        return type.GetInterfaces().Select(NumberOf).Where(static number => number >= 0).DefaultIfEmpty(-1).Min();
    }

    private int NumberOf(Type type)
    {
        string name = KnownTypes.NameOf(type);
        for (int number = 0; number < converters.Count; number++)
        {
            if (converters[number].TypeName == name)
            {
                return number;
            }
        }

        return -1;
    }
}

using System.Management.Automation.Runspaces;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Converters;

/// <summary>The converters of one call on one side. A value is named on the wire by the number of its converter, the same on both
/// sides. Not thread-safe.</summary>
/// <remarks>On a thread of another session than the owner's, or of none, their scripts run in a session of their own: PowerShell
/// would wait there until the owner has time, which may be never.</remarks>
internal sealed class ConverterTable(IReadOnlyList<ScriptConverter> converters, Runspace? owner) : IDisposable
{
    private readonly Dictionary<Type, Action<PSWriteSession, object>?> _writers = [];
    private ConverterSession? _session;

    /// <summary>Gets or sets what opens the session for other threads than the owner's.</summary>
    public Func<ConverterSession>? OpenSession { get; set; }

    /// <summary>Gets what writes values of exactly <paramref name="type"/>, or null where no converter is for it.</summary>
    public Action<PSWriteSession, object>? Find(Type type)
    {
        if (!_writers.TryGetValue(type, out Action<PSWriteSession, object>? write))
        {
            int number = FindNumber(type);
            write = number < 0 ? null : (session, value) => Write(session, number, value);
            _writers.Add(type, write);
        }

        return write;
    }

    /// <summary>Reads the converter's number and what was sent; throws <see cref="TaskSerializationException"/>.</summary>
    public object Read(ref WireReader reader, PSReadSession session)
    {
        long number = reader.ReadInt64();
        if (number < 0 || number >= converters.Count)
        {
            throw new FormatException(MessageText.Format(Messages.PSValueUnknownCode, number, nameof(ScriptConverter)));
        }

        object? sent = session.ReadValue(ref reader);
        return Run((int)number, converter => converter.ConvertBack(sent))!;
    }

    public void Dispose()
    {
        _session?.Dispose();
        _session = null;
    }

    private object? Run(int number, Func<ScriptConverter, object?> convert)
    {
        if (Runspace.DefaultRunspace == owner || OpenSession is null)
        {
            return convert(converters[number]);
        }

        _session ??= OpenSession();
        return _session.Run(number, convert);
    }

    private void Write(PSWriteSession session, int number, object value)
    {
        if (!session.TryBeginConverted(value, out int reference))
        {
            return;
        }

        session.BeginComposite(PSComposite.Converted, 2);
        session.Writer.Write(number);
        session.WriteValue(Run(number, converter => converter.Convert(value)));
        session.EndConverted(value, reference);
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

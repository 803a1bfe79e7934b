using System.Collections;

namespace Loky.PowerShell.Serialization;

/// <summary>Arrays of anything that says itself what it is.</summary>
internal sealed class ObjectArrayFormatter(Type element) : Formatter
{
    public override Type Type { get; } = element.MakeArrayType();

    /// <summary>Makes of a value that was read what a place of the type takes: with a wrapper, or without.</summary>
    public static object? Fit(object? value, Type type)
    {
        if (value is PSObject wrapper)
        {
            // An object with members of its own comes wrapped; its members stay with the object inside.
            return type.IsInstanceOfType(value) ? value : wrapper.BaseObject;
        }

        // A text or a number in a wrapper comes without it.
        return value is not null && type == typeof(PSObject) ? PSObject.AsPSObject(value) : value;
    }

    public override void WriteObject(WriteSession session, object? value) => ((PSWriteSession)session).WriteValue(value);

    public override object? ReadObject(ref WireReader reader, ReadSession session) => ((PSReadSession)session).ReadValue(ref reader);

    public override void WriteContentOf(WriteSession session, object value)
    {
        var values = (PSWriteSession)session;
        var array = (Array)value;
        session.Writer.WriteArrayHeader(array.Length);
        session.Enter();
        if (array is object?[] references)
        {
            ArrayFormatters.WriteElements(values, references);
        }
        else
        {
            for (int i = 0; i < array.Length; i++)
            {
                session.At(i);
                values.WriteValue(array.GetValue(i));
            }
        }

        session.Leave();
    }

    public override object ReadContentOf(ref WireReader reader, ReadSession session, int slot)
    {
        var values = (PSReadSession)session;
        int count = reader.ReadArrayHeader();
        reader.Enter();
        Array array = element.IsValueType ? ReadStructs(ref reader, values, count) : ReadReferences(ref reader, values, slot, count);
        session.Register(slot, array);
        reader.Leave();
        return array;
    }

    /// <summary>Reads them before there is room for them: a struct may be far larger than the byte that vouches for it.</summary>
    private Array ReadStructs(ref WireReader reader, PSReadSession session, int count)
    {
        var items = new List<object?>(ItemSequence.Room(count));
        bool takesNull = Nullable.GetUnderlyingType(element) is not null;
        for (int i = 0; i < count; i++)
        {
            object? item = Fit(session.ReadValue(ref reader), element);
            if (item is null ? !takesNull : !element.IsInstanceOfType(item))
            {
                throw new FormatException(MessageText.Format(Messages.PSValueWrongType, item?.GetType(), element));
            }

            items.Add(item);
        }

        Array array = Array.CreateInstance(element, count);
        ((ICollection)items).CopyTo(array, 0);
        return array;
    }

    private object?[] ReadReferences(ref WireReader reader, PSReadSession session, int slot, int count)
    {
        Type type = element;
        var array = (object?[])Array.CreateInstance(type, count);
        session.Register(slot, array);
        for (int i = 0; i < array.Length; i++)
        {
            object? value = session.ReadValue(ref reader);
            object? fitting = Fit(value, type);
            if (fitting is not null && !type.IsInstanceOfType(fitting))
            {
                // One that could not come as what it was, a long match say: an array of anything has room for it.
                (array, type, fitting) = (Array.ConvertAll(array, static known => (object?)known), typeof(object), value);
                session.Register(slot, array);
            }

            array[i] = fitting;
        }

        return array;
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>Lists; those of numbers as they are in memory.</summary>
internal sealed class ListCodec<T> : GenericCodec
{
    private static readonly bool Packed = typeof(T).IsPrimitive && typeof(T) != typeof(nint) && typeof(T) != typeof(nuint);

    /// <inheritdoc/>
    public override void Write(PSValueWriter writer, object value)
    {
        if (!writer.Begin(value))
        {
            return;
        }

        var list = (List<T>)value;
        if (Packed)
        {
            WritePacked(writer, CollectionsMarshal.AsSpan(list));
        }
        else
        {
            int count = list.Count;
            writer.BeginComposite(PSComposite.List, checked(count + 1));
            WireType.Write(writer, typeof(T));
            for (int i = 0; i < count; i++)
            {
                writer.At(i);
                writer.WriteValue(list[i]);
            }
        }

        writer.Leave();
    }

    /// <inheritdoc/>
    public override object Read(ref WireReader reader, PSValueReader values, int slot, int count)
    {
        var list = new List<T>(PSValueReader.Capacity(count));
        values.SetReference(slot, list);
        for (int i = 0; i < count; i++)
        {
            list.Add(Element<T>(values.ReadValue(ref reader)));
        }

        return list;
    }

    private static void WritePacked(PSValueWriter writer, Span<T> items)
    {
        writer.BeginComposite(PSComposite.PackedList, 1);
        _ = writer.SkipReference();
        ref byte first = ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(items));
        int size = checked(items.Length * Unsafe.SizeOf<T>());
        CollectionEncoders.WritePrimitives(writer, Type.GetTypeCode(typeof(T)), MemoryMarshal.CreateReadOnlySpan(ref first, size));
    }
}

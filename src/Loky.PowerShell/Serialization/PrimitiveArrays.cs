using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Loky.PowerShell.Serialization;

/// <summary>Arrays of numbers, characters and Booleans, which go over the wire as they are in memory.</summary>
internal static class PrimitiveArrays
{
    /// <summary>Gets the size of an element.</summary>
    public static int SizeOf(TypeCode type) => type switch
    {
        TypeCode.Boolean or TypeCode.SByte or TypeCode.Byte => 1,
        TypeCode.Char or TypeCode.Int16 or TypeCode.UInt16 => 2,
        TypeCode.Int32 or TypeCode.UInt32 or TypeCode.Single => 4,
        TypeCode.Int64 or TypeCode.UInt64 or TypeCode.Double => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    /// <summary>Makes the array whose element type and elements are in <paramref name="payload"/>.</summary>
    public static Array Read(ReadOnlySpan<byte> payload)
    {
        var type = (TypeCode)payload[0];
        ReadOnlySpan<byte> data = payload[1..];
        return type switch
        {
            TypeCode.Boolean => Booleans(data),
            TypeCode.Char => Of<char>(data),
            TypeCode.SByte => Of<sbyte>(data),
            TypeCode.Byte => Of<byte>(data),
            TypeCode.Int16 => Of<short>(data),
            TypeCode.UInt16 => Of<ushort>(data),
            TypeCode.Int32 => Of<int>(data),
            TypeCode.UInt32 => Of<uint>(data),
            TypeCode.Int64 => Of<long>(data),
            TypeCode.UInt64 => Of<ulong>(data),
            TypeCode.Single => Of<float>(data),
            TypeCode.Double => Of<double>(data),
            _ => throw new FormatException(MessageText.Format(Messages.PSValueUnknownCode, (int)type, nameof(TypeCode))),
        };
    }

    private static T[] Of<T>(ReadOnlySpan<byte> data)
        where T : unmanaged
    {
        int size = Unsafe.SizeOf<T>();
        if (data.Length % size != 0)
        {
            throw new FormatException(MessageText.Format(Messages.PSValueWrongSize, data.Length, typeof(T)));
        }

        T[] array = GC.AllocateUninitializedArray<T>(data.Length / size);
        data.CopyTo(MemoryMarshal.AsBytes(array.AsSpan()));
        return array;
    }

    private static bool[] Booleans(ReadOnlySpan<byte> data)
    {
        // A Boolean that is neither 0 nor 1 would be true and yet equal to no other.
        var array = new bool[data.Length];
        for (int i = 0; i < array.Length; i++)
        {
            array[i] = data[i] != 0;
        }

        return array;
    }
}

using System.Diagnostics;
using Loky.Wire;
using Loky.Serialization;
using Xunit;

namespace Loky.Tests.Serialization;

public sealed class MaliciousInputTests
{
    private static readonly object Sample = new object?[]
    {
        1, "text", 2.5, new List<int> { 1, 2 }, new Dictionary<string, object> { ["a"] = new[] { "b" }, ["c"] = 1m },
        new int[,] { { 1 }, { 2 } }, new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "x" }, typeof(List<int>),
        new InvalidOperationException("why", new ArgumentException("inner", "name")), new Version(1, 2), (1, "a"), new Harmless { Number = 3 },
        DateTime.UnixEpoch, new Uri("http://example.org"), System.Collections.Immutable.ImmutableList.Create(1), new byte[] { 1, 2 },
        new string?[,] { { "a" }, { null } },
    };

    private static readonly TypePolicy Parent = TypePolicy.ForAssemblies([typeof(MaliciousInputTests).Assembly]);

    [Fact]
    public void A_type_that_came_as_a_value_is_none_to_make_objects_of()
    {
        byte[] bytes = Wire.Write(new object[] { typeof(Stopwatch), new Stopwatch() }, typeof(object[]));

        Assert.Throws<TaskSerializationException>(() => Wire.Read(bytes, typeof(object[]), TypePolicy.DeclaredOnly));
    }

    [Fact]
    public void A_value_cut_anywhere_is_refused_as_such()
    {
        byte[] bytes = Wire.Write(Sample, typeof(object));
        _ = Wire.Read(bytes, typeof(object), Parent);
        for (int length = 0; length < bytes.Length; length++)
        {
            byte[] cut = bytes[..length];
            _ = Assert.Throws<WireFormatException>(() => Wire.Read(cut, typeof(object), Parent));
        }
    }

    [Fact]
    public void A_value_with_any_byte_changed_is_read_or_refused_and_fails_in_no_other_way()
    {
        byte[] bytes = Wire.Write(Sample, typeof(object));
        Random random = new(20240501);
        for (int position = 0; position < bytes.Length; position++)
        {
            for (int round = 0; round < 8; round++)
            {
                byte[] changed = [.. bytes];
                changed[position] = (byte)random.Next(256);
                ReadOrRefuse(changed, typeof(object));
            }
        }
    }

    [Theory]
    [InlineData(typeof(object))]
    [InlineData(typeof(string))]
    [InlineData(typeof(Exception))]
    [InlineData(typeof(List<object>))]
    [InlineData(typeof(Dictionary<string, object>))]
    [InlineData(typeof(int[,]))]
    [InlineData(typeof(string[,]))]
    [InlineData(typeof(decimal[]))]
    [InlineData(typeof(Func<int>))]
    [InlineData(typeof(Type))]
    [InlineData(typeof(Harmless))]
    [InlineData(typeof((int, string, DateTime)[]))]
    public void Random_bytes_are_read_or_refused_without_large_allocations(Type declaredType)
    {
        Random random = new(20240501);
        byte[] bytes = new byte[64];
        const int Rounds = 2000;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < Rounds; round++)
        {
            random.NextBytes(bytes);
            if (round % 2 == 0)
            {
                bytes[0] = (byte)(0x90 | random.Next(8));
                bytes[1] = (byte)random.Next(128);
            }

            ReadOrRefuse(bytes, declaredType);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Rounds * 100_000L);
    }

    [Fact]
    public void A_type_that_nobody_declared_is_not_made()
    {
        byte[] bytes = Written((ref WireWriter writer) =>
        {
            writer.WriteArrayHeader(2);
            WriteNamedType(ref writer, "Loky.Core.Tests", "Loky.Tests.Serialization.MaliciousInputTests+Trap");
            writer.WriteArrayHeader(0);
        });
        string message = Assert.Throws<TaskSerializationException>(() => Wire.Read(bytes, typeof(object), TypePolicy.DeclaredOnly)).Message;
        Assert.Contains(nameof(Trap), message, StringComparison.Ordinal);
        Assert.Contains("Declare the type", message, StringComparison.Ordinal);
        Assert.False(Evidence.OfTrap);

        // The same bytes spring the trap where the assembly is allowed, so it is the policy that has held.
        _ = Assert.IsType<Trap>(Wire.Read(bytes, typeof(object), Parent));
        Assert.True(Evidence.OfTrap);
    }

    [Theory]
    [InlineData("System.Diagnostics.Process, System.Diagnostics.Process", "System.Diagnostics.Process")]
    [InlineData("System.Private.CoreLib, Version=8.0.0.0", "System.IO.FileStream")]
    [InlineData("Loky.Core.Tests", "Loky.Tests.Serialization.MaliciousInputTests+Harmless[]")]
    [InlineData("Loky.Core.Tests", "System.Collections.Generic.List`1[[System.Diagnostics.Process, System.Diagnostics.Process]]")]
    [InlineData("", "")]
    [InlineData("No.Such.Assembly", "Type")]
    public void A_name_outside_the_policy_is_refused(string assembly, string name)
    {
        byte[] bytes = Written((ref WireWriter writer) =>
        {
            writer.WriteArrayHeader(2);
            WriteNamedType(ref writer, assembly, name);
            writer.WriteArrayHeader(0);
        });
        _ = Assert.Throws<TaskSerializationException>(() => Wire.Read(bytes, typeof(object), Parent));
    }

    [Fact]
    public void A_name_loads_no_assembly()
    {
        byte[] bytes = Written((ref WireWriter writer) =>
        {
            writer.WriteArrayHeader(2);
            WriteNamedType(ref writer, "System.Formats.Tar", "System.Formats.Tar.TarReader");
            writer.WriteArrayHeader(0);
        });
        _ = Assert.Throws<TaskSerializationException>(() => Wire.Read(bytes, typeof(object), Parent));
        Assert.DoesNotContain(AppDomain.CurrentDomain.GetAssemblies(), assembly => assembly.GetName().Name == "System.Formats.Tar");
    }

    [Fact]
    public void Types_of_types_that_double_at_each_step_are_refused()
    {
        Assert.True(TypeNumbers.DotNet.TryGetNumber(typeof(ValueTuple<,>), out int tuple));
        Assert.True(TypeNumbers.DotNet.TryGetNumber(typeof(int), out int number));
        byte[] bytes = Written((ref WireWriter writer) =>
        {
            writer.WriteArrayHeader(2);
            const int Steps = 40;
            for (int step = 0; step < Steps; step++)
            {
                writer.WriteArrayHeader(4);
                writer.Write((long)TypeShape.Generic);
                writer.Write((long)tuple);
            }

            writer.Write((long)number);
            writer.Write((long)number);
            for (int step = 1; step < Steps; step++)
            {
                writer.Write((long)-step);
            }

            writer.WriteNil();
        });
        string message = Assert.Throws<WireFormatException>(() => Wire.Read(bytes, typeof(object), Parent)).Message;
        Assert.Contains("256", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_delegate_is_never_made_of_a_result()
    {
        Func<int> task = () => 1;
        byte[] bytes = Wire.Write(task, typeof(object));
        string message = Assert.Throws<TaskSerializationException>(() => Wire.Read(bytes, typeof(object), Parent)).Message;
        Assert.Contains("cannot contain code", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1_000_000)]
    public void A_bomb_of_nested_values_is_refused(int depth)
    {
        Assert.True(TypeNumbers.DotNet.TryGetNumber(typeof(List<>), out int list));
        Assert.True(TypeNumbers.DotNet.TryGetNumber(typeof(object), out int any));
        byte[] lists = Written((ref WireWriter writer) =>
        {
            for (int level = 0; level < depth; level++)
            {
                writer.WriteArrayHeader(2);
                writer.WriteArrayHeader(3);
                writer.Write((long)TypeShape.Generic);
                writer.Write((long)list);
                writer.Write((long)any);
                writer.WriteArrayHeader(1);
            }

            writer.WriteNil();
        });
        _ = Assert.Throws<WireFormatException>(() => Wire.Read(lists, typeof(object), Parent));
        byte[] bomb = new byte[depth];
        bomb.AsSpan().Fill(0x91);
        foreach (Type type in new[] { typeof(object[]), typeof(Exception), typeof(Harmless), typeof(Type), typeof(List<object>) })
        {
            _ = Assert.Throws<WireFormatException>(() => Wire.Read(bomb, type, Parent));
        }
    }

    [Fact]
    public void A_bomb_of_nested_comparers_is_refused()
    {
        Assert.True(TypeNumbers.DotNet.TryGetNumber(typeof(StringComparer), out int comparer));
        byte[] bytes = Written((ref WireWriter writer) =>
        {
            for (int level = 0; level < 100_000; level++)
            {
                writer.WriteArrayHeader(2);
                writer.Write((long)comparer);
                writer.WriteArrayHeader(1);
            }

            writer.WriteNil();
        });
        _ = Assert.Throws<WireFormatException>(() => Wire.Read(bytes, typeof(object), Parent));
    }

    [Fact]
    public void Bytes_that_are_no_decimal_number_are_refused()
    {
        byte[] bits = new byte[16];
        bits[2] = 0xFF;
        byte[] bytes = Written((ref WireWriter writer) => writer.WriteBinary(bits));
        _ = Assert.Throws<WireFormatException>(() => Wire.Read(bytes, typeof(decimal), Parent));
    }

    [Fact]
    public void A_bomb_of_nested_exceptions_is_refused()
    {
        byte[] bytes = Written((ref WireWriter writer) =>
        {
            for (int level = 0; level < 100_000; level++)
            {
                writer.WriteArrayHeader(ExceptionFormatter.Parts);
                writer.Write("System.Exception");
                writer.WriteNil();
                writer.Write("message");
                writer.WriteNil();
                writer.Write(0L);
                writer.WriteNil();
                writer.WriteArrayHeader(1);
            }
        });
        _ = Assert.Throws<WireFormatException>(() => Wire.Read(bytes, typeof(Exception), Parent));
    }

    [Theory]
    [InlineData(2, int.MaxValue)]
    [InlineData(-1, -1)]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(65536, 65536)]
    public void Dimensions_that_do_not_multiply_to_what_is_there_are_refused(int rows, int columns)
    {
        byte[] bytes = Written((ref WireWriter writer) =>
        {
            writer.WriteArrayHeader(5);
            writer.Write((long)rows);
            writer.Write(0L);
            writer.Write((long)columns);
            writer.Write(0L);
            writer.WriteBinary([]);
        });
        _ = Assert.Throws<WireFormatException>(() => Wire.Read(bytes, typeof(int[,]), Parent));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(int.MaxValue)]
    public void A_reference_to_what_does_not_exist_yet_is_refused(int number)
    {
        byte[] bytes = Written((ref WireWriter writer) =>
        {
            writer.WriteArrayHeader(1);
            WireExtension.WriteNumber(writer, WireExtension.Reference, number);
        });

        // Number 0 is the array itself, which is no string.
        _ = Assert.Throws<WireFormatException>(() => Wire.Read(bytes, typeof(Harmless[]), Parent));
    }

    [Fact]
    public void Fields_of_another_number_than_the_type_has_are_refused()
    {
        byte[] bytes = Written((ref WireWriter writer) =>
        {
            writer.WriteArrayHeader(2);
            writer.Write(1L);
            writer.Write(2L);
        });
        _ = Assert.Throws<WireFormatException>(() => Wire.Read(bytes, typeof(Harmless), Parent));
    }

    private delegate void Writing(ref WireWriter writer);

    private static byte[] Written(Writing write)
    {
        using var buffer = new PooledBuffer();
        WireWriter writer = new(buffer);
        write(ref writer);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteNamedType(ref WireWriter writer, string assembly, string name)
    {
        writer.WriteArrayHeader(3);
        writer.Write((long)TypeShape.Named);
        writer.WriteArrayHeader(3);
        writer.Write(assembly);
        writer.WriteNil();
        writer.WriteBinary(new byte[16]);
        writer.Write(name);
    }

    private static void ReadOrRefuse(byte[] bytes, Type declaredType)
    {
        try
        {
            WireReader reader = new(bytes);
            _ = new ValueSerializer(Parent).Read(ref reader, declaredType);
        }
        catch (Exception exception) when (exception is WireFormatException or TaskSerializationException)
        {
            // The only ways out allowed.
        }
    }

    private sealed class Harmless
    {
        public int Number { get; set; }
    }

    // The static constructor runs as soon as the first object is made, even one without a constructor.
    private sealed class Trap
    {
        static Trap() => Evidence.OfTrap = true;
    }

    private static class Evidence
    {
        public static bool OfTrap { get; set; }
    }
}

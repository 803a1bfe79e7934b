using System.Diagnostics;
using System.Reflection;
using System.Reflection.Emit;
using Loky.Wire;
using Loky.Serialization;
using Xunit;

namespace Loky.Tests.Serialization;

public sealed class RefusalTests
{
    public static TheoryData<Type> Resources { get; } =
    [
        typeof(MemoryStream), typeof(StringReader), typeof(ManualResetEvent), typeof(SemaphoreSlim), typeof(CancellationTokenSource),
        typeof(TaskCompletionSource), typeof(SynchronizationContext), typeof(HttpClient), typeof(Process), typeof(Finalized),
    ];

    [Theory]
    [MemberData(nameof(Resources))]
    public void What_belongs_to_this_process_is_refused_by_name(Type type)
    {
        object value = type == typeof(StringReader) ? new StringReader("a")
            : type == typeof(ManualResetEvent) ? new ManualResetEvent(false)
            : type == typeof(SemaphoreSlim) ? new SemaphoreSlim(1)
            : Activator.CreateInstance(type)!;
        string message = Wire.Refusal(value);
        Assert.Contains(type.Name, message, StringComparison.Ordinal);
        (value as IDisposable)?.Dispose();
    }

    [Fact]
    public void The_way_to_what_is_refused_is_shown_member_by_member()
    {
        using FileStream file = new(typeof(RefusalTests).Assembly.Location, FileMode.Open, FileAccess.Read);
        Holder[] holders = [new(), new() { Streams = [file] }];
        Func<int> task = () => holders.Length;
        string message = Wire.Refusal(task);
        Assert.Contains("RefusalTests.<>c__DisplayClass", message, StringComparison.Ordinal);
        Assert.Contains(".holders -> Loky.Tests.Serialization.RefusalTests.Holder[][1] -> Loky.Tests.Serialization.RefusalTests.Holder.Streams", message, StringComparison.Ordinal);
        Assert.Contains("-> System.IO.FileStream. ", message, StringComparison.Ordinal);
        Assert.Contains("Open it in the task", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_null_of_a_refused_type_is_no_reason_to_refuse() =>
        Assert.Null(Wire.ToParent(new Holder()).Thread);

    [Fact]
    public void A_thread_is_refused_where_its_class_is_declared() =>
        Assert.Contains("System.Threading.Thread", Wire.Refusal(new Holder { Thread = Thread.CurrentThread }), StringComparison.Ordinal);

    [Fact]
    public void A_live_cancellation_token_is_refused_and_the_empty_one_is_not()
    {
        using CancellationTokenSource source = new();
        Assert.Contains("Pass it when you submit", Wire.Refusal(source.Token), StringComparison.Ordinal);
        Assert.False(Wire.ToWorker(CancellationToken.None).CanBeCanceled);
    }

    [Fact]
    public void An_address_is_refused_and_the_null_one_is_not()
    {
        Assert.Contains("address", Wire.Refusal((nint)4711), StringComparison.Ordinal);
        Assert.Equal(0, Wire.ToWorker<nint>(0));
        Assert.Contains("address", Wire.Refusal(new WithPointer()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_method_object_is_refused_but_a_type_is_not()
    {
        Assert.Contains("describes code", Wire.Refusal(typeof(RefusalTests).GetMethods()[0]), StringComparison.Ordinal);
        Assert.Equal(typeof(Holder), Wire.ToWorker(typeof(Holder)));
        Assert.Equal(typeof(FileStream), Wire.ToParent(typeof(FileStream)));
    }

    [Fact]
    public void A_class_of_dotnet_that_holds_hash_codes_is_refused() =>
        Assert.Contains("register a converter", Wire.Refusal(new[] { "a" }.ToLookup(text => text)), StringComparison.Ordinal);

    [Fact]
    public void A_type_that_exists_only_in_memory_is_refused()
    {
        AssemblyBuilder assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("InMemory"), AssemblyBuilderAccess.Run);
        TypeBuilder builder = assembly.DefineDynamicModule("InMemory").DefineType("Dynamic");
        _ = builder.DefineField("Number", typeof(int), FieldAttributes.Public);
        object value = Activator.CreateInstance(builder.CreateType())!;
        string message = Wire.Refusal(value);
        Assert.Contains("Dynamic", message, StringComparison.Ordinal);
        Assert.Contains("Compile the type to a file", message, StringComparison.Ordinal);
        Assert.Contains("only in the memory", Wire.Refusal(value.GetType()), StringComparison.Ordinal);
    }

    [Fact]
    public void An_enumeration_that_fails_is_that_error_and_not_a_crash()
    {
        static IEnumerable<int> Failing()
        {
            yield return 1;
            throw new InvalidOperationException("half-way");
        }

        Assert.Contains("half-way", Wire.Refusal(Failing().Select(number => number)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_value_leaves_the_buffer_to_be_truncated()
    {
        using PooledBuffer buffer = new();
        ValueSerializer serializer = new(TypePolicy.TrustParent);
        serializer.Write(buffer, "kept", typeof(string));
        int length = buffer.Length;
        using MemoryStream stream = new();
        _ = Assert.Throws<TaskSerializationException>(() => serializer.Write(buffer, new object[] { 1, stream }, typeof(object)));
        buffer.Truncate(length);
        WireReader reader = new(buffer.WrittenMemory);
        Assert.Equal("kept", serializer.Read(ref reader, typeof(string)));
        Assert.True(reader.End);
    }

    [Fact]
    public void Numbers_beyond_one_message_name_the_limit()
    {
        // Lengths only: the memory is reserved and never touched.
        double[] numbers = GC.AllocateUninitializedArray<double>(300_000_000);
        string message = Wire.Refusal(numbers);
        Assert.Contains(2_400_000_000L.ToString(System.Globalization.CultureInfo.CurrentCulture), message, StringComparison.Ordinal);
        Assert.Contains("Send it in parts", message, StringComparison.Ordinal);
    }

    private sealed class Finalized
    {
        private static int Finalizations;

        ~Finalized() => Interlocked.Increment(ref Finalizations);
    }

    private sealed class Holder
    {
        public object[]? Streams { get; set; }

        public Thread? Thread { get; set; }
    }

    private sealed unsafe class WithPointer
    {
        private readonly int* _pointer = (int*)8;

        public bool IsSet => _pointer != null;
    }
}

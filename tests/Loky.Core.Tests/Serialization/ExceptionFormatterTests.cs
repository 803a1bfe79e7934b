using System.Collections;
using System.Net.Sockets;
using Loky.Wire;
using Loky.Serialization;
using Xunit;

namespace Loky.Tests.Serialization;

public sealed class ExceptionFormatterTests
{
    private static readonly TypePolicy WithOwn = TypePolicy.ForAssemblies([typeof(ExceptionFormatterTests).Assembly]);

    public static TheoryData<Exception> Known { get; } =
    [
        new InvalidOperationException("why"), new ArgumentNullException("name", "why"), new ArgumentOutOfRangeException("name", 5, "why"),
        new FileNotFoundException("why", "file.txt"), new SocketException((int)SocketError.ConnectionRefused), new OperationCanceledException("why"),
        new TaskCanceledException(), new KeyNotFoundException(), new TypeInitializationException("Some.Type", null), new TimeoutException("why"),
        new AggregateException("many", new InvalidOperationException("one"), new AggregateException(new TimeoutException("two"))),
        new System.Xml.XmlException("why", null, 3, 4), new System.Text.Json.JsonException("why", "path", 1, 2), new DivideByZeroException(),
        new System.ComponentModel.Win32Exception(2), new ObjectDisposedException("thing"), new NotSupportedException("why", new IOException("inner", 42)),
        new InvalidOperationException(null), new HttpRequestException("why", null, System.Net.HttpStatusCode.NotFound), new TaskSerializationException("why"),
        new LokyRecursionException("why"), new BrokenExecutorException("why"), new ShutdownExecutorException("why"),
    ];

    [Theory]
    [MemberData(nameof(Known))]
    public void An_exception_of_dotnet_keeps_type_message_and_code(Exception original)
    {
        Exception sent = Sent(original);
        Assert.Equal(original.GetType(), sent.GetType());
        Assert.Equal(original.ToString(), sent.ToString());
        Assert.Equal(original.HResult, sent.HResult);
        Assert.Equal(original.InnerException?.Message, sent.InnerException?.Message);
    }

    [Fact]
    public void Every_known_exception_is_found_by_its_name() => Assert.All(KnownExceptions.Names, name =>
        Assert.Equal(name, KnownExceptions.Find(new AssemblyReference("Any", null, Guid.Empty), name)?.FullName));

    [Fact]
    public void A_class_of_the_users_own_that_bears_a_known_name_is_not_mistaken_for_it() =>
        Assert.Null(KnownExceptions.Find(new AssemblyReference("Their.Own", "/their/own.dll", Guid.NewGuid()), "System.Xml.XmlException"));

    [Fact]
    public void The_properties_of_an_exception_of_dotnet_come_along()
    {
        ArgumentOutOfRangeException range = Assert.IsType<ArgumentOutOfRangeException>(Sent(new ArgumentOutOfRangeException("name", 5, "why")));
        Assert.Equal(("name", 5), (range.ParamName, range.ActualValue));
        Assert.Equal("file.txt", Assert.IsType<FileNotFoundException>(Sent(new FileNotFoundException("why", "file.txt"))).FileName);
        Assert.Equal(SocketError.HostDown, Assert.IsType<SocketException>(Sent(new SocketException((int)SocketError.HostDown))).SocketErrorCode);
    }

    [Fact]
    public void An_exception_of_a_worker_s_worker_keeps_the_name_of_its_type()
    {
        RemoteException once = new("why", "Their.Own.Exception", new TimeoutException("inner"));
        RemoteException twice = Assert.IsType<RemoteException>(Sent(once));
        Assert.Equal("Their.Own.Exception", twice.OriginalTypeName);
        Assert.Equal(once.ToString(), twice.ToString());
    }

    [Fact]
    public void A_death_in_a_worker_s_own_pool_keeps_what_is_known_of_it()
    {
        var original = new TerminatedWorkerException("why") { WorkerProcessId = 5, ExitReason = "SIGSEGV", StandardError = "text" };
        TerminatedWorkerException sent = Assert.IsType<TerminatedWorkerException>(Sent(original));
        Assert.Equal((5, "SIGSEGV", "text", "why"), (sent.WorkerProcessId, sent.ExitReason, sent.StandardError, sent.Message));
    }

    [Fact]
    public void All_exceptions_of_an_aggregate_come_along()
    {
        AggregateException sent = Assert.IsType<AggregateException>(Sent(new AggregateException("many", new IOException("one"), new TimeoutException("two"))));
        Assert.Equal(["one", "two"], sent.InnerExceptions.Select(inner => inner.Message));
        Assert.Equal("one", sent.InnerException!.Message);
    }

    [Fact]
    public void An_exception_shows_where_it_was_thrown_with_file_and_line()
    {
        Exception sent = Sent(Thrown(() => throw new InvalidOperationException("why")));
        Assert.Contains(nameof(An_exception_shows_where_it_was_thrown_with_file_and_line), sent.ToString(), StringComparison.Ordinal);
        Assert.Contains(nameof(ExceptionFormatterTests) + ".cs:line ", sent.StackTrace, StringComparison.Ordinal);
        Exception again = Thrown(() => throw sent);
        Assert.Contains(nameof(ExceptionFormatterTests) + ".cs:line ", again.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trace_survives_a_second_hop()
    {
        Exception sent = Sent(Sent(Thrown(() => throw new InvalidOperationException("why"))));
        Assert.Contains(nameof(A_trace_survives_a_second_hop), sent.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Data_comes_along_and_what_cannot_comes_as_its_text()
    {
        Exception original = new InvalidOperationException("why") { Data = { ["number"] = 1, ["list"] = new List<string> { "a" }, ["thread"] = Thread.CurrentThread } };
        IDictionary data = Sent(original).Data;
        Assert.Equal(1, data["number"]);
        Assert.Equal(["a"], (List<string>)data["list"]!);
        Assert.Equal("System.Threading.Thread", data["thread"]);
    }

    [Fact]
    public void An_exception_of_the_callers_assembly_keeps_its_type_and_fields()
    {
        CustomException sent = Assert.IsType<CustomException>(Sent(new CustomException(42, new IOException("inner")), WithOwn));
        Assert.Equal(42, sent.Code);
        Assert.Equal("Code 42", sent.Message);
        Assert.Equal("inner", sent.InnerException!.Message);
    }

    [Fact]
    public void An_exception_of_another_assembly_becomes_a_remote_exception_with_all_but_its_type()
    {
        Exception original = Thrown(() => throw new CustomException(42, new IOException("inner")) { Data = { ["a"] = 1 }, HResult = 7 });
        RemoteException sent = Assert.IsType<RemoteException>(Sent(original));
        Assert.Equal(typeof(CustomException).FullName, sent.OriginalTypeName);
        Assert.Equal("Code 42", sent.Message);
        Assert.Equal("inner", Assert.IsType<IOException>(sent.InnerException).Message);
        Assert.Equal((1, 7), (sent.Data["a"], sent.HResult));
        Assert.Contains(typeof(CustomException).FullName!, sent.ToString(), StringComparison.Ordinal);
        Assert.Contains(nameof(An_exception_of_another_assembly_becomes_a_remote_exception_with_all_but_its_type), sent.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Properties_that_throw_are_survived()
    {
        RemoteException sent = Assert.IsType<RemoteException>(Sent(new HostileException(), WithOwn));
        Assert.Contains(nameof(HostileException), sent.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(NotSupportedException), sent.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_that_cannot_be_sent_is_left_out_alone()
    {
        WithResource sent = Assert.IsType<WithResource>(Sent(new WithResource("why") { Name = "kept", Thread = Thread.CurrentThread }, WithOwn));
        Assert.Equal(("why", "kept", null), (sent.Message, sent.Name, sent.Thread));
    }

    [Fact]
    public void An_exception_that_contains_itself_ends()
    {
        WithResource original = new("why") { Name = "kept" };
        original.Anything = new object[] { original };
        original.Data["self"] = original;
        WithResource sent = Assert.IsType<WithResource>(Sent(original, WithOwn));
        Assert.Equal(("why", "kept", null), (sent.Message, sent.Name, sent.Anything));
    }

    [Fact]
    public void A_long_chain_of_causes_ends_at_a_bound_with_the_first_ones_kept()
    {
        Exception chain = Enumerable.Range(0, 500).Aggregate(new InvalidOperationException("end"), (inner, number) => new InvalidOperationException($"{number}", inner));
        Exception sent = Sent(chain);
        Assert.Equal(["499", "498", "497"], Causes(sent).Take(3).Select(cause => cause.Message));
        Assert.InRange(Causes(sent).Count(), 20, 100);
    }

    [Fact]
    public void Exceptions_that_all_contain_one_another_end_at_a_bound()
    {
        Exception level = new InvalidOperationException("end");
        for (int depth = 0; depth < 12; depth++)
        {
            level = new AggregateException("level", level, level);
        }

        AggregateException sent = Assert.IsType<AggregateException>(Sent(level));
        Assert.Equal(2, sent.InnerExceptions.Count);
        Assert.InRange(sent.Flatten().InnerExceptions.Count, 100, 2000);
    }

    [Fact]
    public void A_message_of_any_length_arrives_up_to_a_bound()
    {
        Assert.Equal(100_000, Assert.IsType<TimeoutException>(Sent(new TimeoutException(new string('x', 100_000)))).Message.Length);
        Assert.InRange(Assert.IsType<TimeoutException>(Sent(new TimeoutException(new string('x', 5_000_000)))).Message.Length, 1_000_000, 2_000_000);
    }

    [Fact]
    public void A_type_that_is_no_exception_is_never_made_as_one()
    {
        byte[] bytes = Wire.Write(new CustomException(1, null), typeof(Exception));
        string name = typeof(CustomException).FullName!;
        string other = typeof(NoSuchException).FullName!;
        Assert.Equal(name.Length, other.Length);
        int at = bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(name));
        System.Text.Encoding.UTF8.GetBytes(other).CopyTo(bytes, at);
        Assert.Equal(other, Assert.IsType<RemoteException>(Wire.Read(bytes, typeof(Exception), WithOwn)).OriginalTypeName);
        Assert.False(Evidence.OfNoSuchException);
    }

    [Fact]
    public void An_exception_is_a_value_too()
    {
        (int, TimeoutException) sent = Wire.ToParent((1, new TimeoutException("why")));
        Assert.Equal("why", sent.Item2.Message);
        byte[] bytes = Wire.Write(new InvalidOperationException("why"), typeof(Exception));
        string message = Assert.Throws<TaskSerializationException>(() => Wire.Read(bytes, typeof(TimeoutException), WithOwn)).Message;
        Assert.Contains("why", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_exception_cut_anywhere_is_refused_as_such()
    {
        byte[] bytes = Wire.Write(Thrown(() => throw new CustomException(1, new IOException("inner"))), typeof(Exception));
        for (int length = 0; length < bytes.Length; length++)
        {
            byte[] cut = bytes[..length];
            _ = Assert.Throws<WireFormatException>(() => Wire.Read(cut, typeof(Exception), WithOwn));
        }
    }

    private static IEnumerable<Exception> Causes(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            yield return exception;
        }
    }

    private static Exception Thrown(Action action) => Record.Exception(action)!;

    private static Exception Sent(Exception exception, TypePolicy? policy = null)
    {
        using var buffer = new PooledBuffer();
        ValueSerializer serializer = new(TypePolicy.TrustParent);
        serializer.WriteException(buffer, exception);
        WireReader reader = new(buffer.WrittenMemory);
        Exception sent = serializer.ReadException(ref reader, policy ?? TypePolicy.DeclaredOnly);
        Assert.True(reader.End);
        return sent;
    }

    private sealed class CustomException(int code, Exception? inner) : Exception(null, inner)
    {
        public int Code { get; } = code;

        public override string Message => $"Code {Code}";
    }

    private sealed class WithResource(string message) : Exception(message)
    {
        public string? Name { get; init; }

        public Thread? Thread { get; init; }

        public object? Anything { get; set; }
    }

    private sealed class HostileException : Exception
    {
        public override string Message => throw new NotSupportedException();

        public override string StackTrace => throw new NotSupportedException();

        public override IDictionary Data => throw new NotSupportedException();
    }

    private sealed class NoSuchException
    {
        static NoSuchException() => Evidence.OfNoSuchException = true;
    }

    private static class Evidence
    {
        public static bool OfNoSuchException { get; set; }
    }
}

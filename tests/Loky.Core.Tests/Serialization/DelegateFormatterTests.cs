using System.Linq.Expressions;
using System.Reflection.Emit;
using Loky.Wire;
using Loky.Serialization;
using Xunit;

namespace Loky.Tests.Serialization;

public sealed class DelegateFormatterTests
{
    private delegate bool Parser(string text, out int number);

    [Fact]
    public void A_static_method_is_found_again() => Assert.Equal(4, Sent<Func<int, int>>(Twice)(2));

    [Fact]
    public void A_lambda_that_captures_nothing_is_found_again() => Assert.Equal(3, Sent((int number) => number + 1)(2));

    [Fact]
    public void A_lambda_keeps_what_it_captures()
    {
        string prefix = "n = ";
        List<int> numbers = [1, 2, 3];
        Assert.Equal("n = 2", Sent((int index) => prefix + numbers[index])(1));
    }

    [Fact]
    public void A_lambda_works_on_a_copy_of_what_it_captures()
    {
        int counter = 1;
        Func<int> original = () => ++counter;
        Func<int> sent = Sent(original);
        Assert.Equal(2, sent());
        Assert.Equal(3, sent());
        Assert.Equal(1, counter);
    }

    [Fact]
    public void Two_lambdas_of_one_factory_stay_distinct()
    {
        static Func<int, int> Adder(int amount) => number => number + amount;
        Assert.Equal(11, Sent(Adder(1))(10));
        Assert.Equal(12, Sent(Adder(2))(10));
    }

    [Fact]
    public void Nested_scopes_are_sent_once_and_stay_shared()
    {
        int outer = 1;
        List<Func<int>> readers = [];
        Action increment = () => outer++;
        for (int i = 0; i < 2; i++)
        {
            int inner = i;
            readers.Add(() => outer + (10 * inner));
        }

        (Action Increment, List<Func<int>> Readers) sent = Wire.ToWorker((increment, readers));
        sent.Increment();
        Assert.Equal([2, 12], sent.Readers.Select(read => read()));
    }

    [Fact]
    public void A_recursive_lambda_calls_its_own_copy()
    {
        Func<int, int> factorial = null!;
        factorial = n => n <= 1 ? 1 : n * factorial(n - 1);
        Assert.Equal(120, Sent(factorial)(5));
    }

    [Fact]
    public void A_method_of_an_object_takes_the_object_along() =>
        Assert.Equal("Hello, Ada", Sent(new Greeter("Hello").Greet)("Ada"));

    [Fact]
    public void An_overridden_method_is_called_on_its_own_class()
    {
        Greeter greeter = new LoudGreeter("Hello");
        Assert.Equal("HELLO, ADA", Sent<Func<string, string>>(greeter.Greet)("Ada"));
    }

    [Fact]
    public void A_lambda_inside_an_object_takes_this_along() =>
        Assert.Equal("Hello, Ada!", Sent(new Greeter("Hello").MakeLambda("!"))("Ada"));

    [Fact]
    public void Generic_methods_and_methods_of_generic_types_keep_their_arguments()
    {
        Assert.Equal("Int32", Sent<Func<string>>(NameOf<int>)());
        Assert.Equal("String/Int32", Sent<Func<string>>(Generic<string>.NameOf<int>)());
        Assert.Equal("Int32 7", Sent(Generic<int>.Lambda(7))());
        Assert.Equal("a,b", Sent<Func<string[], string>>(Generic<string>.Join)(["a", "b"]));
    }

    [Fact]
    public void A_local_function_and_an_extension_method_are_found_again()
    {
        int amount = 5;
        int Add(int number) => number + amount;
        Assert.Equal(7, Sent<Func<int, int>>(Add)(2));
        Assert.Equal(3, Sent<Func<int>>(new[] { 1, 2, 3 }.Count)());
    }

    [Fact]
    public void A_delegate_of_an_unbound_instance_method_stays_unbound()
    {
        Func<string, string> trim = typeof(string).GetMethod(nameof(string.Trim), [])!.CreateDelegate<Func<string, string>>();
        Assert.Equal("a", Sent(trim)(" a "));
    }

    [Fact]
    public void A_method_of_dotnet_itself_is_found_by_its_signature()
    {
        Assert.Equal(7, Sent<Func<int, int, int>>(Math.Max)(3, 7));
        Assert.Equal(2.5, Sent<Func<double, double, double>>(Math.Max)(2.5, 1));
        Assert.True(Sent<Parser>(int.TryParse)("12", out int number));
        Assert.Equal(12, number);
    }

    [Fact]
    public void A_delegate_of_a_delegate_is_sent_with_it()
    {
        int amount = 3;
        Func<int, int> inner = number => number * amount;
        Assert.Equal(6, Sent<Func<int, int>>(inner.Invoke)(2));
    }

    [Fact]
    public async Task An_iterator_and_an_async_method_run_where_they_arrive()
    {
        int start = 5;
        Assert.Equal([5, 6], Sent(() => CountFrom(start))().Take(2));
        Func<Task<int>> later = async () =>
        {
            await Task.Yield();
            return start;
        };
        Assert.Equal(5, await Sent(later)());
    }

    [Fact]
    public void More_than_one_method_is_refused_with_their_number()
    {
        Action both = Nothing;
        both += Nothing;
        Assert.Contains("2 methods", Assert.Throws<TaskSerializationException>(() => Sent(both)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_method_that_exists_only_in_memory_is_refused_by_name()
    {
        DynamicMethod method = new("Answer", typeof(int), []);
        ILGenerator il = method.GetILGenerator();
        il.Emit(OpCodes.Ldc_I4, 42);
        il.Emit(OpCodes.Ret);
        string message = Assert.Throws<TaskSerializationException>(() => Sent(method.CreateDelegate<Func<int>>())).Message;
        Assert.Contains("Answer", message, StringComparison.Ordinal);
        Assert.Contains("script block", message, StringComparison.Ordinal);
        Expression<Func<int>> expression = () => 42;
        Assert.Contains("only in the memory", Assert.Throws<TaskSerializationException>(() => Sent(expression.Compile())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_capture_that_cannot_be_sent_is_named_with_its_variable()
    {
        using MemoryStream file = new();
        Func<long> task = () => file.Length;
        string message = Assert.Throws<TaskSerializationException>(() => Sent(task)).Message;
        Assert.Contains(".file -> System.IO.MemoryStream", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_object_that_comes_along_with_its_method_is_named_with_the_method()
    {
        using WithStream target = new();
        string message = Assert.Throws<TaskSerializationException>(() => Sent<Action>(target.Run)).Message;
        Assert.Contains("WithStream.Run -> ", message, StringComparison.Ordinal);
        Assert.Contains("WithStream._stream -> System.IO.MemoryStream", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_build_of_the_assembly_is_refused()
    {
        byte[] bytes = Wire.Write((Func<int, int>)Twice, typeof(Delegate));
        byte[] version = typeof(DelegateFormatterTests).Module.ModuleVersionId.ToByteArray();
        int at = bytes.AsSpan().IndexOf(version);
        Assert.True(at > 0);
        bytes[at]++;
        string message = Assert.Throws<TaskSerializationException>(() => Wire.Read(bytes, typeof(Delegate), TypePolicy.TrustParent)).Message;
        Assert.Contains("another build", message, StringComparison.Ordinal);
        Assert.Contains(typeof(DelegateFormatterTests).Assembly.Location, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_delegate_cut_anywhere_is_refused_as_such()
    {
        string text = "captured";
        byte[] bytes = Wire.Write((Func<int, string>)(number => text + number), typeof(Delegate));
        for (int length = 0; length < bytes.Length; length++)
        {
            byte[] cut = bytes[..length];
            _ = Assert.Throws<WireFormatException>(() => Wire.Read(cut, typeof(Delegate), TypePolicy.TrustParent));
        }
    }

    [Fact]
    public void The_assemblies_of_a_delegate_are_the_callers_own_and_never_those_of_dotnet()
    {
        Assert.Equal([typeof(DelegateFormatterTests).Assembly], MethodFormatter.AssembliesNamedBy((Func<int, int>)Twice));
        Assert.Empty(MethodFormatter.AssembliesNamedBy((Func<int, int, int>)Math.Max));
        Assert.Equal([typeof(DelegateFormatterTests).Assembly], MethodFormatter.AssembliesNamedBy((Func<Greeter[]>)Array.Empty<Greeter>));
    }

    private static T Sent<T>(T original)
        where T : Delegate
    {
        using var buffer = new PooledBuffer();
        ValueSerializer serializer = new(TypePolicy.TrustParent);
        serializer.WriteDelegate(buffer, original);
        WireReader reader = new(buffer.WrittenMemory);
        T sent = (T)serializer.ReadDelegate(ref reader);
        Assert.True(reader.End);
        return sent;
    }

    private static int Twice(int number) => 2 * number;

    private static void Nothing()
    {
    }

    private static string NameOf<T>() => typeof(T).Name;

    private static IEnumerable<int> CountFrom(int number)
    {
        while (true)
        {
            yield return number++;
        }
    }

    private static class Generic<T>
    {
        public static string NameOf<TOther>() => $"{typeof(T).Name}/{typeof(TOther).Name}";

        public static Func<string> Lambda(T value) => () => $"{typeof(T).Name} {value}";

        public static string Join(T[] values) => string.Join(",", values);
    }

    private class Greeter(string greeting)
    {
        public virtual string Greet(string name) => $"{greeting}, {name}";

        public Func<string, string> MakeLambda(string end) => name => Greet(name) + end;
    }

    private sealed class LoudGreeter(string greeting) : Greeter(greeting)
    {
        public override string Greet(string name) => base.Greet(name).ToUpperInvariant();
    }

    private sealed class WithStream : IDisposable
    {
        private readonly MemoryStream _stream = new();

        public void Run() => _stream.WriteByte(1);

        public void Dispose() => _stream.Dispose();
    }
}

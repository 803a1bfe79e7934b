using Loky.Serialization;
using Xunit;

namespace Loky.Tests.Serialization;

public sealed class ValueConverterTests
{
    private static readonly IValueConverter StreamConverter =
        ValueConverter.Create<MemoryStream>(stream => stream.ToArray(), wire => new MemoryStream((byte[])wire!));

    [Fact]
    public void A_converter_sends_what_could_not_be_sent()
    {
        using MemoryStream original = new([1, 2, 3]);
        Assert.Equal([1, 2, 3], Sent<object>(original, StreamConverter) is MemoryStream sent ? sent.ToArray() : []);
        Assert.Equal([1, 2, 3], Sent(original, StreamConverter).ToArray());
    }

    [Fact]
    public void A_converter_belongs_to_its_serializer_alone()
    {
        using MemoryStream original = new([1, 2, 3]);
        _ = Sent(original, StreamConverter);
        Assert.Contains("MemoryStream", Wire.Refusal(original), StringComparison.Ordinal);
    }

    [Fact]
    public void A_converted_object_keeps_its_identity_and_null_stays_null()
    {
        using MemoryStream original = new([1]);
        MemoryStream?[] sent = Sent<MemoryStream?[]>([original, null, original], StreamConverter);
        Assert.Same(sent[0], sent[2]);
        Assert.Null(sent[1]);
    }

    [Fact]
    public void A_converter_of_a_base_class_serves_derived_ones()
    {
        IValueConverter converter = ValueConverter.Create<Stream>(stream => stream.Length, wire => new MemoryStream(new byte[(long)wire!]));
        using MemoryStream original = new([1, 2, 3]);
        Assert.Equal(3, Sent<Stream>(original, converter).Length);
        Assert.Equal(3, ((Stream)Sent<object>(original, converter)).Length);
    }

    [Fact]
    public void A_converter_of_a_struct_serves_nullables_and_arrays()
    {
        IValueConverter converter = ValueConverter.Create<DateTime>(time => time.Year, wire => new DateTime((int)wire!, 1, 1));
        DateTime?[] sent = Sent<DateTime?[]>([new DateTime(2024, 5, 6), null], converter);
        Assert.Equal([new DateTime(2024, 1, 1), null], sent);
    }

    [Fact]
    public void Converters_reach_a_worker_as_values()
    {
        IValueConverter[] sent = Wire.ToWorker(new[] { StreamConverter });
        using MemoryStream original = new([7]);
        byte[] bytes = Wire.Write(original, typeof(object), StreamConverter);
        Assert.Equal([7], ((MemoryStream)Wire.Read(bytes, typeof(object), TypePolicy.DeclaredOnly, sent)!).ToArray());
    }

    [Fact]
    public void A_converter_that_fails_is_named_with_its_error()
    {
        IValueConverter writing = ValueConverter.Create<Version>(_ => throw new InvalidOperationException("broken"), _ => new Version());
        IValueConverter reading = ValueConverter.Create<Version>(_ => 1, _ => throw new InvalidOperationException("broken"));
        Assert.Contains("broken", Assert.Throws<TaskSerializationException>(() => Sent(new Version(1, 2), writing)).Message, StringComparison.Ordinal);
        Assert.Contains("broken", Assert.Throws<TaskSerializationException>(() => Sent(new Version(1, 2), reading)).Message, StringComparison.Ordinal);
    }

    private static T Sent<T>(T value, IValueConverter converter) =>
        (T)Wire.Read(Wire.Write(value, typeof(T), converter), typeof(T), TypePolicy.DeclaredOnly, converter)!;
}

using MessagePack;
using MessagePack.Formatters;

namespace Loky.Wire;

/// <summary>The library's formatters, one by one: its resolvers would bring generated ones and types that bytes name.</summary>
internal sealed class LibraryFormats : IFormatterResolver
{
    private static readonly object[] Formatters =
    [
        BooleanFormatter.Instance,
        Int32Formatter.Instance,
        Int64Formatter.Instance,
        UInt64Formatter.Instance,
        SingleFormatter.Instance,
        DoubleFormatter.Instance,
        NativeGuidFormatter.Instance,
        NativeDecimalFormatter.Instance,
        TimeSpanFormatter.Instance,
    ];

    private LibraryFormats()
    {
    }

    /// <summary>Gets the options that formatters ask for, with no other resolver, and for bytes that are not trusted.</summary>
    public static MessagePackSerializerOptions Options { get; } =
        new MessagePackSerializerOptions(new LibraryFormats()).WithSecurity(MessagePackSecurity.UntrustedData);

    /// <summary>Gets the formatter of a type.</summary>
    /// <exception cref="NotSupportedException">The type is none of those named here.</exception>
    public static IMessagePackFormatter<T> For<T>() => Cache<T>.Formatter;

    public IMessagePackFormatter<T>? GetFormatter<T>() => For<T>();

    private static class Cache<T>
    {
        public static readonly IMessagePackFormatter<T> Formatter =
            Formatters.OfType<IMessagePackFormatter<T>>().FirstOrDefault() ?? throw new NotSupportedException(typeof(T).FullName);
    }
}

using MessagePack;
using MessagePack.Formatters;

namespace Loky.Wire;

/// <summary>
/// The library's own formatters of the types whose values mean the same everywhere. They are named one by one: its
/// resolvers would bring formatters that are generated at run time, and types that the bytes name.
/// </summary>
internal sealed class LibraryFormats : IFormatterResolver
{
    private static readonly object[] Formatters =
    [
        NativeGuidFormatter.Instance,
        NativeDecimalFormatter.Instance,
        TimeSpanFormatter.Instance,
    ];

    private LibraryFormats()
    {
    }

    /// <summary>Gets the options that formatters ask for; with no other resolver, and for bytes that are not trusted.</summary>
    public static MessagePackSerializerOptions Options { get; } =
        new MessagePackSerializerOptions(new LibraryFormats()).WithSecurity(MessagePackSecurity.UntrustedData);

    /// <summary>Gets the formatter of a type.</summary>
    /// <exception cref="NotSupportedException">The type is none of those named here.</exception>
    public static IMessagePackFormatter<T> For<T>() => Cache<T>.Formatter;

    /// <inheritdoc/>
    public IMessagePackFormatter<T>? GetFormatter<T>() => For<T>();

    private static class Cache<T>
    {
        public static readonly IMessagePackFormatter<T> Formatter =
            Formatters.OfType<IMessagePackFormatter<T>>().FirstOrDefault() ?? throw new NotSupportedException(typeof(T).FullName);
    }
}

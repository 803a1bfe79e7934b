using MessagePack;
using MessagePack.Formatters;

namespace Loky.Wire;

/// <summary>
/// The library's formatters, one by one: its resolvers would bring generated ones and types that bytes name. None of these looks at the
/// options that it is given, and to make some loads OpenSSL, 1.5 MB for each worker.
/// </summary>
internal static class LibraryFormats
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

    /// <summary>Gets what stands for the options: nothing.</summary>
    public static MessagePackSerializerOptions Options => null!;

    /// <summary>Gets the formatter of a type.</summary>
    /// <exception cref="NotSupportedException">The type is none of those named here.</exception>
    public static IMessagePackFormatter<T> For<T>() => Cache<T>.Formatter;

    private static class Cache<T>
    {
        public static readonly IMessagePackFormatter<T> Formatter =
            Formatters.OfType<IMessagePackFormatter<T>>().FirstOrDefault() ?? throw new NotSupportedException(typeof(T).FullName);
    }
}

namespace Loky;

/// <summary>Makes <see cref="IValueConverter"/>s of two functions.</summary>
public static class ValueConverter
{
    /// <summary>Creates a converter, to be given to an executor.</summary>
    /// <typeparam name="T">The type to convert.</typeparam>
    /// <param name="toWire">Gets the value to send instead; it is itself sent, so it may only capture what can be.</param>
    /// <param name="fromWire">Makes a <typeparamref name="T"/> of what <paramref name="toWire"/> had returned.</param>
    public static IValueConverter Create<T>(Func<T, object?> toWire, Func<object?, T> fromWire)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(toWire);
        ArgumentNullException.ThrowIfNull(fromWire);
        return new FunctionConverter<T>(toWire, fromWire);
    }

    private sealed class FunctionConverter<T>(Func<T, object?> toWire, Func<object?, T> fromWire) : IValueConverter
        where T : notnull
    {
        public Type Type => typeof(T);

        public object? ToWire(object value) => toWire((T)value);

        public object FromWire(object? wire) => fromWire(wire);
    }
}

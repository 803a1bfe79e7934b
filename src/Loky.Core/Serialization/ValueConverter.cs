using Loky.Serialization;

namespace Loky;

/// <summary>Makes <see cref="IValueConverter"/>s of two functions.</summary>
public static class ValueConverter
{
    /// <summary>Creates a converter.</summary>
    /// <typeparam name="T">The type to convert.</typeparam>
    /// <param name="toWire">Gets the value to send instead. The function is sent to the workers, so it may only capture what can be sent.</param>
    /// <param name="fromWire">Makes a <typeparamref name="T"/> of what <paramref name="toWire"/> had returned.</param>
    /// <returns>The converter, to be given to an executor.</returns>
    public static IValueConverter Create<T>(Func<T, object?> toWire, Func<object?, T> fromWire)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(toWire);
        ArgumentNullException.ThrowIfNull(fromWire);
        return new FunctionConverter<T>(toWire, fromWire);
    }
}

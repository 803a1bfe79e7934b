namespace Loky.Serialization;

/// <summary>A converter made of two functions.</summary>
/// <typeparam name="T">The type that is converted.</typeparam>
/// <param name="toWire">Gets the value to send instead.</param>
/// <param name="fromWire">Makes a value of the sent one.</param>
internal sealed class FunctionConverter<T>(Func<T, object?> toWire, Func<object?, T> fromWire) : IValueConverter
    where T : notnull
{
    /// <inheritdoc/>
    public Type Type => typeof(T);

    /// <inheritdoc/>
    public object? ToWire(object value) => toWire((T)value);

    /// <inheritdoc/>
    public object FromWire(object? wire) => fromWire(wire);
}

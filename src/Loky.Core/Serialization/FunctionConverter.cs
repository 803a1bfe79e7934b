namespace Loky.Serialization;

internal sealed class FunctionConverter<T>(Func<T, object?> toWire, Func<object?, T> fromWire) : IValueConverter
    where T : notnull
{
    public Type Type => typeof(T);

    public object? ToWire(object value) => toWire((T)value);

    public object FromWire(object? wire) => fromWire(wire);
}

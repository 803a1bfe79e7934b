namespace Loky;

/// <summary>
/// Sends values of a type in the form of other values, for types that cannot be sent as they are or that should be sent in a
/// smaller form. Converters belong to one executor and reach its workers with their own fields, as any value does.
/// </summary>
public interface IValueConverter
{
    /// <summary>Gets the type that is converted, and with it types derived from it that have no converter of their own.</summary>
    Type Type { get; }

    /// <summary>Gets the value to send instead of <paramref name="value"/>.</summary>
    /// <param name="value">The value to send. Never <see langword="null"/>.</param>
    /// <returns>A value that can be sent, or <see langword="null"/>.</returns>
    object? ToWire(object value);

    /// <summary>Makes a value of the sent one.</summary>
    /// <param name="wire">What <see cref="ToWire"/> had returned.</param>
    /// <returns>A value of <see cref="Type"/>.</returns>
    object FromWire(object? wire);
}

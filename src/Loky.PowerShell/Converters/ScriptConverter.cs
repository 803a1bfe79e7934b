namespace Loky.PowerShell.Converters;

/// <summary>How values of a type, known by <see cref="Serialization.KnownTypes.NameOf"/>, are sent: one script gives what is sent
/// instead of <c>$_</c>, the other makes a value of that.</summary>
internal sealed record ScriptConverter(string TypeName, ConverterScript ToWire, ConverterScript FromWire)
{
    /// <summary>Throws <see cref="TaskSerializationException"/> where the script fails.</summary>
    public object? Convert(object value) => ToWire.Run(nameof(ToWire), TypeName, value);

    /// <summary>Throws <see cref="TaskSerializationException"/> where the script fails, or returns nothing.</summary>
    public object ConvertBack(object? sent) =>
        FromWire.Run(nameof(FromWire), TypeName, sent)
        ?? throw new TaskSerializationException(MessageText.Format(Messages.ScriptConverterNoValue, TypeName));
}

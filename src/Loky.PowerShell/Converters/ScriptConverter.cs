namespace Loky.PowerShell.Converters;

/// <summary>How values of one type are sent: what is sent instead, and what is made of that on the other side.</summary>
/// <param name="TypeName">The name of the type on both sides, see <see cref="Serialization.KnownTypes.NameOf"/>.</param>
/// <param name="ToWire">Gives what is sent instead of <c>$_</c>.</param>
/// <param name="FromWire">Makes a value of what was sent, which is <c>$_</c>.</param>
internal sealed record ScriptConverter(string TypeName, ConverterScript ToWire, ConverterScript FromWire)
{
    /// <summary>Gets what is sent instead of a value.</summary>
    /// <exception cref="TaskSerializationException">The script failed.</exception>
    public object? Convert(object value) => ToWire.Run(nameof(ToWire), TypeName, value);

    /// <summary>Makes a value of what was sent.</summary>
    /// <exception cref="TaskSerializationException">The script failed, or returned nothing.</exception>
    public object ConvertBack(object? sent) =>
        FromWire.Run(nameof(FromWire), TypeName, sent)
        ?? throw new TaskSerializationException(MessageText.Format(Messages.ScriptConverterNoValue, TypeName));
}

using System.Management.Automation;

namespace Loky.PowerShell.Converters;

/// <summary>How values of one type are sent: what is sent instead, and what is made of that on the other side.</summary>
/// <param name="TypeName">The name of the type on both sides, see <see cref="Serialization.KnownTypes.NameOf"/>.</param>
/// <param name="ToWire">Gives what is sent instead of <c>$_</c>.</param>
/// <param name="FromWire">Makes a value of what was sent, which is <c>$_</c>.</param>
internal sealed record ScriptConverter(string TypeName, ScriptBlock ToWire, ScriptBlock FromWire);

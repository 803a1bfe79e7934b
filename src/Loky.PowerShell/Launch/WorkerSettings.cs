using System.Management.Automation;

namespace Loky.PowerShell.Launch;

/// <summary>What all workers of a pool are prepared with: the language mode of their session, and the initializer.</summary>
/// <param name="Mode">The language mode.</param>
/// <param name="Initializer">The setup of the initializer; empty for none.</param>
internal sealed record WorkerSettings(PSLanguageMode Mode, ReadOnlyMemory<byte> Initializer)
{
    /// <summary>Writes the settings: nothing for workers as they are by themselves.</summary>
    public ReadOnlyMemory<byte> Encode() =>
        Mode == PSLanguageMode.FullLanguage && Initializer.IsEmpty ? ReadOnlyMemory<byte>.Empty : (byte[])[(byte)Mode, .. Initializer.Span];

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    public static WorkerSettings Decode(ReadOnlyMemory<byte> settings) =>
        settings.IsEmpty ? new(PSLanguageMode.FullLanguage, settings) : new((PSLanguageMode)settings.Span[0], settings[1..]);
}

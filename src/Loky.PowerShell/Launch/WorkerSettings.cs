namespace Loky.PowerShell.Launch;

/// <summary>What all workers of a pool are prepared with: a language mode, and an initializer's setup, or nothing.</summary>
internal sealed record WorkerSettings(PSLanguageMode Mode, ReadOnlyMemory<byte> Initializer)
{
    /// <summary>Writes the settings: nothing for workers as they are by themselves.</summary>
    public ReadOnlyMemory<byte> Encode() =>
        Mode == PSLanguageMode.FullLanguage && Initializer.IsEmpty ? ReadOnlyMemory<byte>.Empty : (byte[])[(byte)Mode, .. Initializer.Span];

    public static WorkerSettings Decode(ReadOnlyMemory<byte> settings) =>
        settings.IsEmpty ? new(PSLanguageMode.FullLanguage, settings) : new((PSLanguageMode)settings.Span[0], settings[1..]);
}

namespace Loky.PowerShell.Hosts;

/// <summary>A file of the module.</summary>
/// <param name="Name">Its path within the module's folder, with slashes.</param>
/// <param name="Size">How many bytes it has.</param>
internal sealed record PackageFile(string Name, int Size);

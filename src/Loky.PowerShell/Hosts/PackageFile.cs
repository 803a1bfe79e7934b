namespace Loky.PowerShell.Hosts;

/// <summary>A file of the module: its path within the module's folder, with slashes, and its size in bytes.</summary>
internal sealed record PackageFile(string Name, int Size);

namespace Loky.PowerShell.Serialization;

/// <summary>
/// An item with the texts of classes and enums that it needs, because the call did not know of them when it began.
/// </summary>
/// <param name="Packs">For each step in which some were found: the texts, and the names of the types that they define.</param>
/// <param name="Item">The item, encoded.</param>
internal sealed record TypeDefinitions(IReadOnlyList<(string[] Texts, string[] Names)> Packs, byte[] Item);

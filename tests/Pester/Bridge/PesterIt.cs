namespace Loky.Pester.Bridge;

/// <summary>One <c>It</c> as it stands in a file: data-driven expansions share its line.</summary>
/// <param name="File">The file's name, without its folder.</param>
/// <param name="Line">The line of the <c>It</c>, counted from one.</param>
/// <param name="Name">The literal name, before any expansion.</param>
public sealed record PesterIt(string File, int Line, string Name);

using System.Management.Automation.Language;

namespace Loky.PowerShell.Capture;

/// <summary>The blocks <c>begin</c>, <c>process</c>, <c>end</c>, <c>clean</c>, of which one can run for each item.</summary>
internal static class NamedBlocks
{
    /// <summary>Throws <see cref="CaptureException"/> for more than a <c>process</c> or an <c>end</c>.</summary>
    public static void Check(ScriptBlockAst script)
    {
        (string Name, bool Has)[] blocks =
        [
            ("begin", script.BeginBlock is not null),
            ("process", script.ProcessBlock is not null),
            ("end", script.EndBlock is { Unnamed: false } || (script.EndBlock is not null && script.ProcessBlock is not null)),
            ("clean", ScriptInternals.CleanBlock.Get(script) is not null),
        ];
        string[] named = [.. blocks.Where(static block => block.Has).Select(static block => block.Name)];
        if (named.Length > 1 || named is ["begin"] or ["clean"])
        {
            throw new CaptureException(MessageText.Format(Messages.NamedBlocks, string.Join(", ", named)))
            {
                ErrorId = ErrorIds.NamedBlocks,
                Category = ErrorCategory.InvalidArgument,
            };
        }
    }
}

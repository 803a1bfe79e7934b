using System.Management.Automation.Language;

namespace Loky.PowerShell.Capture;

/// <summary>The blocks <c>begin</c>, <c>process</c>, <c>end</c>, <c>clean</c>, of which one can run for each item.</summary>
internal static class NamedBlocks
{
    /// <summary>Throws <see cref="CaptureException"/> for more than a <c>process</c> or an <c>end</c>.</summary>
    public static void Check(ScriptBlockAst script)
    {
        List<string> named = [];
        AddIf(script.BeginBlock is not null, "begin");
        AddIf(script.ProcessBlock is not null, "process");
        AddIf(script.EndBlock is { Unnamed: false } || (script.EndBlock is not null && script.ProcessBlock is not null), "end");
        AddIf(ScriptInternals.CleanBlock.Get(script) is not null, "clean");
        if (named.Count > 1 || named is ["begin"] or ["clean"])
        {
            throw new CaptureException(MessageText.Format(Messages.NamedBlocks, string.Join(", ", named)))
            {
                ErrorId = ErrorIds.NamedBlocks,
                Category = ErrorCategory.InvalidArgument,
            };
        }

        void AddIf(bool has, string name)
        {
            if (has)
            {
                named.Add(name);
            }
        }
    }
}

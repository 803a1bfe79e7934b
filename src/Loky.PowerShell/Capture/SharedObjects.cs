using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation.Language;
using Loky.PowerShell.Runner;

namespace Loky.PowerShell.Capture;

/// <summary>Notes what a call does to copies of the caller's variables as if they were the caller's own: a worker is a process
/// with its own memory, so that nothing comes of it and nothing tells so.</summary>
internal sealed class SharedObjects
{
    private readonly HashSet<string> _seen = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _places = [];

    public string? Warning => _places.Count == 0 ? null : MessageText.Format(Messages.CopiesChanged, string.Join(", ", _places));

    /// <summary><paramref name="find"/> gives null for a variable that is not taken along.</summary>
    public void Note(VariableChanges changes, Func<VariableExpressionAst, PSVariable?> find)
    {
        foreach (VariableExpressionAst use in changes.Replaced.Values)
        {
            if (find(use) is not null)
            {
                Note(use);
            }
        }

        foreach (VariableExpressionAst use in changes.AddedTo.Values)
        {
            if (find(use) is { } variable && IsList(variable.Value))
            {
                Note(use);
            }
        }

        foreach (VariableExpressionAst use in changes.Touched.Values)
        {
            if (find(use) is { } variable && IsMadeToBeShared(variable.Value))
            {
                Note(use);
            }
        }
    }

    public void Note(UsingExpressionAst expression, object? value)
    {
        VariableUse use = IsMadeToBeShared(value) || IsList(value) ? VariableUses.Of(expression) : VariableUse.Reads;
        if (use == VariableUse.Adds || (use != VariableUse.Reads && IsMadeToBeShared(value)))
        {
            Note(expression);
        }
    }

    public void NoteArguments(ScriptBlock script, object?[] arguments)
    {
        ScriptBlockAst ast = ScriptText.RootOf(script);
        ReadOnlyCollection<ParameterAst>? parameters = ast.ParamBlock?.Parameters;
        int count = parameters?.Count ?? 0;
        object?[] ordered = ArgumentOrder.For(script, arguments);
        for (int i = 0; i < ordered.Length; i++)
        {
            object? value = ordered[i];
            if (!IsMadeToBeShared(value) && !IsList(value))
            {
                continue;
            }

            foreach ((VariableExpressionAst use, VariableUse what) in InputChanges.Of(ast)
                .OfArgument(i < count ? parameters![i].Name.VariablePath.UserPath : null, i - count))
            {
                if (what == VariableUse.Adds || IsMadeToBeShared(value))
                {
                    Note(use);
                    break;
                }
            }
        }
    }

    /// <summary>The first item stands for all.</summary>
    public void NoteItem(ScriptBlockAst block, object? first)
    {
        foreach ((VariableExpressionAst use, VariableUse what) in InputChanges.Of(block).OfItem)
        {
            if (what == VariableUse.Sets ? IsOfThisSession(first) : IsMadeToBeShared(first) || (what == VariableUse.Adds && IsList(first)))
            {
                Note(use);
            }
        }
    }

    private void Note(ExpressionAst use)
    {
        if (_seen.Add(use.Extent.Text))
        {
            _places.Add(MessageText.Format(Messages.CopyChangedAt, use.Extent.Text, use.Extent.StartLineNumber));
        }
    }

    /// <summary>Tells whether a value is only there for more than one to work with, and so is no mere data.</summary>
    private static bool IsMadeToBeShared(object? value)
    {
        object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        return bare is PSReference
            || bare is Hashtable { IsSynchronized: true } or ArrayList { IsSynchronized: true } or SortedList { IsSynchronized: true }
            || bare is Queue { IsSynchronized: true } or Stack { IsSynchronized: true }
            || (bare is IEnumerable && bare.GetType().Namespace == "System.Collections.Concurrent");
    }

    /// <summary>Tells whether what is set in a value is in the memory of this session, and not on a disk, say.</summary>
    private static bool IsOfThisSession(object? value)
    {
        object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        return bare is not (null or string or ValueType or FileSystemInfo);
    }

    /// <summary>Tells whether what looks like a change to a collection makes another one; only its builder is changed.</summary>
    private static bool IsImmutable(Type type) =>
        type.Namespace is "System.Collections.Immutable" or "System.Collections.Frozen" && !(type.IsNested && type.Name == "Builder");

    private static bool IsList(object? value)
    {
        object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        return bare is IEnumerable and not (string or IDictionary or Array)
            && bare.GetType() is { Namespace: { } name } type && name.StartsWith("System.Collections", StringComparison.Ordinal)
            && !IsImmutable(type);
    }
}

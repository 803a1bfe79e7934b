using System.Collections;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using Loky.PowerShell.Capture;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Converters;

/// <summary>The converters of a session, as the user gave them. Immutable.</summary>
internal sealed class ConverterSet
{
    public const string ToWire = "ToWire";

    public const string FromWire = "FromWire";

    // What Loky itself sends with every call and every record must be told from what the user sends.
    private static readonly Type[] Own =
    [
        typeof(object[]), typeof(string[]), typeof(Hashtable[]), typeof(Hashtable), typeof(ScriptBlock), typeof(ActionPreference),
        typeof(Exception), typeof(ErrorRecord), typeof(WarningRecord), typeof(VerboseRecord), typeof(DebugRecord),
        typeof(InformationRecord), typeof(ProgressRecord), typeof(HostInformationMessage), typeof(DateTime), typeof(string), typeof(int),
    ];

    private readonly Runspace? _owner = Runspace.DefaultRunspace;

    private ConverterSet(IReadOnlyList<ScriptConverter> converters, IReadOnlyList<Type> types, SessionState session)
    {
        Converters = converters;
        Types = types;

        // What a script uses and cannot be taken along is to be told here and now.
        _ = new ConverterCapture(this, session, new CaptureScope(session, session, []));
    }

    /// <summary>Gets the converters, those of one type only once.</summary>
    public IReadOnlyList<ScriptConverter> Converters { get; }

    public IReadOnlyList<Type> Types { get; }

    /// <summary>Makes the table of a call's own side.</summary>
    public ConverterTable ToTable() => new(Converters, _owner);

    /// <summary>Takes the converters along with a call, as their scripts mean it now, with their modules and types.</summary>
    public Hashtable Capture(SessionState session, CaptureScope call) => new ConverterCapture(this, session, call).Setup;

    /// <summary>There is a table with <c>ToWire</c> and <c>FromWire</c> for each type. Throws <see cref="CaptureException"/> for
    /// what a script uses and cannot be taken along, else <see cref="ConverterException"/>.</summary>
    public static ConverterSet Of(IDictionary? table, SessionState session)
    {
        var converters = new SortedDictionary<string, (Type Type, ScriptConverter Converter)>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in table ?? new Hashtable())
        {
            Type type = TypeOf(entry.Key);
            string name = KnownTypes.NameOf(type);
            if (!converters.TryAdd(name, (type, new ScriptConverter(name, ScriptOf(entry, ToWire), ScriptOf(entry, FromWire)))))
            {
                throw new ConverterException(MessageText.Format(Messages.ConverterTwice, name), entry.Key);
            }
        }

        return new ConverterSet(
            [.. converters.Values.Select(static entry => entry.Converter)], [.. converters.Values.Select(static entry => entry.Type)], session);
    }

    /// <summary>Gets the scripts of such a table, whether the rest of it is right or not.</summary>
    public static IEnumerable<ScriptBlock> ScriptsOf(IDictionary? table)
    {
        foreach (DictionaryEntry entry in table ?? new Hashtable())
        {
            foreach (string name in new[] { ToWire, FromWire })
            {
                if (BlockIn(entry, name) is { } block)
                {
                    yield return block;
                }
            }
        }
    }

    private static ScriptBlock? BlockIn(DictionaryEntry entry, string name)
    {
        object? value = entry.Value is PSObject wrapped ? wrapped.BaseObject : entry.Value;
        object? script = value is IDictionary scripts ? scripts[name] : null;
        return (script is PSObject wrapper ? wrapper.BaseObject : script) as ScriptBlock;
    }

    private static Type TypeOf(object key)
    {
        if (!LanguagePrimitives.TryConvertTo(key, out Type? type) || type is null)
        {
            throw new ConverterException(MessageText.Format(Messages.ConverterNoType, key), key);
        }

        if (type.IsPrimitive || type.IsPointer || type.ContainsGenericParameters || type == typeof(PSCustomObject)
            || typeof(PSObject).IsAssignableFrom(type) || Array.Exists(Own, type.IsAssignableFrom))
        {
            throw new ConverterException(MessageText.Format(Messages.ConverterForbiddenType, type), key);
        }

        return type;
    }

    private static ConverterScript ScriptOf(DictionaryEntry entry, string name)
    {
        if (BlockIn(entry, name) is not { } block)
        {
            throw new ConverterException(MessageText.Format(Messages.ConverterLacksScript, entry.Key, name), entry.Key);
        }

        if (block.Ast.Find(static node => node is UsingExpressionAst, searchNestedScriptBlocks: false) is { } expression)
        {
            throw new ConverterException(MessageText.Format(Messages.ConverterUsing, entry.Key, name, expression.Extent.Text), entry.Key);
        }

        return ConverterScript.Of(block);
    }
}

using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Converters;

/// <summary>The converters of an executor, as the user gave them. Immutable.</summary>
internal sealed class ConverterSet : IEquatable<ConverterSet>
{
    /// <summary>The name of the script that gives what is sent instead.</summary>
    public const string ToWire = "ToWire";

    /// <summary>The name of the script that makes a value of it.</summary>
    public const string FromWire = "FromWire";

    private ConverterSet(IReadOnlyList<ScriptConverter> converters) => Converters = converters;

    /// <summary>Gets the converters, those of one type only once.</summary>
    public IReadOnlyList<ScriptConverter> Converters { get; }

    /// <summary>Reads what the user gave: for each type a table with the scripts <c>ToWire</c> and <c>FromWire</c>.</summary>
    /// <exception cref="ConverterException">It is something else. The message names the entry and the way out.</exception>
    public static ConverterSet Of(IDictionary? table)
    {
        var converters = new Dictionary<string, ScriptConverter>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in table ?? new Hashtable())
        {
            string name = KnownTypes.NameOf(TypeOf(entry.Key));
            if (!converters.TryAdd(name, new ScriptConverter(name, ScriptOf(entry, ToWire), ScriptOf(entry, FromWire))))
            {
                throw new ConverterException(MessageText.Format(Messages.ConverterTwice, name), entry.Key);
            }
        }

        return new ConverterSet([.. converters.Values.OrderBy(static converter => converter.TypeName, StringComparer.Ordinal)]);
    }

    /// <inheritdoc/>
    public bool Equals(ConverterSet? other) =>
        Converters.Count == (other?.Converters.Count ?? 0) && Converters.Zip(other?.Converters ?? []).All(static pair => AreSame(pair.First, pair.Second));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ConverterSet);

    /// <inheritdoc/>
    public override int GetHashCode() => Converters.Count;

    private static bool AreSame(ScriptConverter one, ScriptConverter other) =>
        one.TypeName == other.TypeName && AreSame(one.ToWire, other.ToWire) && AreSame(one.FromWire, other.FromWire);

    /// <summary>Two closures of one text belong to two modules: what they have closed over differs.</summary>
    private static bool AreSame(ScriptBlock one, ScriptBlock other) =>
        ReferenceEquals(one, other) || (ReferenceEquals(one.Module, other.Module) && one.ToString() == other.ToString());

    private static Type TypeOf(object key)
    {
        if (!LanguagePrimitives.TryConvertTo(key, out Type? type) || type is null)
        {
            throw new ConverterException(MessageText.Format(Messages.ConverterNoType, key), key);
        }

        // They have a form of their own wherever they stand, or are what everything is.
        if (type.IsPrimitive || type == typeof(string) || type == typeof(object) || type == typeof(ValueType)
            || type.IsPointer || type.ContainsGenericParameters || typeof(PSObject).IsAssignableFrom(type) || type == typeof(PSCustomObject))
        {
            throw new ConverterException(MessageText.Format(Messages.ConverterForbiddenType, type), key);
        }

        return type;
    }

    private static ScriptBlock ScriptOf(DictionaryEntry entry, string name)
    {
        object? value = entry.Value is PSObject wrapped ? wrapped.BaseObject : entry.Value;
        object? script = value is IDictionary scripts ? scripts[name] : null;
        if ((script is PSObject wrapper ? wrapper.BaseObject : script) is not ScriptBlock block)
        {
            throw new ConverterException(MessageText.Format(Messages.ConverterLacksScript, entry.Key, name), entry.Key);
        }

        if (block.Ast.Find(static node => node is UsingExpressionAst, searchNestedScriptBlocks: false) is { } expression)
        {
            throw new ConverterException(MessageText.Format(Messages.ConverterUsing, entry.Key, name, expression.Extent.Text), entry.Key);
        }

        return block;
    }
}

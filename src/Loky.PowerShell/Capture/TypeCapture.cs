using System.Collections;
using System.Management.Automation.Language;
using System.Reflection;
using System.Text;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Capture;

/// <summary>Finds the text of classes and enums that scripts define, so that workers can define them too.</summary>
internal sealed class TypeCapture
{
    private const BindingFlags AnyStatic = BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public;
    private readonly Dictionary<string, TypeDefinitionAst> _sources = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<Ast> _roots = [];
    private readonly HashSet<string> _added = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the files of modules whose types the script's <c>using module</c> brings by itself.</summary>
    public HashSet<string> UsedFiles { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Gets the texts, with their places, each before those that need it.</summary>
    public List<Hashtable> Texts { get; } = [];

    /// <summary>Gets the types themselves, where the session has them.</summary>
    public List<Type> Types { get; } = [];

    /// <summary>Notes the types that the whole script around a piece of it defines.</summary>
    public void AddSource(Ast ast)
    {
        Ast root = ScriptText.ScriptOf(ast);

        if (_roots.Add(root))
        {
            foreach (TypeDefinitionAst definition in root.FindAll(static node => node is TypeDefinitionAst, searchNestedScriptBlocks: true).Cast<TypeDefinitionAst>())
            {
                _sources.TryAdd(definition.Name, definition);
            }
        }
    }

    /// <summary>Tells whether a piece of script itself defines a type, and so brings it along.</summary>
    public static bool IsDefinedWithin(Ast ast, ITypeName name) =>
        ast.Find(node => node is TypeDefinitionAst definition && definition.Name.Equals(name.FullName, StringComparison.OrdinalIgnoreCase), searchNestedScriptBlocks: true) is not null;

    /// <summary>Adds a type and those it is made of, if scripts define them; what these use is still to be followed.</summary>
    public IReadOnlyList<TypeDefinitionAst> Add(ITypeName name)
    {
        var added = new List<TypeDefinitionAst>();
        Add(name, added);
        return added;
    }

    public IReadOnlyList<TypeDefinitionAst> Add(Type type)
    {
        var added = new List<TypeDefinitionAst>();
        if (_added.Add(KnownTypes.NameOf(type)))
        {
            Add(type, DefinitionOf(type) ?? _sources.GetValueOrDefault(type.Name), added);
        }

        return added;
    }

    private void Add(ITypeName typeName, List<TypeDefinitionAst> added)
    {
        string name = typeName.FullName;
        if (!_added.Add(name))
        {
            return;
        }

        bool isOfSource = _sources.TryGetValue(name, out TypeDefinitionAst? definition);
        Type? type = isOfSource ? typeName.GetReflectionType() : Resolve(typeName);
        if (isOfSource || (type is not null && KnownTypes.IsOfScript(type)))
        {
            Add(type, definition ?? DefinitionOf(type!), added);
        }
    }

    private void Add(Type? type, TypeDefinitionAst? definition, List<TypeDefinitionAst> added)
    {
        if (type is not null)
        {
            Types.Add(type);
        }

        if (definition?.Extent.File is { } file && UsedFiles.Contains(file))
        {
            return;
        }

        if (definition is null)
        {
            if (type is { IsEnum: true })
            {
                Texts.Add(new Hashtable { [CallSetup.Script] = TextOf(type) });
            }

            return;
        }

        AddSource(definition);
        foreach (ITypeName needed in Dependencies.Of(definition).Types.Values.Concat(definition.BaseTypes.Select(static constraint => constraint.TypeName)))
        {
            Add(needed, added);
        }

        Texts.Add(TypeText.Of(definition));
        added.Add(definition);
    }

    /// <summary>Resolves a name as it is meant now. The syntax tree would keep what it finds for ever, for the caller's own use
    /// of it too, and a class that is defined anew at the prompt would not be seen.</summary>
    private static Type? Resolve(ITypeName typeName) =>
        LanguagePrimitives.TryConvertTo(typeName.FullName, out Type? type) ? type : typeName.GetReflectionType();

    /// <summary>Gets the syntax tree of a class defined at an earlier prompt. PowerShell keeps it with the code of the methods,
    /// in a helper type beside the class.</summary>
    private static TypeDefinitionAst? DefinitionOf(Type type)
    {
        if (!ScriptInternals.MethodSyntax.IsPresent)
        {
            return DefinitionInFile(type);
        }

        Type? helper = type.Assembly.GetType(type.FullName + "_<staticHelpers>");
        foreach (FieldInfo field in helper?.GetFields(AnyStatic) ?? [])
        {
            for (Ast? node = ScriptInternals.MethodSyntax.Get(field.GetValue(null)) as Ast; node is not null; node = node.Parent)
            {
                if (node is TypeDefinitionAst definition)
                {
                    return definition;
                }
            }
        }

        return null;
    }

    /// <summary>Finds a class in the script file that defined it, which its assembly names; null for one of the prompt.</summary>
    private static TypeDefinitionAst? DefinitionInFile(Type type)
    {
        string? file = type.Assembly.GetCustomAttributesData()
            .Where(static attribute => attribute.AttributeType.Name == "DynamicClassImplementationAssemblyAttribute")
            .SelectMany(static attribute => attribute.NamedArguments)
            .FirstOrDefault(static argument => argument.MemberName == "ScriptFile").TypedValue.Value as string;
        if (!File.Exists(file))
        {
            return null;
        }

        string name = KnownTypes.NameOf(type);
        return (TypeDefinitionAst?)Parser.ParseFile(file, out _, out _)
            .Find(node => node is TypeDefinitionAst definition && definition.Name.Equals(name, StringComparison.OrdinalIgnoreCase), searchNestedScriptBlocks: true);
    }

    private static string TextOf(Type type)
    {
        var text = new StringBuilder();
        if (type.IsDefined(typeof(FlagsAttribute), inherit: false))
        {
            text.Append("[Flags()] ");
        }

        text.Append("enum ").Append(type.Name).Append(" : ").Append(Enum.GetUnderlyingType(type).FullName).Append(" { ");
        foreach (FieldInfo member in type.GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            text.Append(member.Name).Append(" = ").Append(member.GetRawConstantValue()).Append("; ");
        }

        return text.Append('}').ToString();
    }
}

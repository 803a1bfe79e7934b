using System.Reflection;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>
/// What <c>Select-String</c> and <c>Select-Xml</c> give: objects that are no more than their public properties, whose
/// values have forms of their own. Names and values in turn; the assembly of these commands is not referenced.
/// </summary>
internal static class CommandResults
{
    private const BindingFlags Public = BindingFlags.Instance | BindingFlags.Public;
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
    private const BindingFlags Fields = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    // The order is part of the wire format.
    private static readonly string[] Names =
    [
        "Microsoft.PowerShell.Commands.MatchInfo", "Microsoft.PowerShell.Commands.MatchInfoContext",
        "Microsoft.PowerShell.Commands.SelectXmlInfo",
    ];

    private static readonly Lazy<Plan?>[] Plans = Array.ConvertAll(Names, static name => new Lazy<Plan?>(() => Plan.Create(name)));

    /// <summary>Gets what writes values of the type of this name, or null.</summary>
    public static ValueEncoder? Find(string? name) =>
        Array.IndexOf(Names, name) is >= 0 and var number && Plans[number].Value is { } plan ? plan.Encoder(number) : null;

    /// <summary>Reads an object.</summary>
    public static object Read(ref WireReader reader, PSValueReader values, int slot, int parts)
    {
        int number = reader.ReadInt32();
        Plan plan = ((uint)number < (uint)Plans.Length ? Plans[number].Value : null)
            ?? throw new FormatException(MessageText.Format(Messages.PSValueUnknownCode, number, nameof(CommandResults)));
        object result = Activator.CreateInstance(plan.Type, nonPublic: true)!;
        values.SetReference(slot, result);
        for (int i = 0; i < parts; i++)
        {
            string name = values.Names.Read(ref reader);
            object? value = values.ReadValue(ref reader);
            plan.Set(result, name, value);
        }

        return result;
    }

    private sealed class Plan(Type type, PropertyInfo[] properties, FieldInfo[] fields)
    {
        public Type Type => type;

        public static Plan? Create(string name)
        {
            if (Type.GetType($"{name}, Microsoft.PowerShell.Commands.Utility", throwOnError: false) is not { } type
                || type.GetConstructor(Any, Type.EmptyTypes) is null)
            {
                return null;
            }

            PropertyInfo[] properties = Array.FindAll(type.GetProperties(Public), static property => property is { CanRead: true, CanWrite: true });

            // Whether a match has a path at all, and what to highlight of it, which only its text for the terminal shows.
            FieldInfo[] fields = Array.FindAll(
                type.GetFields(Fields), static field => field.Name is "_pathSet" or "_emphasize" or "_matchIndexes" or "_matchLengths");
            return new Plan(type, properties, fields);
        }

        public ValueEncoder Encoder(int number) => (writer, value) => Write(writer, number, value);

        public void Set(object target, string name, object? value)
        {
            if (Array.Find(properties, property => property.Name == name) is { } property)
            {
                object? fitting = GenericDecoder.Fit(value, property.PropertyType);
                if (property.PropertyType.IsInstanceOfType(fitting))
                {
                    property.SetValue(target, fitting);
                }
            }
            else if (Array.Find(fields, field => field.Name == name) is { } field && field.FieldType.IsInstanceOfType(value))
            {
                field.SetValue(target, value);
            }
        }

        private void Write(PSValueWriter writer, int number, object value)
        {
            if (!writer.Begin(value))
            {
                return;
            }

            writer.BeginComposite(PSComposite.CommandResult, 1 + ((properties.Length + fields.Length) * 2));
            writer.Out.Write(number);
            foreach (PropertyInfo property in properties)
            {
                WritePart(writer, property.Name, property.GetValue(value));
            }

            foreach (FieldInfo field in fields)
            {
                object? part = field.GetValue(value);
                WritePart(writer, field.Name, part is IReadOnlyList<int> numbers ? numbers.ToArray() : part);
            }

            writer.Leave();
        }

        private static void WritePart(PSValueWriter writer, string name, object? value)
        {
            writer.At(name);
            writer.Out.Write(name);
            writer.WriteValue(value);
        }
    }
}

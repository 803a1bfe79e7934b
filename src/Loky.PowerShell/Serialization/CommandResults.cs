using System.Reflection;

namespace Loky.PowerShell.Serialization;

/// <summary>What <c>Select-String</c> and <c>Select-Xml</c> give: objects that are no more than their public properties, whose
/// values have forms of their own. Names and values in turn; the assembly of these commands is not referenced.</summary>
internal static class CommandResults
{
    private const BindingFlags Public = BindingFlags.Instance | BindingFlags.Public;
    // The order is part of the wire format.
    private static readonly InternalConstructor<object>[] Constructors =
        [CommandResultInternals.NewMatch, CommandResultInternals.NewMatchContext, CommandResultInternals.NewXmlResult];

    private static readonly string[] Names = Array.ConvertAll(Constructors, static constructor => constructor.Owner.FullName);

    private static readonly Lazy<Plan?>[] Plans = Array.ConvertAll(Constructors, static constructor => new Lazy<Plan?>(() => Plan.Create(constructor)));

    public static Action<PSWriteSession, object>? Find(string? name) =>
        Array.IndexOf(Names, name) is >= 0 and var number && Plans[number].Value is { } plan ? plan.WriterOf(number) : null;

    public static object Read(ref WireReader reader, PSReadSession session, int slot, int parts)
    {
        int number = reader.ReadInt32();
        Plan plan = ((uint)number < (uint)Plans.Length ? Plans[number].Value : null)
            ?? throw new FormatException(MessageText.Format(Messages.PSValueUnknownCode, number, nameof(CommandResults)));
        object result = plan.New();
        session.Register(slot, result);
        for (int i = 0; i < parts; i++)
        {
            string name = session.Names.Read(ref reader);
            object? value = session.ReadValue(ref reader);
            plan.Set(result, name, value);
        }

        return result;
    }

    private sealed class Plan(InternalConstructor<object> constructor, PropertyInfo[] properties, FieldInfo[] fields)
    {
        public static Plan? Create(InternalConstructor<object> constructor)
        {
            if (constructor.Info?.DeclaringType is not { } type)
            {
                return null;
            }

            PropertyInfo[] properties = Array.FindAll(type.GetProperties(Public), static property => property is { CanRead: true, CanWrite: true });
            return new Plan(constructor, properties, constructor == CommandResultInternals.NewMatch ? [.. CommandResultInternals.MatchFields] : []);
        }

        public object New() => constructor.New()!;

        public Action<PSWriteSession, object> WriterOf(int number) => (session, value) => Write(session, number, value);

        public void Set(object target, string name, object? value)
        {
            if (Array.Find(properties, property => property.Name == name) is { } property)
            {
                object? fitting = ObjectArrayFormatter.Fit(value, property.PropertyType);
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

        private void Write(PSWriteSession session, int number, object value)
        {
            if (!session.Begin(value))
            {
                return;
            }

            session.BeginComposite(PSComposite.CommandResult, 1 + ((properties.Length + fields.Length) * 2));
            session.Writer.Write(number);
            foreach (PropertyInfo property in properties)
            {
                WritePart(session, property.Name, property.GetValue(value));
            }

            foreach (FieldInfo field in fields)
            {
                object? part = field.GetValue(value);
                WritePart(session, field.Name, part is IReadOnlyList<int> numbers ? numbers.ToArray() : part);
            }

            session.Leave();
        }

        private static void WritePart(PSWriteSession session, string name, object? value)
        {
            session.At(name);
            session.Writer.Write(name);
            session.WriteValue(value);
        }
    }
}

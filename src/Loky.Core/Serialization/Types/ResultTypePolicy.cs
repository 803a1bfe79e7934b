using System.Reflection;

namespace Loky.Serialization;

/// <summary>
/// The policy of the parent: a worker may name the types that the declared type is made of and the types of the assemblies
/// that the caller's own delegate lies in. Nothing is ever loaded because a worker asks for it.
/// </summary>
internal sealed class ResultTypePolicy(Assembly[] allowed) : TypePolicy
{
    // These make a name stand for more than one type; a constructed type is sent in its parts, each of which is checked.
    private static readonly char[] Constructors = ['[', ']', ',', '*', '&'];

    public override bool AllowsDelegates => false;

    public override Type Resolve(AssemblyReference assembly, string name, Type declaredType, bool isValue)
    {
        if (name.IndexOfAny(Constructors) < 0)
        {
            string assemblyName = assembly.SimpleName;
            if (DeclaredTypes.Of(declaredType).Find(assemblyName, name) is { } declared)
            {
                return declared;
            }

            foreach (Assembly own in allowed)
            {
                if (own.GetName().Name == assemblyName && own.GetType(name, throwOnError: false) is { } type)
                {
                    return type;
                }
            }

            // To hold the type object of a part of .NET starts nothing, so it may be a value though not be made.
            if (isValue && FindLoadedFrameworkType(assemblyName, name) is { } known)
            {
                return known;
            }
        }

        throw new TaskSerializationException(MessageText.Format(
            Messages.TypeNotAllowed, TypeNames.Display(declaredType), name.Replace('+', '.'), assembly.SimpleName));
    }

    private static Type? FindLoadedFrameworkType(string assemblyName, string name) =>
        AppDomain.CurrentDomain.GetAssemblies()
            .FirstOrDefault(loaded => loaded.GetName().Name == assemblyName && AssemblyFacts.IsFramework(loaded))
            ?.GetType(name, throwOnError: false);
}

using System.Reflection;
using System.Runtime.CompilerServices;

namespace Loky.Serialization;

/// <summary>Delegates: the type, the method by name, and the target with all that it has captured.</summary>
/// <remarks>Not tracked, as targets come first: a lambda refers to itself by its closure, which is tracked.</remarks>
internal sealed class DelegateFormatter<T> : Formatter<T>
    where T : Delegate
{
    public override void Write(WriteSession session, T value)
    {
        if (value is null)
        {
            session.Writer.WriteNil();
            return;
        }

        if (value.GetInvocationList() is { Length: > 1 } invocations)
        {
            throw new UnsendableValueException(
                MessageText.Format(Messages.DelegateIsMulticast, invocations.Length), TypeNames.Display(value.GetType()));
        }

        MethodInfo method = value.Method;
        session.Writer.WriteArrayHeader(3);
        session.Enter();
        MethodFormatter.CheckSendable(method);
        session.Types.Write(value.GetType());
        MethodFormatter.Write(session, method);
        WriteTarget(session, value.Target, method);
        session.Leave();
    }

    public override T Read(ref WireReader reader, ReadSession session)
    {
        if (reader.TryReadNil())
        {
            return null!;
        }

        if (!session.Policy.AllowsDelegates)
        {
            throw new TaskSerializationException(MessageText.Format(Messages.DelegateInResult, TypeNames.Display(typeof(T))));
        }

        int start = reader.Position;
        reader.ReadArrayHeader(3);
        reader.Enter();
        Type type = session.Types.Read(ref reader);
        if (!typeof(T).IsAssignableFrom(type) || type.IsAbstract)
        {
            throw ReadSession.Mismatch(start, type, typeof(T));
        }

        MethodInfo method = MethodFormatter.Read(ref reader, session);
        object? target = session.Table.Declared<object>().Read(ref reader, session);
        reader.Leave();
        return (T)Delegate.CreateDelegate(type, target, method, throwOnBindFailure: true)!;
    }

    private static void WriteTarget(WriteSession session, object? target, MethodInfo method)
    {
        try
        {
            session.Table.Declared<object>().Write(session, target!);
        }
        catch (UnsendableValueException exception) when (target?.GetType().IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) is false)
        {
            // No object of the compiler's, with what a lambda captures, but one of the user's; that it goes along may be a surprise.
            exception.Within(TypeNames.Display(method.DeclaringType ?? target.GetType()) + "." + method.Name);
            throw;
        }
    }
}

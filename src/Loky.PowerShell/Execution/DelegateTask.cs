using System.Reflection;

namespace Loky.PowerShell.Execution;

/// <summary>A compiled delegate that is called for each item: what is sent of it, and the types of argument and result.</summary>
internal sealed class DelegateTask : IItemWriter
{
    private readonly ValueSerializer _serializer = new(TypePolicy.DeclaredOnly);
    private readonly TypePolicy _policy;
    private readonly Type _argument;
    private readonly Type _result;

    /// <summary>Throws <see cref="TaskSerializationException"/> unless it can be sent and takes exactly one argument.</summary>
    public DelegateTask(Delegate task)
    {
        MethodInfo invoke = task.GetType().GetMethod("Invoke")!;
        ParameterInfo[] parameters = invoke.GetParameters();
        if (parameters.Length != 1)
        {
            throw new TaskSerializationException(MessageText.Format(Messages.DelegateArguments, task.GetType(), parameters.Length));
        }

        (_argument, _result, _policy) = (parameters[0].ParameterType, invoke.ReturnType, TypePolicy.ForResultsOf(task));
        using var buffer = new PooledBuffer();
        _serializer.WriteDelegate(buffer, task);
        Setup = buffer.WrittenSpan.ToArray();
    }

    public byte[] Setup { get; }

    public bool HasResult => _result != typeof(void);

    public void Encode(PooledBuffer buffer, object? item)
    {
        object? bare = item is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : item;
        object? argument;
        try
        {
            argument = LanguagePrimitives.ConvertTo(bare, _argument, System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (PSInvalidCastException exception)
        {
            throw new TaskSerializationException(exception.Message, exception);
        }

        _serializer.Write(buffer, argument, _argument);
    }

    public object? ReadResult(ref WireReader reader) => _serializer.Read(ref reader, _result, _policy);

    public Exception ReadFailure(ref WireReader reader) => _serializer.ReadException(ref reader, _policy);
}

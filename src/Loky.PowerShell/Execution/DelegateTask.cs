using System.Management.Automation;
using System.Reflection;
using Loky.Wire;
using Loky.Serialization;

namespace Loky.PowerShell.Execution;

/// <summary>A compiled delegate that is called for each item: what is sent of it, and the types of its argument and result.</summary>
internal sealed class DelegateTask : IItemWriter
{
    private readonly ValueSerializer _serializer = new(TypePolicy.DeclaredOnly);
    private readonly TypePolicy _policy;
    private readonly Type _argument;
    private readonly Type _result;

    /// <summary>Prepares a delegate for sending.</summary>
    /// <exception cref="TaskSerializationException">It cannot be sent, or does not take exactly one argument.</exception>
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

    /// <summary>Gets the encoded delegate.</summary>
    public byte[] Setup { get; }

    /// <summary>Gets a value indicating whether the delegate returns something.</summary>
    public bool HasResult => _result != typeof(void);

    /// <inheritdoc/>
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

    /// <summary>Reads a result.</summary>
    public object? ReadResult(ref WireReader reader) => _serializer.Read(ref reader, _result, _policy);

    /// <summary>Reads what the delegate threw.</summary>
    public Exception ReadFailure(ref WireReader reader) => _serializer.ReadException(ref reader, _policy);
}

using System.Reflection;
using System.Runtime.ExceptionServices;
using Loky.Channel;

namespace Loky.Hosting;

internal sealed class DelegateRunner : IRunner
{
    private ValueSerializer _serializer = new(TypePolicy.TrustParent);

    public static ValueSerializer Exceptions { get; } = new(TypePolicy.TrustParent);

    /// <summary>Writes what <see cref="Start"/> reads: an executor's converters.</summary>
    public static byte[] WriteSettings(IReadOnlyList<IValueConverter> converters)
    {
        if (converters.Count == 0)
        {
            return [];
        }

        using var buffer = new PooledBuffer();
        new ValueSerializer(TypePolicy.TrustParent).Write(buffer, converters.ToArray(), typeof(IValueConverter[]));
        return buffer.WrittenSpan.ToArray();
    }

    public void Start(ReadOnlyMemory<byte> settings, RecordTarget records)
    {
        if (!settings.IsEmpty)
        {
            var reader = new WireReader(settings);
            var converters = (IValueConverter[])_serializer.Read(ref reader, typeof(IValueConverter[]))!;
            _serializer = new ValueSerializer(TypePolicy.TrustParent, converters);
        }
    }

    public void Run(ItemSource items)
    {
        using var result = new PooledBuffer();
        while (items.TryNext(out ReadOnlyMemory<byte> item))
        {
            result.Clear();
            RecordKind kind = RecordKind.Output;
            try
            {
                RunItem(items, item, result);
            }
            catch (OperationCanceledException) when (items.Group.IsCancelled)
            {
                items.CancelItem();
                continue;
            }
            catch (Exception exception)
            {
                result.Clear();
                kind = RecordKind.Failed;
                items.NoteError(exception.GetType().FullName, ends: true);
                Exceptions.WriteException(result, exception);
            }

            items.Write(kind, result.WrittenSpan);
            items.EndItem();
        }
    }

    public void Stop(WorkerGroup group) => group.CancelToken();

    public void End(WorkerGroup group) => group.RunnerState = null;

    private void RunItem(ItemSource items, ReadOnlyMemory<byte> item, PooledBuffer result)
    {
        WorkerGroup group = items.Group;
        var reader = new WireReader(item);
        CompiledTask task;
        if (group.Kind == TaskKind.Call)
        {
            _ = reader.ReadArrayHeader();
            task = new CompiledTask(_serializer.ReadDelegate(ref reader));
        }
        else
        {
            task = TaskOf(group);
        }

        object?[] arguments = task.ReadArguments(ref reader, _serializer, group.Token);
        items.NoteDecoded();
        object? value = task.Invoke(arguments);
        if (task.ResultType == typeof(void))
        {
            new WireWriter(result).WriteNil();
        }
        else
        {
            _serializer.Write(result, value, task.ResultType);
        }
    }

    private CompiledTask TaskOf(WorkerGroup group)
    {
        if (group.RunnerState is null)
        {
            var reader = new WireReader(group.Setup.IsEmpty ? group.Shared[0] : group.Setup);
            group.RunnerState = new CompiledTask(_serializer.ReadDelegate(ref reader));
        }

        return (CompiledTask)group.RunnerState;
    }

    private sealed class CompiledTask(Delegate task)
    {
        private readonly MethodInvoker _invoker = MethodInvoker.Create(InvokeOf(task));
        private readonly ParameterInfo[] _parameters = InvokeOf(task).GetParameters();

        public Type ResultType { get; } = InvokeOf(task).ReturnType;

        /// <summary>Reads the arguments of a call; a cancellation token is the worker's own.</summary>
        public object?[] ReadArguments(ref WireReader reader, ValueSerializer serializer, CancellationToken cancellation)
        {
            var arguments = new object?[_parameters.Length];
            for (int i = 0; i < arguments.Length; i++)
            {
                Type type = _parameters[i].ParameterType;
                arguments[i] = type == typeof(CancellationToken) ? cancellation : serializer.Read(ref reader, type);
            }

            return arguments;
        }

        public object? Invoke(object?[] arguments)
        {
            try
            {
                return _invoker.Invoke(task, arguments.AsSpan());
            }
            catch (TargetInvocationException exception) when (exception.InnerException is not null)
            {
                ExceptionDispatchInfo.Throw(exception.InnerException);
                throw;
            }
        }

        private static MethodInfo InvokeOf(Delegate task) => task.GetType().GetMethod("Invoke")!;
    }
}

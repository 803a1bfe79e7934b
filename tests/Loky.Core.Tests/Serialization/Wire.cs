using Loky.Wire;
using Loky.Serialization;
using Xunit;

namespace Loky.Tests.Serialization;

/// <summary>Sends values from one serializer to another, as a worker and its parent do.</summary>
internal static class Wire
{
    /// <summary>The bytes that a value is sent as.</summary>
    public static byte[] Write(object? value, Type declaredType, params IValueConverter[] converters)
    {
        using var buffer = new PooledBuffer();
        new ValueSerializer(TypePolicy.TrustParent, converters).Write(buffer, value, declaredType);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The value that bytes stand for, all of which must be used.</summary>
    public static object? Read(byte[] bytes, Type declaredType, TypePolicy policy, params IValueConverter[] converters)
    {
        WireReader reader = new(bytes);
        object? value = new ValueSerializer(policy, converters).Read(ref reader, declaredType);
        Assert.True(reader.End);
        return value;
    }

    /// <summary>What arrives in a worker of a value that its parent has sent.</summary>
    public static T ToWorker<T>(T value) => (T)Read(Write(value, typeof(T)), typeof(T), TypePolicy.TrustParent)!;

    /// <summary>What arrives in a parent of a value that its worker has sent, if the caller's own assembly is not named.</summary>
    public static T ToParent<T>(T value) => (T)Read(Write(value, typeof(T)), typeof(T), TypePolicy.DeclaredOnly)!;

    /// <summary>The error of sending a value, seen as the user sees it.</summary>
    public static string Refusal<T>(T value) => Assert.Throws<TaskSerializationException>(() => Write(value, typeof(T))).Message;
}

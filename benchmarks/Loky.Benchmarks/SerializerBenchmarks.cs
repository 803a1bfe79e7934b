using BenchmarkDotNet.Attributes;
using Loky.Wire;
using Loky.Serialization;

namespace Loky.Benchmarks;

/// <summary>Writing and reading values.</summary>
[MemoryDiagnoser]
public class SerializerBenchmarks
{
    private readonly ValueSerializer _serializer = new(TypePolicy.DeclaredOnly);
    private readonly PooledBuffer _buffer = new(1 << 20);
    private readonly byte[] _bytes = new byte[1 << 20];
    private readonly string[] _texts = [.. Enumerable.Range(0, 100).Select(static i => "text number " + i)];
    private byte[] _written = [];

    /// <summary>Writes what the reading benchmark reads.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _buffer.Clear();
        _serializer.Write(_buffer, _texts, typeof(string[]));
        _written = _buffer.WrittenSpan.ToArray();
    }

    /// <summary>A number.</summary>
    [Benchmark]
    public void WriteInt()
    {
        _buffer.Clear();
        new WireWriter(_buffer).Write(12345L);
    }

    /// <summary>A hundred strings.</summary>
    [Benchmark]
    public void WriteStrings()
    {
        _buffer.Clear();
        _serializer.Write(_buffer, _texts, typeof(string[]));
    }

    /// <summary>A hundred strings.</summary>
    [Benchmark]
    public object? ReadStrings()
    {
        var reader = new WireReader(_written);
        return _serializer.Read(ref reader, typeof(string[]));
    }

    /// <summary>A megabyte.</summary>
    [Benchmark]
    public void WriteBytes()
    {
        _buffer.Clear();
        _serializer.Write(_buffer, _bytes, typeof(byte[]));
    }
}

using BenchmarkDotNet.Attributes;
using Loky.Channel;
using Loky.Wire;

namespace Loky.Benchmarks;

/// <summary>Cutting a stream into frames, and building them.</summary>
[MemoryDiagnoser]
public class FrameBenchmarks
{
    private readonly PooledBuffer _stream = new(1 << 20);
    private readonly PooledBuffer _target = new(1 << 20);

    /// <summary>The size of a frame's payload in bytes.</summary>
    [Params(64, 16 * 1024)]
    public int Size { get; set; }

    /// <summary>Writes a hundred frames.</summary>
    [GlobalSetup]
    public void Prepare() => WriteFrames(_stream, Size);

    /// <summary>Builds a hundred frames.</summary>
    [Benchmark(OperationsPerInvoke = 100)]
    public void Write() => WriteFrames(_target, Size);

    /// <summary>Reads a hundred frames.</summary>
    [Benchmark(OperationsPerInvoke = 100)]
    public int Read()
    {
        using var reader = new FrameReader();
        ReadOnlyMemory<byte> left = _stream.WrittenMemory;
        int count = 0;
        while (!left.IsEmpty)
        {
            Memory<byte> room = reader.GetMemory();
            int take = Math.Min(room.Length, left.Length);
            left[..take].CopyTo(room);
            left = left[take..];
            reader.Advance(take);
            while (reader.TryRead(out Frame frame))
            {
                frame.Dispose();
                count++;
            }
        }

        return count;
    }

    private static void WriteFrames(PooledBuffer buffer, int size)
    {
        buffer.Clear(int.MaxValue);
        for (int i = 0; i < 100; i++)
        {
            int start = FrameWriter.Begin(buffer, FrameType.Batch);
            _ = buffer.GetSpan(size);
            buffer.Advance(size);
            FrameWriter.End(buffer, start);
        }
    }
}

using Loky.Channel;

namespace Loky.Launch;

/// <summary>A stream that holds back what is written to it, up to a limit, until it is released. Thread-safe.</summary>
internal sealed class HeldOutput(Stream target) : WriteOnlyStream
{
    private const int MaxHeld = 64 * 1024;

    private readonly object _gate = new();
    private MemoryStream? _held = new();

    /// <summary>Writes what was held, and holds nothing from here on.</summary>
    /// <exception cref="IOException">The target is closed.</exception>
    public void Release()
    {
        lock (_gate)
        {
            MemoryStream? held = _held;
            _held = null;
            held?.WriteTo(target);
            target.Flush();
        }
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        lock (_gate)
        {
            if (_held is null)
            {
                target.Write(buffer, offset, count);
            }
            else
            {
                _held.Write(buffer, offset, Math.Min(count, MaxHeld - (int)_held.Length));
            }
        }
    }

    public override void Flush()
    {
        lock (_gate)
        {
            if (_held is null)
            {
                target.Flush();
            }
        }
    }
}

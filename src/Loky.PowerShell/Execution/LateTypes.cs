using Loky.Wire;
using Loky.PowerShell.Capture;
using Loky.PowerShell.Serialization;

namespace Loky.PowerShell.Execution;

/// <summary>
/// The classes and enums of the caller's scripts that only the items of a call show: a block that uses an object need not
/// name its type. Each item that has such objects brings the definitions along; a worker takes them once.
/// </summary>
internal sealed class LateTypes
{
    private readonly KnownTypes _known;
    private readonly PSValueWriter _writer;
    private readonly TypeCapture _capture;
    private readonly List<object?> _packs = [];
    private bool _used;

    /// <summary>Begins to look at what a writer writes.</summary>
    /// <param name="known">The types that the call knows.</param>
    /// <param name="usedFiles">The files of modules whose types the script brings by itself.</param>
    /// <param name="writer">The writer.</param>
    public LateTypes(KnownTypes known, HashSet<string> usedFiles, PSValueWriter writer)
    {
        _capture = new TypeCapture { UsedFiles = usedFiles };
        _known = known;
        _writer = writer;
        writer.ScriptTypeMet = Note;
    }

    /// <summary>Writes an item, behind the definitions of what it needs.</summary>
    public void Write(PooledBuffer buffer, object? item)
    {
        int start = buffer.Length;
        _used = false;
        _writer.Write(buffer, item);
        if (!_used)
        {
            return;
        }

        byte[] value = buffer.WrittenSpan[start..].ToArray();
        buffer.Truncate(start);
        _writer.WriteTypes(buffer, _packs, value);
    }

    private void Note(Type type)
    {
        _used = true;
        if (!_known.AddLate(type))
        {
            return;
        }

        int texts = _capture.Texts.Count;
        int types = _capture.Types.Count;
        _ = _capture.Add(type);
        _packs.Add(_capture.Texts.Skip(texts).ToArray());
        _packs.Add(_capture.Types.Skip(types).Select(KnownTypes.NameOf).ToArray());
    }
}

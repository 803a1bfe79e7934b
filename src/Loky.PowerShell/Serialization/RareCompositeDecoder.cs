using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>
/// Reads composite values of types that a session may never use; each in a class of its own, so that their assemblies are
/// not loaded for nothing.
/// </summary>
internal static class RareCompositeDecoder
{
    /// <summary>Reads the rest of a composite value, or returns null if it is of another kind.</summary>
    public static object? TryRead(ref WireReader reader, PSReadSession session, int slot, PSComposite kind, int count)
    {
        switch (kind)
        {
            case PSComposite.UnixStat when count % 2 == 0:
                return UnixStatCodec.Read(ref reader, session, count / 2);
            case PSComposite.DataTable when count == 2:
                return DataTableCodec.Read(ref reader, session, slot);
            case PSComposite.DataRow when count == 4:
                return DataTableCodec.ReadRowValue(ref reader, session);
            case PSComposite.DataSet when count == 6:
                return DataSetCodec.Read(ref reader, session, slot);
            case PSComposite.RegexMatch when count is 0 or 3:
                return MatchCodec.Read(ref reader, session, count);
            case PSComposite.RegexGroup when count == 3:
                return MatchCodec.ReadGroup(ref reader);
            case PSComposite.RegexCapture when count == 3:
                return MatchCodec.ReadCapture(ref reader);
            case PSComposite.CommandResult when count % 2 == 1:
                return CommandResults.Read(ref reader, session, slot, count / 2);
            case PSComposite.XmlNode when count == 2:
                return XmlNodeCodec.Read(ref reader);
            default:
                return null;
        }
    }
}

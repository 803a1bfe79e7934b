using System.Runtime.CompilerServices;

namespace Loky.Serialization;

internal sealed class EnumFormatter<T, TInteger>(FormatterTable table) : Formatter<T>
    where T : struct, Enum
    where TInteger : struct
{
    private readonly Formatter<TInteger> _integer = table.Declared<TInteger>();

    public override void Write(WriteSession session, T value) => _integer.Write(session, Unsafe.As<T, TInteger>(ref value));

    public override T Read(ref WireReader reader, ReadSession session)
    {
        TInteger integer = _integer.Read(ref reader, session);
        return Unsafe.As<TInteger, T>(ref integer);
    }
}

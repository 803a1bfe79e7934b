namespace Loky.Wire;

/// <summary>The kinds of value that MessagePack distinguishes, as the library numbers them.</summary>
internal enum WireKind
{
    Invalid, // The byte 0xc1, which no valid message contains.
    Integer,
    Nil,
    Boolean,
    Float, // A single or double precision floating point number.
    String,
    Binary,
    Array,
    Map,
    Extension, // A run of bytes with an application-defined type code.
}

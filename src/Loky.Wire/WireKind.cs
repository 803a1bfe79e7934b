namespace Loky.Wire;

/// <summary>The kinds of value that MessagePack distinguishes, as the library numbers them.</summary>
internal enum WireKind
{
    /// <summary>The byte 0xc1, which no valid message contains.</summary>
    Invalid,

    Integer,

    Nil,

    Boolean,

    /// <summary>A single or double precision floating point number.</summary>
    Float,

    String,

    Binary,

    Array,

    Map,

    /// <summary>A run of bytes with an application-defined type code.</summary>
    Extension,
}

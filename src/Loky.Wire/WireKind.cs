namespace Loky.Wire;

/// <summary>The kinds of value that MessagePack distinguishes, as the library numbers them.</summary>
internal enum WireKind
{
    /// <summary>The byte 0xc1, which no valid message contains.</summary>
    Invalid,

    /// <summary>A signed or unsigned integer of up to 64 bits.</summary>
    Integer,

    /// <summary>Nil, .NET's <see langword="null"/>.</summary>
    Nil,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A single or double precision floating point number.</summary>
    Float,

    /// <summary>A UTF-8 string.</summary>
    String,

    /// <summary>A run of bytes.</summary>
    Binary,

    /// <summary>A sequence of values, preceded by its count.</summary>
    Array,

    /// <summary>A sequence of key and value pairs, preceded by its count.</summary>
    Map,

    /// <summary>A run of bytes with an application-defined type code.</summary>
    Extension,
}

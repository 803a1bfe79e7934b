namespace Loky.Serialization;

/// <summary>The first element of a type that is written as an array.</summary>
internal enum TypeShape
{
    /// <summary>A one-dimensional array; its element type follows.</summary>
    Vector,

    /// <summary>A multi-dimensional array; its rank and its element type follow.</summary>
    Array,

    /// <summary>A constructed generic type; its definition and its arguments follow.</summary>
    Generic,

    /// <summary>A named type; its assembly and its full name follow.</summary>
    Named,

    /// <summary>The type that a converter is for; the number of the converter follows.</summary>
    Converted,
}

namespace Loky.Serialization;

/// <summary>The first element of a type that is written as an array.</summary>
internal enum TypeShape
{
    Vector, // A one-dimensional array; its element type follows.
    Array, // A multi-dimensional array; its rank and its element type follow.
    Generic, // A constructed generic type; its definition and its arguments follow.
    Named, // A named type; its assembly and its full name follow.
    Converted, // The type that a converter is for; the number of the converter follows.
}

using Xunit;

namespace Loky.Tests.MessagePack;

/// <summary>Values and the bytes that the MessagePack specification gives them, at each boundary between two formats.</summary>
public static class SpecificationVectors
{
    /// <summary>Integers in their shortest form.</summary>
    public static TheoryData<long, string> Integers { get; } = new()
    {
        { 0, "00" }, { 1, "01" }, { 127, "7f" },
        { 128, "cc80" }, { 255, "ccff" },
        { 256, "cd0100" }, { 65535, "cdffff" },
        { 65536, "ce00010000" }, { 4294967295, "ceffffffff" },
        { 4294967296, "cf0000000100000000" }, { long.MaxValue, "cf7fffffffffffffff" },
        { -1, "ff" }, { -32, "e0" },
        { -33, "d0df" }, { -128, "d080" },
        { -129, "d1ff7f" }, { -32768, "d18000" },
        { -32769, "d2ffff7fff" }, { int.MinValue, "d280000000" },
        { -2147483649, "d3ffffffff7fffffff" }, { long.MinValue, "d38000000000000000" },
    };

    /// <summary>Integers in longer forms than they need, which other writers may use.</summary>
    public static TheoryData<long, string> LongIntegers { get; } = new()
    {
        { 0, "cc00" }, { 0, "cd0000" }, { 0, "ce00000000" }, { 0, "cf0000000000000000" },
        { 0, "d000" }, { 0, "d10000" }, { 0, "d200000000" }, { 0, "d30000000000000000" },
        { 127, "cc7f" }, { 127, "d07f" }, { 127, "d1007f" }, { 127, "d3000000000000007f" },
        { 128, "cd0080" }, { 128, "d10080" }, { 128, "d200000080" }, { 128, "ce00000080" },
        { 32767, "d17fff" }, { 65535, "d20000ffff" }, { int.MaxValue, "d27fffffff" }, { 4294967295, "d300000000ffffffff" },
        { long.MaxValue, "d37fffffffffffffff" },
        { -1, "d0ff" }, { -1, "d1ffff" }, { -1, "d2ffffffff" }, { -1, "d3ffffffffffffffff" },
        { -32, "d0e0" }, { -128, "d1ff80" }, { -32768, "d2ffff8000" }, { int.MinValue, "d3ffffffff80000000" },
    };

    /// <summary>Lengths of strings in bytes, and the headers.</summary>
    public static TheoryData<int, string> StringHeaders { get; } = new()
    {
        { 0, "a0" }, { 10, "aa" }, { 11, "ab" }, { 31, "bf" }, { 32, "d920" }, { 255, "d9ff" },
        { 256, "da0100" }, { 65535, "daffff" }, { 65536, "db00010000" },
    };

    /// <summary>Lengths of binary values, and the headers.</summary>
    public static TheoryData<int, string> BinaryHeaders { get; } = new()
    {
        { 0, "c400" }, { 1, "c401" }, { 255, "c4ff" }, { 256, "c50100" }, { 65535, "c5ffff" }, { 65536, "c600010000" },
    };

    /// <summary>Counts of arrays, and the headers.</summary>
    public static TheoryData<int, string> ArrayHeaders { get; } = new()
    {
        { 0, "90" }, { 1, "91" }, { 15, "9f" }, { 16, "dc0010" }, { 65535, "dcffff" }, { 65536, "dd00010000" },
        { int.MaxValue, "dd7fffffff" },
    };

    /// <summary>Counts of maps, and the headers.</summary>
    public static TheoryData<int, string> MapHeaders { get; } = new()
    {
        { 0, "80" }, { 1, "81" }, { 15, "8f" }, { 16, "de0010" }, { 65535, "deffff" }, { 65536, "df00010000" },
    };

    /// <summary>Lengths of extensions of type -3, and the headers.</summary>
    public static TheoryData<int, string> ExtensionHeaders { get; } = new()
    {
        { 0, "c700fd" }, { 1, "d4fd" }, { 2, "d5fd" }, { 3, "c703fd" }, { 4, "d6fd" }, { 5, "c705fd" }, { 7, "c707fd" },
        { 8, "d7fd" }, { 9, "c709fd" }, { 15, "c70ffd" }, { 16, "d8fd" }, { 17, "c711fd" }, { 255, "c7fffd" },
        { 256, "c80100fd" }, { 65535, "c8fffffd" }, { 65536, "c900010000fd" },
    };
}

namespace Loky.MessagePack;

/// <summary>
/// The first byte of each MessagePack value, as listed in the MessagePack specification (msgpack.org, "Formats").
/// </summary>
internal static class MessagePackCode
{
    public const byte MaxFixPositive = 0x7f;
    public const byte FixMap = 0x80;
    public const byte FixArray = 0x90;
    public const byte FixString = 0xa0;
    public const byte Nil = 0xc0;
    public const byte NeverUsed = 0xc1;
    public const byte False = 0xc2;
    public const byte True = 0xc3;
    public const byte Bin8 = 0xc4;
    public const byte Bin16 = 0xc5;
    public const byte Bin32 = 0xc6;
    public const byte Ext8 = 0xc7;
    public const byte Ext16 = 0xc8;
    public const byte Ext32 = 0xc9;
    public const byte Float32 = 0xca;
    public const byte Float64 = 0xcb;
    public const byte UInt8 = 0xcc;
    public const byte UInt16 = 0xcd;
    public const byte UInt32 = 0xce;
    public const byte UInt64 = 0xcf;
    public const byte Int8 = 0xd0;
    public const byte Int16 = 0xd1;
    public const byte Int32 = 0xd2;
    public const byte Int64 = 0xd3;
    public const byte FixExt1 = 0xd4;
    public const byte FixExt2 = 0xd5;
    public const byte FixExt4 = 0xd6;
    public const byte FixExt8 = 0xd7;
    public const byte FixExt16 = 0xd8;
    public const byte String8 = 0xd9;
    public const byte String16 = 0xda;
    public const byte String32 = 0xdb;
    public const byte Array16 = 0xdc;
    public const byte Array32 = 0xdd;
    public const byte Map16 = 0xde;
    public const byte Map32 = 0xdf;
    public const byte MinFixNegative = 0xe0;

    /// <summary>Gets the kind of value that starts with <paramref name="code"/>.</summary>
    public static MessagePackKind KindOf(byte code) => code switch
    {
        <= MaxFixPositive or >= MinFixNegative => MessagePackKind.Integer,
        < FixArray => MessagePackKind.Map,
        < FixString => MessagePackKind.Array,
        < Nil => MessagePackKind.String,
        Nil => MessagePackKind.Nil,
        NeverUsed => MessagePackKind.Invalid,
        False or True => MessagePackKind.Boolean,
        Bin8 or Bin16 or Bin32 => MessagePackKind.Binary,
        Ext8 or Ext16 or Ext32 => MessagePackKind.Extension,
        Float32 or Float64 => MessagePackKind.Float,
        <= Int64 => MessagePackKind.Integer,
        <= FixExt16 => MessagePackKind.Extension,
        <= String32 => MessagePackKind.String,
        <= Array32 => MessagePackKind.Array,
        _ => MessagePackKind.Map,
    };
}

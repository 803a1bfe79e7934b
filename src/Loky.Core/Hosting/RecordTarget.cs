using Loky.Channel;

namespace Loky.Hosting;

/// <summary>Takes a record: its kind and one MessagePack value, which is not used after the call.</summary>
internal delegate void RecordTarget(RecordKind kind, ReadOnlySpan<byte> value);

using Loky.Channel;
using Loky.Execution;

namespace Loky.Scheduling;

/// <summary>What a worker is to be told; the number is the first item's sequence number, or the bytes acknowledged.</summary>
internal readonly record struct WorkerMessage(FrameType Type, TaskGroup? Group = null, long Number = 0, ItemRange Items = default);

/// <summary>A message with whom it is for.</summary>
internal readonly record struct AddressedMessage(Worker Worker, WorkerMessage Message);

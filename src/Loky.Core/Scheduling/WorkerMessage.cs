using Loky.Channel;
using Loky.Execution;

namespace Loky.Scheduling;

/// <summary>Something that a worker is to be told. What it looks like as a frame is not the scheduler's.</summary>
/// <param name="Type">The kind of frame.</param>
/// <param name="Group">The group that it is about, or null.</param>
/// <param name="Number">The sequence number of the first item, or the bytes that are acknowledged.</param>
/// <param name="Items">The items of a batch.</param>
internal readonly record struct WorkerMessage(FrameType Type, TaskGroup? Group = null, long Number = 0, ItemRange Items = default);

using Loky.PowerShell.Capture;
using Loky.Runs;

namespace Loky.PowerShell.Execution;

internal static class ItemWriting
{
    /// <summary>As the writer's own, but the log is told of an item that cannot be sent.</summary>
    public static void Encode(this IItemWriter writer, PooledBuffer buffer, object? item, RunLog? log)
    {
        try
        {
            writer.Encode(buffer, item);
        }
        catch (Exception exception) when (exception is TaskSerializationException or CaptureException)
        {
            log?.NoteNotSent(exception is CaptureException capture ? capture.ErrorId : ErrorIds.Serialization);
            throw;
        }
    }
}

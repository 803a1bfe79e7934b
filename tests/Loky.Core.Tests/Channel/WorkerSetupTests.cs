using Loky.Channel;
using Loky.Execution;
using Loky.Launch;
using Xunit;

namespace Loky.Tests.Channel;

public sealed class WorkerSetupTests
{
    private static readonly WorkerSetup Full = new()
    {
        UserStartupHooks = "/hook.dll",
        MaxMemory = 5L << 40,
        MaxGrowth = 7,
        DelegateSettings = new byte[] { 3 },
        RunnerSettings = new byte[] { 1, 2 },
    };

    [Fact]
    public void What_the_parent_sent_is_what_the_worker_reads()
    {
        WorkerSetup read = Read(Full);
        Assert.Equal("/hook.dll", read.UserStartupHooks);
        Assert.Equal((5L << 40, 7), (read.MaxMemory, read.MaxGrowth));
        Assert.Equal([3], read.DelegateSettings.ToArray());
        Assert.Equal([1, 2], read.RunnerSettings.ToArray());
    }

    [Fact]
    public void What_was_left_out_stays_left_out()
    {
        WorkerSetup read = Read(new WorkerSetup());
        Assert.Null(read.UserStartupHooks);
        Assert.True(read.DelegateSettings.IsEmpty);
        Assert.True(read.RunnerSettings.IsEmpty);
    }

    [Fact]
    public void Large_settings_are_sent_from_where_they_lie()
    {
        byte[] large = new byte[3 << 20];
        OutgoingFrame frame = (Full with { RunnerSettings = large }).ToFrame();
        Assert.True(frame.Body.Span.Overlaps(large));
        frame.Release();
    }

    [Fact]
    public void Settings_that_no_message_can_hold_are_refused_before_a_worker_is_started()
    {
        byte[] tooLong = GC.AllocateUninitializedArray<byte>(Frame.MaxPayload);
        var refused = Assert.Throws<TaskSerializationException>(
            () => PoolOptions.Of(new ExecutorOptions { RunnerSettings = tooLong }, new WorkerCommand { FileName = "/no/such/program" }));
        Assert.Contains(Frame.MaxPayload.ToString(System.Globalization.CultureInfo.CurrentCulture), refused.Message, StringComparison.Ordinal);
    }

    private static WorkerSetup Read(WorkerSetup setup)
    {
        OutgoingFrame frame = setup.ToFrame();
        byte[] bytes = [.. frame.Head.Span, .. frame.Body.Span];
        frame.Release();
        using var reader = new FrameReader();
        bytes.CopyTo(reader.GetMemory());
        reader.Advance(bytes.Length);
        Assert.True(reader.TryRead(out Frame read));
        using (read)
        {
            Assert.Equal(FrameType.Setup, read.Type);
            return WorkerSetup.Read(read.Payload);
        }
    }
}

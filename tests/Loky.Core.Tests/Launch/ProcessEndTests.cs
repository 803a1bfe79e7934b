using System.Diagnostics;
using System.Text;
using Loky.Hosting;
using Loky.Launch;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Launch;

/// <summary>How a process has ended, and who is hit when what is left of it is killed.</summary>
public sealed class ProcessEndTests
{
    [ExitInfoFact]
    public async Task A_signal_is_told_from_an_exit_code_of_the_same_number()
    {
        foreach ((string script, bool signalled) in new[] { ("sleep 0.3; exit 137", false), ("sleep 0.3; kill -KILL $$", true) })
        {
            using Process process = Start("/bin/sh", "-c", script);
            using ProcessDescriptor descriptor = ProcessDescriptor.Open(process.Id)!;
            Assert.Null(descriptor.WasSignalled());
            await process.WaitForExitAsync().WaitAsync(Until.Limit);
            Assert.Equal(137, process.ExitCode);
            Assert.Equal(signalled, descriptor.WasSignalled());
        }
    }

    [UnixFact]
    public async Task A_group_whose_number_has_become_that_of_another_process_is_left_alone()
    {
        using Process stranger = Start("setsid", "sleep", "60");
        await Until.True(() => IsGroupLeader(stranger.Id), "it leads a group");
        ProcessGroup.KillGroup(stranger.Id, leaderIsGone: true);
        await Task.Delay(200);
        Assert.False(stranger.HasExited);
        ProcessGroup.KillGroup(stranger.Id, leaderIsGone: false);
        await stranger.WaitForExitAsync().WaitAsync(Until.Limit);
    }

    [ProcessNumberFact]
    public async Task A_descriptor_means_no_other_process_that_has_its_number_now()
    {
        // Others start processes too, which may get the number first.
        for (int attempt = 0; attempt < 50; attempt++)
        {
            using Process ended = Start("setsid", "true");
            using ProcessDescriptor descriptor = ProcessDescriptor.Open(ended.Id)!;
            await ended.WaitForExitAsync().WaitAsync(Until.Limit);
            ProcessNumberFactAttribute.SetLast(ended.Id - 1);
            using Process stranger = Start("setsid", "sleep", "60");
            try
            {
                if (stranger.Id != ended.Id)
                {
                    continue;
                }

                await Until.True(() => IsGroupLeader(stranger.Id), "it leads a group");
                Assert.True(descriptor.TrySignalGroup(ProcessGroup.SigKill));
                await Task.Delay(200);
                Assert.False(stranger.HasExited);
                return;
            }
            finally
            {
                stranger.Kill();
            }
        }

        Assert.Fail("No process got the number of the one before.");
    }

    [UnixFact]
    public async Task What_is_left_of_a_group_goes_though_its_leader_is_gone()
    {
        using Process leader = Start("setsid", "sh", "-c", "sleep 60 & echo $!; exec >&-; sleep 0.3");
        int child = int.Parse((await leader.StandardOutput.ReadLineAsync().WaitAsync(Until.Limit))!, System.Globalization.CultureInfo.InvariantCulture);
        await leader.WaitForExitAsync().WaitAsync(Until.Limit);
        Assert.True(Processes.IsAlive(child));
        ProcessGroup.KillGroup(leader.Id, leaderIsGone: true);
        await Processes.Gone([child]);
    }

    [Theory]
    [InlineData(true, "SIGKILL", "ended with SIGKILL while")]
    [InlineData(null, "SIGKILL", "ended with exit code 137 (as after SIGKILL) while")]
    [InlineData(false, "EXIT(137)", "ended with EXIT(137) while")]
    public void What_is_told_of_an_end_is_no_more_than_the_system_knows(bool? signalled, string reason, string text)
    {
        if (OperatingSystem.IsWindows())
        {
            (reason, text) = ("EXIT(137)", "ended with EXIT(137) while");
        }

        var exit = new WorkerExit(12, 137, string.Empty) { WasSignalled = signalled };
        Assert.Equal(reason, exit.Reason);
        Assert.Contains(text, exit.ToException().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_worker_that_starts_nothing_is_shown_before_it_is_ready()
    {
        var target = new MemoryStream();
        var held = new HeldOutput(target);
        held.Write("early "u8);
        held.Flush();
        Assert.Equal(0, target.Length);
        held.Release();
        held.Write("late"u8);
        Assert.Equal("early late", Encoding.UTF8.GetString(target.ToArray()));
    }

    [Fact]
    public void What_is_held_back_is_bounded()
    {
        var target = new MemoryStream();
        var held = new HeldOutput(target);
        for (int i = 0; i < 100; i++)
        {
            held.Write(new byte[10_000]);
        }

        held.Release();
        Assert.InRange(target.Length, 1, 65_536);
    }

    private static bool IsGroupLeader(int id) =>
        File.Exists($"/proc/{id}/stat")
            ? File.ReadAllText($"/proc/{id}/stat").Split(") ")[1].Split(' ')[2] == id.ToString(System.Globalization.CultureInfo.InvariantCulture)
            : !OperatingSystem.IsLinux();

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
}

using Loky.Channel;
using Loky.Connections;
using Loky.Launch;
using Loky.Remote;
using Loky.Wire;
using Xunit;

namespace Loky.Tests.Remote;

/// <summary>The first messages of both sides of a node agent's connection, and what follows from them.</summary>
public sealed class AgentHandshakeTests
{
    private static readonly AgentHello Hello = new(
        new PeerInfo("1.2.3", Capabilities.Acknowledge), 2, new Dictionary<string, string?> { ["A"] = "b", ["GONE"] = null }, new ThreadLimits(3, 4));

    private static readonly AgentWelcome Welcome = AgentWelcome.OfThisMachine("hooks", Capabilities.Scripts);

    [Fact]
    public void What_the_parent_tells_is_what_the_agent_reads()
    {
        AgentHello read = AgentHello.Read(Payload(Hello.ToMessage()));
        Assert.Equal((Hello.Parent, Hello.Depth, Hello.Threads), (read.Parent, read.Depth, read.Threads));
        Assert.Equal(Hello.Environment, read.Environment);
    }

    [Fact]
    public void What_the_agent_tells_is_what_the_parent_reads()
    {
        AgentWelcome read = AgentWelcome.Read(Payload(Welcome.ToMessage()));
        Assert.Equal((Welcome.Agent, Welcome.UserStartupHooks, Welcome.Facts.MachineName), (read.Agent, read.UserStartupHooks, read.Facts.MachineName));
        Assert.True(read.Agent.Can(Capabilities.Scripts | PeerInfo.ExitCodesHere));
        Assert.False(read.Agent.Can(Capabilities.Acknowledge));
    }

    [Fact]
    public void A_first_message_cut_anywhere_is_refused()
    {
        ReadOnlyMemory<byte> hello = Payload(Hello.ToMessage());
        for (int length = 0; length < hello.Length; length++)
        {
            _ = Assert.Throws<WireFormatException>(() => AgentHello.Read(hello[..length]));
        }

        ReadOnlyMemory<byte> welcome = Payload(Welcome.ToMessage());
        for (int length = 0; length < welcome.Length; length++)
        {
            _ = Assert.Throws<WireFormatException>(() => AgentWelcome.Read(welcome[..length]));
        }
    }

    [Fact]
    public void Another_version_is_refused_whatever_stands_behind_it()
    {
        byte[] hello = AgentMessageWriter.Make(AgentMessageType.Hello, 0, 99);
        string message = Assert.Throws<IncompatiblePeerException>(() => AgentHello.Read(Payload(hello))).Message;
        Assert.Contains("99", message, StringComparison.Ordinal);
        Assert.Contains($"version {AgentMessage.ProtocolVersion}", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_that_is_needed_missing_is_no_error_and_what_is_missing_is_named_with_both_versions()
    {
        var peer = new PeerInfo("9.8.7", Capabilities.Scripts | Capabilities.Recall);
        peer.Require(Capabilities.None, Messages.AgentLacksCapability, 2);
        peer.Require(Capabilities.Scripts, Messages.AgentLacksCapability, 2);
        string message = Assert.Throws<IncompatiblePeerException>(
            () => peer.Require(Capabilities.Scripts | Capabilities.Cancel | Capabilities.Acknowledge, Messages.AgentLacksCapability, 2)).Message;
        Assert.Contains("'cancel', 'acknowledge'", message, StringComparison.Ordinal);
        Assert.DoesNotContain("scripts", message, StringComparison.Ordinal);
        Assert.Contains("9.8.7", message, StringComparison.Ordinal);
        Assert.Contains(PeerInfo.Parent.Version, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Capabilities.WindowsStatuses, -1, "KILLED")]
    [InlineData(Capabilities.LinuxSignals, 135, "SIGBUS")]
    [InlineData(Capabilities.MacSignals, 138, "SIGBUS")]
    [InlineData(Capabilities.LinuxSignals, 138, "EXIT(138)")]
    [InlineData(Capabilities.None, 3, "EXIT(3)")]
    internal void What_an_exit_code_means_the_agent_says_and_not_the_system_of_this_side(Capabilities agent, int code, string reason)
    {
        var end = new ConnectionEnd(new WorkerExit(7, code, string.Empty) { WasSignalled = code > 128 ? true : null }, 0, [], null);
        ConnectionEnd read = RemoteEnd.Read(Payload(RemoteEnd.ToMessage(2, end)), "far", new PeerInfo("1.2.3", agent));
        Assert.Equal(reason, read.Exit.Reason);
    }

    private static ReadOnlyMemory<byte> Payload(byte[] message) => message.AsMemory(AgentMessage.HeaderSize);
}

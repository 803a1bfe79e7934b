using Loky.Channel;
using Loky.Execution;
using Loky.Remote;
using Loky.Scheduling;
using Loky.Tests.Remote;
using Loky.Wire;
using Xunit;

namespace Loky.Tests.Budget;

/// <summary>What the large values of a group cost on the link to a host, by the number of its workers.</summary>
public class HostValueBudgetTests
{
    private const int Large = 1 << 20;

    // The start of the group and the key of each value, with the headers of messages and frames.
    private const int PerWorkerAndValue = 256;

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(64)]
    public void Values_cross_once_whatever_the_number_of_workers(int workers)
    {
        var link = new ModelledLink();
        SharedValue[] values = [Value(1), Value(2)];
        for (int worker = 2; worker < workers + 2; worker++)
        {
            _ = link.Open(worker);
            Start(link, worker, values);
        }

        link.Drain();
        link.Take();
        Assert.Equal(2 * workers, link.Given);
        Assert.InRange(link.Crossed, 2 * Large, (2 * Large) + (2 * Large / 100) + (2 * workers * PerWorkerAndValue));
    }

    [Fact]
    public void A_worker_that_takes_the_place_of_another_costs_no_value()
    {
        var link = new ModelledLink();
        _ = link.Open(2);
        Start(link, 2, [Value(1)]);
        link.Drain();
        link.Take();
        link.Queue.Close(2);
        long before = link.Crossed;
        _ = link.Open(3);
        Start(link, 3, [Value(1)]);
        link.Drain();
        Assert.InRange(link.Crossed - before, 1, PerWorkerAndValue);
    }

    private static void Start(ModelledLink link, int worker, SharedValue[] values)
    {
        var list = new SharedValueList(frame => link.Queue.Add(worker, frame));
        var head = new PooledBuffer();
        list.WriteStart(head, new QueuedTaskGroup(TaskKind.Script, default, TaskGroupOptions.Default, ordered: false) { Shared = values });
        link.Queue.Add(worker, new OutgoingFrame(head));
    }

    private static SharedValue Value(int content)
    {
        byte[] bytes = new byte[Large];
        bytes[0] = (byte)content;
        return SharedValue.Of(bytes);
    }
}

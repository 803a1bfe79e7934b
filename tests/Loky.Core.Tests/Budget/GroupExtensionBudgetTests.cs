using Loky.Channel;
using Loky.Execution;
using Loky.Scheduling;
using Loky.Wire;
using Xunit;

namespace Loky.Tests.Budget;

/// <summary>What it costs on the wire that a group gets more, after its start, that its items have in common.</summary>
public class GroupExtensionBudgetTests
{
    private const int Large = 1 << 20;
    private const int Overhead = 128;

    private readonly KnownGroups _worker = new(new SharedValueList(static frame => frame.Release()));

    [Fact]
    public void A_worker_gets_an_extension_once_whatever_follows()
    {
        QueuedTaskGroup group = NewGroup();
        Assert.InRange(Write(_worker, group), 1, Overhead);
        group.Extend(new byte[Large]);
        Assert.InRange(Write(_worker, group), Large, Large + Overhead);
        Assert.Equal(0, Write(_worker, group));
        group.Extend(new byte[10]);
        Assert.InRange(Write(_worker, group), 10, Overhead);
        Assert.Equal(0, Write(_worker, group));
    }

    [Fact]
    public void A_worker_that_comes_later_gets_all_of_them_behind_the_start()
    {
        QueuedTaskGroup group = NewGroup();
        group.Extend(new byte[Large]);
        group.Extend(new byte[Large]);
        Assert.InRange(Write(_worker, group), 2 * Large, (2 * Large) + (2 * Overhead));
    }

    private static QueuedTaskGroup NewGroup() => new(TaskKind.Script, default, TaskGroupOptions.Default, ordered: false);

    private static int Write(KnownGroups worker, TaskGroup group)
    {
        using var buffer = new PooledBuffer();
        worker.WriteTo(buffer, group);
        return buffer.Length;
    }
}

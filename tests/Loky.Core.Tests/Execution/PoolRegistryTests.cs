using Loky.Execution;
using Loky.Launch;
using Loky.Scheduling;
using Loky.Tests.Support;
using Xunit;

namespace Loky.Tests.Execution;

/// <summary>Who shares a pool, and when it goes. Nothing runs, so no worker is started.</summary>
[Collection(UsesWorkers.Name)]
public sealed class PoolRegistryTests : IDisposable
{
    private readonly List<ReusablePool> _users = [];
    private readonly PoolRegistry _registry = new(() => new WorkerCommand { FileName = "/no/such/program" });

    public void Dispose()
    {
        foreach (ReusablePool user in _users)
        {
            // One that was released already may have got a pool again.
            _ = user.Stop(killWorkers: true);
            _ = user.Release(killWorkers: true);
        }
    }

    [Fact]
    public void Equal_settings_share_a_pool_whatever_its_size_and_times()
    {
        WorkerPool first = NewUser().Get(With("1") with { MaxWorkers = 3, IdleTimeout = TimeSpan.FromSeconds(7) });
        WorkerPool second = NewUser().Get(With("1"));
        Assert.Same(first, second);
        Assert.Equal(3, second.MaxWorkers);
        Assert.Equal(TimeSpan.FromSeconds(7), second.IdleTimeout);
    }

    [Fact]
    public void Other_settings_have_a_pool_of_their_own_and_leave_that_of_others()
    {
        var one = NewUser();
        WorkerPool first = one.Get(With("1"));
        var other = NewUser();
        Assert.Same(first, other.Get(With("1")));
        WorkerPool second = other.Get(With("2"));
        Assert.NotSame(first, second);
        Assert.Equal(PoolState.Running, first.State);
        Assert.Same(first, one.Current);
        Assert.Same(second, other.Current);
    }

    [Fact]
    public async Task A_pool_ends_with_its_last_user()
    {
        var one = NewUser();
        var other = NewUser();
        WorkerPool pool = one.Get(new ExecutorOptions());
        Assert.Same(pool, other.Get(new ExecutorOptions()));
        Assert.Null(one.Release(killWorkers: true));
        Assert.Equal(PoolState.Running, pool.State);
        Assert.Same(pool, other.Release(killWorkers: true));
        await pool.Stopped;
    }

    [Fact]
    public void A_user_that_has_asked_for_nothing_yet_keeps_the_pool_that_it_would_get()
    {
        var idle = NewUser();
        var one = NewUser();
        WorkerPool pool = one.Get(new ExecutorOptions());
        Assert.Null(one.Release(killWorkers: false));
        Assert.Same(pool, idle.Current);
    }

    [Fact]
    public void A_user_with_settings_from_the_start_never_gets_the_pool_of_others()
    {
        WorkerPool first = NewUser().Get(new ExecutorOptions());
        ReusablePool own = NewUser(With("1"));
        Assert.Null(own.Current);
        Assert.Null(own.Stop(killWorkers: true));
        WorkerPool second = own.Get(new ExecutorOptions(), ReusePolicy.Always);
        Assert.NotSame(first, second);
        Assert.Equal(With("1").Environment, second.Options.Environment);
        Assert.Equal(PoolState.Running, first.State);
    }

    [Fact]
    public void Settings_stay_after_a_stop_and_a_release_forgets_them()
    {
        var one = NewUser();
        WorkerPool first = one.Get(With("1") with { MaxWorkers = 3, IdleTimeout = TimeSpan.FromSeconds(7), MaxTasksPerWorker = 5 });
        Assert.Same(first, one.Stop(killWorkers: false));
        Assert.Null(one.Current);
        WorkerPool second = one.Get(new ExecutorOptions());
        Assert.NotSame(first, second);
        Assert.Equal("1", second.Options.Environment!["LOKY_TEST_X"]);
        Assert.Equal((3, 5, TimeSpan.FromSeconds(7)), (second.MaxWorkers, second.Options.MaxTasksPerWorker, second.IdleTimeout));
        _ = one.Release(killWorkers: false);
        Assert.Null(one.Get(new ExecutorOptions()).Options.Environment);
    }

    [Fact]
    public void A_user_that_comes_to_a_pool_of_others_brings_its_size_once()
    {
        var one = NewUser();
        _ = one.Get(new ExecutorOptions { MaxWorkers = 5 });
        _ = one.Stop(killWorkers: false);
        var other = NewUser();
        WorkerPool pool = other.Get(new ExecutorOptions { MaxWorkers = 2 });
        Assert.Same(pool, one.Get(new ExecutorOptions()));
        Assert.Equal(5, pool.MaxWorkers);
        _ = other.Get(new ExecutorOptions { MaxWorkers = 2 });
        _ = one.Get(new ExecutorOptions());
        Assert.Equal(2, pool.MaxWorkers);
    }

    [Fact]
    public void Who_asks_for_new_workers_gets_them_for_all_that_share_the_pool()
    {
        var one = NewUser();
        var other = NewUser();
        WorkerPool first = one.Get(new ExecutorOptions());
        _ = other.Get(new ExecutorOptions());
        WorkerPool second = one.Get(new ExecutorOptions(), ReusePolicy.Never);
        Assert.NotSame(first, second);
        Assert.Same(second, other.Get(new ExecutorOptions()));
        Assert.NotEqual(PoolState.Running, first.State);
    }

    [Fact]
    public void A_call_that_comes_too_late_for_a_pool_that_another_has_stopped_gets_a_new_one()
    {
        var one = NewUser();
        var other = NewUser();
        WorkerPool pool = one.Get(With("1") with { MaxWorkers = 2, IdleTimeout = TimeSpan.FromSeconds(7) }, atLeast: 5);
        Assert.Same(pool, other.Get(With("1")));
        Assert.Same(pool, other.Stop(killWorkers: true));
        var group = new CountingGroup(new Func<int, int>(static item => item), 0);
        pool.AddGroup(group);
        Assert.NotSame(pool, group.Pool);
        Assert.Equal(PoolState.Running, group.Pool.State);
        Assert.Equal(With("1").Environment, group.Pool.Options.Environment);
        Assert.Equal((5, TimeSpan.FromSeconds(7)), (group.Pool.MaxWorkers, group.Pool.IdleTimeout));
        Assert.Same(group.Pool, one.Current);
        var second = new CountingGroup(new Func<int, int>(static item => item), 0);
        pool.AddGroup(second);
        Assert.Same(group.Pool, second.Pool);
    }

    [Fact]
    public void A_call_fails_that_comes_too_late_for_a_pool_that_nobody_uses_any_more()
    {
        var one = NewUser();
        WorkerPool pool = one.Get(With("1"));
        _ = one.Stop(killWorkers: true);
        _ = one.Release(killWorkers: true);
        Assert.Throws<ShutdownExecutorException>(() => pool.AddGroup(new CountingGroup(new Func<int, int>(static item => item), 0)));
    }

    [Fact]
    public void A_call_fails_that_comes_too_late_for_a_pool_that_was_ended_by_itself()
    {
        var one = NewUser();
        WorkerPool pool = one.Get(With("1"));
        pool.Shutdown(kill: false);
        Assert.Throws<ShutdownExecutorException>(() => pool.AddGroup(new CountingGroup(new Func<int, int>(static item => item), 0)));
    }

    private ReusablePool NewUser(ExecutorOptions? settings = null)
    {
        var user = settings is null ? new ReusablePool(_registry) : new ReusablePool(_registry, settings);
        _users.Add(user);
        return user;
    }

    private static ExecutorOptions With(string value) => new() { Environment = new Dictionary<string, string?> { ["LOKY_TEST_X"] = value } };
}

using System.Diagnostics;
using Loky.Tests.Execution;
using Loky.Tests.Support;
using OpenTelemetry;
using OpenTelemetry.Trace;
using Xunit;

namespace Loky.Tests.Diagnosis;

/// <summary>What the OpenTelemetry SDK sees of calls.</summary>
[Collection(UsesWorkers.Name)]
public sealed class LokyActivityTests
{
    [Fact]
    public async Task A_call_is_an_activity_below_that_of_its_caller_and_the_task_finds_its_context()
    {
        var exported = new List<Activity>();
        string? found;
        ActivityTraceId trace;
        using (TracerProvider provider = Sdk.CreateTracerProviderBuilder().AddSource("Loky", "Caller").AddInMemoryExporter(exported).Build())
        {
            using var source = new ActivitySource("Caller");
            using Activity caller = source.StartActivity("caller")!;
            trace = caller.TraceId;
            await using var executor = new ProcessPoolExecutor(new ExecutorOptions { MaxWorkers = 1 });
            found = (await executor.Map(WorkerTasks.TraceParent, [1, 2]).ToList())[1];
            Assert.Same(caller, Activity.Current);
            await Until.True(() => Names(exported).Contains("loky.call"), "the call is told of");
        }

        Activity call = Assert.Single(exported, activity => activity.OperationName == "loky.call" && activity.TraceId == trace);
        Activity outer = Assert.Single(exported, static activity => activity.OperationName == "caller");
        Assert.Equal(outer.SpanId, call.ParentSpanId);
        Assert.Equal(call.Id, found);
        Assert.Equal(2L, call.GetTagItem("loky.call.items"));
        Assert.Equal(ActivityStatusCode.Unset, call.Status);
        Assert.Contains(exported, static activity => activity.OperationName == "loky.worker.start" && activity.GetTagItem("process.pid") is > 0);
        Assert.DoesNotContain(exported, static activity => activity.OperationName == "loky.item");
    }

    [Fact]
    public async Task Items_are_activities_for_who_asks_for_them_and_tell_their_errors()
    {
        var exported = new List<Activity>();
        using TracerProvider provider = Sdk.CreateTracerProviderBuilder().AddSource("Loky", "Loky.Items").AddInMemoryExporter(exported).Build();
        await using var executor = new ProcessPoolExecutor(new ExecutorOptions { MaxWorkers = 1 });
        await Assert.ThrowsAnyAsync<Exception>(async () => await executor.Map(WorkerTasks.TwelveBy, [4, 0]).ToList());
        await Until.True(() => Names(exported).Count(static name => name == "loky.item") == 2 && Names(exported).Contains("loky.call"), "call and items are told of");

        Activity call = Assert.Single(exported, static activity => activity.OperationName == "loky.call");
        Activity[] items = [.. exported.Where(static activity => activity.OperationName == "loky.item").OrderBy(static activity => activity.GetTagItem("loky.item.number"))];
        Assert.All(items, item => Assert.Equal(call.SpanId, item.ParentSpanId));
        Assert.Equal([1L, 2L], items.Select(static item => item.GetTagItem("loky.item.number")));
        Assert.Null(items[0].GetTagItem("error.type"));
        Assert.Equal(typeof(DivideByZeroException).FullName, items[1].GetTagItem("error.type"));
        Assert.Equal(ActivityStatusCode.Error, items[1].Status);
    }

    /// <summary>The exporter adds from other threads.</summary>
    private static string[] Names(List<Activity> exported)
    {
        try
        {
            return [.. exported.Select(static activity => activity.OperationName)];
        }
        catch (Exception exception) when (exception is InvalidOperationException or NullReferenceException)
        {
            return [];
        }
    }

    [Fact]
    public async Task A_listener_that_throws_disturbs_no_call()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name.StartsWith("Loky", StringComparison.Ordinal),
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = static _ => throw new InvalidOperationException("start"),
            ActivityStopped = static _ => throw new InvalidOperationException("stop"),
        };
        ActivitySource.AddActivityListener(listener);
        await using var executor = new ProcessPoolExecutor(new ExecutorOptions { MaxWorkers = 1 });
        Assert.Equal([1, 2], await executor.Map(WorkerTasks.Same, [1, 2]).ToList());
    }
}

using Loky.PowerShell.Execution;

namespace Loky.PowerShell.Jobs;

/// <summary>A call that is handed over to the user, as a job, once its input has ended.</summary>
internal sealed class JobCall(PSCmdlet cmdlet, LokyJob job) : IParallelCall
{
    private volatile bool _handedOver;

    public Exception? Error => null;

    public bool Add(object? item)
    {
        job.AddItem(item);
        return true;
    }

    public bool Finish()
    {
        job.CompleteAdding();
        _handedOver = true;
        job.AddTo(cmdlet.JobRepository);
        cmdlet.WriteObject(job);
        return true;
    }

    public void Stop()
    {
        if (!_handedOver)
        {
            job.RequestStop();
        }
    }

    public void Dispose()
    {
        if (!_handedOver)
        {
            // Its items may take a moment to stop, for which no prompt should wait.
            _ = Task.Run(job.Dispose);
        }
    }
}

namespace Loky.PowerShell.Runner;

/// <summary>The current directory of the worker's process, which is that of the caller's while a call runs.</summary>
internal sealed class ProcessDirectory
{
    private string? _own;

    public void NoteBaseline() => _own = Now();

    public static bool TryEnter(string directory)
    {
        try
        {
            if (Now() != directory)
            {
                Environment.CurrentDirectory = directory;
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Comes back; where that directory has gone meanwhile, to the root, so that no other is kept in use.</summary>
    public void Leave()
    {
        if (_own is null || !TryEnter(_own))
        {
            _ = TryEnter(Path.GetPathRoot(Environment.SystemDirectory) is { Length: > 0 } root ? root : "/");
        }
    }

    /// <summary>Gets the current directory, or null where somebody has removed it.</summary>
    public static string? Now()
    {
        try
        {
            return Environment.CurrentDirectory;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

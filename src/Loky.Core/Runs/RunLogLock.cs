namespace Loky.Runs;

/// <summary>Keeps a log, but for readers, to one run by a file beside it; what a killed run leaves holds nobody off.</summary>
internal sealed class RunLogLock : IDisposable
{
    private const int Tries = 10;

    private readonly FileStream _file;

    private RunLogLock(FileStream file) => _file = file;

    /// <summary>Takes the lock of a log.</summary>
    /// <exception cref="RunLogException">Another run has it.</exception>
    public static RunLogLock Take(string log)
    {
        string path = log + ".lock";
        for (int i = 0; ; i++)
        {
            FileStream file;
            try
            {
                file = new FileStream(path, new FileStreamOptions
                {
                    Mode = FileMode.OpenOrCreate,
                    Access = FileAccess.ReadWrite,
                    Share = FileShare.None,
                    Options = FileOptions.DeleteOnClose,
                    BufferSize = 0,
                });
            }
            catch (IOException exception) when (exception is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
            {
                // Also where it is just going; then the next try has it.
                if (i < Tries && !File.Exists(path))
                {
                    continue;
                }

                throw new RunLogException(RunLogProblem.InUse, log, MessageText.Format(Messages.RunLogInUse, log), exception);
            }

            // On Unix the one who had it may have deleted it between our opening it and our getting it.
            if (File.Exists(path) || i >= Tries)
            {
                return new RunLogLock(file);
            }

            file.Dispose();
        }
    }

    public void Dispose() => _file.Dispose();
}

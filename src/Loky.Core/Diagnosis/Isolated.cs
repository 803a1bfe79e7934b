using System.Diagnostics;

namespace Loky.Diagnosis;

/// <summary>Calls users' code, or a step of a cleanup, and drops what it throws, so that what follows still happens.</summary>
internal static class Isolated
{
    public static void Call(Action action) => Call(static action => action(), action);

    public static void Call<T>(Action<T> action, T argument)
    {
        try
        {
            action(argument);
        }
        catch (Exception exception)
        {
            // Not the caller's error, and no reason to leave undone what follows.
            Debug.WriteLine(exception);
        }
    }
}

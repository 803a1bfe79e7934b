using System.Diagnostics;

namespace Loky.Diagnosis;

/// <summary>
/// Calls what must not disturb those who come after it: listeners and callbacks, which are the user's code, and steps of
/// a cleanup, of which each has to be tried. What they throw is dropped, because nobody waits for it.
/// </summary>
internal static class Isolated
{
    /// <summary>Calls something, and returns whatever happens.</summary>
    public static void Call(Action action) => Call(static action => action(), action);

    /// <summary>Calls something with an argument, and returns whatever happens.</summary>
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

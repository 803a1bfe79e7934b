using System.Globalization;
using Xunit;

namespace Loky.Tests.Support;

/// <summary>A test in which a process gets the number that another one had; skipped where nobody may ask for that.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProcessNumberFactAttribute : FactAttribute
{
    private const string LastNumber = "/proc/sys/kernel/ns_last_pid";

    /// <summary>Creates the attribute.</summary>
    public ProcessNumberFactAttribute() => Skip = LinuxFactAttribute.Reason ?? (CanSet() ? null : "Only root may say, in this namespace, which number the next process gets.");

    /// <summary>Has the system give the next process, if nobody else is faster, the number after this one.</summary>
    internal static void SetLast(int number) => File.WriteAllText(LastNumber, number.ToString(CultureInfo.InvariantCulture));

    private static bool CanSet()
    {
        try
        {
            SetLast(int.Parse(File.ReadAllText(LastNumber), CultureInfo.InvariantCulture));
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

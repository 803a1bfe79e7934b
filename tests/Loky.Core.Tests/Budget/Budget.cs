using Xunit;

namespace Loky.Tests.Budget;

/// <summary>
/// What something may cost, in quantities that are counted and so do not depend on how busy the machine is. Who makes
/// something cheaper puts the new number in; who makes it dearer has to say why.
/// </summary>
internal static class Budget
{
    private const double Tolerance = 1.1;
    private const int Attempts = 5;

    /// <summary>Fails when the least of some measurements is more than a tenth over what is allowed.</summary>
    /// <remarks>The least, because a machine that stops in between can add something, a flush by time, and never take it away.</remarks>
    public static void Check(double allowed, Func<double> measure)
    {
        double least = double.PositiveInfinity;
        for (int i = 0; i < Attempts; i++)
        {
            least = Math.Min(least, measure());
        }

        Assert.True(least <= allowed * Tolerance, $"It costs {least:f3} and may cost {allowed:f3}.");
    }

    /// <summary>Gets the bytes that this thread allocates, by item.</summary>
    public static double AllocatedPerItem(int items, Action run)
    {
        // Once to compile, and to fill what is kept.
        run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        run();
        return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / items;
    }
}

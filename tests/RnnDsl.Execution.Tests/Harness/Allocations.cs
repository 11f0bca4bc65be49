namespace RnnDsl.Execution.Tests;

/// <summary>Counts what is allocated.</summary>
internal static class Allocations
{
    /// <summary>Least bytes of many rounds that the whole process allocates; nothing else may run beside it. The test runner may add to some rounds, an action that allocates would add to all.</summary>
    public static long Least(int rounds, Action action) => Least(rounds, action, () => GC.GetTotalAllocatedBytes(precise: true));

    /// <summary>The same of this thread alone, for actions that take so long that the test runner adds to every round.</summary>
    public static long LeastOfThread(int rounds, Action action) => Least(rounds, action, GC.GetAllocatedBytesForCurrentThread);

    static long Least(int rounds, Action action, Func<long> allocated)
    {
        for (int i = 0; i < 3; i++)
            action();
        long least = long.MaxValue;
        for (int round = 0; round < rounds && least > 0; round++)
        {
            long before = allocated();
            action();
            least = Math.Min(least, allocated() - before);
        }
        return least;
    }
}

namespace RnnDsl.Execution.Tests;

/// <summary>Counts what the whole process allocates; nothing else may run beside it.</summary>
internal static class Allocations
{
    /// <summary>Least bytes of many rounds: the test runner may add to some, an action that allocates would add to all.</summary>
    public static long Least(int rounds, Action action)
    {
        for (int i = 0; i < 3; i++)
            action();
        long least = long.MaxValue;
        for (int round = 0; round < rounds && least > 0; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            action();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        return least;
    }
}

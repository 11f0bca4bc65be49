using System.Runtime.InteropServices;
using RnnDsl.Execution;
using RnnDsl.Sequences;

namespace RnnDsl.Training;

/// <summary>How many steps count in the examples of other ranks' parts, where labels decide it: the weight of a batch depends on all of its examples.</summary>
static class CountShare
{
    /// <summary>Tells all ranks the counts of each, and keeps them in the columns.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="method">The loss, in which labels decide which steps count.</param>
    /// <param name="counts">How they do.</param>
    /// <param name="all">Data sets of the same parts.</param>
    public static void Share(Communicator ranks, MethodInfo method, CountedSteps counts, IReadOnlyList<Dataset> all)
    {
        string name = method.Inputs[counts.Input].Name;
        int parts = all[0].Parts.Length;
        for (int part = 0; part < parts; part++)
        {
            int holder = ranks.HolderOf(part, parts);
            Column[] columns = [.. all.Select(data => data.Parts[part][name])];
            int[] own = holder != ranks.Rank ? [] : [.. columns.SelectMany(column => Enumerable.Range(0, column.Count).Select(example => counts.Of(column, example)))];
            ReadOnlySpan<int> shared = MemoryMarshal.Cast<byte, int>(ranks.Share(MemoryMarshal.AsBytes(own.AsSpan()).ToArray())[holder]);
            foreach (Column column in columns)
            {
                column.Counted = (counts, shared[..column.Count].ToArray());
                shared = shared[column.Count..];
            }
        }
    }
}

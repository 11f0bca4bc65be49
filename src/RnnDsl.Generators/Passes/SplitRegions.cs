using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// After fusion: cuts large regions between their levels into pieces that are methods of their own. The runtime's compiler gives up inlining in a method
/// that is too large, and a call an operation would follow; what a piece hands to the next costs a store and a load.
/// </summary>
internal static class SplitRegions
{
    /// <summary>Most work of one method, in cycles a vector.</summary>
    const int MostWork = 160;

    public static void Run(Schedule schedule)
    {
        foreach (Stage stage in schedule.Stages)
        {
            Phase[] whole = [.. stage.Phases];
            stage.Phases.Clear();
            foreach (Phase phase in whole)
                stage.Phases.AddRange(Pieces(schedule, phase));
        }
    }

    static List<Phase> Pieces(Schedule schedule, Phase whole)
    {
        if (whole.Region.Levels.Sum(l => Work(schedule, l)) <= MostWork)
            return [whole];
        var pieces = new List<Phase>();
        int work = 0;
        foreach (RegionLevel level in whole.Region.Levels)
        {
            work += Work(schedule, level);
            if (pieces.Count == 0 || work > MostWork)
            {
                pieces.Add(new Phase());
                work = Work(schedule, level);
            }
            Phase piece = pieces[pieces.Count - 1];
            piece.Region.Levels.Add(level);
            piece.Nodes.AddRange(level.Before.Concat(level.Loops.SelectMany(l => l.Nodes)));
            piece.Carries.AddRange(level.ScalarCarries.Concat(level.Loops.SelectMany(l => l.Carries)));
        }
        pieces[pieces.Count - 1].Products.AddRange(whole.Products);
        return pieces;
    }

    static int Work(Schedule schedule, RegionLevel level) => level.Loops.SelectMany(l => l.Nodes).Sum(id => OpTable.Kind(schedule[id]) switch
    {
        OpKind.Product or OpKind.Rows => 4,
        // Its lanes beyond the vector are masked in the loop, and its lanes summed behind it.
        OpKind.Reduction => 10,
        _ => OpTable.Get(schedule[id].Op).Cost,
    });
}

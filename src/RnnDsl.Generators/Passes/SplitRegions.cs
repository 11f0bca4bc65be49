using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// Runs after fusion. It cuts large regions between their levels, and large levels between independent parts, into pieces that become separate methods. The JIT compiler stops
/// inlining in a method that is too large, and every operation would then be a call. A value that one piece hands to the next costs a store and a load.
/// The operands of a streaming step's products are complete when their piece begins, so that the products of many streams can be made before it.
/// </summary>
internal static class SplitRegions
{
    /// <summary>The most work of one method, in cycles per vector.</summary>
    const int MostWork = 160;

    public static void Run(Schedule schedule)
    {
        foreach (Stage stage in schedule.Stages)
        {
            Phase[] whole = [.. stage.Phases];
            stage.Phases.Clear();
            foreach (Phase phase in whole)
                stage.Phases.AddRange(stage.Kind == StageKind.Step ? Complete(schedule, phase).SelectMany(p => Pieces(schedule, p)) : Pieces(schedule, phase));
        }
    }

    /// <summary>Cuts a phase wherever a product reads what the phase has made since the last cut.</summary>
    static List<Phase> Complete(Schedule schedule, Phase whole)
    {
        var pieces = new List<Phase> { new() };
        foreach (RegionLevel level in whole.Region.Levels)
        {
            int[] operands = [.. level.Loops.SelectMany(l => l.Nodes).Select(id => schedule[id]).Where(n => OpTable.Kind(n) == OpKind.Product).Select(n => n.Inputs[1])];
            RegionLevel rest = level;
            if (operands.Any(level.Before.Contains))
            {
                var before = new RegionLevel();
                before.Before.AddRange(level.Before);
                Add(pieces[pieces.Count - 1], before);
                rest = new RegionLevel();
                rest.ScalarCarries.AddRange(level.ScalarCarries);
                rest.Loops.AddRange(level.Loops);
            }
            if (operands.Any(pieces[pieces.Count - 1].Nodes.Contains))
                pieces.Add(new Phase());
            Add(pieces[pieces.Count - 1], rest);
        }
        if (pieces.Count == 1)
            return [whole];
        pieces[pieces.Count - 1].Products.AddRange(whole.Products);
        return pieces;
    }

    static void Add(Phase piece, RegionLevel level)
    {
        piece.Region.Levels.Add(level);
        piece.Nodes.AddRange(level.Before.Concat(level.Loops.SelectMany(l => l.Nodes)));
        piece.Carries.AddRange(level.ScalarCarries.Concat(level.Loops.SelectMany(l => l.Carries)));
    }

    static List<Phase> Pieces(Schedule schedule, Phase whole)
    {
        if (whole.Region.Levels.Sum(l => Work(schedule, l)) <= MostWork)
            return [whole];
        var pieces = new List<Phase>();
        int work = 0;
        foreach (RegionLevel level in whole.Region.Levels.SelectMany(l => Parts(schedule, l)))
        {
            work += Work(schedule, level);
            if (pieces.Count == 0 || work > MostWork)
            {
                pieces.Add(new Phase());
                work = Work(schedule, level);
            }
            Add(pieces[pieces.Count - 1], level);
        }
        pieces[pieces.Count - 1].Products.AddRange(whole.Products);
        return pieces;
    }

    /// <summary>The parts of a level that is too large by itself: heads or cells that do not read each other's values.</summary>
    static IEnumerable<RegionLevel> Parts(Schedule schedule, RegionLevel level)
    {
        if (Work(schedule, level) <= MostWork)
            return [level];
        var partOf = new Dictionary<int, int>();
        int parts = 0, work = MostWork;
        foreach (int[] group in level.Loops.SelectMany(l => Connected(schedule, l)))
        {
            work += Work(schedule, group);
            if (work > MostWork)
                (parts, work) = (parts + 1, Work(schedule, group));
            foreach (int id in group)
                partOf[id] = parts - 1;
        }
        return parts < 2 ? [level] : Enumerable.Range(0, parts).Select(part => Part(level, part, id => partOf[id] == part));
    }

    /// <summary>Scalars and copies come before all loops.</summary>
    static RegionLevel Part(RegionLevel level, int part, Func<int, bool> holds)
    {
        var made = new RegionLevel();
        if (part == 0)
        {
            made.Before.AddRange(level.Before);
            made.ScalarCarries.AddRange(level.ScalarCarries);
        }
        foreach (RegionLoop loop in level.Loops)
            if (loop.Nodes.Concat(loop.Carries).Any(holds))
            {
                var rest = new RegionLoop(loop.Over);
                rest.Nodes.AddRange(loop.Nodes.Where(holds));
                rest.Carries.AddRange(loop.Carries.Where(holds));
                made.Loops.Add(rest);
            }
        return made;
    }

    /// <summary>The nodes and carries of a loop, grouped by connection: an operation with its operands, a state with its next value and all its readers.</summary>
    static IEnumerable<int[]> Connected(Schedule schedule, RegionLoop loop)
    {
        int[] ids = [.. loop.Nodes.Concat(loop.Carries).Distinct()];
        Dictionary<int, int> above = ids.ToDictionary(id => id);
        foreach (int id in ids)
            foreach (int input in schedule[id].Inputs)
                if (above.ContainsKey(input))
                    above[Find(input)] = Find(id);
        return ids.GroupBy(Find).Select(g => g.ToArray());

        int Find(int id)
        {
            while (above[id] != id)
                id = above[id] = above[above[id]];
            return id;
        }
    }

    static int Work(Schedule schedule, RegionLevel level) => Work(schedule, level.Loops.SelectMany(l => l.Nodes));

    static int Work(Schedule schedule, IEnumerable<int> nodes) => nodes.Sum(id => OpTable.Kind(schedule[id]) switch
    {
        OpKind.Product or OpKind.RowReduction => 4,
        // The lanes beyond the vector are masked in the loop, and the lanes are summed after it.
        OpKind.Reduction => 10,
        _ => OpTable.Get(schedule[id].Op).Cost,
    });
}

using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// Runs after fusion. A value that one loop of a region makes and a later loop reads would be stored and loaded. If it is cheap and its operands are in memory anyway, the later
/// loop recomputes it instead, and a loop that no longer needs the value does not compute it.
/// </summary>
internal sealed class RecomputeInLoops
{
    /// <summary>The most cycles per vector that may be recomputed.</summary>
    const int MostRecomputedCycles = 2;

    /// <summary>The most vectors that the later loop must load for it, not counting those that it reads anyway.</summary>
    const int MostLoads = 2;

    readonly Schedule schedule;
    readonly Stage stage;
    readonly RegionLoop[] loops;
    readonly Dictionary<int, RegionLoop> homes = [];

    /// <summary>For each node the loops that contain it, and for each state the loop that replaces it, by their index in the order.</summary>
    readonly Dictionary<int, SortedSet<int>> inLoops = [];
    readonly Dictionary<int, int> carriedIn = [];
    readonly HashSet<int> stored = [];

    RecomputeInLoops(Schedule schedule, Stage stage, Phase phase)
    {
        this.schedule = schedule;
        this.stage = stage;
        loops = [.. phase.Region.Levels.SelectMany(l => l.Loops)];
        for (int i = 0; i < loops.Length; i++)
        {
            foreach (int id in loops[i].Nodes)
            {
                homes.Add(id, loops[i]);
                inLoops.Add(id, [i]);
            }
            foreach (int shift in loops[i].Carries)
                carriedIn.Add(shift, i);
        }
    }

    public static void Run(Schedule schedule)
    {
        foreach (Stage stage in schedule.Stages)
            foreach (Phase phase in stage.Phases.Where(p => p.Region.Levels.Count > 1))
            {
                new RecomputeInLoops(schedule, stage, phase).Run();
                foreach (RegionLevel level in phase.Region.Levels)
                    level.Loops.RemoveAll(l => l.Nodes.Count + l.Carries.Count == 0);
            }
    }

    void Run()
    {
        int[] made = [.. homes.Keys.OrderBy(id => id)];
        stored.UnionWith(made.Where(id => schedule.Crosses(id) || IsReadElsewhere(id)));
        foreach (int id in made.Where(IsVector))
        {
            int[] later = [.. Readers(id).Where(i => loops[i] != homes[id])];
            HashSet<int>?[] again = [.. later.Select(i => stored.Contains(id) ? null : RecomputedNodes(id, loops[i]))];
            if (later.Length > 0 && again.Contains(null))
                stored.Add(id);
            else
                for (int i = 0; i < later.Length; i++)
                {
                    loops[later[i]].Nodes.AddRange(again[i]!);
                    foreach (int node in again[i]!)
                        inLoops[node].Add(later[i]);
                }
        }
        foreach (RegionLoop loop in loops)
            loop.Nodes.Sort();
        foreach (int id in made.OrderByDescending(id => id).Where(id => IsVector(id) && !stored.Contains(id) && !Reads(homes[id], id)))
            homes[id].Nodes.Remove(id);
    }

    /// <summary>True for a value that is computed unit by unit in a register. A state itself lies in memory, and has changed once it is replaced.</summary>
    bool IsVector(int id) => OpTable.Kind(schedule[id]) == OpKind.Elementwise;

    /// <summary>True if a node that is in none of the loops reads the value, or a state that another loop replaces.</summary>
    bool IsReadElsewhere(int id) => schedule.Users(stage, id).Any(n => !(n.Op == Op.Shift ? homes[id].Carries.Contains(n.Id) : homes.ContainsKey(n.Id)));

    bool Reads(RegionLoop loop, int id) => schedule.Graph.Users(id).Any(n =>
        schedule[n].Op == Op.Shift ? schedule[n].Inputs[0] == id && loop.Carries.Contains(n) : loop.Nodes.Contains(n));

    /// <summary>The loops that read a node.</summary>
    SortedSet<int> Readers(int id)
    {
        var readers = new SortedSet<int>();
        foreach (int n in schedule.Graph.Users(id))
            if (schedule[n].Op != Op.Shift)
                readers.UnionWith(inLoops.TryGetValue(n, out SortedSet<int>? found) ? found : []);
            else if (schedule[n].Inputs[0] == id && carriedIn.TryGetValue(n, out int loop))
                readers.Add(loop);
        return readers;
    }

    /// <summary>The nodes that a loop must compute to have a value; null if that costs more than loading it.</summary>
    HashSet<int>? RecomputedNodes(int id, RegionLoop loop)
    {
        var nodes = new HashSet<int>();
        var loads = new HashSet<int>();
        int cost = 0;
        return Add(id) && loads.Count <= MostLoads ? nodes : null;

        bool Add(int made)
        {
            Node node = schedule[made];
            if (node.Shape.IsScalar || loop.Nodes.Contains(made) || nodes.Contains(made))
                return true;
            if (homes.ContainsKey(made) && !stored.Contains(made))
                return homes[made].Over == loop.Over && IsVector(made) && node.Op != Op.Dropout && (cost += OpTable.Get(node.Op).Cost) <= MostRecomputedCycles && nodes.Add(made) && node.Inputs.All(Add);
            if (!Reads(loop, made))
                loads.Add(made);
            return node.Op != Op.Shift || !stage.Nodes.Contains(made);
        }
    }
}

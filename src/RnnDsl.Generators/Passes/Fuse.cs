using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// Makes one region of each phase's elementwise work: all gates, states and saved values of a row are computed in one pass over its units, or in as many passes as its reductions require.
/// </summary>
internal sealed class Fuse
{
    readonly Schedule schedule;
    readonly Phase phase;
    readonly Func<Dim, bool> separates;
    readonly Dictionary<int, int> levelOf = [];
    readonly Dictionary<int, bool> isSum = [];

    Fuse(Schedule schedule, Phase phase, Func<Dim, bool> separates)
    {
        this.schedule = schedule;
        this.phase = phase;
        this.separates = separates;
    }

    /// <param name="separates">True for units whose products are not made in the loop that reads them. It is asked only if products are made in loops.</param>
    public static void Run(Schedule schedule, Func<Dim, bool> separates)
    {
        foreach (Stage stage in schedule.Stages)
            foreach (Phase phase in stage.Phases)
                new Fuse(schedule, phase, separates).Run();
    }

    void Run()
    {
        foreach (int id in phase.Nodes)
        {
            Node node = schedule[id];
            int level = node.Op == Op.Shift ? 0 : LevelOf(node);
            levelOf[id] = level;
            if (InLoop(node))
                Loop(level, LoopOf(node)).Nodes.Add(id);
            else
                Level(level).Before.Add(id);
        }
        AddCarries();
    }

    /// <summary>True for values that are computed unit by unit. Copies and scalars are not.</summary>
    bool InLoop(Node node) => OpTable.Kind(node) switch
    {
        OpKind.Reduction => true,
        OpKind.RowReduction => !node.Shape.IsScalar,
        OpKind.Structure => false,
        OpKind.Time => node.Op == Op.Shift && !node.Shape.IsScalar,
        _ => !node.Shape.IsScalar,
    };

    Shape LoopOf(Node node) => (OpTable.Kind(node) == OpKind.Reduction ? schedule.Graph.Input(node, 0) : node).Shape;

    int LevelOf(Node node)
    {
        int level = 0;
        foreach (int input in node.Inputs)
            if (levelOf.TryGetValue(input, out int made))
                level = Math.Max(level, IsReadAfterLoop(schedule[input], node) ? made + 1 : made);
        return level;
    }

    /// <summary>A reduction is complete only after its loop. A vector that is copied, multiplied by a matrix or repeated across one must also be complete before.</summary>
    bool IsReadAfterLoop(Node operand, Node reader) =>
        OpTable.Kind(operand) == OpKind.Reduction || (InLoop(operand) && (!InLoop(reader) || OpTable.Kind(reader) == OpKind.Product || LoopOf(operand) != LoopOf(reader)))
        || (IsSum(operand) && !IsSum(reader) && separates(operand.Shape.Rows!));

    /// <summary>A product that is made here, or a sum of such products and parameters.</summary>
    bool IsSum(Node node) => levelOf.ContainsKey(node.Id) && node.Shape.IsVector && OpTable.Kind(node) == OpKind.Product
        || (isSum.TryGetValue(node.Id, out bool known) ? known : isSum[node.Id] = IsSumOfSums(node));

    bool IsSumOfSums(Node node) =>
        node.Op == Op.Add && node.Inputs.All(i => schedule[i].Op == Op.Parameter || IsSum(schedule[i])) && node.Inputs.Any(i => IsSum(schedule[i]));

    void AddCarries()
    {
        Dictionary<int, int> levels = phase.Carries.ToDictionary(s => s, CarryLevel);
        foreach (int first in phase.Carries)
            for (int shift = first, next = schedule[first].Inputs[0]; levels.TryGetValue(next, out int earlier) && earlier < levels[shift]; next = schedule[shift].Inputs[0])
            {
                levels[next] = levels[shift];
                shift = next;
            }
        foreach (int shift in phase.Carries)
            if (!schedule[shift].Shape.IsScalar)
                Loop(levels[shift], schedule[shift].Shape).Carries.Add(shift);
            else
                Level(levels[shift]).ScalarCarries.Add(shift);
    }

    /// <summary>The level at which a carried value may be replaced: its next value is made, and the old one is no longer read.</summary>
    int CarryLevel(int shift)
    {
        Node node = schedule[shift];
        Node next = schedule.Graph.Input(node, 0);
        bool scalar = node.Shape.IsScalar;
        int level = 0;
        if (levelOf.TryGetValue(next.Id, out int made))
            level = OpTable.Kind(next) == OpKind.Reduction || (InLoop(next) && scalar) ? made + 1 : made;
        foreach (int id in schedule.Graph.Users(shift).Append(shift))
            if (phase.Nodes.Contains(id))
            {
                bool throughout = InLoop(schedule[id]) && (scalar || OpTable.Kind(schedule[id]) == OpKind.Product || LoopOf(schedule[id]) != node.Shape);
                level = Math.Max(level, throughout ? levelOf[id] + 1 : levelOf[id]);
            }
        return level;
    }

    RegionLevel Level(int index)
    {
        while (phase.Region.Levels.Count <= index)
            phase.Region.Levels.Add(new RegionLevel());
        return phase.Region.Levels[index];
    }

    RegionLoop Loop(int index, Shape over)
    {
        RegionLevel level = Level(index);
        RegionLoop? loop = level.Loops.FirstOrDefault(l => l.Over == over);
        if (loop is null)
            level.Loops.Add(loop = new RegionLoop(over));
        return loop;
    }
}

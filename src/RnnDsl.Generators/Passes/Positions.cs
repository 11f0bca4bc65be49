using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Passes;

/// <summary>A position in a stage's regions. The loop is -1 before the loops of a level.</summary>
internal sealed record Position(int Phase, int Level, int Loop);

/// <summary>Where a stage computes its values, replaces its carried values and multiplies. It is valid once regions and products no longer change.</summary>
internal sealed class Positions
{
    readonly Dictionary<int, List<Position>> made = [];
    readonly Dictionary<int, Position> carried = [];
    readonly HashSet<int> operands = [];

    public Positions(Stage stage)
    {
        for (int p = 0; p < stage.Phases.Count; p++)
        {
            for (int l = 0; l < stage.Phases[p].Region.Levels.Count; l++)
            {
                RegionLevel level = stage.Phases[p].Region.Levels[l];
                Add(level.Before, level.ScalarCarries, new Position(p, l, -1));
                for (int loop = 0; loop < level.Loops.Count; loop++)
                    Add(level.Loops[loop].Nodes, level.Loops[loop].Carries, new Position(p, l, loop));
            }
            foreach (ProductGroup group in stage.Phases[p].Products)
                operands.UnionWith(group.Operands);
        }
    }

    /// <summary>The positions at which a value is computed. A cheap value may be computed in several loops.</summary>
    public IReadOnlyList<Position> Of(int id) => made.TryGetValue(id, out List<Position>? found) ? found : [];

    /// <summary>Where a carried value is replaced.</summary>
    public Position? OfCarry(int shift) => carried.TryGetValue(shift, out Position? found) ? found : null;

    /// <summary>True for operands of the products that follow the regions.</summary>
    public bool IsOperand(int id) => operands.Contains(id);

    void Add(NodeList nodes, NodeList carries, Position position)
    {
        foreach (int id in nodes)
        {
            if (!made.TryGetValue(id, out List<Position>? list))
                made.Add(id, list = []);
            list.Add(position);
        }
        foreach (int shift in carries)
            if (!carried.ContainsKey(shift))
                carried.Add(shift, position);
    }
}

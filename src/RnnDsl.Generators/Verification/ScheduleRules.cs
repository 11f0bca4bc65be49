using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;
using RnnDsl.Generators.Passes;

namespace RnnDsl.Generators.Verification;

/// <summary>The rules for a schedule: from the pass on that assigns values to stages, from the pass on that makes phases, and once sweeps are known.</summary>
internal static class ScheduleRules
{
    /// <summary>After DistributeLoops, and after SaveOrRecompute.</summary>
    public static readonly IReadOnlyList<Rule<Schedule>> Assigned =
    [
        new("Every value that is needed is computed in some stage.", s => Needed(s).Where(id => !IsLeaf(s, id) && !s.Stages.Any(stage => stage.Nodes.Contains(id))).Select(id => $"{Name(s, id)} is in none")),
        new("A stage reads leaves, values that it computed before, and values of earlier stages.", s => s.Stages.SelectMany(stage => Reads(s, stage)
            .Where(r => !IsLeaf(s, r.Operand) && !(stage.Nodes.Contains(r.Operand) ? r.Operand < r.Reader.Id || r.Reader.Op == Op.Shift : MadeBefore(s, stage, r.Operand)))
            .Select(r => $"{GraphRules.Name(r.Reader)} in stage {stage.Kind} reads {Name(s, r.Operand)}"))),
        new("A sum over rows is complete when its stage has ended.", s => s.Stages.SelectMany(stage => Reads(s, stage)
            .Where(r => OpTable.IsCompleteAtEnd(s[r.Operand]) && stage.Nodes.Contains(r.Operand)).Select(r => $"{GraphRules.Name(r.Reader)} reads {Name(s, r.Operand)} in the same stage"))),
        new("A matrix whose rows are steps is complete before it is multiplied.", s => s.Stages.SelectMany(stage => Reads(s, stage)
            .Where(r => stage.Nodes.Contains(r.Operand) && ExampleProducts.IsMatrixOf(s.Graph, r.Operand, r.Reader)).Select(r => $"{GraphRules.Name(r.Reader)} reads {Name(s, r.Operand)} in the same stage"))),
        new("A stage computes values that vary over its rows.", s => s.Stages.SelectMany(stage => stage.Nodes.Where(id => !Fits(s, stage, s[id])).Select(id => $"{Name(s, id)} @{s[id].Domain} is in stage {stage.Kind}"))),
        new("The preparation reads values that are known before the first row.", s => s.Stages.Where(stage => stage.Kind == StageKind.Prepare).SelectMany(stage => Reads(s, stage)
            .Where(r => !s.IsPrepared(r.Operand)).Select(r => $"{GraphRules.Name(r.Reader)} reads {Name(s, r.Operand)}"))),
        new("Each state that a caller may ask for is carried by one loop.", s => s.OneRow ? [] : s.Graph.Results.Where(r => r.IsState && s.Stages.Count(stage => stage.Nodes.Contains(r.Node)) != 1).Select(r => $"{r.Name} is not")),
        new("All states of a loop have one direction.", s => s.Stages.SelectMany(stage => stage.Nodes.Where(id => s[id].Op == Op.Shift && stage.Kind != StageKind.Step && s[id].IsForward != stage.Forward).Select(id => $"{Name(s, id)} has the other"))),
        new("A value that several stages compute is computed unit by unit.", s => s.Stages.SelectMany(stage => stage.Nodes).GroupBy(id => id)
            .Where(g => g.Count() > 1 && OpTable.Kind(s[g.Key]) != OpKind.Elementwise).Select(g => $"{Name(s, g.Key)} is in several")),
    ];

    /// <summary>After GatherProducts and FoldAddends.</summary>
    public static readonly IReadOnlyList<Rule<Schedule>> Phased =
    [
        .. Assigned,
        new("A value that is computed and read in a stage is made once: in a region, or as a product.", s => s.Stages.SelectMany(stage => ReadInPhases(s, stage).Distinct()
            .Where(id => stage.Nodes.Contains(id) && s[id].Op is not (Op.Shift or Op.Final) && Makers(stage, id) != 1).Select(id => $"{Name(s, id)} is made {Makers(stage, id)} times in stage {stage.Kind}"))),
        new("A value that other stages read, or that a caller gets, is made once in its stage.", s => s.Stages.SelectMany(stage => stage.Nodes
            .Where(id => s.Crosses(id) && s[id].Op is not Op.Final && Makers(stage, id) != 1).Select(id => $"{Name(s, id)} is made {Makers(stage, id)} times in stage {stage.Kind}"))),
        new("Phases run in the order in which they read each other.", s => s.Stages.SelectMany(stage => PhaseFaults(s, stage))),
        new("A product begins with a prepared value, or with rows of an earlier stage.", s => s.Stages.SelectMany(stage => Products(stage)
            .SelectMany(g => g.Outputs).Where(o => o.Addend is int a && !s.IsPrepared(a) && !MadeBefore(s, stage, a)).Select(o => $"{Name(s, o.Node)} begins with {Name(s, o.Addend!.Value)}"))),
        new("Only products of rows begin with an addend.", s => s.Stages.Where(stage => stage.Kind is StageKind.Prepare or StageKind.Epilogue or StageKind.Outer)
            .SelectMany(stage => Products(stage).SelectMany(g => g.Outputs)).Where(o => o.Addend is not null).Select(o => $"{Name(s, o.Node)} does")),
        new("Each state is replaced once a step.", s => s.Stages.SelectMany(stage => stage.Nodes.Where(id => s[id].Op == Op.Shift && stage.Phases.Sum(p => p.Carries.Count(c => c == id)) != 1).Select(id => $"{Name(s, id)} is not"))),
    ];

    /// <summary>After Sweeps and FirstWriters.</summary>
    public static readonly IReadOnlyList<Rule<Schedule>> Swept =
    [
        .. Assigned,
        new("A value that a region computes is in one of its loops or before them.", s => s.Stages.SelectMany(stage => stage.Phases.SelectMany(p => p.Nodes
            .Where(id => s.Crosses(id) && !p.Region.Levels.Any(l => l.Before.Contains(id) || l.Loops.Any(loop => loop.Nodes.Contains(id)))).Select(id => $"{Name(s, id)} is not")))),
        new("A region reads values that it made in an earlier level, before the loops of this level, or earlier in this loop.", s => s.Stages.SelectMany(stage => stage.Phases).SelectMany(p => RegionFaults(s, p))),
        new("Each stage is in one sweep.", s => s.Stages.Where(stage => s.Sweeps.Count(w => w.Stages.Contains(stage)) != 1).Select(stage => $"stage {stage.Kind} is not")),
        new("A sweep reads values of earlier sweeps, and of its own rows the values of its earlier stages.", s => s.Sweeps.SelectMany(sweep => SweepFaults(s, sweep))),
        new("A value that is kept for one stretch is read by the sweep that makes it, and by one that runs stretch by stretch.", s => s.KeptPerStretch.Where(id => s.Stages.HomeOf(id) is var home
            && (home?.Replay is not { } replay || replay.Reader.Replay != replay || s.Readers(id).Any(r => r.Sweep != home.Sweep && r.Sweep != replay.Reader))).Select(id => $"{Name(s, id)} is not")),
        new("The gradient of a matrix has one part that is written first, and its stage runs before the others.", GradientFaults),
    ];

    static bool IsLeaf(Schedule s, int id) => OpTable.Kind(s[id]) == OpKind.Leaf;

    static string Name(Schedule s, int id) => GraphRules.Name(s[id]);

    static IEnumerable<int> Needed(Schedule s) => s.Graph.Results.Where(r => !r.IsState).Select(r => r.Node).Concat(s.Stages.SelectMany(stage => Reads(s, stage)).Select(r => r.Operand));

    static IEnumerable<(Node Reader, int Operand)> Reads(Schedule s, Stage stage) => stage.Nodes.Select(id => s[id]).SelectMany(n => n.Inputs.Select(i => (n, i)));

    static bool MadeBefore(Schedule s, Stage stage, int id) => IsLeaf(s, id) || s.Stages.TakeWhile(other => other != stage).Any(other => other.Nodes.Contains(id));

    static bool Fits(Schedule s, Stage stage, Node node) => stage.Axis == DistributeLoops.AxisOf(s.Graph, node) && stage.Kind switch
    {
        StageKind.Outer => OpTable.IsOuter(node),
        StageKind.Prepare or StageKind.Epilogue => node.Domain.IsParameters && OpTable.Kind(node) != OpKind.RowReduction && !OpTable.IsOuter(node),
        StageKind.AllExamples => OpTable.Kind(node) == OpKind.RowReduction ? s.Graph.Input(node, 0).Domain.IsExamples : node.Domain.IsExamples || OpTable.IsWrittenByExample(node.Op),
        StageKind.Step => true,
        StageKind.EachExample => OpTable.Kind(node) == OpKind.RowReduction ? s.Graph.Input(node, 0).Domain.IsSteps : node.IsSumOfSteps || node.Domain.IsSteps,
        _ => OpTable.Kind(node) == OpKind.RowReduction ? s.Graph.Input(node, 0).Domain.IsSteps : node.Domain.IsSteps,
    };

    static IEnumerable<ProductGroup> Products(Stage stage) => stage.Phases.SelectMany(p => p.Products);

    static int Makers(Stage stage, int id) => stage.Phases.Sum(p => p.Nodes.Count(n => n == id)) + Products(stage).Sum(g => g.Outputs.Count(o => o.Node == id));

    static IEnumerable<int> ReadInPhases(Schedule s, Stage stage) => stage.Phases.SelectMany(p => p.Nodes.Where(id => s[id].Op != Op.Shift).SelectMany(id => s[id].Inputs)
        .Concat(p.Products.SelectMany(g => stage.Kind == StageKind.Outer ? g.Outputs.SelectMany(o => s[o.Node].Inputs) : g.Operands.Concat(g.Outputs.Select(o => o.Addend).OfType<int>())))
        .Concat(p.Carries.Select(c => s[c].Inputs[0])));

    static IEnumerable<string> PhaseFaults(Schedule s, Stage stage)
    {
        var made = new Dictionary<int, (int Phase, bool Product)>();
        for (int p = 0; p < stage.Phases.Count; p++)
        {
            foreach (int id in stage.Phases[p].Nodes.Where(id => s[id].Op != Op.Shift))
                made[id] = (p, false);
            foreach (ProductOutput output in stage.Phases[p].Products.SelectMany(g => g.Outputs))
                made[output.Node] = (p, true);
        }
        for (int p = 0; p < stage.Phases.Count; p++)
        {
            Phase phase = stage.Phases[p];
            foreach (int id in phase.Nodes.Where(id => s[id].Op != Op.Shift))
                foreach (int read in s[id].Inputs.Where(i => made.TryGetValue(i, out var at) && (at.Product ? at.Phase >= p : at.Phase > p)))
                    yield return $"{Name(s, id)} reads {Name(s, read)} before it is made";
            foreach (int read in phase.Products.SelectMany(g => g.Operands).Where(i => made.TryGetValue(i, out var at) && (at.Product ? at.Phase >= p : at.Phase > p)))
                yield return $"a product reads {Name(s, read)} before it is made";
            foreach (int carry in phase.Carries)
            {
                if (made.TryGetValue(s[carry].Inputs[0], out var next) && (next.Product ? next.Phase >= p : next.Phase > p))
                    yield return $"{Name(s, carry)} is replaced before its next value is made";
                if (stage.Phases.Skip(p + 1).Any(later => later.Nodes.Any(id => id == carry || (s[id].Op != Op.Shift && s[id].Inputs.Contains(carry)))) || stage.Phases.Skip(p).Any(later => later.Products.Any(g => g.Operands.Contains(carry))))
                    yield return $"{Name(s, carry)} is replaced before it is read";
                if (stage.Phases.Skip(p + 1).Any(later => later.Carries.Any(c => c != carry && s[c].Inputs[0] == carry)))
                    yield return $"{Name(s, carry)} is replaced before another state takes its value";
            }
        }
    }

    static IEnumerable<string> RegionFaults(Schedule s, Phase phase)
    {
        // Where each value is available first: at a level, before its loops (0) or after them (1), or within a loop.
        var there = new Dictionary<int, (int Level, bool Behind)>();
        for (int l = 0; l < phase.Region.Levels.Count; l++)
        {
            foreach (int id in phase.Region.Levels[l].Before)
                there[id] = there.TryGetValue(id, out var earlier) ? earlier : (l, false);
            foreach (int id in phase.Region.Levels[l].Loops.SelectMany(loop => loop.Nodes))
                there[id] = there.TryGetValue(id, out var earlier) ? earlier : (l, true);
        }
        bool IsThere(int id, int level) => !there.TryGetValue(id, out var at) || at.Level < level || (at.Level == level && !at.Behind);
        for (int l = 0; l < phase.Region.Levels.Count; l++)
        {
            RegionLevel level = phase.Region.Levels[l];
            foreach (int id in level.Before.Where(id => s[id].Op != Op.Shift))
                foreach (int read in s[id].Inputs.Where(i => !IsThere(i, l) || (level.Before.IndexOf(i) > level.Before.IndexOf(id))))
                    yield return $"{Name(s, id)} reads {Name(s, read)} at level {l}";
            foreach (RegionLoop loop in level.Loops)
                foreach (int id in loop.Nodes.Where(id => s[id].Op != Op.Shift))
                    foreach (int read in s[id].Inputs.Where(i => !IsThere(i, l)))
                        if (!(loop.Nodes.Contains(read) && read < id && OpTable.Kind(s[read]) != OpKind.Reduction && OpTable.Kind(s[id]) != OpKind.Product))
                            yield return $"{Name(s, id)} reads {Name(s, read)} in a loop of level {l}";
        }
    }

    static IEnumerable<string> SweepFaults(Schedule s, Sweep sweep)
    {
        int at = s.Sweeps.IndexOf(sweep);
        for (int i = 0; i < sweep.Stages.Count; i++)
            foreach ((Node reader, int operand) in Reads(s, sweep.Stages[i]).Where(r => !IsLeaf(s, r.Operand) && !sweep.Stages[i].Nodes.Contains(r.Operand)))
            {
                bool before = s.Sweeps.Take(at).Any(w => w.Stages.Any(stage => stage.Nodes.Contains(operand)));
                bool inSweep = sweep.Stages.Take(i).Any(stage => stage.Nodes.Contains(operand)) && (!sweep.IsSequence || s[operand].Domain.IsSteps);
                if (!before && !inSweep)
                    yield return $"{GraphRules.Name(reader)} reads {Name(s, operand)}";
            }
        if (sweep.IsSequence && sweep.Stages.Where(stage => stage.Kind == StageKind.Loop).Select(stage => stage.Forward).Distinct().Count() > 1)
            yield return "its loops go both ways";
    }

    static IEnumerable<string> GradientFaults(Schedule s)
    {
        GradientPart[] parts = [.. s.Sweeps.SelectMany(w => w.Stages).Where(stage => stage.Kind == StageKind.Outer).SelectMany(Products).SelectMany(g => g.Outputs).SelectMany(o => o.Gradients)];
        foreach (IGrouping<string, GradientPart> matrix in parts.GroupBy(p => p.Parameter))
            if (matrix.Skip(1).Any(p => p.First) || matrix.Count(p => p.First) + s.ComputedGradients.Count(p => p.First && p.Parameter == matrix.Key) != 1)
                yield return $"{matrix.Key} has not";
        foreach (IGrouping<string, ComputedGradient> matrix in s.ComputedGradients.GroupBy(p => p.Parameter))
            if (matrix.Count(p => p.First) + parts.Count(p => p.First && p.Parameter == matrix.Key) != 1)
                yield return $"{matrix.Key} has not";
        foreach (IGrouping<string, Result> results in s.Graph.Results.Where(r => r.IsGradient && s[r.Node].Shape.IsMatrix).GroupBy(r => r.Parameter))
            if (parts.Count(p => p.Parameter == results.Key) + s.ComputedGradients.Count(p => p.Parameter == results.Key) != results.Count())
                yield return $"{results.Key} lacks a part";
    }
}

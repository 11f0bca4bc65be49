using System.Text;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Ir;

/// <summary>How a stage runs over its rows.</summary>
internal enum StageKind
{
    /// <summary>Runs once when parameters have changed.</summary>
    Prepare,
    /// <summary>Runs once for each example of the batch.</summary>
    AllExamples,
    /// <summary>Runs over all steps of all examples, in any order.</summary>
    AllSteps,
    /// <summary>Runs step by step, because it reads or sums a value of the example. The order of the steps does not matter.</summary>
    EachStep,
    /// <summary>Runs step by step and carries states.</summary>
    Loop,
    /// <summary>Runs example by example, with all steps of one example together. It has the products with values that each example has for itself, and the operations between them.</summary>
    EachExample,
    /// <summary>Computes gradients of matrices, over all rows at once.</summary>
    Outer,
    /// <summary>Runs once at the end, on sums over rows.</summary>
    Epilogue,
    /// <summary>Runs one step of one example, in a streaming program.</summary>
    Step,
}

/// <summary>A part of the program that is computed in one order over the rows.</summary>
internal sealed class Stage(StageKind kind, bool forward = true, int axis = 0)
{
    public StageKind Kind { get; } = kind;

    /// <summary>Direction of a loop.</summary>
    public bool Forward { get; } = forward;

    /// <summary>The axis whose row space it goes over: the axis's steps, or the examples in the order of the axis's sequences.</summary>
    public int Axis { get; } = axis;

    /// <summary>The nodes computed here, in rising order. A cheap node may be computed in several stages.</summary>
    public NodeList Nodes { get; } = [];

    /// <summary>Regions and products in the order in which they run (after GatherProducts and Fuse).</summary>
    public List<Phase> Phases { get; } = [];

    /// <summary>True if the rows of one step are handled together, so that row r belongs to example r.</summary>
    public bool ByStep => Kind is StageKind.EachStep or StageKind.Loop;

    /// <summary>True for a loop whose states stay in registers from step to step (after HoldStates).</summary>
    public bool HoldsStates { get; set; }

    public bool IsSequence => Kind is StageKind.AllSteps or StageKind.EachStep or StageKind.Loop;

    /// <summary>The sweep that it belongs to (after Sweeps).</summary>
    public Sweep? Sweep { get; set; }

    /// <summary>The replay in which it runs a second time; null if it runs once (after RecomputeStretches).</summary>
    public Replay? Replay { get; set; }
}

/// <summary>
/// Stages that go over the rows together, one block of steps after another. A block that one stage has written is still in the cache when the next stage reads it. A stage that
/// does not go over the rows of sequences is a sweep by itself.
/// </summary>
internal sealed class Sweep(int index)
{
    /// <summary>Its index in the order of sweeps.</summary>
    public int Index { get; } = index;

    public List<Stage> Stages { get; } = [];

    public bool IsSequence => Stages[0].IsSequence;

    /// <summary>The axis whose row space its stages go over.</summary>
    public int Axis => Stages[0].Axis;

    /// <summary>The direction of its loops.</summary>
    public bool Forward => Stages.All(s => s.Forward);

    /// <summary>The values that are recomputed for it; null if there are none (after RecomputeStretches).</summary>
    public Replay? Replay { get; set; }
}

/// <summary>Values that are kept for one stretch of steps, and recomputed for every other stretch before a sweep reads them.</summary>
internal sealed class Replay(Sweep reader)
{
    /// <summary>The sweep that reads them.</summary>
    public Sweep Reader { get; } = reader;

    public NodeList Values { get; } = [];

    /// <summary>The stages that run again, in their order.</summary>
    public List<Stage> Stages { get; } = [];
}

/// <summary>One fused region, followed by the products that read its values.</summary>
internal sealed class Phase
{
    /// <summary>The nodes of the region, in rising order.</summary>
    public NodeList Nodes { get; } = [];

    public Region Region { get; set; } = new();

    public List<ProductGroup> Products { get; } = [];

    /// <summary>Shifts whose carried value the region replaces.</summary>
    public NodeList Carries { get; } = [];
}

/// <summary>Elementwise work, row by row. It consists of levels: first scalars and copies of units, then loops over the units.</summary>
internal sealed class Region
{
    public List<RegionLevel> Levels { get; } = [];

    public bool IsEmpty => Levels.Count == 0;
}

internal sealed class RegionLevel
{
    /// <summary>Scalars and copies of units, before the loops. They may read the reductions of the previous level.</summary>
    public NodeList Before { get; } = [];

    /// <summary>Scalar states that are replaced before the loops.</summary>
    public NodeList ScalarCarries { get; } = [];

    /// <summary>The loops over units, one for each dimension.</summary>
    public List<RegionLoop> Loops { get; } = [];
}

internal sealed class RegionLoop(Shape over)
{
    /// <summary>The shape of what it computes: a vector, or a matrix whose entries it takes one after another.</summary>
    public Shape Over { get; } = over;

    /// <summary>For vectors: their units.</summary>
    public Dim? Dim => Over.IsVector ? Over.Rows : null;

    /// <summary>The nodes that the loop computes, reduces or sums, in rising order.</summary>
    public NodeList Nodes { get; } = [];

    /// <summary>Shifts whose carried value is replaced at the end of the loop's body.</summary>
    public NodeList Carries { get; } = [];
}

/// <summary>One matrix product with stacked operands and stacked outputs. Each output is a sum of terms, and each term is a matrix times one of the operands.</summary>
internal sealed class ProductGroup
{
    public List<ProductOutput> Outputs { get; } = [];

    /// <summary>The vectors multiplied.</summary>
    public List<int> Operands { get; } = [];
}

/// <param name="Node">The node whose value this is: the product, or the sum of products, including the addend if there is one.</param>
/// <param name="Terms">The matrix (a parameter, or computed from parameters), whether it is transposed, and the operand's index in the group.</param>
/// <param name="Addend">What is added before the sum is stored; null for nothing.</param>
internal sealed record ProductOutput(int Node, List<ProductTerm> Terms, int? Addend = null)
{
    /// <summary>For an outer product: the gradients that it is a part of (after FirstWriters).</summary>
    public List<GradientPart> Gradients { get; init; } = [];
}

/// <summary>A product's part in the gradient of a matrix.</summary>
/// <param name="Parameter">Name of the matrix.</param>
/// <param name="First">True for the part that runs first and overwrites the old gradient. The other parts are added to it.</param>
internal sealed record GradientPart(string Parameter, bool First);

/// <summary>The gradient of a matrix, or a part of it, that is not simply a product: it is computed from products or from other sums.</summary>
/// <param name="Node">Its value.</param>
/// <param name="Parameter">Name of the matrix.</param>
/// <param name="First">True if it overwrites the old gradient; otherwise it is added.</param>
/// <param name="InPlace">True if it is computed directly in the gradient's memory; otherwise it has a buffer of its own and is moved at the end.</param>
internal sealed record ComputedGradient(int Node, string Parameter, bool First, bool InPlace);

internal sealed record ProductTerm(int Matrix, bool Transposed, int Operand);

/// <summary>A program: its stages in order.</summary>
internal sealed class Schedule(Graph graph)
{
    public Graph Graph { get; } = graph;

    public StageList Stages { get; } = new(graph);

    /// <summary>The stages again, in groups that run together (after Sweeps).</summary>
    public List<Sweep> Sweeps { get; } = [];

    /// <summary>Gradients of matrices, or their parts, that are not simply products (after FirstWriters).</summary>
    public List<ComputedGradient> ComputedGradients { get; } = [];

    /// <summary>Values that are kept for one stretch of steps only (after RecomputeStretches).</summary>
    public HashSet<int> KeptPerStretch { get; } = [];

    /// <summary>True for a matrix's gradient from which other values are computed: it needs a buffer of its own.</summary>
    public bool HasOwnBuffer(int id) => OpTable.IsOuter(Graph[id]) && Graph.Users(id).Count > 0;

    /// <summary>True for a value that varies over steps and also reads a value of its example, or the length of another of the example's sequences.</summary>
    public static bool SeesExamples(Graph graph, Node node) => node.Shape.IsSequence || node.Inputs.Any(i => graph[i].Domain.IsExamples || graph[i].Shape.IsSequence);

    /// <summary>True for a program that runs one step of one example at a time: every value is one row.</summary>
    public bool OneRow { get; init; }

    public Node this[int id] => Graph[id];

    /// <summary>The nodes of a stage that have this one as an operand, in rising order.</summary>
    public IEnumerable<Node> Users(Stage stage, int id) => Graph.Users(id).Where(n => stage.Nodes.Contains(n)).Select(n => Graph[n]);

    /// <summary>True if the stage has a node that reads this one. A final value is not read: it lies where the loop carried it.</summary>
    public bool Reads(Stage stage, int id) => Stages.Reads(stage, id);

    /// <summary>Stages that read a node without computing it.</summary>
    public IEnumerable<Stage> Readers(int id) => Stages.ReadersOf(id).Where(s => !s.Nodes.Contains(id));

    /// <summary>True if the value must outlive the stage that computes it.</summary>
    public bool Crosses(int id) => IsResult(id) || Stages.AnyReaderElsewhere(id);

    /// <summary>True for a value that is known before the first row: leaves, and what is computed from parameters alone. A sum over rows is known only at the end.</summary>
    public bool IsPrepared(int id) => Graph[id].Domain.IsParameters && (OpTable.Kind(Graph[id]) == OpKind.Leaf || Stages[0].Nodes.Contains(id));

    /// <summary>True for a value that the caller receives. The loops themselves hand over the final states.</summary>
    public bool IsResult(int id) => Graph.IsAnswer(id);

    /// <summary>If an addition in the same stage is the only reader of a value: that addition and its other operand. Null if there is another reader.</summary>
    public (Node Sum, Node Addend)? OnlyAddition(Stage stage, int id)
    {
        Node[] readers = [.. Users(stage, id).Take(2)];
        if (readers is not [{ Op: Op.Add } sum] || sum.Inputs[0] == sum.Inputs[1] || Crosses(id))
            return null;
        Node addend = Graph.Input(sum, sum.Inputs[0] == id ? 1 : 0);
        return sum.Shape == Graph[id].Shape && addend.Shape == sum.Shape && sum.Domain == Graph[id].Domain ? (sum, addend) : null;
    }

    public override string ToString()
    {
        var builder = new StringBuilder();
        foreach (Stage stage in Stages)
        {
            if (Sweeps.FirstOrDefault(s => s.Stages[0] == stage) is { Stages.Count: > 1 } sweep)
                builder.Append($"sweep of {sweep.Stages.Count} stages\n");
            if (stage.Sweep?.Replay is { } read && stage.Sweep.Stages[0] == stage)
                builder.Append("reads stretch by stretch: ").Append(Names(read.Values)).Append('\n');
            builder.Append("stage ").Append(stage.Kind);
            if (stage.Axis > 0)
                builder.Append(" of axis ").Append(stage.Axis);
            if (stage.Kind == StageKind.Loop)
                builder.Append(stage.Forward ? " forward" : " backward").Append(stage.HoldsStates ? ", states in registers" : "");
            builder.Append(stage.Replay is null ? "\n" : ", runs again\n");
            if (stage.Phases.Count == 0)
                builder.Append("  ").Append(string.Join(" ", stage.Nodes.Select(n => "%" + n))).Append('\n');
            foreach (Phase phase in stage.Phases)
            {
                foreach (RegionLevel level in phase.Region.Levels)
                {
                    if (level.Before.Count + level.ScalarCarries.Count > 0)
                        builder.Append("  scalars: ").Append(Names(level.Before)).Append(Carried(level.ScalarCarries)).Append('\n');
                    foreach (RegionLoop loop in level.Loops)
                        builder.Append("  loop ").Append(loop.Dim?.Text ?? loop.Over.Describe()).Append(": ").Append(Names(loop.Nodes)).Append(Carried(loop.Carries)).Append('\n');
                }
                if (phase.Region.IsEmpty && phase.Nodes.Count > 0)
                    builder.Append("  region: ").Append(Names(phase.Nodes)).Append(Carried(phase.Carries)).Append('\n');
                foreach (ProductGroup group in phase.Products)
                    builder.Append("  product [").Append(Names(group.Outputs.Select(o => o.Node))).Append("] of [")
                        .Append(Names(group.Operands)).Append("]\n");
            }
        }
        return builder.Append(Graph).ToString();
    }

    string Names(IEnumerable<int> nodes) => string.Join(" ", nodes.Select(n => Graph[n].Label is string label ? $"%{n}:{label}" : $"%{n}"));

    static string Carried(NodeList carries) => carries.Count == 0 ? "" : " carry " + string.Join(" ", carries.Select(c => "%" + c));
}

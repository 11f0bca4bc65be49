using System.Text;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Ir;

/// <summary>How a stage runs over its rows.</summary>
internal enum StageKind
{
    /// <summary>Once, when parameters have changed.</summary>
    Prepare,
    /// <summary>Once for each example of the batch.</summary>
    AllExamples,
    /// <summary>All steps of all examples, in any order.</summary>
    AllSteps,
    /// <summary>Step by step, since something of the example is read or summed, but in any order.</summary>
    EachStep,
    /// <summary>Step by step, carrying states.</summary>
    Loop,
    /// <summary>Example by example, all steps of one together: products with what the example has for itself, and what lies between them.</summary>
    EachExample,
    /// <summary>Gradients of matrices, over all rows at once.</summary>
    Outer,
    /// <summary>Once at the end, on sums over rows.</summary>
    Epilogue,
    /// <summary>One step of one example, of a program that streams.</summary>
    Step,
}

/// <summary>A stretch of the program: what is computed in one order over the rows.</summary>
internal sealed class Stage(StageKind kind, bool forward = true, int axis = 0)
{
    public StageKind Kind { get; } = kind;

    /// <summary>Direction of a loop.</summary>
    public bool Forward { get; } = forward;

    /// <summary>The axis whose row space it goes over: its steps, or the examples in the order of its sequences.</summary>
    public int Axis { get; } = axis;

    /// <summary>Nodes computed here, rising. A cheap node may be computed in several stages.</summary>
    public NodeList Nodes { get; } = [];

    /// <summary>Regions and products in the order in which they run (after Gather and Fuse).</summary>
    public List<Phase> Phases { get; } = [];

    /// <summary>True if the rows of one step are handled together, so that row r is example r.</summary>
    public bool ByStep => Kind is StageKind.EachStep or StageKind.Loop;

    /// <summary>True for a loop whose states stay in registers from step to step (after HoldStates).</summary>
    public bool HoldsStates { get; set; }

    public bool IsSequence => Kind is StageKind.AllSteps or StageKind.EachStep or StageKind.Loop;

    /// <summary>The sweep that it is a part of (after Sweeps).</summary>
    public Sweep? Sweep { get; set; }

    /// <summary>What it runs a second time for; null: it runs once (after RecomputeStretches).</summary>
    public Replay? Replay { get; set; }
}

/// <summary>
/// Stages that go over the rows together, one block of steps after the other, so that what one makes is still in the cache when the next reads it. Stages
/// that are not about the rows of sequences are sweeps of their own.
/// </summary>
internal sealed class Sweep(int index)
{
    /// <summary>Its place in the order of sweeps.</summary>
    public int Index { get; } = index;

    public List<Stage> Stages { get; } = [];

    public bool IsSequence => Stages[0].IsSequence;

    /// <summary>The axis whose row space its stages go over.</summary>
    public int Axis => Stages[0].Axis;

    /// <summary>Direction of the loops in it.</summary>
    public bool Forward => Stages.All(s => s.Forward);

    /// <summary>What is made again for it; null: nothing is (after RecomputeStretches).</summary>
    public Replay? Replay { get; set; }
}

/// <summary>Values that are kept of one stretch of steps, and made again of each other stretch before a sweep reads it.</summary>
internal sealed class Replay(Sweep reader)
{
    /// <summary>The sweep that reads them.</summary>
    public Sweep Reader { get; } = reader;

    public NodeList Values { get; } = [];

    /// <summary>The stages that run again, in their order.</summary>
    public List<Stage> Stages { get; } = [];
}

/// <summary>One fused region, then the products that read what it made.</summary>
internal sealed class Phase
{
    /// <summary>Nodes of the region, rising.</summary>
    public NodeList Nodes { get; } = [];

    public Region Region { get; set; } = new();

    public List<ProductGroup> Products { get; } = [];

    /// <summary>Shifts whose carried value the region replaces.</summary>
    public NodeList Carries { get; } = [];
}

/// <summary>Elementwise work on one row after the other, in levels: scalars and copies of units first, then loops over the units.</summary>
internal sealed class Region
{
    public List<RegionLevel> Levels { get; } = [];

    public bool IsEmpty => Levels.Count == 0;
}

internal sealed class RegionLevel
{
    /// <summary>Scalars and copies of units, before the loops; they may read the reductions of the level before.</summary>
    public NodeList Before { get; } = [];

    /// <summary>Scalar states replaced before the loops.</summary>
    public NodeList ScalarCarries { get; } = [];

    /// <summary>One loop over units per dimension.</summary>
    public List<RegionLoop> Loops { get; } = [];
}

internal sealed class RegionLoop(Shape over)
{
    /// <summary>Of what it computes: a vector, or a matrix, whose entries it takes one behind the other.</summary>
    public Shape Over { get; } = over;

    /// <summary>Of vectors the units.</summary>
    public Dim? Dim => Over.IsVector ? Over.Rows : null;

    /// <summary>Nodes computed, reduced or summed in the loop, rising.</summary>
    public NodeList Nodes { get; } = [];

    /// <summary>Shifts whose carried value is replaced at the end of the loop's body.</summary>
    public NodeList Carries { get; } = [];
}

/// <summary>
/// One matrix product: stacked outputs, of stacked operands. Each output is a sum of terms, each a matrix times one of the operands.
/// </summary>
internal sealed class ProductGroup
{
    public List<ProductOutput> Outputs { get; } = [];

    /// <summary>The vectors multiplied.</summary>
    public List<int> Operands { get; } = [];
}

/// <param name="Node">The node whose value this is: the product, or the sum of products, with the addend if there is one.</param>
/// <param name="Terms">Matrix (a parameter, or what is computed of parameters), whether transposed, and the operand's index in the group.</param>
/// <param name="Addend">What is added before the sum is stored; null: nothing.</param>
internal sealed record ProductOutput(int Node, List<ProductTerm> Terms, int? Addend = null)
{
    /// <summary>Of an outer product: the gradients that it is a part of (after FirstWriters).</summary>
    public List<GradientPart> Gradients { get; init; } = [];
}

/// <summary>A product's part in the gradient of a matrix.</summary>
/// <param name="Parameter">Name of the matrix.</param>
/// <param name="First">True for the part that is written first, over what lay there; the others are added to it.</param>
internal sealed record GradientPart(string Parameter, bool First);

/// <summary>The gradient of a matrix, or a part of it, that is no product alone: what is computed of products, or of other sums.</summary>
/// <param name="Node">Its value.</param>
/// <param name="Parameter">Name of the matrix.</param>
/// <param name="First">True if it is written over what lay there; else it is added.</param>
/// <param name="InPlace">True if it is written where the gradient lies as it is computed; else it has a place of its own and goes there at the end.</param>
internal sealed record ComputedGradient(int Node, string Parameter, bool First, bool InPlace);

internal sealed record ProductTerm(int Matrix, bool Transposed, int Operand);

/// <summary>A program: its stages in order, and where each value lies.</summary>
internal sealed class Schedule(Graph graph)
{
    public Graph Graph { get; } = graph;

    public StageList Stages { get; } = new(graph);

    /// <summary>The stages again, in groups that run together (after Sweeps).</summary>
    public List<Sweep> Sweeps { get; } = [];

    /// <summary>Parts of matrices' gradients that are no products alone (after FirstWriters).</summary>
    public List<ComputedGradient> ComputedGradients { get; } = [];

    /// <summary>Values that are kept of one stretch of steps (after RecomputeStretches).</summary>
    public HashSet<int> KeptPerStretch { get; } = [];

    /// <summary>True for the gradient of a matrix that something is computed of: it has a place of its own.</summary>
    public bool HasOwnBuffer(int id) => OpTable.IsOuter(Graph[id]) && Graph.Users(id).Count > 0;

    /// <summary>True for what varies over steps and yet reads something of its example: a value, or how long another sequence of it is.</summary>
    public static bool SeesExamples(Graph graph, Node node) => node.Shape.IsSequence || node.Inputs.Any(i => graph[i].Domain.IsExamples || graph[i].Shape.IsSequence);

    /// <summary>True for a program that runs one step of one example at a time: every value is one row.</summary>
    public bool OneRow { get; init; }

    public Node this[int id] => Graph[id];

    /// <summary>The nodes of a stage that have this one as an operand, rising.</summary>
    public IEnumerable<Node> Users(Stage stage, int id) => Graph.Users(id).Where(n => stage.Nodes.Contains(n)).Select(n => Graph[n]);

    /// <summary>True if the stage has a node that reads this one. A final value is not read: it lies where the loop carried it.</summary>
    public bool Reads(Stage stage, int id) => Stages.Reads(stage, id);

    /// <summary>Stages that read a node without computing it.</summary>
    public IEnumerable<Stage> Readers(int id) => Stages.ReadersOf(id).Where(s => !s.Nodes.Contains(id));

    /// <summary>True if the value must outlive the stage that computes it.</summary>
    public bool Crosses(int id) => IsResult(id) || Stages.AnyReaderElsewhere(id);

    /// <summary>True for what is known before the first row: leaves and what is computed of parameters alone. A sum over rows is known at the end only.</summary>
    public bool IsPrepared(int id) => Graph[id].Domain.IsParameters && (OpTable.Kind(Graph[id]) == OpKind.Leaf || Stages[0].Nodes.Contains(id));

    /// <summary>True for what a caller gets; the final states are handed over by the loops themselves.</summary>
    public bool IsResult(int id) => Graph.IsAnswer(id);

    /// <summary>The addition that alone reads a value of a stage, in that stage, and what it adds to it; null if something else reads the value.</summary>
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

using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;
using RnnDsl.Generators.Passes;

namespace RnnDsl.Generators.Verification;

/// <summary>The rules that hold for a graph after each pass from graph to graph.</summary>
internal static class GraphRules
{
    static readonly Rule<Graph> OneAnswer = new("There is one answer.", g => g.Results.Count(r => r.Name == "return") == 1 ? [] : ["there is none, or another"]);

    /// <summary>The rules for a graph that gives values to another program and has no answer.</summary>
    public static readonly IReadOnlyList<Rule<Graph>> OfParts =
    [
        new("An operand comes before what reads it; only what a shift carries and what it starts from may follow.", g => g.Nodes.SelectMany(n => n.Inputs
            .Where(i => i < 0 || i >= g.Nodes.Count || (i >= n.Id && n.Op != Op.Shift)).Select(i => $"{Name(n)} reads %{i}"))),
        new("A shift carries a value of its own shape that varies over the steps.", g => g.Nodes.Where(n => n.Op == Op.Shift
            && (n.Inputs[0] < 0 || g.Input(n, 0).Shape != n.Shape || !g.Input(n, 0).Domain.IsSteps)).Select(n => $"{Name(n)} does not")),
        new("A shift starts from a constant, or from a value of its own shape for each example.", g => g.Nodes.Where(n => n.Op == Op.Shift
            && (n.Inputs[1] < 0 || (g.Input(n, 1).Op != Op.Constant && g.Input(n, 1).Shape != n.Shape) || g.Input(n, 1).Domain.IsSteps)).Select(n => $"{Name(n)} does not")),
        new("Shape and domain of a value are those that its operation computes from its operands.", g => g.Nodes.Where(n => !Follows(g, n)).Select(n => $"{Name(n)} is {n.Shape} @{n.Domain}")),
        new("A value is broadcast from a scalar or its own shape, and from a domain that is no wider.", g => g.Nodes.Where(n => n.Op == Op.Broadcast
            && !((g.Input(n, 0).Shape.IsScalar || g.Input(n, 0).Shape == n.Shape) && !g.Input(n, 0).Domain.IsWiderThan(n.Domain))).Select(n => $"{Name(n)} is not")),
        new("The operands of an operation vary over the steps of one axis, and over examples in one order.", g => g.Nodes.Where(n => n.Op is not (Op.Reorder or Op.Every or Op.InsertZeros) && !ExampleProducts.IsExampleProduct(g, n) && !IsOnOneAxis(g, n)).Select(n => $"those of {Name(n)} do not")),
        new("A value of every k-th step is on the axis that has those steps of its operand's axis.", g => g.Nodes.Where(n => (n.Op == Op.Every && !IsThinned(n, g.Input(n, 0), n.Stride)) || (n.Op == Op.InsertZeros && !IsThinned(g.Input(n, 0), n, n.Stride)))
            .Select(n => $"{Name(n)} @{n.Domain} is not")),
        new("A product within each example is one of steps of an axis, with the matrix of the example, with steps of another axis, or with each other.", g => g.Nodes.Where(n => ExampleProducts.IsExampleProduct(g, n) && !IsWithinExamples(g, n)).Select(n => $"{Name(n)} is not")),
        new("A gradient has one result; that of a matrix has one besides those of its products.", g => g.Results.GroupBy(r => r.Name).Where(r => r.Count() > 1 && r.Count(one => !OpTable.IsOuter(g[one.Node])) > (g[r.First().Node].Shape.IsMatrix ? 1 : 0)).Select(r => $"{r.Key} has several")),
        new("No layer is left.", g => g.Nodes.Where(n => OpTable.Kind(n) == OpKind.Call).Select(n => $"{Name(n)} is one")),
    ];

    public static readonly IReadOnlyList<Rule<Graph>> All = [.. OfParts, OneAnswer];

    /// <summary>
    /// The rules for a method's whole graph. A pass may find another way to compute the answer, but the answer must keep its kind, because its buffer has as many rows as the method says.
    /// </summary>
    public static IReadOnlyList<Rule<Graph>> Of(ValueDecl result) =>
    [
        .. All,
        new("The answer has the shape and domain that the method returns.", g =>
        {
            Node answer = g.Result("return");
            return answer.Shape == result.Shape && answer.Domain.IsLike(result.Domain) && (answer.Axis == result.Axis || answer.Op == Op.Constant) ? [] : [$"{Name(answer)} is {answer.Shape} @{answer.Domain}"];
        }),
    ];

    static bool IsOnOneAxis(Graph graph, Node node)
    {
        int[] axes = [.. node.Inputs.Select(i => graph[i]).Where(o => !o.Domain.IsParameters).Select(o => o.Axis).Distinct()];
        return axes.Length == 0 || (axes.Length == 1 && (node.Domain.IsParameters || axes[0] == node.Axis));
    }

    static bool IsThinned(Node some, Node all, Argument.Stride stride) => some.Domain.Thinned is { } thinned && thinned.SourceAxis == all.Axis && thinned.Every == stride.Steps;

    static bool IsWithinExamples(Graph g, Node n)
    {
        Node left = g.Input(n, 0), right = g.Input(n, 1);
        if (!right.Domain.IsSteps || !right.Shape.IsVector)
            return false;
        if (n.IsSumOfSteps)
            return left.Domain.IsSteps && left.Axis == right.Axis && n.Sides.Equals((left.Shape.Rows!, right.Shape.Rows!)) && !n.Domain.IsParameters;
        (Dim rows, Dim columns) = left.Sides;
        (Dim contracted, Dim kept) = n.Over == Over.Rows ? (rows, columns) : (columns, rows);
        return right.Shape.Rows!.Equals(contracted) && n.Shape == Shape.Vector(kept) && n.Axis == right.Axis && (left.Domain.IsSteps || left.Axis == n.Axis);
    }

    public static string Name(Node node) => $"%{node.Id} ({node.Op}{(node.Label is null ? "" : " " + node.Label)})";

    /// <summary>Checks only operations whose table entry determines their shape and domain.</summary>
    static bool Follows(Graph graph, Node node)
    {
        OpInfo info = OpTable.Get(node.Op);
        if (info.Kind is OpKind.Leaf or OpKind.Call || node.Op is Op.Broadcast or Op.Shift || ExampleProducts.IsExampleProduct(graph, node))
            return true;
        Node[] operands = [.. node.Inputs.Select(i => graph[i])];
        return info.Domain(operands, node.Argument).IsLike(node.Domain) && (OpTable.HasOwnShape(node.Op) || info.Shape(operands, node.Argument) == node.Shape);
    }
}

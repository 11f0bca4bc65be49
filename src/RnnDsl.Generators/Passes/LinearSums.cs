using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// Rewrites sums over units whose terms need another sum over units: Σ(a·v + b·w), with b from a sum, becomes a·Σv + b·Σw. Then no sum waits for another, and a region has one loop
/// less. The deviations from a mean add up to zero.
/// </summary>
internal sealed class LinearSums
{
    readonly GraphBuilder builder;
    readonly List<bool> needsSum = [], isLate = [];
    readonly Dictionary<int, Node> totals = [];

    LinearSums(GraphBuilder builder) => this.builder = builder;

    public static Graph Run(Graph graph)
    {
        LinearSums? pass = null;
        // A sum of deviations is the constant 0. It still stands for a value of each example or step, as its readers expect.
        return Simplify.Rewrite(graph, null, (builder, node, made) => node.Sums(Over.Units)
            ? builder.Broadcast((pass ??= new LinearSums(builder)).Total(made[node.Inputs[0]]), node.Shape, node.Domain) : null);
    }

    /// <summary>The sum of a vector. Its parts are summed first, each once. It does not recurse, because a sum of many terms is as deep as it is long.</summary>
    Node Total(Node x)
    {
        var open = new Stack<int>([x.Id]);
        while (open.Count > 0)
        {
            Node next = builder[open.Peek()];
            int[] missing = [.. Parts(next).Where(p => !totals.ContainsKey(p))];
            if (missing.Length > 0)
            {
                open.Push(missing[0]);
                continue;
            }
            open.Pop();
            if (!totals.ContainsKey(next.Id))
                totals.Add(next.Id, Sum(next));
        }
        return totals[x.Id];
    }

    /// <summary>The vectors whose sums make up the sum of this one; none if the vector itself is summed.</summary>
    IEnumerable<int> Parts(Node x) => x.Op switch
    {
        Op.Negate => x.Inputs,
        Op.Multiply when Factor(x) is int factor => [x.Inputs[1 - factor]],
        Op.Add or Op.Subtract when !IsDeviation(x) && builder.Input(x, 0).Shape == builder.Input(x, 1).Shape && (IsLate(x.Inputs[0]) || IsLate(x.Inputs[1])) => x.Inputs,
        _ => [],
    };

    Node Sum(Node x)
    {
        if (IsDeviation(x))
            return builder.Constant(0);
        Node[] parts = [.. Parts(x).Select(p => totals[p])];
        return parts.Length == 0 ? builder.Sum(x, Over.Units) : x.Op == Op.Multiply ? Scaled(builder.Input(x, Factor(x)!.Value), parts[0]) : builder.Apply(x.Op, parts);
    }

    /// <summary>Deviations from a mean add up to zero.</summary>
    bool IsDeviation(Node x) => x.Op == Op.Subtract && IsMeanOf(builder.Input(x, 1), builder.Input(x, 0));

    /// <summary>A scalar times a sum; zero if the sum is zero. If the scalar is NaN, the vector that it scales is NaN too.</summary>
    Node Scaled(Node factor, Node sum) => sum.Is(0) ? sum : builder.Multiply(factor, sum);

    /// <summary>The index of the scalar operand of a product whose other operand is a vector.</summary>
    int? Factor(Node product) => (builder.Input(product, 0).Shape.IsScalar, builder.Input(product, 1).Shape.IsScalar) switch
    {
        (true, false) => 0,
        (false, true) => 1,
        _ => null,
    };

    bool IsMeanOf(Node mean, Node x) => mean.Op == Op.Divide && builder.Input(mean, 1) is { Op: Op.Size } size && size.Dim.Equals(x.Shape.Rows)
        && builder.Input(mean, 0) is var sum && sum.Sums(Over.Units) && sum.Inputs[0] == x.Id;

    /// <summary>True for a term, or a sum of terms, with a factor that needs a sum over units.</summary>
    bool IsLate(int id) => Known(id, isLate, x => x.Op switch
    {
        Op.Negate => isLate[x.Inputs[0]],
        Op.Add or Op.Subtract => x.Shape.IsVector && (isLate[x.Inputs[0]] || isLate[x.Inputs[1]]),
        Op.Multiply => Factor(x) is int factor && NeedsSum(x.Inputs[factor]),
        _ => false,
    });

    bool NeedsSum(int id) => Known(id, needsSum, x => x.Sums(Over.Units) || (x.Op != Op.Shift && x.Inputs.Any(i => needsSum[i])));

    /// <summary>A property of a node, found from that of its operands, which come before it.</summary>
    bool Known(int id, List<bool> known, Func<Node, bool> find)
    {
        while (known.Count <= id)
            known.Add(find(builder[known.Count]));
        return known[id];
    }
}

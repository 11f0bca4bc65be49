using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// Sums over units of values that need another sum over units: Σ(a·v + b·w), with b from a sum, becomes a·Σv + b·Σw. No sum waits for another then, and
/// a region has a loop less. Deviations from the mean add up to nothing.
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
        // A sum of deviations is the number 0. It stands for a value of each example or step, which what reads it goes on to be.
        return Simplify.Rewrite(graph, null, (builder, node, made) => node.Sums(Over.Units)
            ? builder.Broadcast((pass ??= new LinearSums(builder)).Total(made[node.Inputs[0]]), node.Shape, node.Domain) : null);
    }

    /// <summary>The sum of a vector: of its parts first, each once, and without recursion, since a sum of many terms is as deep as it is long.</summary>
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

    /// <summary>The vectors whose sums make up the sum of this one; none where it is summed itself.</summary>
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

    /// <summary>What differs from a mean adds up to nothing.</summary>
    bool IsDeviation(Node x) => x.Op == Op.Subtract && IsMeanOf(builder.Input(x, 1), builder.Input(x, 0));

    /// <summary>A number times a sum; nothing, if the sum is: what is no number in the factor is none in the vector that it scales either.</summary>
    Node Scaled(Node factor, Node sum) => sum.Is(0) ? sum : builder.Multiply(factor, sum);

    /// <summary>Which operand of a product is a number, the other a vector.</summary>
    int? Factor(Node product) => (builder.Input(product, 0).Shape.IsScalar, builder.Input(product, 1).Shape.IsScalar) switch
    {
        (true, false) => 0,
        (false, true) => 1,
        _ => null,
    };

    bool IsMeanOf(Node mean, Node x) => mean.Op == Op.Divide && builder.Input(mean, 1) is { Op: Op.Size } size && size.Dim.Equals(x.Shape.Rows)
        && builder.Input(mean, 0) is var sum && sum.Sums(Over.Units) && sum.Inputs[0] == x.Id;

    /// <summary>A term, or a sum of terms, with a factor that needs a sum over units.</summary>
    bool IsLate(int id) => Known(id, isLate, x => x.Op switch
    {
        Op.Negate => isLate[x.Inputs[0]],
        Op.Add or Op.Subtract => x.Shape.IsVector && (isLate[x.Inputs[0]] || isLate[x.Inputs[1]]),
        Op.Multiply => Factor(x) is int factor && NeedsSum(x.Inputs[factor]),
        _ => false,
    });

    bool NeedsSum(int id) => Known(id, needsSum, x => x.Sums(Over.Units) || (x.Op != Op.Shift && x.Inputs.Any(i => needsSum[i])));

    /// <summary>What is found of a node from what is known of its operands, which come before it.</summary>
    bool Known(int id, List<bool> known, Func<Node, bool> find)
    {
        while (known.Count <= id)
            known.Add(find(builder[known.Count]));
        return known[id];
    }
}

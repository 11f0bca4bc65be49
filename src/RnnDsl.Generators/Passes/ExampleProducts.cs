using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// Turns operations between the steps of one sequence and all steps of another into products, where no recurrence is involved: in attention, the scores, the weighted sums, and
/// their adjoints. As sums over a matrix they would be computed for each step separately. As products they are computed for all steps of an example at once, and the example's
/// matrix is read once.
/// </summary>
/// <remarks>
/// If a value with an entry for each pair of steps and each unit remains, as in additive attention, nothing is changed: one loop computes it completely and never stores it.
/// </remarks>
internal sealed class ExampleProducts
{
    readonly Graph graph;
    readonly Components components;

    /// <summary>The nodes that become products: their operands, and the contracted side.</summary>
    readonly Dictionary<int, (int Left, int Right, Over Over)> products = [];

    /// <summary>Sequences whose steps are a sum of such products over the steps of another sequence.</summary>
    readonly Dictionary<int, List<int>> unfolded = [];

    ExampleProducts(Graph graph)
    {
        this.graph = graph;
        components = new Components(graph);
        foreach (Node node in graph.Nodes)
            if (!components.IsLoop(components.ComponentOf[node.Id]) && Match(node) is { } product)
                products.Add(node.Id, product);
    }

    /// <summary>The graph with these products; the same graph if there are none.</summary>
    public static Graph Run(Graph graph)
    {
        var pass = new ExampleProducts(graph);
        while (pass.products.Count > 0 && pass.DropOne())
        {
        }
        if (pass.products.Count == 0)
            return graph;
        pass.TakeSteps();
        bool[] alive = pass.Alive();
        return Simplify.Rewrite(graph, node => alive[node.Id], pass.Replace);
    }

    Node? Replace(GraphBuilder builder, Node node, Node[] made)
    {
        if (products.TryGetValue(node.Id, out var product))
            return builder.Name(builder.ProductOfExamples(node, product.Over, made[product.Left], made[product.Right]), node.Label);
        return unfolded.TryGetValue(node.Id, out List<int>? sums)
            ? builder.Name(sums.Select(id => products[id]).Select(sum => builder.ProductOfExamples(node, sum.Over, made[sum.Left], made[sum.Right])).Aggregate(builder.Add), node.Label) : null;
    }

    /// <summary>True for a product within each example: of steps with the example's matrix, or with the steps of another axis as the rows of a matrix; or the sum over steps of
    /// products of two vectors.</summary>
    public static bool IsExampleProduct(Graph graph, Node node) => node.IsSumOfSteps
        || (node.IsMatrixProduct && node.Domain.IsSteps && graph.Input(node, 0) is var left && (left.Shape.IsVector ? left.Domain.IsSteps : left.Shape.IsSequence && left.Domain.IsExamples));

    /// <summary>True for an operand that such a product reads as a matrix, so that all its steps must be complete.</summary>
    public static bool IsMatrixOf(Graph graph, int id, Node node) => node.IsMatrixProduct && node.Inputs[0] == id && IsExampleProduct(graph, node);

    /// <summary>A matrix whose rows are steps need not be built if it is only multiplied, and neither must one whose rows become steps.</summary>
    void TakeSteps()
    {
        foreach (int id in products.Keys.ToArray())
            if (products[id] is { Over: not Over.Steps } product && SequenceOf(graph[product.Left]) is int sequence)
                products[id] = product with { Left = sequence };
        foreach (Node node in graph.Nodes.Where(n => n.Op == Op.Unfold))
        {
            var sums = new List<int>();
            if (FindSums(graph.Input(node, 0), sums))
                unfolded.Add(node.Id, sums);
        }
    }

    /// <summary>The sequence that stands as a whole, in any order of examples.</summary>
    int? SequenceOf(Node matrix) => matrix.Op switch
    {
        Op.Whole => matrix.Inputs[0],
        Op.Reorder when IsOfExamples(matrix) => SequenceOf(graph.Input(matrix, 0)),
        _ => null,
    };

    /// <summary>True if it changes the order of examples; otherwise it goes between the steps of an axis and the sequences of an axis within it.</summary>
    bool IsOfExamples(Node reorder) => graph.Input(reorder, 0).Domain is var from && from.IsExamples && !from.IsNested && !reorder.Domain.IsNested;

    /// <summary>Finds the products whose sum a matrix is; false if it is something else.</summary>
    bool FindSums(Node matrix, List<int> sums)
    {
        if (products.TryGetValue(matrix.Id, out var product))
        {
            sums.Add(matrix.Id);
            return product.Over == Over.Steps;
        }
        return (matrix.Op == Op.Add || (matrix.Op == Op.Reorder && IsOfExamples(matrix))) && matrix.Inputs.All(i => FindSums(graph[i], sums));
    }

    /// <summary>
    /// The nodes that are computed example by example: the products, nodes with a number for each pair of steps, sums over such numbers, and the scalars between them. Nodes of a
    /// recurrence are never among them.
    /// </summary>
    public static HashSet<int> NodesByExample(Graph graph, Components components)
    {
        HashSet<int> byExample = [.. graph.Nodes.Where(n => IsExampleProduct(graph, n)).Select(n => n.Id)];
        if (byExample.Count == 0)
            return byExample;
        bool IsFree(Node node) => !components.IsLoop(components.ComponentOf[node.Id]) && OpTable.Kind(node) is OpKind.Elementwise or OpKind.Reduction or OpKind.RowReduction;
        var joined = new UnionFind(graph.Nodes.Count);
        foreach (Node node in graph.Nodes.Where(n => byExample.Contains(n.Id) || (IsFree(n) && (IsPairwise(n) || n.Inputs.Any(i => IsPairwise(graph[i]))))))
            foreach (int input in node.Inputs.Where(i => IsPairwise(graph[i]) && (byExample.Contains(i) || IsFree(graph[i]))))
                joined.Join(node.Id, input);
        HashSet<int> with = [.. byExample.Select(joined.Find)];
        byExample.UnionWith(graph.Nodes.Where(n => IsFree(n) && (IsPairwise(n) || n.Inputs.Any(i => IsPairwise(graph[i]))) && with.Contains(joined.Find(n.Id))).Select(n => n.Id));
        // Scalars that lie between two such nodes.
        bool IsBetween(Node node) => IsFree(node) && node.Shape.IsScalar && node.Domain.IsSteps && OpTable.Kind(node) == OpKind.Elementwise;
        bool[] after = new bool[graph.Nodes.Count], before = new bool[graph.Nodes.Count];
        foreach (Node node in graph.Nodes.Where(IsBetween))
            after[node.Id] = node.Inputs.Any(i => byExample.Contains(i) || after[i]);
        foreach (Node node in graph.Nodes.Reverse().Where(IsBetween))
            before[node.Id] = graph.Users(node.Id).Any(u => byExample.Contains(u) || before[u]);
        byExample.UnionWith(Enumerable.Range(0, after.Length).Where(id => after[id] && before[id]));
        return byExample;
    }

    /// <summary>True for a value with a number for each pair of a step and a step of another sequence.</summary>
    static bool IsPairwise(Node node) => node.Domain.IsSteps && node.Shape.IsSequence;

    /// <summary>A sum over a matrix that is in fact a product: its operands, with the matrix first if there is one.</summary>
    (int Left, int Right, Over Over)? Match(Node node)
    {
        if (node.Op != Op.Reduce || node.IsMax || node.Over is not (Over.Rows or Over.Columns or Over.Steps) || graph.Input(node, 0) is not { Op: Op.Multiply, Shape: { IsMatrix: true, IsSequence: true }, Domain.IsSteps: true } factors)
            return null;
        Node first = graph.Input(factors, 0), second = graph.Input(factors, 1);
        return node.Over == Over.Steps ? Outer(first, second) ?? Outer(second, first) : Matrix(first, second, node.Over) ?? Matrix(second, first, node.Over);
    }

    /// <summary>The matrix of an example, and a vector of a step across it.</summary>
    (int, int, Over)? Matrix(Node matrix, Node across, Over over) =>
        matrix.Domain.IsExamples && matrix.Shape.IsMatrix && IsAcross(across, over == Over.Columns ? Over.Rows : Over.Columns) ? (matrix.Id, across.Inputs[0], over) : null;

    /// <summary>Two vectors of a step, one in each column and the other in each row.</summary>
    (int, int, Over)? Outer(Node left, Node right) => IsAcross(left, Over.Columns) && IsAcross(right, Over.Rows) ? (left.Inputs[0], right.Inputs[0], Over.Steps) : null;

    bool IsAcross(Node node, Over over) => node.Op == Op.Across && node.Over == over && graph.Input(node, 0).Domain.IsSteps;

    IEnumerable<int> Operands(Node node) => products.TryGetValue(node.Id, out var product) ? [product.Left, product.Right]
        : unfolded.TryGetValue(node.Id, out List<int>? sums) ? sums.SelectMany(id => new[] { products[id].Left, products[id].Right }) : node.Inputs;

    /// <summary>The nodes that the results need once the products exist.</summary>
    bool[] Alive()
    {
        var alive = new bool[graph.Nodes.Count];
        var open = new Stack<int>(graph.Results.Select(r => r.Node));
        while (open.Count > 0)
        {
            int id = open.Pop();
            if (alive[id])
                continue;
            alive[id] = true;
            foreach (int operand in Operands(graph[id]))
                open.Push(operand);
        }
        return alive;
    }

    /// <summary>Gives up products that are connected to a matrix which each step would still need for itself.</summary>
    /// <returns>True if there were any.</returns>
    bool DropOne()
    {
        bool[] alive = Alive();
        bool IsSeen(Node node) => alive[node.Id] && !components.IsLoop(components.ComponentOf[node.Id]);
        var joined = new UnionFind(graph.Nodes.Count);
        foreach (Node node in graph.Nodes.Where(IsSeen))
            foreach (int operand in Operands(node).Where(o => IsPairwise(graph[o]) && IsSeen(graph[o])))
                joined.Join(node.Id, operand);
        HashSet<int> matrices = [.. graph.Nodes.Where(n => IsSeen(n) && IsPairwise(n) && n.Shape.IsMatrix).Select(n => joined.Find(n.Id))];
        int[] dropped = [.. products.Keys.Where(id => matrices.Contains(joined.Find(id)))];
        foreach (int id in dropped)
            products.Remove(id);
        return dropped.Length > 0;
    }

    /// <summary>Disjoint sets of nodes, merged pairwise.</summary>
    sealed class UnionFind(int count)
    {
        readonly int[] above = [.. Enumerable.Range(0, count)];

        public int Find(int id)
        {
            while (above[id] != id)
                id = above[id] = above[above[id]];
            return id;
        }

        public void Join(int id, int other) => above[Find(id)] = Find(other);
    }
}

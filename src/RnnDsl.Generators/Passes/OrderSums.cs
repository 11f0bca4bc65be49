using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// Reorders sums of several terms. Terms that do not depend on the previous step come first, so that they can leave the loop as one; then the terms are ordered by domain, and
/// products come before other terms, so that products that are added become one product.
/// </summary>
internal static class OrderSums
{
    public static Graph Run(Graph graph)
    {
        var components = new Components(graph);
        int[] uses = new int[graph.Nodes.Count];
        foreach (Node node in graph.Nodes)
            foreach (int input in node.Inputs)
                uses[input]++;
        foreach (Result result in graph.Results)
            uses[result.Node] += 2;
        // An addition that only another addition of the same kind reads is a part of that addition's sum.
        var inner = new bool[graph.Nodes.Count];
        foreach (Node node in graph.Nodes)
            if (IsSum(node))
                foreach (int input in node.Inputs)
                    inner[input] = IsSum(graph[input]) && uses[input] == 1 && graph[input].Shape == node.Shape && graph[input].Label is null;

        return Simplify.Rewrite(graph, node => !inner[node.Id], (builder, node, made) => IsSum(node) ? Sum(builder, node, made) : null);

        Node Sum(GraphBuilder builder, Node root, Node[] made)
        {
            var terms = new List<Node>();
            Flatten(root, terms);
            bool inLoop = components.IsLoop(components.ComponentOf[root.Id]);
            bool Recurs(Node term) => inLoop && components.ComponentOf[term.Id] == components.ComponentOf[root.Id];
            Node sum = terms
                .GroupBy(t => (Recurs(t), t.Domain, OpTable.Kind(t) != OpKind.Product))
                .OrderBy(g => g.Key)
                .Select(g => g.Select(t => made[t.Id]).Aggregate(builder.Add))
                .Aggregate(builder.Add);
            return builder.Name(sum, root.Label);
        }

        void Flatten(Node root, List<Node> terms)
        {
            // A sum of thousands of terms is as deep as it is long.
            var open = new Stack<int>([root.Inputs[1], root.Inputs[0]]);
            while (open.Count > 0)
            {
                Node node = graph[open.Pop()];
                if (!inner[node.Id])
                {
                    terms.Add(node);
                    continue;
                }
                open.Push(node.Inputs[1]);
                open.Push(node.Inputs[0]);
            }
        }
    }

    static bool IsSum(Node node) => node.Op == Op.Add && !node.Shape.IsMatrix;
}

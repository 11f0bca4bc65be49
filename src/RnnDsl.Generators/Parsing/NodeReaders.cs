using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>The nodes of a graph on which its results depend, and the readers of each.</summary>
internal sealed class NodeReaders
{
    readonly IReadOnlyList<Node> nodes;
    readonly Dictionary<int, List<Node>> readers = [];
    readonly HashSet<int> results;

    public NodeReaders(IReadOnlyList<Node> nodes, IReadOnlyList<int> results)
    {
        this.nodes = nodes;
        this.results = [.. results];
        var open = new Stack<int>(results);
        while (open.Count > 0)
        {
            int id = open.Pop();
            if (readers.ContainsKey(id))
                continue;
            readers.Add(id, []);
            foreach (int input in nodes[id].Inputs)
                open.Push(input);
        }
        foreach (Node node in Reached)
            foreach (int input in node.Inputs.Distinct())
                readers[input].Add(node);
    }

    /// <summary>These nodes, in the order of the graph.</summary>
    public IEnumerable<Node> Reached => nodes.Where(n => readers.ContainsKey(n.Id));

    public IEnumerable<Node> Readers(Node node) => readers[node.Id];

    /// <summary>True for a node that is itself a result.</summary>
    public bool IsResult(Node node) => results.Contains(node.Id);

    public IEnumerable<Node> Operands(Node node) => node.Inputs.Select(i => nodes[i]);
}

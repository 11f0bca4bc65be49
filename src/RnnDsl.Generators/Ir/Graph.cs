using System.Text;

namespace RnnDsl.Generators.Ir;

/// <summary>
/// A flat graph in static single assignment form. The only cycles run through the first operand of a <see cref="Op.Shift"/>.
/// </summary>
internal sealed class Graph : IEquatable<Graph>
{
    string? text;
    List<int>[]? users;
    HashSet<int>? answers;

    public Graph(IEnumerable<Node> nodes, IEnumerable<Result> results, IEnumerable<string> equations)
    {
        Nodes = nodes.ToEquatable();
        Axes = Nodes.Count == 0 ? 1 : Nodes.Max(n => n.Axis) + 1;
        Results = results.ToEquatable();
        Equations = equations.ToEquatable();
    }

    public EquatableArray<Node> Nodes { get; }

    public EquatableArray<Result> Results { get; }

    /// <summary>The user's statements, without comments. Nodes refer to them by index.</summary>
    public EquatableArray<string> Equations { get; }

    public Node this[int id] => Nodes[id];

    public Node Result(string name) => Nodes[Results.First(r => r.Name == name).Node];

    public Node Input(Node node, int index) => Nodes[node.Inputs[index]];

    /// <summary>The number of axes of its sequences: 1, unless inputs have lengths of their own.</summary>
    public int Axes { get; }

    HashSet<int>? nested;

    /// <summary>True for an axis within another.</summary>
    public bool IsNested(int axis) => (nested ??= [.. Nodes.Where(n => n.Domain.IsNested).Select(n => n.Axis)]).Contains(axis);

    /// <summary>The domains whose steps are taken from other axes, in the order of the axes.</summary>
    public IEnumerable<Domain> Thinned => Nodes.Select(n => n.Domain.AsSingle(false)).Where(d => d.Thinned is not null).Distinct().OrderBy(d => d.Axis);

    /// <summary>The nodes that have this one as an operand, in rising order.</summary>
    public IReadOnlyList<int> Users(int id)
    {
        if (users is null)
        {
            var found = new List<int>[Nodes.Count];
            for (int i = 0; i < found.Length; i++)
                found[i] = [];
            foreach (Node node in Nodes)
                foreach (int input in node.Inputs)
                    if (input >= 0 && (found[input].Count == 0 || found[input][found[input].Count - 1] != node.Id))
                        found[input].Add(node.Id);
            users = found;
        }
        return users[id];
    }

    /// <summary>True for a result that a caller receives directly. Final states are results too, but the loops themselves hand them over.</summary>
    public bool IsAnswer(int id) =>
        (answers ??= [.. Results.Where(r => !r.IsState).Select(r => r.Node)]).Contains(id);

    /// <summary>One line for each equation, node and result. <see cref="GraphText"/> reads it back.</summary>
    public override string ToString()
    {
        if (text is not null)
            return text;
        var builder = new StringBuilder();
        foreach (string equation in Equations)
            builder.Append("# ").Append(equation).Append('\n');
        foreach (Node node in Nodes)
            builder.Append(GraphText.Line(node)).Append('\n');
        foreach (Result result in Results)
            builder.Append("result ").Append(result.Name).Append(" %").Append(result.Node).Append('\n');
        return text = builder.ToString();
    }

    public bool Equals(Graph? other) => other is not null && other.ToString() == ToString();

    public override bool Equals(object? obj) => Equals(obj as Graph);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(ToString());
}

using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Passes;

/// <summary>A forward graph in two parts.</summary>
/// <param name="Condition">The part that depends on the condition alone, over whole sequences. Its results are the given values, "given:0" and so on.</param>
/// <param name="Step">The rest, still over whole sequences, which all belong to one axis. The given values are inputs.</param>
/// <param name="Given">The values that the second part reads from the first.</param>
internal sealed record ConditionalGraphs(Graph Condition, Graph Step, EquatableArray<ValueDecl> Given);

/// <summary>
/// Splits a forward graph for conditional streams. The inputs of one axis come step by step; all other inputs, the condition, are known before. What depends on the condition alone
/// is computed once, when a stream starts. The rest is the graph of a stream, which is given values of the condition: vectors, and whole sequences as matrices.
/// </summary>
internal sealed class Conditioning
{
    const string Given = "given:", SomeStepsOfRunning = "combines every k-th step of one input (Every) with another input, which so has a step only for some of the steps that come";

    readonly Graph graph;
    readonly int axis;
    readonly bool[] streamed, inStep;

    /// <summary>The ids of the values that the step reads.</summary>
    readonly SortedSet<int> given = [];

    Conditioning(Graph graph, int axis)
    {
        this.graph = graph;
        this.axis = axis;
        streamed = Streamed();
        inStep = new bool[graph.Nodes.Count];
        Collect(graph.Result("return").Id);
    }

    /// <summary>The two parts, or the reason why there is no stream.</summary>
    /// <param name="graph">The forward graph, without dropouts.</param>
    /// <param name="inputs">The inputs of the method.</param>
    /// <param name="thinned">The axes of the method that have every k-th step of another.</param>
    /// <param name="axis">The axis whose steps come one by one.</param>
    public static (ConditionalGraphs? Graphs, string? Refusal) Run(Graph graph, IEnumerable<ValueDecl> inputs, IEnumerable<Domain> thinned, int axis)
    {
        if (inputs.Any(i => i.Domain.IsNested && i.Domain.OuterAxis == axis))
            return (null, Streaming.SequencesAtSteps);
        HashSet<int> running = WithThinned(thinned, [axis]), given = [.. inputs.Where(i => i.Domain.IsSteps && i.Axis != axis).SelectMany(i => i.Domain.IsNested ? new[] { i.Axis, i.Domain.OuterAxis } : [i.Axis])];
        if (running.Overlaps(given))
            return (null, SomeStepsOfRunning);
        var pass = new Conditioning(graph, axis);
        HashSet<int> known = WithThinned(thinned, given);
        if (pass.Refuse(known) is { } refusal)
            return (null, refusal);
        Graph step = pass.Step();
        return Streaming.Refuse(step) is { } reason ? (null, reason) : (new(pass.Condition(), step, pass.Decls().ToEquatable()), null);
    }

    /// <summary>These axes, and those that have every k-th step of one of them: the length of each follows from the length of the axis itself.</summary>
    static HashSet<int> WithThinned(IEnumerable<Domain> thinned, IEnumerable<int> axes)
    {
        HashSet<int> all = [.. axes];
        for (int before = 0; before != all.Count;)
        {
            before = all.Count;
            all.UnionWith(thinned.Where(d => all.Contains(d.Thinned!.SourceAxis)).Select(d => d.Axis));
        }
        return all;
    }

    /// <summary>The axes whose lengths one step reads, or whose sequences it has.</summary>
    public static IEnumerable<int> SequencesOf(Graph step, IEnumerable<ValueDecl> given) =>
        SequencesOf(step.Nodes).Concat(given.Select(g => g.Shape.Rows).OfType<Dim>().Where(d => d.IsSteps).Select(d => d.Axis)).Distinct().OrderBy(a => a);

    static IEnumerable<int> SequencesOf(IEnumerable<Node> nodes) => nodes.Select(n => n.Op == Op.Size ? n.Dim : n.Shape.Rows).OfType<Dim>().Where(d => d.IsSteps).Select(d => d.Axis);

    /// <summary>For each node: whether it depends on inputs that come step by step, also through time.</summary>
    bool[] Streamed()
    {
        var depends = new bool[graph.Nodes.Count];
        var open = new Stack<int>(graph.Nodes.Where(IsOfAxis).Select(n => n.Id));
        while (open.Count > 0)
        {
            int id = open.Pop();
            if (depends[id])
                continue;
            depends[id] = true;
            foreach (int user in graph.Users(id))
                open.Push(user);
        }
        return depends;
    }

    bool IsOfAxis(Node node) => (node.Domain.IsSteps && node.Axis == axis) || (node.Op == Op.Length && node.Axis == axis) || IsLengthOf(node, axis) || (node.Shape.Rows is { IsSteps: true } rows && rows.Axis == axis);

    static bool IsLengthOf(Node node, int axis) => node.Op == Op.Size && node.Dim.IsSteps && node.Dim.Axis == axis;

    /// <summary>Finds what the step computes and what it is given.</summary>
    void Collect(int result)
    {
        var open = new Stack<int>([result]);
        while (open.Count > 0)
        {
            int id = open.Pop();
            if (inStep[id] || given.Contains(id))
                continue;
            if (!streamed[id] && !IsCopied(graph[id]))
            {
                given.Add(id);
                continue;
            }
            inStep[id] = true;
            foreach (int input in graph[id].Inputs)
                open.Push(input);
        }
    }

    /// <summary>True for nodes that the step computes itself: values of parameters alone, leaves that are no values, and nodes that only repeat a shorter value.</summary>
    static bool IsCopied(Node node) => node.Domain.IsParameters || node.Op is Op.InitialState or Op.Size or Op.Length or Op.Across
        || (node.Op is Op.Broadcast or Op.Reorder && node.Domain is { IsExamples: true, IsNested: false });

    string? Refuse(HashSet<int> known)
    {
        Node result = graph.Result("return");
        if (result.Domain.IsSteps && result.Axis != axis)
            return "returns a sequence that has the steps of another input";
        Node[] steps = [.. graph.Nodes.Where(n => inStep[n.Id])];
        if (steps.Any(n => n.Domain.IsNested))
            return Streaming.SequencesAtSteps;
        if (steps.Any(n => n.Domain.IsSteps && n.Axis != axis) || given.Any(id => graph[id].Domain is { IsSteps: true } or { IsNested: true }))
            return "combines with every step of another input what depends on these steps, so that each step would change it from the first on";
        return SequencesOf(steps.Concat(given.Select(id => graph[id]))).Any(a => a != axis && !known.Contains(a)) ? "looks into a sequence whose length is that of no input" : null;
    }

    IEnumerable<ValueDecl> Decls() => given.Select((id, index) => new ValueDecl(NameOf(id, index), graph[id].Shape, Domain.Examples()));

    /// <summary>A name that no input of a user can have.</summary>
    string NameOf(int id, int index) => $"{Given}{UsersName(graph[id]) ?? "value"}_{index}";

    string? UsersName(Node node) => node.Op == Op.Input ? node.Name : node.Label ?? (node.Op == Op.Whole ? UsersName(graph.Input(node, 0)) : null);

    Graph Condition() => Simplify.Run(new Graph(graph.Nodes, given.Select((id, index) => new Result(Given + index, id)), graph.Equations));

    /// <summary>With a single example the order of sequences does not matter, so everything stands along the first axis.</summary>
    Graph Step()
    {
        Dictionary<int, string> names = given.Select((id, index) => (id, NameOf(id, index))).ToDictionary(g => g.id, g => g.Item2);
        return Simplify.Run(new Graph(graph.Nodes.Select(node => !names.TryGetValue(node.Id, out string? name) ? InOneAxis(node)
            : node with { Op = Op.Input, Inputs = new EquatableArray<int>([]), Domain = Domain.Examples(), Argument = new Argument.Named(name) }),
            [new Result("return", graph.Result("return").Id)], graph.Equations));
    }

    Node InOneAxis(Node node) => node switch
    {
        { Op: Op.Length } when node.Axis != axis => node with { Op = Op.Size, Argument = new Argument.Extent(Dim.Steps(node.Axis)), Domain = Domain.Examples() },
        _ when IsLengthOf(node, axis) => node with { Op = Op.Length, Argument = Argument.None, Domain = Domain.Examples() },
        _ => node with { Domain = node.Domain.OnAxis(0) },
    };
}

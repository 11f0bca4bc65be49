using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// Loop distribution. Values that do not depend on the previous step leave the time loop; they are computed before or after it, for all steps at once. Only strongly connected
/// components stay inside. No special case is needed for stacked layers, heads and diagonal recurrences.
/// </summary>
internal sealed class DistributeLoops
{
    readonly Graph graph;
    readonly Components components;

    /// <summary>The nodes that are computed example by example.</summary>
    readonly HashSet<int> byExample;
    readonly Schedule schedule;
    readonly bool[] assigned;
    readonly Stage?[] home;

    /// <summary>For each component: the number of operands from outside that are still missing.</summary>
    readonly int[] waiting;

    /// <summary>Nodes whose operands are all assigned, by the kind of stage that can compute them; and such loops, by component.</summary>
    readonly Dictionary<(StageKind, int), List<int>> ready = [];
    readonly SortedSet<int> readyLoops = [];

    DistributeLoops(Graph graph)
    {
        this.graph = graph;
        components = new Components(graph);
        byExample = ExampleProducts.NodesByExample(graph, components);
        schedule = new Schedule(graph);
        assigned = new bool[graph.Nodes.Count];
        home = new Stage?[graph.Nodes.Count];
        waiting = new int[components.Members.Count];
        foreach (Node node in graph.Nodes)
            foreach (int user in graph.Users(node.Id))
                if (components.ComponentOf[user] != components.ComponentOf[node.Id])
                    waiting[components.ComponentOf[user]]++;
        for (int component = 0; component < waiting.Length; component++)
            if (waiting[component] == 0)
                IsReady(component);
    }

    public static Schedule Run(Graph graph)
    {
        var pass = new DistributeLoops(graph);
        pass.AssignParameters();
        pass.AssignRows();
        pass.AssignEnd();
        return pass.schedule;
    }

    /// <summary>Assigns values that depend on parameters alone to the preparation, which runs once for each change of the parameters. Leaves are not computed.</summary>
    void AssignParameters()
    {
        var prepare = new Stage(StageKind.Prepare);
        foreach (Node node in graph.Nodes)
        {
            if (OpTable.Kind(node) == OpKind.Leaf)
                MarkAssigned(node.Id);
            else if (node.Domain.IsParameters && OpTable.Kind(node) != OpKind.RowReduction && !OpTable.IsOuter(node) && node.Inputs.All(i => assigned[i]))
                Assign(node.Id, prepare);
        }
        schedule.Stages.Add(prepare);
    }

    /// <summary>
    /// Fills stages of rows and of steps as long as nodes of their kind are ready, and then runs the loops that are ready. Values of examples are computed before these stages or,
    /// once these have begun, after them, because consecutive stages over rows can run together (<see cref="Sweeps"/>).
    /// </summary>
    void AssignRows()
    {
        bool begun = false;
        while (true)
        {
            Stage? filled = (begun ? null : Fill(StageKind.AllExamples)) ?? Fill(StageKind.AllSteps) ?? Fill(StageKind.EachStep) ?? RunLoops() ?? Fill(StageKind.AllExamples) ?? Fill(StageKind.EachExample);
            if (filled is null)
                return;
            begun = filled.IsSequence;
            schedule.Stages.Add(filled);
        }
    }

    Stage? Fill(StageKind kind) => Enumerable.Range(0, graph.Axes).Select(axis => Fill(kind, axis)).FirstOrDefault(stage => stage is not null);

    Stage? Fill(StageKind kind, int axis)
    {
        if (!ready.TryGetValue((kind, axis), out List<int>? nodes))
            return null;
        Stage? stage = null;
        var later = new List<int>();
        // An assigned node makes further nodes ready, which join the list.
        for (int i = 0; i < nodes.Count; i++)
            if (assigned[nodes[i]])
                continue;
            else if (IsComplete(graph[nodes[i]], stage))
                Assign(nodes[i], stage ??= new Stage(kind, axis: axis));
            else
                later.Add(nodes[i]);
        ready[(kind, axis)] = later;
        stage?.Nodes.Sort();
        return stage;
    }

    Stage? RunLoops()
    {
        if (readyLoops.Count == 0)
            return null;
        Node first = ShiftOf(readyLoops.Min);
        var stage = new Stage(StageKind.Loop, first.IsForward, first.Axis);
        // Another loop may wait for this one only.
        for (List<int> loops = Next(); loops.Count > 0; loops = Next())
            foreach (int loop in loops)
            {
                readyLoops.Remove(loop);
                foreach (int member in components.Members[loop])
                    Assign(member, stage);
            }
        // Sums of the loop's own values are computed in the loop.
        foreach (int sum in stage.Nodes.Where(id => !CompleteAtEnd(graph[id])).SelectMany(graph.Users).Where(id => !assigned[id] && OpTable.Kind(graph[id]) == OpKind.RowReduction).ToArray())
            Assign(sum, stage);
        stage.Nodes.Sort();
        return stage;

        List<int> Next() => [.. readyLoops.Where(loop => ShiftOf(loop) is var shift && shift.IsForward == stage.Forward && shift.Axis == stage.Axis)];
    }

    Node ShiftOf(int loop) => graph[components.Members[loop].First(m => graph[m].Op == Op.Shift)];

    /// <summary>Assigns values that depend on sums, then the outer products. If matrices are computed from other matrices, further rounds take the readers of outer products.</summary>
    void AssignEnd()
    {
        do
            AssignRound();
        while (assigned.Contains(false));
    }

    void AssignRound()
    {
        // Outer products over all rows, and over examples. The first kind may be summed block by block (Sweeps).
        Stage[] outer = [.. Enumerable.Range(0, graph.Axes).Select(axis => new Stage(StageKind.Outer, axis: axis))];
        Stage[] outerOfExamples = [.. Enumerable.Range(0, graph.Axes).Select(axis => new Stage(StageKind.Outer, axis: axis))];
        var epilogue = new Stage(StageKind.Epilogue);
        bool IsThere(int id) => assigned[id] && (home[id] is not { } stage || (!outerOfExamples.Contains(stage) && !outer.Contains(stage)));
        bool some = false;
        foreach (Node node in graph.Nodes)
        {
            if (assigned[node.Id] || !node.Domain.IsParameters || !node.Inputs.All(IsThere))
                continue;
            Assign(node.Id, !OpTable.IsOuter(node) ? epilogue : node.Inputs.All(i => graph[i].Domain.IsSteps) ? outer[AxisOf(graph, node)] : outerOfExamples[AxisOf(graph, node)]);
            some = true;
        }
        if (!some && graph.Nodes.FirstOrDefault(n => !assigned[n.Id]) is { } left)
            throw new InvalidOperationException($"No stage takes %{left.Id} ({left.Op}).");
        schedule.Stages.Add(epilogue);
        foreach (Stage stage in outer)
            schedule.Stages.Add(stage);
        foreach (Stage stage in outerOfExamples.Where(s => s.Axis == 0 || s.Nodes.Count > 0))
            schedule.Stages.Add(stage);
    }

    void Assign(int id, Stage stage)
    {
        home[id] = stage;
        stage.Nodes.Add(id);
        MarkAssigned(id);
    }

    void MarkAssigned(int id)
    {
        assigned[id] = true;
        foreach (int user in graph.Users(id))
            if (components.ComponentOf[user] != components.ComponentOf[id] && --waiting[components.ComponentOf[user]] == 0)
                IsReady(components.ComponentOf[user]);
    }

    /// <summary>Called when all operands of a component are assigned.</summary>
    void IsReady(int component)
    {
        if (components.IsLoop(component))
            readyLoops.Add(component);
        else if (KindOf(graph[components.Members[component][0]]) is { } kind)
        {
            int axis = AxisOf(graph, graph[components.Members[component][0]]);
            if (!ready.TryGetValue((kind, axis), out List<int>? nodes))
                ready.Add((kind, axis), nodes = []);
            nodes.Add(components.Members[component][0]);
        }
    }

    /// <summary>A sum over rows is complete only when its stage has ended, and so are the rows of a matrix.</summary>
    bool IsComplete(Node node, Stage? stage) => stage is null || node.Inputs.All(i => home[i] != stage || (!CompleteAtEnd(graph[i]) && !ExampleProducts.IsMatrixOf(graph, i, node)));

    static bool CompleteAtEnd(Node node) => OpTable.IsCompleteAtEnd(node);

    /// <summary>The axis of the stage that can compute a node: its own axis, or that of the rows that it sums. Outer products over examples do not depend on the order.</summary>
    public static int AxisOf(Graph graph, Node node) => OpTable.IsCompleteAtEnd(node) ? graph.Input(node, 0).Axis
        : !OpTable.IsOuter(node) ? node.Axis : graph.Input(node, 0).Domain is var rows && (rows.IsSteps || rows.IsNested) ? rows.Axis : 0;

    /// <summary>The kind of stage that can compute a node outside of loops; null for parameters and loops.</summary>
    StageKind? KindOf(Node node)
    {
        if (components.IsLoop(components.ComponentOf[node.Id]) || OpTable.IsOuter(node))
            return null;
        if (byExample.Contains(node.Id))
            return StageKind.EachExample;
        if (OpTable.Kind(node) == OpKind.RowReduction)
        {
            Node summed = graph.Input(node, 0);
            return summed.Domain.IsParameters ? null
                : node.Reduces(Over.Steps) ? StageKind.EachStep
                : summed.Domain.IsExamples ? StageKind.AllExamples : KindOfRowReduction(summed);
        }
        if (node.Domain.IsParameters)
            return null;
        // Operations that gather or scatter whole rows by example.
        if (node.Domain.IsExamples || OpTable.IsWrittenByExample(node.Op))
            return StageKind.AllExamples;
        return Schedule.SeesExamples(graph, node) ? StageKind.EachStep : StageKind.AllSteps;
    }

    /// <summary>A sum over rows is computed where its operand is computed.</summary>
    StageKind KindOfRowReduction(Node summed) => home[summed.Id]?.Kind == StageKind.EachStep ? StageKind.EachStep : StageKind.AllSteps;
}

using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// Loop distribution. What does not depend on the previous step leaves the time loop: it runs before or after it for all steps at
/// once. Only strongly connected components stay inside. Stacked layers, heads and diagonal recurrences fall out of it.
/// </summary>
internal sealed class Levels
{
    readonly Graph graph;
    readonly Components components;
    readonly Schedule schedule;
    readonly bool[] placed;
    readonly Stage?[] home;

    Levels(Graph graph)
    {
        this.graph = graph;
        components = new Components(graph);
        schedule = new Schedule(graph);
        placed = new bool[graph.Nodes.Count];
        home = new Stage?[graph.Nodes.Count];
    }

    public static Schedule Run(Graph graph)
    {
        var pass = new Levels(graph);
        pass.PlaceParameters();
        pass.PlaceRows();
        pass.PlaceEnd();
        return pass.schedule;
    }

    /// <summary>What depends on parameters alone is computed once for each change of them; leaves are computed nowhere.</summary>
    void PlaceParameters()
    {
        var prepare = new Stage(StageKind.Prepare);
        foreach (Node node in graph.Nodes)
        {
            if (OpTable.Kind(node) == OpKind.Leaf)
                placed[node.Id] = true;
            else if (node.Space == Space.Parameter && OpTable.Kind(node) != OpKind.Rows && node.Op != Op.Outer && node.Inputs.All(i => placed[i]))
                Place(node.Id, prepare);
        }
        schedule.Stages.Add(prepare);
    }

    /// <summary>
    /// Fills stages of rows and steps as long as anything of their kind is ready; then runs the loops that are. What is computed for each example comes before them
    /// or, once they have begun, after them: stages over the rows that follow each other can run together (<see cref="Sweeps"/>).
    /// </summary>
    void PlaceRows()
    {
        bool begun = false;
        while (true)
        {
            Stage? filled = (begun ? null : Fill(StageKind.Batch)) ?? Fill(StageKind.Rows) ?? Fill(StageKind.Steps) ?? RunLoops() ?? Fill(StageKind.Batch);
            if (filled is null)
                return;
            begun = filled.IsSequence;
            schedule.Stages.Add(filled);
        }
    }

    Stage? Fill(StageKind kind)
    {
        Stage? stage = null;
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach (Node node in graph.Nodes)
            {
                if (placed[node.Id] || KindOf(node) != kind || !Ready([node.Id], stage))
                    continue;
                Place(node.Id, stage ??= new Stage(kind));
                changed = true;
            }
        }
        stage?.Nodes.Sort();
        return stage;
    }

    Stage? RunLoops()
    {
        Stage? stage = null;
        for (int component = 0; component < components.Members.Count; component++)
        {
            List<int> members = components.Members[component];
            if (!components.IsLoop(component) || placed[members[0]])
                continue;
            bool forward = graph[members.First(m => graph[m].Op == Op.Shift)].IsForward;
            if ((stage is not null && stage.Forward != forward) || !Ready(members, null))
                continue;
            stage ??= new Stage(StageKind.Loop, forward);
            foreach (int member in members)
                Place(member, stage);
        }
        if (stage is null)
            return null;
        // Sums of the loop's own values are made where the values are.
        foreach (Node node in graph.Nodes)
            if (!placed[node.Id] && OpTable.Kind(node) == OpKind.Rows && home[node.Inputs[0]] == stage && !CompleteAtEnd(graph.Input(node, 0)))
                Place(node.Id, stage);
        stage.Nodes.Sort();
        return stage;
    }

    /// <summary>What depends on sums; then the outer products, which nothing else reads.</summary>
    void PlaceEnd()
    {
        // Of all rows, and of examples: the former may be summed block by block (Sweeps).
        var outer = new Stage(StageKind.Outer);
        var outerOfExamples = new Stage(StageKind.Outer);
        var epilogue = new Stage(StageKind.Epilogue);
        foreach (Node node in graph.Nodes)
        {
            if (placed[node.Id])
                continue;
            if (node.Op == Op.Outer)
                Place(node.Id, node.Inputs.All(i => graph[i].Space == Space.Sequence) ? outer : outerOfExamples);
            else if (node.Space == Space.Parameter && node.Inputs.All(i => placed[i]))
                Place(node.Id, epilogue);
            else
                throw new InvalidOperationException($"No stage takes %{node.Id} ({node.Op}).");
        }
        schedule.Stages.Add(epilogue);
        schedule.Stages.Add(outer);
        schedule.Stages.Add(outerOfExamples);
    }

    void Place(int id, Stage stage)
    {
        placed[id] = true;
        home[id] = stage;
        stage.Nodes.Add(id);
    }

    /// <summary>All operands are there. A sum over rows is complete only when its stage has ended.</summary>
    bool Ready(List<int> members, Stage? stage) => members.All(m => graph[m].Inputs.All(i =>
        members.Contains(i) || (placed[i] && (home[i] != stage || stage is null || !CompleteAtEnd(graph[i])))));

    static bool CompleteAtEnd(Node node) => OpTable.Kind(node) == OpKind.Rows;

    /// <summary>The kind of stage that can compute a node outside of loops; null: none (parameters, loops).</summary>
    StageKind? KindOf(Node node)
    {
        if (components.IsLoop(components.Of[node.Id]) || node.Op == Op.Outer)
            return null;
        if (OpTable.Kind(node) == OpKind.Rows)
        {
            Node summed = graph.Input(node, 0);
            return summed.Space == Space.Parameter ? null
                : node.Op == Op.SumTime ? StageKind.Steps
                : summed.Space == Space.Batch ? StageKind.Batch : StageKindOfRows(summed);
        }
        if (node.Space == Space.Parameter)
            return null;
        // Gathering and scattering of whole rows by example.
        if (node.Space == Space.Batch || node.Op is Op.PlaceLast or Op.PlaceFirst)
            return StageKind.Batch;
        return node.Inputs.Any(i => graph[i].Space == Space.Batch) ? StageKind.Steps : StageKind.Rows;
    }

    /// <summary>A sum over rows goes with what it sums, where that is computed.</summary>
    StageKind StageKindOfRows(Node summed) => home[summed.Id]?.Kind == StageKind.Steps ? StageKind.Steps : StageKind.Rows;
}

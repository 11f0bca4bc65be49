using System.Collections;

namespace RnnDsl.Generators.Ir;

/// <summary>
/// The stages of a schedule in order. For each node it knows which stages compute it and which read it, and it stays up to date while stages gain and lose nodes. Asking every
/// stage about every node would take too long in large programs.
/// </summary>
internal sealed class StageList(Graph graph) : IReadOnlyList<Stage>
{
    readonly List<Stage> stages = [];
    readonly Dictionary<Stage, int> order = [];
    readonly SortedList<int, int>?[] homes = new SortedList<int, int>?[graph.Nodes.Count], readers = new SortedList<int, int>?[graph.Nodes.Count];

    public int Count => stages.Count;

    public Stage this[int index] => stages[index];

    public void Add(Stage stage)
    {
        int index = stages.Count;
        stages.Add(stage);
        order.Add(stage, index);
        stage.Nodes.Watch((id, comes) =>
        {
            UpdateCount(homes, id, index, comes);
            if (graph[id].Op == Op.Final)
                return;
            foreach (int input in graph[id].Inputs)
                UpdateCount(readers, input, index, comes);
        });
    }

    /// <summary>The stages that compute a node.</summary>
    public IEnumerable<Stage> HomesOf(int id) => homes[id] is { } found ? found.Keys.Select(index => stages[index]) : [];

    /// <summary>The first stage that computes a node; null for a leaf, which no stage computes.</summary>
    public Stage? HomeOf(int id) => homes[id] is { Count: > 0 } found ? stages[found.Keys[0]] : null;

    /// <summary>The stages with a node that reads this one. A final value is not read: it lies where the loop carried it.</summary>
    public IEnumerable<Stage> ReadersOf(int id) => readers[id] is { } found ? found.Keys.Select(index => stages[index]) : [];

    public bool Reads(Stage stage, int id) => readers[id]?.ContainsKey(order[stage]) == true;

    /// <summary>True if a stage reads the node without computing it.</summary>
    public bool AnyReaderElsewhere(int id)
    {
        if (readers[id] is not { } found)
            return false;
        foreach (int index in found.Keys)
            if (!stages[index].Nodes.Contains(id))
                return true;
        return false;
    }

    public IEnumerator<Stage> GetEnumerator() => stages.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => stages.GetEnumerator();

    /// <summary>Counts how many nodes of a stage compute or read a node. The stage is listed as long as the count is above zero.</summary>
    static void UpdateCount(SortedList<int, int>?[] lists, int id, int stage, bool comes)
    {
        SortedList<int, int> list = lists[id] ??= [];
        list.TryGetValue(stage, out int count);
        count += comes ? 1 : -1;
        if (count == 0)
            list.Remove(stage);
        else
            list[stage] = count;
    }
}

namespace RnnDsl.Generators.Ir;

/// <summary>The strongly connected components of a graph: each recurrence is one, every other node one by itself (Tarjan 1972).</summary>
internal sealed class Components
{
    readonly Graph graph;
    readonly int[] index, low;
    readonly bool[] onStack;
    readonly Stack<int> stack = new();
    int next;

    public Components(Graph graph)
    {
        this.graph = graph;
        int count = graph.Nodes.Count;
        index = new int[count];
        low = new int[count];
        onStack = new bool[count];
        Of = new int[count];
        for (int id = 0; id < count; id++)
            if (index[id] == 0)
                Visit(id);
    }

    /// <summary>Component of each node.</summary>
    public int[] Of { get; }

    /// <summary>Nodes of each component, rising. Components come after those they depend on.</summary>
    public List<List<int>> Members { get; } = [];

    /// <summary>True if the component carries a value through time.</summary>
    public bool IsLoop(int component) => Members[component].Any(id => graph[id].Op == Op.Shift);

    void Visit(int id)
    {
        index[id] = low[id] = ++next;
        stack.Push(id);
        onStack[id] = true;
        foreach (int input in graph[id].Inputs)
        {
            if (index[input] == 0)
            {
                Visit(input);
                low[id] = Math.Min(low[id], low[input]);
            }
            else if (onStack[input])
                low[id] = Math.Min(low[id], index[input]);
        }
        if (low[id] != index[id])
            return;
        var members = new List<int>();
        int member;
        do
        {
            member = stack.Pop();
            onStack[member] = false;
            Of[member] = Members.Count;
            members.Add(member);
        }
        while (member != id);
        members.Sort();
        Members.Add(members);
    }
}

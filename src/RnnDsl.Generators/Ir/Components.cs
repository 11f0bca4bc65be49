namespace RnnDsl.Generators.Ir;

/// <summary>
/// The strongly connected components of a graph (Tarjan 1972). Each recurrence is one component; every other node is a component by itself. The search keeps its own stack instead
/// of recursing, because a long chain of operations would overflow the call stack.
/// </summary>
internal sealed class Components
{
    readonly Graph graph;
    readonly int[] index, low, read;
    readonly bool[] onStack;
    readonly Stack<int> stack = new(), path = new();
    readonly List<bool> loops = [];
    int next;

    public Components(Graph graph)
    {
        this.graph = graph;
        int count = graph.Nodes.Count;
        index = new int[count];
        low = new int[count];
        read = new int[count];
        onStack = new bool[count];
        ComponentOf = new int[count];
        for (int id = 0; id < count; id++)
            if (index[id] == 0)
                Visit(id);
    }

    /// <summary>The component of each node.</summary>
    public int[] ComponentOf { get; }

    /// <summary>The nodes of each component, in rising order. A component comes after those that it depends on.</summary>
    public List<List<int>> Members { get; } = [];

    /// <summary>True if the component carries a value through time.</summary>
    public bool IsLoop(int component) => loops[component];

    void Visit(int root)
    {
        Enter(root);
        while (path.Count > 0)
        {
            int id = path.Peek();
            if (read[id] < graph[id].Inputs.Count)
            {
                int input = graph[id].Inputs[read[id]++];
                if (index[input] == 0)
                    Enter(input);
                else if (onStack[input])
                    low[id] = Math.Min(low[id], index[input]);
                continue;
            }
            path.Pop();
            if (path.Count > 0)
                low[path.Peek()] = Math.Min(low[path.Peek()], low[id]);
            if (low[id] == index[id])
                Close(id);
        }
    }

    void Enter(int id)
    {
        index[id] = low[id] = ++next;
        stack.Push(id);
        onStack[id] = true;
        path.Push(id);
    }

    /// <summary>Closes the component that consists of all nodes entered since this one.</summary>
    void Close(int id)
    {
        var members = new List<int>();
        int member;
        do
        {
            member = stack.Pop();
            onStack[member] = false;
            ComponentOf[member] = Members.Count;
            members.Add(member);
        }
        while (member != id);
        members.Sort();
        Members.Add(members);
        loops.Add(members.Any(m => graph[m].Op == Op.Shift));
    }
}

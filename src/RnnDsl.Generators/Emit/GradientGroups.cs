using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Emit;

/// <summary>
/// Which parameters have a gradient that a part of a training program serves. A part is passed over if none of them is trained. What it would have computed is then read by parts alone
/// that serve some other parameter as well, and in these by values that no trained parameter depends on.
/// </summary>
internal sealed class GradientGroups
{
    /// <summary>With more parameters than this, neighbors are treated as one, so that the time and the text grow with the program, no faster.</summary>
    const int MostBits = 1024;

    /// <summary>A group with more ranges of parameters than this becomes larger: some parts then run that need not.</summary>
    const int MostRanges = 8;

    readonly Schedule schedule;
    readonly int parameters, bits;

    /// <summary>For each node, whether it serves a result that is no gradient, and otherwise the bits of its parameters; null if there are none.</summary>
    readonly bool[] always;
    readonly ulong[]?[] serves;
    readonly ulong[] all;

    readonly Dictionary<string, int> numbers = [];
    readonly Dictionary<Stage, string> ofStages = [];

    /// <summary>No program has groups whose caller receives gradients of inputs as well.</summary>
    public GradientGroups(Schedule schedule, ProgramSignature signature)
    {
        this.schedule = schedule;
        parameters = signature.Parameters.Count;
        bits = Math.Min(parameters, MostBits);
        IReadOnlyList<Node> nodes = schedule.Graph.Nodes;
        (always, serves, all) = (new bool[nodes.Count], new ulong[nodes.Count][], Empty);
        if (!signature.HasGradients || schedule.Graph.Results.Any(r => r.Name.StartsWith("input:", StringComparison.Ordinal) || r.Name.StartsWith("initial:", StringComparison.Ordinal)))
        {
            for (int id = 0; id < always.Length; id++)
                always[id] = true;
            return;
        }
        // What depends on parameters alone is prepared before there are shards, which know what is trained.
        foreach (int id in schedule.Stages.Where(stage => stage.Kind == StageKind.Prepare).SelectMany(stage => stage.Nodes))
            always[id] = true;
        var open = new Stack<int>(schedule.Graph.Results.Where(r => !r.IsGradient).Select(r => r.Node));
        while (open.Count > 0)
        {
            int id = open.Pop();
            if (always[id])
                continue;
            always[id] = true;
            foreach (int input in nodes[id].Inputs)
                open.Push(input);
        }
        Dictionary<string, int> index = signature.Parameters.Select((p, i) => (p.Name, i)).ToDictionary(p => p.Name, p => p.i);
        foreach (Result result in schedule.Graph.Results.Where(r => r.IsGradient))
        {
            int bit = (int)((long)index[result.Parameter] * bits / parameters);
            foreach (ulong[] set in new[] { all, serves[result.Node] ??= Empty })
                set[bit / 64] |= 1ul << (bit % 64);
        }
        // Loops close at shifts, so a few rounds reach everything.
        for (bool changed = true; changed;)
        {
            changed = false;
            for (int id = nodes.Count - 1; id >= 0; id--)
                if (serves[id] is { } set)
                    foreach (int input in nodes[id].Inputs)
                        if (!always[input])
                            changed |= Unite(serves[input] ??= Empty, set);
        }
    }

    ulong[] Empty => new ulong[(bits + 63) / 64];

    /// <summary>The ranges of parameters of each group, for the runtime: first and end, first and end.</summary>
    public IEnumerable<string> Texts => numbers.OrderBy(n => n.Value).Select(n => n.Key);

    /// <summary>The condition, in C#, under which a stage has to run: "if (s.Computes(3)) ", or nothing.</summary>
    public string Condition(Stage stage)
    {
        if (!ofStages.TryGetValue(stage, out string? condition))
            ofStages.Add(stage, condition = Condition([stage]));
        return condition;
    }

    /// <inheritdoc cref="Condition(Stage)"/>
    public string Condition(IEnumerable<Stage> stages) =>
        Condition(stages.SelectMany(stage => stage.Nodes.Where(id => schedule.Stages.HomeOf(id) == stage)));

    /// <summary>The condition under which values have to be computed.</summary>
    public string Condition(IEnumerable<int> nodes)
    {
        ulong[] set = Empty;
        foreach (int id in nodes)
            if (always[id])
                return "";
            else if (serves[id] is { } own)
                Unite(set, own);
        return set.SequenceEqual(all) ? "" : $"if (s.Computes({Number(set)})) ";
    }

    /// <summary>The condition within a stage that runs under another one.</summary>
    public string Condition(IEnumerable<int> nodes, Stage within) => Condition(nodes) is var own && own != Condition(within) ? own : "";

    int Number(ulong[] set)
    {
        string text = string.Join(", ", Ranges(set).Select(r => $"{r.First}, {r.End}"));
        if (!numbers.TryGetValue(text, out int number))
            numbers.Add(text, number = numbers.Count);
        return number;
    }

    List<(int First, int End)> Ranges(ulong[] set)
    {
        var ranges = new List<(int First, int End)>();
        for (int bit = 0; bit < bits; bit++)
        {
            if ((set[bit / 64] >> (bit % 64) & 1) == 0)
                continue;
            int first = First(bit), end = First(bit + 1);
            if (ranges.Count > 0 && (ranges[ranges.Count - 1].End == first || ranges.Count == MostRanges))
                ranges[ranges.Count - 1] = (ranges[ranges.Count - 1].First, end);
            else
                ranges.Add((first, end));
        }
        return ranges;
    }

    /// <summary>The first parameter of a bit.</summary>
    int First(int bit) => (int)(((long)bit * parameters + bits - 1) / bits);

    static bool Unite(ulong[] set, ulong[] other)
    {
        bool changed = false;
        for (int i = 0; i < set.Length; i++)
        {
            changed |= (other[i] & ~set[i]) != 0;
            set[i] |= other[i];
        }
        return changed;
    }
}

namespace RnnDsl.Generators.Ir;

/// <summary>The set of rows that a buffer has. Values that share a buffer have the first of their sets.</summary>
internal enum RowSet
{
    /// <summary>A row for every step of every example.</summary>
    Sequence,
    /// <summary>A row for each row of one stretch of steps.</summary>
    Stretch,
    /// <summary>A row for every example.</summary>
    Batch,
    /// <summary>A row for each row that a sweep handles together.</summary>
    Block,
    /// <summary>A row for each step of one example that is handled together with others.</summary>
    Steps,
    /// <summary>A single row.</summary>
    One,
    /// <summary>A row for every example at each border between stretches.</summary>
    Border,
}

/// <summary>A strided view of a buffer, in which a value lies: the field of the memory struct, the set of rows, the floats from row to row, and the floats before the value in its row.</summary>
internal sealed record BufferView(string Buffer, RowSet RowSet, string Stride, string Offset);

/// <summary>A buffer of the arena.</summary>
/// <param name="Floats">Floats of a row, as a C# expression.</param>
/// <param name="Stride">Floats from one row to the next.</param>
/// <param name="First">The first sweep in which it is live.</param>
/// <param name="Last">The last sweep in which it is live, not counting stages that run again.</param>
/// <param name="Holds">Describes what lies in it.</param>
/// <param name="Axis">The axis whose rows it has.</param>
internal sealed record BufferDecl(string Name, RowSet RowSet, string Floats, string Stride, int First, int Last, string Holds, int Axis = 0)
{
    /// <summary>The last sweep in which it is live, counting stages that run again.</summary>
    public int Until { get; init; } = Last;
}

/// <summary>Where each value of a program lies.</summary>
internal sealed class BufferPlan
{
    public List<BufferDecl> Buffers { get; } = [];

    readonly Dictionary<string, BufferDecl> byName = [];
    int indexed;

    /// <summary>The views of values that outlive their stage.</summary>
    public Dictionary<int, BufferView> CrossStage { get; } = [];

    /// <summary>The views of values that live within one stage.</summary>
    public Dictionary<(Stage, int), BufferView> Local { get; } = [];

    /// <summary>True if a stage finds the value where the stage that computes it for others has put it: in the caller's memory, or in a buffer that still has the rows.</summary>
    public bool IsThere(Schedule schedule, int id, Stage stage)
    {
        if (Output.Contains(id) || Gradients.ContainsKey(id))
            return true;
        if (!CrossStage.TryGetValue(id, out BufferView? view))
            return false;
        if (view.RowSet is RowSet.Block or RowSet.Stretch)
        {
            // When a stage runs again, the rows are those that the stages have made that ran again before it.
            Stage? home = schedule.Stages.HomeOf(id);
            return (stage.Replay is null || stage.Replay == home?.Replay) && (stage.Sweep == home?.Sweep || (view.RowSet == RowSet.Stretch && stage.Sweep == home?.Replay?.Reader));
        }
        if (stage.Replay is { } replay)
            return Named(view.Buffer).Until >= replay.Reader.Index;
        return stage.Sweep is not { } sweep || Named(view.Buffer).Last >= sweep.Index;
    }

    /// <summary>The buffer of a name. Each value that is read asks for one, so that a search through all of them would take a time that grows with the square of the program.</summary>
    BufferDecl Named(string name)
    {
        for (; indexed < Buffers.Count; indexed++)
            byName[Buffers[indexed].Name] = Buffers[indexed];
        return byName[name];
    }

    /// <summary>For values that share a row: their order in that row.</summary>
    public Dictionary<int, int> Order { get; } = [];

    public int OrderInRow(int id) => Order.TryGetValue(id, out int order) ? order : 0;

    /// <summary>Where the carried value of a shift lies.</summary>
    public Dictionary<int, BufferView> Carries { get; } = [];

    /// <summary>For a shift whose loop runs again: the buffer of the values that it carries at the borders of stretches.</summary>
    public Dictionary<int, string> Borders { get; } = [];

    /// <summary>For a sum over rows whose stage runs again: the buffer that takes the repeated sum, since the complete sum is kept elsewhere.</summary>
    public Dictionary<int, string> Spare { get; } = [];

    /// <summary>Values that are written directly over a shift's carried value if all their units fit one vector. With more units, the value has its own view and is copied.</summary>
    public Dictionary<int, int> InPlace { get; } = [];

    /// <summary>For stages that go example by example: the buffers of packed matrices, by matrix and contracted side.</summary>
    public Dictionary<(Stage Stage, int Matrix, Over Over), string> Packed { get; } = [];

    /// <summary>Nodes whose value is written directly to the caller's output.</summary>
    public HashSet<int> Output { get; } = [];

    /// <summary>Nodes whose value is written or summed directly into the gradient of the named parameter.</summary>
    public Dictionary<int, string> Gradients { get; } = [];

    /// <summary>Those nodes of <see cref="Gradients"/> that add to what products have written there.</summary>
    public HashSet<int> Added { get; } = [];

    public override string ToString() => string.Concat(Buffers.Select(b => $"{b.Name}: {b.RowSet} × {b.Floats}, sweeps {b.First} to {b.Until}, {b.Holds}\n"));
}

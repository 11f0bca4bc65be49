namespace RnnDsl.Generators.Ir;

/// <summary>What a row of a buffer stands for.</summary>
internal enum RowSet
{
    /// <summary>Every step of every example.</summary>
    Sequence,
    /// <summary>Every example.</summary>
    Batch,
    /// <summary>The rows that a sweep handles together.</summary>
    Block,
    /// <summary>The steps of one example that are handled together.</summary>
    Steps,
    /// <summary>One row, for all.</summary>
    One,
    /// <summary>The rows of one stretch of steps.</summary>
    Stretch,
    /// <summary>Every example, at each border of stretches.</summary>
    Border,
}

/// <summary>Where a value lies: field of the memory struct, kind of rows, floats between rows, and floats before the value in its row.</summary>
internal sealed record BufferView(string Buffer, RowSet RowSet, string Stride, string Offset);

/// <summary>A buffer of the arena.</summary>
/// <param name="Floats">Floats that a row holds, as C#.</param>
/// <param name="Stride">Floats from row to row.</param>
/// <param name="First">First sweep in which it is live.</param>
/// <param name="Last">Last one, but for stages that run again.</param>
/// <param name="Holds">What lies in it.</param>
/// <param name="Axis">The axis whose rows it has.</param>
internal sealed record BufferDecl(string Name, RowSet RowSet, string Floats, string Stride, int First, int Last, string Holds, int Axis = 0)
{
    /// <summary>Last sweep in which it is live, with what runs again.</summary>
    public int Until { get; init; } = Last;
}

/// <summary>Where everything lies.</summary>
internal sealed class BufferPlan
{
    public List<BufferDecl> Buffers { get; } = [];

    /// <summary>Places of values that outlive their stage.</summary>
    public Dictionary<int, BufferView> CrossStage { get; } = [];

    /// <summary>Places of values within one stage.</summary>
    public Dictionary<(Stage, int), BufferView> Local { get; } = [];

    /// <summary>For values that share rows: which comes how far along the row.</summary>
    public Dictionary<int, int> Order { get; } = [];

    public int OrderInRow(int id) => Order.TryGetValue(id, out int order) ? order : 0;

    /// <summary>Where a shift's carried value lies.</summary>
    public Dictionary<int, BufferView> Carries { get; } = [];

    /// <summary>Of a shift whose loop runs again: the buffer of what it carries at the borders of stretches.</summary>
    public Dictionary<int, string> Borders { get; } = [];

    /// <summary>Of a sum over rows whose stage runs again: the buffer that takes the sum then, which is complete elsewhere.</summary>
    public Dictionary<int, string> Spare { get; } = [];

    /// <summary>Values that lie where a shift carries them if all their units fit one vector; else each has its own place, and is copied.</summary>
    public Dictionary<int, int> InPlace { get; } = [];

    /// <summary>In a stage that goes example by example: the buffers of packed matrices, by matrix and what is contracted.</summary>
    public Dictionary<(Stage Stage, int Matrix, Over Over), string> Packed { get; } = [];

    /// <summary>Nodes whose value is written straight to the caller's output.</summary>
    public HashSet<int> Output { get; } = [];

    /// <summary>Nodes whose value is written or summed straight into a parameter's gradient, by that parameter's name.</summary>
    public Dictionary<int, string> Gradients { get; } = [];

    /// <summary>Those of them that are added to what products have written there.</summary>
    public HashSet<int> Added { get; } = [];

    public override string ToString() => string.Concat(Buffers.Select(b => $"{b.Name}: {b.RowSet} × {b.Floats}, sweeps {b.First} to {b.Until}, {b.Holds}\n"));
}

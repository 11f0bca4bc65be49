using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Emit;

/// <summary>Writes one program as a class: sizes, a table of buffers, preparation, stages.</summary>
internal sealed class ProgramWriter
{
    readonly string className;
    readonly string summary;
    readonly Schedule schedule;
    readonly BufferPlan plan;
    readonly Names names;
    readonly MemoryMap map;
    readonly Packing packing;
    readonly ProgramSignature signature;
    readonly GradientGroups groups;

    /// <summary>The field of the memory with the key by which matrix entries are dropped; null if none are.</summary>
    readonly string? noise;

    /// <summary>The property with the floats of a row that are kept for one stretch of steps; null if everything is kept for all steps.</summary>
    readonly string? kept;
    readonly List<SweepWriter> sweeps = [];

    public ProgramWriter(string className, string summary, Schedule schedule, BufferPlan plan, Names names, ProgramSignature signature)
    {
        this.className = className;
        this.summary = summary;
        this.schedule = schedule;
        this.plan = plan;
        this.names = names;
        this.signature = signature;
        map = new MemoryMap(schedule, plan, names);
        packing = new Packing(map);
        groups = new GradientGroups(schedule, signature);
        noise = map.Noise;
        kept = schedule.KeptPerStretch.Count == 0 ? null : names.Unique("KeptFloats");
        List<string> reserved = [.. signature.Dims.Select(d => Names.Size(Dim.Named(d.Name))), .. PaddedShapes().Select(names.PaddedSize)];
        var methods = new Dictionary<Stage, string>();
        foreach (Sweep sweep in schedule.Sweeps)
        {
            var writer = new SweepWriter(map, sweep, packing, groups, signature, reserved, methods);
            if (!writer.IsEmpty)
                sweeps.Add(writer);
        }
    }

    public string Write()
    {
        var writer = new CodeWriter();
        writer.Line($"/// <summary>{summary}</summary>");
        WriteTable(writer);
        string sizes = string.Join(", ", signature.Dims.Select(d => "int " + Names.Size(Dim.Named(d.Name))));
        writer.Open($"sealed class {className}({sizes}) : CompiledProgram");
        foreach (Shape shape in PaddedShapes())
            writer.Line($"readonly int {names.PaddedSize(shape)} = Layout.Pad({Names.Width(shape)});");
        foreach (KeyValuePair<string, string> row in names.Strides)
            writer.Line($"readonly int {row.Value} = Layout.Row({row.Key});");
        writer.Line();
        if (sweeps.Any(s => s.IsSequence))
            writer.Line($"int BlockRows => Shard.BlockRows({FloatsOf(RowSet.Block)});").Line();
        if (kept is not null)
            writer.Line($"int {kept} => {FloatsOf(RowSet.Stretch)};").Line();
        WriteMemory(writer);
        if (kept is not null && schedule.KeptPerStretch.All(id => !schedule[id].Shape.IsMatrix))
            writer.Line("public override bool RecomputesVectors => true;").Line();
        if (signature.RowTables(schedule.Graph) is { Count: > 0 } tables)
            writer.Line($"public override int[] RowTables => [{string.Join(", ", tables.Select(t => IndexOf(signature.Parameters.Select(p => p.Name), t)))}];").Line();
        if (schedule.Stages.Any(s => s.Kind == StageKind.EachExample) && !schedule.Stages.Any(s => s.Kind == StageKind.Loop))
            writer.Line("public override bool HasRecurrence => false;").Line();
        WritePrepare(writer);
        WriteRun(writer);
        foreach (SweepWriter sweep in sweeps)
            sweep.Write(writer);
        WriteGroups(writer);
        writer.Close();
        return writer.ToString();
    }

    /// <summary>The floats of one row, over all buffers with such rows that are live at once. Stages that run again do not count, so blocks have the size that they would have
    /// without them.</summary>
    string FloatsOf(RowSet rows) => Names.Sum(Slots(b => b.Last).Where(s => s[0].RowSet == rows).Select(s => s[0].Floats).DefaultIfEmpty("0"));

    IEnumerable<Shape> PaddedShapes() => names.PaddedShapes(signature.Dims.Select(d => Dim.Named(d.Name)));

    void WriteTable(CodeWriter writer)
    {
        if (plan.Buffers.Count == 0)
            return;
        writer.Line("/// <remarks>").Line("/// <list type=\"table\"><listheader><term>buffer</term><description>shape, sweeps in which it is live, what it holds</description></listheader>");
        foreach (BufferDecl buffer in plan.Buffers)
        {
            string rows = buffer.RowSet switch { RowSet.Sequence => "rows × ", RowSet.Batch => "batch × ", RowSet.Block => "block × ", RowSet.Steps => "steps × ", RowSet.Stretch => "stretch × ", RowSet.Border => "borders × ", _ => "" };
            writer.Line($"/// <item><term>{buffer.Name}</term><description>{rows}{buffer.Floats}, {buffer.First}–{buffer.Until}: {buffer.Holds}</description></item>");
        }
        writer.Line("/// </list>").Line("/// </remarks>");
    }

    // Memory

    static bool IsPrepared(BufferDecl buffer) => buffer.First == 0 && buffer.RowSet == RowSet.One;

    /// <summary>Buffers of equal size whose lifetimes do not overlap share a slot.</summary>
    List<List<BufferDecl>> Slots() => Slots(b => b.Until);

    List<List<BufferDecl>> Slots(Func<BufferDecl, int> last)
    {
        var slots = new List<List<BufferDecl>>();
        var free = new Dictionary<(RowSet, string, int), SortedSet<int>>();
        var busy = new SortedSet<(int Last, int Slot)>();
        foreach (BufferDecl buffer in plan.Buffers.Where(b => !IsPrepared(b)).OrderBy(b => b.First))
        {
            for (; busy.Count > 0 && busy.Min.Last < buffer.First; busy.Remove(busy.Min))
                Free(slots[busy.Min.Slot][0]).Add(busy.Min.Slot);
            SortedSet<int> fitting = Free(buffer);
            int slot = fitting.Count > 0 ? fitting.Min : slots.Count;
            if (slot == slots.Count)
                slots.Add([]);
            fitting.Remove(slot);
            slots[slot].Add(buffer);
            // A value that nothing reads is still live in its own sweep.
            busy.Add((Math.Max(buffer.First, last(buffer)), slot));
        }
        return slots;

        SortedSet<int> Free(BufferDecl buffer)
        {
            if (!free.TryGetValue((buffer.RowSet, buffer.Stride, buffer.Axis), out SortedSet<int>? found))
                free.Add((buffer.RowSet, buffer.Stride, buffer.Axis), found = []);
            return found;
        }
    }

    /// <summary>The shard as seen along an axis.</summary>
    static string ShardOf(int axis) => axis == 0 ? "s" : $"s.Of({axis})";

    static string RowCountOf(int axis) => ShardOf(axis) + ".Rows";

    /// <summary>The number of sequences of an axis. All axes that are not within others have as many sequences as there are examples.</summary>
    string BatchSizeOf(int axis) => schedule.Graph.IsNested(axis) ? ShardOf(axis) + ".Batch" : "s.Batch";

    string SizeOf(BufferDecl buffer, string rows, string batch) => buffer.RowSet switch
    {
        RowSet.Stretch => $"Layout.Align((long){ShardOf(buffer.Axis)}.FallingStretches.MostRows(BlockRows, {kept}) * {buffer.Stride})",
        RowSet.Border => $"Layout.Align((long){ShardOf(buffer.Axis)}.FallingStretches.BorderRows({kept}) * {buffer.Stride})",
        RowSet.Sequence => $"Layout.Align((long){rows} * {buffer.Stride})",
        RowSet.Batch => $"Layout.Align((long){batch} * {buffer.Stride})",
        RowSet.Block => $"Layout.Align((long)Shard.MostRows({rows}, {batch}, BlockRows) * {buffer.Stride})",
        RowSet.Steps => $"Layout.Align((long){ShardOf(buffer.Axis)}.StepsAtOnce * {buffer.Stride})",
        _ => $"Layout.Align({buffer.Stride})",
    };

    void WriteMemory(CodeWriter writer)
    {
        List<string> fields =
        [
            .. signature.Inputs.Select(i => map.Names.Input(i.Name)), "output", "outputGradient",
            .. signature.Parameters.Select(p => map.Names.Leaf("", p.Name)),
            .. signature.HasGradients ? signature.Parameters.Where(p => !p.IsFixed).Select(p => map.Names.Leaf("g", p.Name)) : [],
            .. packing.All.Select(p => p.Name), .. packing.Addends.Select(a => a.Name), .. plan.Buffers.Select(b => b.Name),
        ];
        writer.Open("struct Memory").Line($"public Floats {string.Join(", ", fields)};");
        if (noise is not null)
            writer.Line($"public ulong {noise};");
        writer.Close().Line();

        writer.Open("Memory LayPrepared(Floats parameters, Floats prepared)");
        writer.Line("Memory m = default;");
        foreach (ParameterDecl parameter in signature.Parameters)
            writer.Line($"m.{map.Names.Leaf("", parameter.Name)} = parameters;").Line($"parameters += (nint)Layout.Align({Length(parameter.Shape)});");
        foreach (Pack pack in packing.All)
            writer.Line($"m.{pack.Name} = prepared;").Line($"prepared += (nint)Layout.Align(PackedFloats({pack.Outputs}, {pack.Depth}));");
        foreach (PackedAddend addend in packing.Addends)
            writer.Line($"m.{addend.Name} = prepared;").Line($"prepared += (nint)Layout.Align({addend.Outputs});");
        foreach (BufferDecl buffer in plan.Buffers.Where(IsPrepared))
            writer.Line($"m.{buffer.Name} = prepared;").Line($"prepared += (nint){SizeOf(buffer, "", "")};");
        writer.Line("return m;").Close().Line();

        writer.Open("Memory Lay(Shard s)");
        writer.Line("Memory m = LayPrepared(s.Parameters, s.Prepared);");
        for (int i = 0; i < signature.Inputs.Count; i++)
            writer.Line($"m.{map.Names.Input(signature.Inputs[i].Name)} = s.Inputs[{i}];");
        writer.Line("m.output = s.Output;").Line("m.outputGradient = s.OutputGradient;");
        if (signature.HasGradients)
        {
            writer.Line("Floats gradients = s.Gradients;");
            foreach (ParameterDecl parameter in signature.Parameters)
            {
                if (!parameter.IsFixed)
                    writer.Line($"m.{map.Names.Leaf("g", parameter.Name)} = gradients;");
                writer.Line($"gradients += (nint)Layout.Align({Length(parameter.Shape)});");
            }
        }
        foreach (string stretches in schedule.Sweeps.Where(s => s.Replay is not null).Select(s => $"{ShardOf(s.Axis)}.{SweepWriter.Stretches(s)}").Distinct())
            writer.Line($"{stretches}.Lay(BlockRows, {kept});");
        List<List<BufferDecl>> slots = Slots();
        if (slots.Count > 0)
            writer.Line("Floats arena = s.Arena;");
        foreach (List<BufferDecl> slot in slots)
        {
            for (int i = 0; i < slot.Count; i += Expression.MaxDepth)
                writer.Line($"{string.Join(" = ", slot.Skip(i).Take(Expression.MaxDepth).Select(b => "m." + b.Name))} = arena;");
            writer.Line($"arena += (nint){SizeOf(slot[0], RowCountOf(slot[0].Axis), BatchSizeOf(slot[0].Axis))};");
        }
        writer.Line("return m;").Close().Line();

        if (kept is null && schedule.Graph.Axes == 1 && !schedule.Graph.Nodes.Any(n => n.Shape.IsSequence))
            WriteSum(writer, "public override long ArenaFloats(int rows, int batch)", slots.Select(s => SizeOf(s[0], "rows", "batch")));
        else
        {
            WriteSum(writer, "public override long ArenaFloats(Shard s)", slots.Select(s => SizeOf(s[0], RowCountOf(s[0].Axis), BatchSizeOf(s[0].Axis))));
            writer.Line().Line("public override long ArenaFloats(int rows, int batch) => throw new global::System.NotSupportedException();");
        }
        writer.Line();
        WriteSum(writer, "public override long PreparedFloats",
            packing.All.Select(p => $"Layout.Align(PackedFloats({p.Outputs}, {p.Depth}))").Concat(packing.Addends.Select(a => $"Layout.Align({a.Outputs})")).Concat(plan.Buffers.Where(IsPrepared).Select(b => SizeOf(b, "", ""))));
        writer.Line();
    }

    static void WriteSum(CodeWriter writer, string header, IEnumerable<string> terms)
    {
        string[] all = [.. terms];
        writer.Line($"{header} =>");
        if (all.Length == 0)
            writer.Indented("0;");
        for (int i = 0; i < all.Length; i++)
            writer.Indented((i == 0 ? "" : "+ ") + all[i] + (i == all.Length - 1 ? ";" : ""));
    }

    public static string Length(Shape shape) => shape.Rank switch
    {
        0 => "1",
        1 => Names.Size(shape.Rows!),
        _ => $"(long){Names.Size(shape.Rows!)} * {Names.Size(shape.Columns!)}",
    };

    // Methods

    void WritePrepare(CodeWriter writer)
    {
        string key = noise is null ? "" : ", noise", keyed = noise is null ? "" : ", ulong noise";
        if (noise is not null)
        {
            writer.Line("public override bool PreparesNoise => true;").Line();
            writer.Line("public override void Prepare(Floats parameters, Floats prepared) => Prepare(parameters, prepared, 0);").Line();
        }
        writer.Dispatch($"public override void Prepare(Floats parameters, Floats prepared{keyed})", $"Prepare<{{0}}>(parameters, prepared{key});").Line();
        writer.Open($"void Prepare<V>(Floats parameters, Floats prepared{keyed}) where V : struct, ISimd<V>");
        writer.Line("Memory m = LayPrepared(parameters, prepared);");
        if (noise is not null)
            writer.Line($"m.{noise} = noise;");
        Stage prepare = schedule.Stages[0];
        // Computed matrices multiply only rows, so they may be packed last.
        foreach (Pack pack in packing.All.Where(p => !IsComputed(p)))
            WritePack(writer, prepare, pack);
        foreach (SweepWriter sweep in sweeps.Where(s => s.IsPrepare))
            writer.Line($"{sweep.Name}<V>(in m);");
        foreach (Pack pack in packing.All.Where(IsComputed))
            WritePack(writer, prepare, pack);
        foreach (PackedAddend addend in packing.Addends)
        {
            writer.Line($"Rows.Fill(m.{addend.Name}, {addend.Outputs}, 0f);");
            foreach ((int node, string offset) in addend.Parts)
                writer.Line($"Rows.Copy({map.Address(prepare, map.Read(prepare, node))}, m.{addend.Name}{(offset == "0" ? "" : " + " + offset)}, {Names.Size(schedule[node].Shape.Rows!)});");
        }
        writer.Close().Line();
    }

    /// <summary>True if it contains a matrix that is computed from parameters.</summary>
    bool IsComputed(Pack pack) => pack.Blocks.Any(b => schedule[b.Matrix].Op != Op.Parameter);

    void WritePack(CodeWriter writer, Stage prepare, Pack pack)
    {
        foreach (PackBlock block in pack.Blocks)
        {
            Node matrix = schedule[block.Matrix];
            writer.Line($"Panels.Pack<V>(m.{pack.Name}, {pack.Outputs}, {pack.Depth}, {map.Address(prepare, map.Read(prepare, matrix.Id))}, {Names.Size(matrix.Shape.Rows!)}, " +
                $"{Names.Size(matrix.Shape.Columns!)}, transpose: {(block.Transposed ? "true" : "false")}, {block.OutputOffset}, {block.DepthOffset});");
        }
    }

    void WriteRun(CodeWriter writer)
    {
        writer.Dispatch("public override void Run(Shard shard)", "Run<{0}>(shard);").Line();
        writer.Open("void Run<V>(Shard s) where V : struct, ISimd<V>");
        writer.Line("Memory m = Lay(s);");
        HashSet<string> reached = [.. schedule.Graph.Results.Where(r => r.IsGradient).Select(r => r.Parameter)];
        if (signature.HasGradients)
            foreach (ParameterDecl parameter in signature.Parameters)
                if (!reached.Contains(parameter.Name) && !parameter.IsFixed)
                    writer.Line($"Rows.Fill(m.{map.Names.Leaf("g", parameter.Name)}, {Length(parameter.Shape)}, 0f); // no path leads to it");
        foreach (SweepWriter sweep in sweeps.Where(s => !s.IsPrepare))
            writer.Line($"{sweep.Condition}{sweep.Name}<V>(in m, {ShardOf(sweep.Axis)});");
        WriteResults(writer);
        writer.Close();
    }

    /// <summary>Writes what parts of the program serve, which is known when all of them are written.</summary>
    void WriteGroups(CodeWriter writer)
    {
        string[] texts = [.. groups.Texts];
        if (texts.Length == 0)
            return;
        writer.Line().Line("public override int[][] GradientGroups =>").Line("[");
        foreach (string text in texts)
            writer.Indented($"[{text}],");
        writer.Line("];");
    }

    /// <summary>Copies results to the caller unless they are already written there.</summary>
    void WriteResults(CodeWriter writer)
    {
        Stage end = schedule.Stages[schedule.Stages.Count - 1];
        foreach (Result result in schedule.Graph.Results)
        {
            Node node = schedule[result.Node];
            string[] parts = result.Name.Split([':'], 2);
            string width = node.Shape.IsMatrix && parts[0] is "gradient" ? "0" : Names.Width(node.Shape);
            string rows = node.Domain.IsSteps ? RowCountOf(node.Axis) : node.Domain.IsExamples ? "s.Batch" : "1";
            string? target = parts[0] switch
            {
                "state" => null,
                "given" => $"Carry.Wanted(s.Given, {parts[1]})",
                "return" => plan.Output.Contains(node.Id) ? null : "m.output",
                "gradient" when node.Shape.IsMatrix || (plan.Gradients.TryGetValue(node.Id, out string? direct) && direct == parts[1]) => null,
                "gradient" => "m." + map.Names.Leaf("g", parts[1]),
                "input" => $"Carry.Wanted(s.InputGradients, {IndexOf(signature.Inputs.Select(i => i.Name), parts[1])})",
                _ => $"Carry.Wanted(s.InitialStateGradients, {signature.StateIndex(parts[1]) ?? -1})",
            };
            if (target is null)
                continue;
            if (node.Op == Op.Constant)
            {
                writer.Line($"Rows.Fill({target}, {rows}, {((float)node.Number).ToString("R", System.Globalization.CultureInfo.InvariantCulture)}f);");
                continue;
            }
            BufferView source = map.Read(end, node.Id);
            string from = source.Offset == "0" ? $"m.{source.Buffer}" : $"m.{source.Buffer} + {source.Offset}";
            writer.Line($"Rows.CopyRows({from}, {(source.RowSet == RowSet.One ? "0" : source.Stride)}, {target}, {map.StrideOf(node)}, {rows}, {width});");
        }
        foreach (ComputedGradient part in schedule.ComputedGradients.Where(p => !p.InPlace))
            writer.Line($"Rows.{(part.First ? "Copy" : "Add")}({map.Address(end, map.Read(end, part.Node))}, m.{map.Names.Leaf("g", part.Parameter)}, {Length(schedule[part.Node].Shape)});");
    }

    static int IndexOf(IEnumerable<string> items, string item) => items.ToList().IndexOf(item);
}

/// <summary>The members by which the runtime calls a program.</summary>
internal sealed record ProgramSignature(
    IReadOnlyList<DimDecl> Dims,
    IReadOnlyList<ValueDecl> Inputs,
    IReadOnlyList<ParameterDecl> Parameters,
    IReadOnlyList<CarriedState> States,
    bool HasGradients)
{
    /// <summary>For the step of a conditional stream: the values that its condition gives it.</summary>
    public IReadOnlyList<ValueDecl> Given { get; init; } = [];

    /// <summary>The axes whose lengths such a step is made for.</summary>
    public IReadOnlyList<int> Sequences { get; init; } = [];


    readonly Dictionary<string, int> stateIndex = States.Select((s, i) => (s.Name, Index: i)).ToDictionary(s => s.Name, s => s.Index);

    /// <summary>The index of a state among the shard's states, or null.</summary>
    public int? StateIndex(string name) => stateIndex.TryGetValue(name, out int index) ? index : null;

    /// <summary>Matrices from which a program reads only single rows, so that only these rows have a gradient.</summary>
    public List<string> RowTables(Graph graph)
    {
        HashSet<string> tables = [.. graph.Results.Where(r => r.IsGradient).GroupBy(r => r.Parameter).Where(g => g.All(r => graph[r.Node].Op == Op.Scatter && graph[r.Node].Over == Over.Rows && graph.Users(r.Node).Count == 0)).Select(g => g.Key)];
        return [.. Parameters.Select(p => p.Name).Where(tables.Contains)];
    }

    /// <summary>The size of a dimension if the compiler knows it; otherwise null.</summary>
    public int? KnownSize(Dim dim) => dim.IsConcat ? KnownSize(dim.Left!) + KnownSize(dim.Right!) : Dims.FirstOrDefault(d => d.Name == dim.Text)?.FixedSize;
}

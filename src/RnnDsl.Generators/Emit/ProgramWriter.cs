using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Emit;

/// <summary>Writes one program as a class: sizes, a table of buffers, preparation, stages.</summary>
internal sealed partial class ProgramWriter
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

    public static string Length(Shape shape) => shape.Rank switch
    {
        0 => "1",
        1 => Names.Size(shape.Rows!),
        _ => $"(long){Names.Size(shape.Rows!)} * {Names.Size(shape.Columns!)}",
    };

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

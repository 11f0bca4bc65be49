using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Emit;

// The memory of a program: which buffers share a slot, and how large each is.
internal sealed partial class ProgramWriter
{
    /// <summary>The floats of one row, over all buffers with such rows that are live at once. Stages that run again do not count, so blocks have the size that they would have
    /// without them.</summary>
    string FloatsOf(RowSet rows) => Names.Sum(Slots(b => b.Last).Where(s => s[0].RowSet == rows).Select(s => s[0].Floats).DefaultIfEmpty("0"));

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
}

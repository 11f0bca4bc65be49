using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Emit;

/// <summary>Writes a stage as a method that runs its regions and products over a block of rows, all at once or step by step.</summary>
internal sealed partial class StageWriter(MemoryMap map, Stage stage, string name, Packing packing, GradientGroups groups, ProgramSignature signature, IReadOnlyList<string> reserved)
{
    /// <summary>In generated code: the number of rows of the block before those of the step.</summary>
    public const string InBlock = "inBlock";

    readonly List<string> regions = [];

    Schedule Schedule => map.Schedule;

    Sweep Sweep => stage.Sweep!;

    /// <summary>True if the stage runs block by block.</summary>
    bool InSweep => Sweep.IsSequence;

    public bool IsEmpty => stage.Kind == StageKind.Outer
        ? stage.Phases.Count == 0
        : stage.Phases.All(p => p.Region.IsEmpty && p.Products.Count == 0 && p.Carries.Count == 0);

    /// <summary>The condition, in C#, under which it has to run.</summary>
    public string Condition => groups.Condition(stage);

    public void Write(CodeWriter writer)
    {
        if (stage.Kind == StageKind.Outer)
        {
            WriteOuter(writer);
            return;
        }
        writer.Line($"/// <remarks>{Remark()}</remarks>");
        if (stage.Kind == StageKind.EachExample)
        {
            WriteExamples(writer);
            WriteRegions(writer);
            return;
        }
        string parameters = stage.Kind == StageKind.Prepare ? "" : stage.IsSequence ? ", Shard s, int begin, int end" : ", Shard s";
        writer.Open($"void {name}<V>(in Memory m{parameters}) where V : struct, ISimd<V>");
        if (stage.IsSequence)
            WriteBlock(writer);
        else
        {
            WriteZeros(writer);
            WriteAllRows(writer, stage.Kind == StageKind.AllExamples ? "s.Batch" : "1");
        }
        writer.Close();
        WriteRegions(writer);
    }

    /// <summary>Declares the rows of some steps. The number of the first row is as wide as an address, because its product with a stride exceeds the range of an int.</summary>
    static CodeWriter WriteRowRange(CodeWriter writer, string from, string to) =>
        writer.Line($"nint first = s.RowOffsets[{from}];").Line($"int rows = s.RowOffsets[{to}] - (int)first;");

    /// <summary>Writes all rows as one block.</summary>
    void WriteAllRows(CodeWriter writer, string rows)
    {
        var body = new CodeWriter();
        WritePhases(body);
        if (body.Mentions("first"))
            writer.Line("const int first = 0;");
        if (body.Mentions("rows"))
            writer.Line($"int rows = {rows};");
        writer.Lines(body);
    }

    /// <summary>Writes the steps of one block of a sweep.</summary>
    void WriteBlock(CodeWriter writer)
    {
        if (stage.HoldsStates)
        {
            WriteHeld(writer);
            return;
        }
        var body = new CodeWriter();
        WritePhases(body);
        if (!stage.ByStep)
        {
            WriteRowRange(writer, "begin", "end").Lines(body);
            return;
        }
        // In the direction of the sweep also where the order is free, so that what is summed over steps does not depend on the borders of blocks, which other examples decide.
        bool rises = stage.Kind == StageKind.EachStep ? stage.Sweep!.Forward : stage.Forward;
        writer.Open(rises ? "for (int step = begin; step < end; step++)" : "for (int step = end - 1; step >= begin; step--)");
        WriteRowRange(writer, "step", "step + 1");
        if (body.Mentions(InBlock))
            writer.Line($"nint {InBlock} = first - s.RowOffsets[begin];");
        WriteKeep(writer, "step");
        writer.Lines(body);
        foreach (BufferView carry in Shifts.Select(s => map.Plan.Carries[s]))
            writer.Line($"Carry.Flush(step, m.{carry.Buffer}, (long)rows * {carry.Stride});");
        writer.Close();
    }

    /// <summary>Writes the steps of one block, in runs from one flush of the states to the next. The states are in memory only between these runs.</summary>
    void WriteHeld(CodeWriter writer)
    {
        var body = new CodeWriter();
        var unit = new CodeWriter();
        new RegionWriter(map, stage, stage.Phases[0], reserved).WriteSteps(body, unit, name + "Unit");
        bool inBlock = body.Mentions(InBlock);
        regions.Add(new CodeWriter().Line(CodeWriter.Hot)
            .Open($"void {name}Units<V>(in Memory m, Shard s{(inBlock ? ", int begin" : "")}, int from, int to) where V : struct, ISimd<V>").Lines(body).Close().ToString());
        regions.Add(unit.ToString());

        writer.Open(stage.Forward ? "for (int from = begin, to; from < end; from = to)" : "for (int to = end, from; to > begin; to = from)");
        writer.Line(stage.Forward ? "to = Carry.UpToFlush(from, end);" : "from = Carry.DownToFlush(to, begin);");
        if (stage.Replay is { } replay)
            writer.Line(stage.Forward ? $"to = s.{SweepWriter.Stretches(replay.Reader)}.UpToBorder(from, to);" : $"from = s.{SweepWriter.Stretches(replay.Reader)}.DownToBorder(to, from);");
        WriteKeep(writer, stage.Forward ? "from" : "to - 1");
        writer.Line($"{name}Units<V>(in m, s{(inBlock ? ", begin" : "")}, from, to);");
        string step = stage.Forward ? "to - 1" : "from", next = stage.Forward ? "to" : "from + 1";
        foreach (BufferView carry in Shifts.Select(s => map.Plan.Carries[s]))
            writer.Line($"Carry.Flush({step}, m.{carry.Buffer}, (long)(s.RowOffsets[{next}] - s.RowOffsets[{step}]) * {carry.Stride});");
        writer.Close();
    }

    /// <summary>If the stage runs again: keeps what it carries to a step that is the first one of a stretch.</summary>
    void WriteKeep(CodeWriter writer, string step)
    {
        if (stage.Replay is { } replay)
            foreach ((BufferView carry, string border) in Shifts.Select(s => (map.Plan.Carries[s], map.Plan.Borders[s])))
                writer.Line($"s.{SweepWriter.Stretches(replay.Reader)}.Keep({step}, forward: {(stage.Forward ? "true" : "false")}, m.{carry.Buffer}, m.{border}, {carry.Stride});");
    }

    IEnumerable<int> Shifts => stage.Nodes.Where(id => Schedule[id].Op == Op.Shift);

    /// <summary>What happens before the first block: sums are set to zero, and states to their initial values.</summary>
    public void WriteStarts(CodeWriter writer)
    {
        WriteZeros(writer);
        foreach (int shift in Shifts)
            WriteStart(writer, Schedule[shift]);
    }

    /// <summary>What happens after the last block: final states are handed to the caller.</summary>
    public void WriteEnds(CodeWriter writer)
    {
        foreach (int shift in Shifts)
            if (StateIndex(Schedule.Graph.Input(Schedule[shift], 1)) is int index)
                writer.Line($"Carry.Finish(m.{map.Plan.Carries[shift].Buffer}, s.FinalStates, {index}, (long)s.Batch * {map.Plan.Carries[shift].Stride});");
    }

    /// <summary>Writes the carried value before the first step of the loop.</summary>
    void WriteStart(CodeWriter writer, Node shift)
    {
        BufferView carry = map.Plan.Carries[shift.Id];
        Node initial = Schedule.Graph.Input(shift, 1);
        if (StateIndex(initial) is int index)
            writer.Line($"Carry.Start(m.{carry.Buffer}, s.InitialStates, {index}, (long)s.Batch * {carry.Stride}, {Literal(signature.States[index].Initial)});");
        else if (initial.Op == Op.Constant)
            writer.Line($"Rows.Fill(m.{carry.Buffer}, (long)s.Batch * {carry.Stride}, {Literal(initial.Number)});");
        else if (RegionWriter.WithoutPlace(initial) is { } leaf)
            writer.Line("for (int r = 0; r < s.Batch; r++)").Indented($"m.{carry.Buffer}[r] = {leaf};");
        else
            writer.Line(CopyRows(map.Read(stage, initial.Id), initial, carry, "s.Batch"));
    }

    int? StateIndex(Node initial)
    {
        if (initial.Op != Op.InitialState)
            return null;
        return signature.StateIndex(initial.Name) ?? throw new InvalidOperationException($"No state '{initial.Name}'.");
    }

    static string Literal(double value) => ((float)value).ToString("R", System.Globalization.CultureInfo.InvariantCulture) + "f";

    string CopyRows(BufferView source, Node node, BufferView target, string rows)
    {
        string width = Names.Width(node.Shape);
        string from = source.Offset == "0" ? $"m.{source.Buffer}" : $"m.{source.Buffer} + {source.Offset}";
        return $"Rows.CopyRows({from}, {source.Stride}, m.{target.Buffer}, {target.Stride}, {rows}, {width});";
    }

    bool IsSummedHere(int id) => OpTable.Kind(Schedule[id]) == OpKind.RowReduction || Schedule[id].Op is Op.AtLastStep or Op.AtFirstStep;

    void WriteZeros(CodeWriter writer)
    {
        foreach (int id in stage.Nodes.Where(IsSummedHere))
            WriteZero(writer, id);
    }

    void WriteZero(CodeWriter writer, int id)
    {
        BufferView view = map.Written(stage, id)!;
        Node node = Schedule[id];
        string width = node.Shape.IsScalar ? "1" : map.StrideOf(node);
        string rows = view.RowSet switch { RowSet.Sequence => "s.Rows", RowSet.Batch => "s.Batch", _ => "1" };
        string start = node.IsMax ? "float.NegativeInfinity" : "0f";
        string target = view.Offset == "0" ? $"m.{view.Buffer}" : $"m.{view.Buffer} + {view.Offset}";
        writer.Line(view.Stride == width || rows == "1"
            ? $"Rows.Fill({target}, {(rows == "1" ? width : $"(long){rows} * {width}")}, {start});"
            : $"Rows.FillRows({target}, {view.Stride}, {rows}, {width}, {start});");
    }

    void WritePhases(CodeWriter writer)
    {
        foreach (Phase phase in stage.Phases)
        {
            if (!phase.Region.IsEmpty)
            {
                var region = new RegionWriter(map, stage, phase, reserved);
                var body = new CodeWriter();
                region.Write(body);
                string method = regions.Count == 0 && stage.Phases.Count(p => !p.Region.IsEmpty) == 1 ? $"{name}Units" : $"{name}Units{regions.Count + 1}";
                bool inBlock = body.Mentions(InBlock);
                string parameters = stage.Kind switch
                {
                    StageKind.Prepare => "in Memory m",
                    StageKind.EachExample => "in Memory m, Shard s, int r, int begin, int end",
                    StageKind.Epilogue => "in Memory m, Shard s",
                    _ => $"in Memory m, Shard s, nint first, {(inBlock ? $"nint {InBlock}, " : "")}int rows",
                };
                string arguments = stage.Kind switch
                {
                    StageKind.Prepare => "in m",
                    StageKind.EachExample => "in m, s, r, begin, end",
                    StageKind.Epilogue => "in m, s",
                    _ => $"in m, s, first, {(inBlock ? $"{InBlock}, " : "")}rows",
                };
                writer.Line($"{method}<V>({arguments});");
                regions.Add(new CodeWriter().Line(CodeWriter.Hot).Open($"void {method}<V>({parameters}) where V : struct, ISimd<V>").Lines(body).Close().ToString());
            }
            foreach (ProductGroup group in phase.Products)
                if (stage.Kind == StageKind.EachExample)
                    WriteProductOfExample(writer, Schedule[group.Outputs[0].Node]);
                else
                    WriteProduct(writer, group);
        }
    }

    void WriteRegions(CodeWriter writer)
    {
        foreach (string region in regions)
            writer.Line().Lines(region);
    }

    string Remark() => stage.Kind switch
    {
        StageKind.Prepare => "What depends on parameters alone.",
        StageKind.AllExamples => "Once for each example.",
        StageKind.AllSteps => "For all steps at once: nothing here depends on another step.",
        StageKind.EachStep => "Step by step, in any order: values of the example are read or summed.",
        StageKind.EachExample => "Example by example: what its steps have to do with all steps of another sequence.",
        StageKind.Loop => $"{(stage.Forward ? "Forward" : "Backward")} in time: carries {string.Join(", ", stage.Nodes.Where(n => Schedule[n].Op == Op.Shift).Select(n => Names.StateOf(Schedule[n])))} from step to step.",
        _ => "On the sums over all rows.",
    };
}

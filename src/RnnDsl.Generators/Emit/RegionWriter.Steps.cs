using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Emit;

// Loops over steps within loops over units: states stay in registers.
internal sealed partial class RegionWriter
{
    /// <summary>The number of vectors of units that go through the steps side by side. Each is a chain of dependent operations, and four chains hide their latency.</summary>
    const int SideBySide = 4;

    /// <summary>The body of a method that takes all rows through the steps <c>from</c> to <c>to</c>, and a method for one step of one vector of units.</summary>
    /// <param name="writer">Gets the body.</param>
    /// <param name="unit">Gets the method for one step of one vector.</param>
    /// <param name="unitName">The name of that method.</param>
    public void WriteSteps(CodeWriter writer, CodeWriter unit, string unitName)
    {
        RegionLoop loop = phase.Region.Levels[0].Loops[0];
        Dictionary<int, string> states = loop.Carries.ToDictionary(c => c, Local);
        LoopText text = TextOf(loop, states);
        KeyValuePair<BufferView, string>[] operands = [.. pointers];
        string[] carries = [.. loop.Carries.Select(c => Pointer(map.Plan.Carries[c]))];

        foreach (string equation in text.Equations)
            unit.Line("// " + equation);
        unit.Line(CodeWriter.Inlined);
        string[] parameters = [.. states.Values.Select(s => "ref V " + s), .. broadcasts.Values.Select(b => "V " + b), .. operands.Select(o => "Floats " + o.Value), "nint j"];
        unit.Open($"static void {unitName}<V>({string.Join(", ", parameters)}) where V : struct, ISimd<V>").Lines(text.Body);
        foreach ((int shift, string next) in text.Carries)
            unit.Line($"{states[shift]} = {next};");
        unit.Close();

        var step = new CodeWriter();
        foreach (KeyValuePair<BufferView, string> pointer in operands.Where(o => IsOfStep(o.Key)))
            step.Line($"Floats {pointer.Value} = {map.Address(stage, pointer.Key)};");
        bool inBlock = step.Mentions(StageWriter.InBlock);
        foreach (KeyValuePair<BufferView, string> pointer in operands.Where(o => o.Key.RowSet == RowSet.One))
            writer.Line($"Floats {pointer.Value} = {map.Address(stage, pointer.Key)};");
        writer.Lines(hoisted);
        writer.Line("int[] offsets = s.RowOffsets, lengths = s.Lengths;");
        writer.Open("for (int r = 0, rows = offsets[from + 1] - offsets[from]; r < rows; r++)");
        writer.Line("int last = lengths[r] < to ? lengths[r] : to;");
        foreach (KeyValuePair<BufferView, string> pointer in pointers.Where(o => o.Key.RowSet != RowSet.One && !IsOfStep(o.Key)))
            writer.Line($"Floats {pointer.Value} = {map.Address(stage, pointer.Key)} + r * {pointer.Key.Stride};");
        writer.Line("nint j = 0;");
        foreach (int many in new[] { SideBySide, 1 })
        {
            string size = Names.Size(loop.Over), last = many == 1 ? "j" : $"j + {many - 1} * V.Count";
            writer.Open($"for (; {last} < {size}; j += {(many == 1 ? "" : $"{many} * ")}V.Count)");
            string[][] names = [.. states.Values.Select(s => Enumerable.Range(0, many).Select(i => i == 0 ? s : Unique(s)).ToArray())];
            for (int n = 0; n < names.Length; n++)
                writer.Line($"V {string.Join(", ", names[n].Select((name, i) => $"{name} = V.Load({carries[n]}, {Unit(i)})"))};");
            writer.Open(stage.Forward ? "for (int step = from; step < last; step++)" : "for (int step = last - 1; step >= from; step--)");
            writer.Line("nint first = offsets[step] + r;");
            if (inBlock)
                writer.Line($"nint {StageWriter.InBlock} = first - offsets[begin];");
            writer.Lines(step);
            for (int i = 0; i < many; i++)
                writer.Line($"{unitName}<V>({string.Join(", ", [.. names.Select(n => "ref " + n[i]), .. broadcasts.Values, .. operands.Select(o => o.Value), Unit(i)])});");
            writer.Close();
            for (int n = 0; n < names.Length; n++)
                foreach ((string name, int i) in names[n].Select((name, i) => (name, i)))
                    writer.Line($"V.Store({name}, {carries[n]}, {Unit(i)});");
            writer.Close();
        }
        writer.Close();
    }

    static string Unit(int vector) => vector switch
    {
        0 => "j",
        1 => "j + V.Count",
        _ => $"j + {vector} * V.Count",
    };

    static bool IsOfStep(BufferView view) => view.RowSet is RowSet.Sequence or RowSet.Stretch or RowSet.Block;
}

using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Emit;

// Sweeps that keep values for one stretch of steps, and sweeps that read these values. Stages know nothing of it: they are given a memory in which rows keep their usual numbers.
internal sealed partial class SweepWriter
{
    /// <summary>In generated code: the memory that a block's stages are given, and the number of the stretch.</summary>
    const string OfBlock = "block", Turn = "turn";

    /// <summary>The method that recomputes the values of a stretch.</summary>
    readonly string? again;

    /// <summary>The shard's stretches, in the direction in which a sweep reads them.</summary>
    public static string Stretches(Sweep reader) => reader.Forward ? "RisingStretches" : "FallingStretches";

    /// <summary>The buffers of this sweep's stages that have the rows of one stretch, and the sweeps that read them.</summary>
    IEnumerable<(string Buffer, string Stride, Sweep Reader)> Kept => sweep.Stages.SelectMany(stage => Buffers(stage.Nodes.Where(id => map.Schedule.KeptPerStretch.Contains(id) && map.Schedule.Stages.HomeOf(id) == stage))
        .Select(b => (b.Buffer, b.Stride, stage.Replay!.Reader))).Distinct();

    /// <summary>The buffers of values that are kept for one stretch. A value that shares its row with others may have all rows.</summary>
    IEnumerable<(string Buffer, string Stride)> Buffers(IEnumerable<int> values) =>
        values.Select(id => map.Plan.CrossStage[id]).Where(view => view.RowSet == RowSet.Stretch).Select(view => (view.Buffer, view.Stride)).Distinct();

    /// <summary>Opens the loop over stretches, and in it the loop over the blocks of one stretch.</summary>
    void OpenStretches(CodeWriter writer)
    {
        string stretches = "s." + Stretches(sweep);
        writer.Open(sweep.Forward ? $"for (int {Turn} = 0; {Turn} < {stretches}.Count; {Turn}++)" : $"for (int {Turn} = {stretches}.Count - 1; {Turn} >= 0; {Turn}--)");
        writer.Line($"Memory {OfBlock} = {again}<V>(m, s, {Turn});");
        writer.Open(sweep.Forward ? $"for (int begin = {stretches}.Begin({Turn}), end; begin < {stretches}.End({Turn}); begin = end)"
            : $"for (int end = {stretches}.End({Turn}), begin; end > {stretches}.Begin({Turn}); end = begin)");
    }

    /// <summary>Points the memory of a block to the rows of such values, and returns the name of the memory for its stages.</summary>
    string WriteMemory(CodeWriter writer)
    {
        var kept = Kept.ToList();
        if (kept.Count == 0)
            return sweep.Replay is null ? "m" : OfBlock;
        if (sweep.Replay is null)
            writer.Line($"Memory {OfBlock} = m;");
        foreach ((string buffer, string stride, Sweep reader) in kept)
            writer.Line($"{OfBlock}.{buffer} = s.{Stretches(reader)}.From(m.{buffer}, begin, {stride});");
        return OfBlock;
    }

    /// <summary>The method that recomputes the values of a stretch. Carried values lie where they were kept, and sums are directed to buffers that nobody reads.</summary>
    void WriteReplay(CodeWriter writer, Replay replay)
    {
        string stretches = "s." + Stretches(sweep);
        writer.Line("/// <remarks>Makes again what is kept of one stretch of steps, and says where its rows are found.</remarks>");
        writer.Open($"Memory {again}<V>(Memory m, Shard s, int {Turn}) where V : struct, ISimd<V>");
        writer.Line($"if ({stretches}.Count == 1)").Indented("return m;");
        writer.Line($"int from = {stretches}.Begin({Turn}), to = {stretches}.End({Turn});");
        foreach ((string buffer, string stride) in Buffers(replay.Values))
            writer.Line($"m.{buffer} = {stretches}.From(m.{buffer}, from, {stride});");
        writer.Line($"Memory {OfBlock} = m;");
        foreach (Stage stage in replay.Stages)
            foreach (int id in stage.Nodes)
                if (map.Plan.Borders.TryGetValue(id, out string? border))
                {
                    BufferView carry = map.Plan.Carries[id];
                    writer.Line($"{OfBlock}.{carry.Buffer} = {stretches}.Border(m.{border}, {Turn}, {carry.Stride});").Line($"{OfBlock}.{border} = Floats.Null;");
                }
                else if (map.Plan.Spare.TryGetValue(id, out string? spare))
                    writer.Line($"{OfBlock}.{map.Written(stage, id)!.Buffer} = m.{spare};");
        foreach (IGrouping<Sweep, Stage> made in replay.Stages.GroupBy(s => s.Sweep!))
        {
            writer.Open(made.Key.Forward ? "for (int begin = from, end; begin < to; begin = end)" : "for (int end = to, begin; end > from; end = begin)");
            writer.Line(made.Key.Forward ? "end = global::System.Math.Min(s.BlockFrom(begin, BlockRows), to);" : "begin = global::System.Math.Max(s.BlockUpTo(end, BlockRows), from);");
            foreach (Stage stage in made)
                writer.Line($"{methods[stage]}<V>(in {OfBlock}, s, begin, end);");
            writer.Close();
        }
        writer.Line("return m;").Close();
    }
}

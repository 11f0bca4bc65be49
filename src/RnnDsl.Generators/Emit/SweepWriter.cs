using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Emit;

/// <summary>Writes a sweep: the methods of its stages and, if it goes over the rows of sequences, the method that calls them block by block.</summary>
internal sealed class SweepWriter
{
    readonly Sweep sweep;
    readonly List<(StageWriter Writer, string Name)> stages = [];

    public SweepWriter(Places places, Sweep sweep, Packing packing, ProgramInterface face, IReadOnlyList<string> reserved)
    {
        this.sweep = sweep;
        string? name = sweep.IsSequence ? places.Names.Unique(sweep.Forward ? "Forward" : "Backward") : null;
        foreach (Stage stage in sweep.Stages)
        {
            string stageName = places.Names.Unique(Title(stage));
            var writer = new StageWriter(places, stage, stageName, packing, face, reserved);
            if (!writer.IsEmpty)
                stages.Add((writer, stageName));
        }
        Name = name ?? (IsEmpty ? "" : stages[0].Name);
    }

    public string Name { get; }

    public bool IsEmpty => stages.Count == 0;

    public bool IsSequence => sweep.IsSequence;

    public int Axis => sweep.Axis;

    public bool IsPrepare => sweep.Stages[0].Kind == StageKind.Prepare;

    static string Title(Stage stage) => stage.Kind switch
    {
        StageKind.Prepare => "Parameters",
        StageKind.Batch => "Examples",
        StageKind.Rows => "AllSteps",
        StageKind.Steps => "EachStep",
        StageKind.Loop => stage.Forward ? "LoopForward" : "LoopBackward",
        StageKind.Outer => "WeightGradients",
        StageKind.Examples => "EachExample",
        _ => "Sums",
    };

    public void Write(CodeWriter writer)
    {
        if (sweep.IsSequence)
            WriteSweep(writer.Line());
        foreach ((StageWriter stage, _) in stages)
            stage.Write(writer.Line());
    }

    void WriteSweep(CodeWriter writer)
    {
        writer.Line("/// <remarks>Block by block, so that what one stage writes is still in the cache when the next reads it.</remarks>");
        writer.Open($"void {Name}<V>(in Memory m, Shard s) where V : struct, ISimd<V>");
        foreach ((StageWriter stage, _) in stages)
            stage.WriteStarts(writer);
        writer.Open(sweep.Forward ? "for (int begin = 0, end; begin < s.Steps; begin = end)" : "for (int end = s.Steps, begin; end > 0; end = begin)");
        writer.Line(sweep.Forward ? "end = s.BlockFrom(begin, BlockRows);" : "begin = s.BlockUpTo(end, BlockRows);");
        foreach ((_, string name) in stages)
            writer.Line($"{name}<V>(in m, s, begin, end);");
        writer.Close();
        foreach ((StageWriter stage, _) in stages)
            stage.WriteEnds(writer);
        writer.Close();
    }
}

using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Emit;

/// <summary>Writes a sweep: the methods of its stages and, if it goes over rows of sequences, the method that calls them block by block.</summary>
internal sealed partial class SweepWriter
{
    readonly MemoryMap map;
    readonly Sweep sweep;
    readonly Dictionary<Stage, string> methods;
    readonly List<(StageWriter Writer, string Name)> stages = [];
    readonly GradientGroups groups;

    /// <param name="map">The views of all values.</param>
    /// <param name="sweep">The sweep.</param>
    /// <param name="packing">Packed weights.</param>
    /// <param name="groups">What parts of the program serve.</param>
    /// <param name="signature">The members that the program shows to the runtime.</param>
    /// <param name="reserved">Names that methods must not declare.</param>
    /// <param name="methods">Gets the names of the stages' methods, for later sweeps.</param>
    public SweepWriter(MemoryMap map, Sweep sweep, Packing packing, GradientGroups groups, ProgramSignature signature, IReadOnlyList<string> reserved, Dictionary<Stage, string> methods)
    {
        (this.map, this.sweep, this.groups, this.methods) = (map, sweep, groups, methods);
        string? name = sweep.IsSequence ? map.Names.Unique(sweep.Forward ? "Forward" : "Backward") : null;
        foreach (Stage stage in sweep.Stages)
        {
            string stageName = map.Names.Unique(Title(stage));
            var writer = new StageWriter(map, stage, stageName, packing, groups, signature, reserved);
            if (!writer.IsEmpty)
            {
                stages.Add((writer, stageName));
                methods.Add(stage, stageName);
            }
        }
        Name = name ?? (IsEmpty ? "" : stages[0].Name);
        again = sweep.Replay is null ? null : map.Names.Unique(Name + "Again");
    }

    public string Name { get; }

    public bool IsEmpty => stages.Count == 0;

    public bool IsSequence => sweep.IsSequence;

    public int Axis => sweep.Axis;

    /// <summary>The condition, in C#, under which it has to run.</summary>
    public string Condition => groups.Condition(sweep.Stages);

    public bool IsPrepare => sweep.Stages[0].Kind == StageKind.Prepare;

    static string Title(Stage stage) => stage.Kind switch
    {
        StageKind.Prepare => "Parameters",
        StageKind.AllExamples => "Examples",
        StageKind.AllSteps => "AllSteps",
        StageKind.EachStep => "EachStep",
        StageKind.Loop => stage.Forward ? "LoopForward" : "LoopBackward",
        StageKind.Outer => "WeightGradients",
        StageKind.EachExample => "EachExample",
        _ => "Sums",
    };

    public void Write(CodeWriter writer)
    {
        if (sweep.IsSequence)
            WriteSweep(writer.Line());
        if (sweep.Replay is { } replay)
            WriteReplay(writer.Line(), replay);
        foreach ((StageWriter stage, _) in stages)
            stage.Write(writer.Line());
    }

    void WriteSweep(CodeWriter writer)
    {
        writer.Line("/// <remarks>Block by block, so that what one stage writes is still in the cache when the next reads it.</remarks>");
        writer.Open($"void {Name}<V>(in Memory m, Shard s) where V : struct, ISimd<V>");
        foreach ((StageWriter stage, _) in stages)
            stage.WriteStarts(writer);
        if (sweep.Replay is not null)
            OpenStretches(writer);
        else
            writer.Open(sweep.Forward ? "for (int begin = 0, end; begin < s.Steps; begin = end)" : "for (int end = s.Steps, begin; end > 0; end = begin)");
        writer.Line(sweep.Forward ? "end = s.BlockFrom(begin, BlockRows);" : "begin = s.BlockUpTo(end, BlockRows);");
        string memory = WriteMemory(writer);
        string condition = Condition;
        foreach ((StageWriter stage, string name) in stages)
            writer.Line($"{(stage.Condition == condition ? "" : stage.Condition)}{name}<V>(in {memory}, s, begin, end);");
        writer.Close();
        if (sweep.Replay is not null)
            writer.Close();
        foreach ((StageWriter stage, _) in stages)
            stage.WriteEnds(writer);
        writer.Close();
    }
}

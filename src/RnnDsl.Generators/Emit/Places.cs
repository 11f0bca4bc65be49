using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Emit;

/// <summary>Where each value is read and written, as C#: one answer for leaves, carried states, buffers, the output and gradients.</summary>
internal class Places(Schedule schedule, BufferPlan plan, Names names)
{
    public Schedule Schedule => schedule;

    public BufferPlan Plan => plan;

    public Names Names => names;

    /// <summary>Where a program's memory has the key by which entries of matrices are dropped; null: none are.</summary>
    public string? Noise { get; } = schedule.Graph.Nodes.Any(n => n.Op == Op.Dropout && n.Shape.IsMatrix) ? names.Unique("noise") : null;

    public string StrideOf(Node node) => node.Shape.IsScalar ? "1" : names.Pad(node.Shape);

    /// <summary>Where a value is read in a stage.</summary>
    public Place Read(Stage stage, int id)
    {
        Node node = schedule[id];
        switch (node.Op)
        {
            case Op.Input:
                return new Place(names.Input(node.Name), RowsOver(node.Domain), StrideOf(node), "0");
            case Op.Parameter:
                return new Place(names.Leaf("", node.Name), RowsOf.One, "0", "0");
            case Op.OutputGradient:
                return new Place("outputGradient", RowsOver(node.Domain), StrideOf(node), "0");
            case Op.Final:
                return plan.Carries[node.Inputs[0]];
            case Op.Shift when stage.Nodes.Contains(id):
                return plan.Carries[id];
        }
        return Written(stage, id) ?? Stored(id) ?? throw new InvalidOperationException($"%{id} ({node.Op}) has no place.");
    }

    /// <summary>Where a stage stores a value that it computes; null if it stays in a register.</summary>
    public Place? Written(Stage stage, int id)
    {
        if (plan.Local.TryGetValue((stage, id), out Place? local))
            return local;
        return schedule.Stages.HomeOf(id) == stage ? Stored(id) : null;
    }

    Place? Stored(int id)
    {
        Node node = schedule[id];
        if (plan.Output.Contains(id))
            return new Place("output", RowsOver(node.Domain), StrideOf(node), "0");
        if (plan.Gradients.TryGetValue(id, out string? parameter))
            return new Place(names.Leaf("g", parameter), RowsOf.One, "0", "0");
        return plan.Full.TryGetValue(id, out Place? place) ? place : null;
    }

    RowsOf RowsOver(Domain domain) => schedule.OneRow ? RowsOf.One : domain.IsSteps ? RowsOf.Sequence : domain.IsExamples ? RowsOf.Batch : RowsOf.One;

    /// <summary>Address of a place at the first row that a stage handles at once: a block's, or a step's.</summary>
    public virtual string Address(Stage stage, Place place)
    {
        if (stage.Kind == StageKind.Examples)
            return OfExample(place);
        string text = "m." + place.Buffer;
        string? row = place.Rows is RowsOf.Sequence or RowsOf.Stretch ? "first" : place.Rows == RowsOf.Block && stage.ByStep ? StageWriter.InBlock : null;
        if (row is not null)
            text += place.Stride == "1" ? $" + {row}" : $" + {row} * {place.Stride}";
        return place.Offset == "0" ? text : $"{text} + {place.Offset}";
    }

    /// <summary>Address at the example that a stage handles, and of a sequence at the step; of scalars where the first of all lies.</summary>
    static string OfExample(Place place)
    {
        string? row = place.Stride == "1" ? null : place.Rows switch { RowsOf.Sequence => "at", RowsOf.Batch => "(nint)r", _ => null };
        return "m." + place.Buffer + (row is null ? "" : $" + {row} * {place.Stride}") + (place.Offset == "0" ? "" : " + " + place.Offset);
    }

    /// <summary>In a loop over the examples or the steps of a stage's axis, whose sequence is r: the example's sequence along another axis.</summary>
    public static string SequenceOf(Stage stage, int axis)
    {
        string example = stage.Axis == 0 ? "r" : "s.Parents[r]";
        return axis == stage.Axis ? "r" : axis == 0 ? example : $"s.Of({axis}).Places[{example}]";
    }

    /// <summary>The statement that finds how long that sequence is.</summary>
    public static string StepsOf(Stage stage, int axis) => $"int {Names.Steps(axis)} = {(axis == stage.Axis ? "s" : $"s.Of({axis})")}.Lengths[{SequenceOf(stage, axis)}];";
}

using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Emit;

/// <summary>The view in which each value is read and written, and its address in C#: one answer for leaves, carried states, buffers, the output and gradients.</summary>
internal class MemoryMap(Schedule schedule, BufferPlan plan, Names names)
{
    public Schedule Schedule => schedule;

    public BufferPlan Plan => plan;

    public Names Names => names;

    /// <summary>The field of a program's memory with the key by which matrix entries are dropped; null if none are.</summary>
    public string? Noise { get; } = schedule.Graph.Nodes.Any(n => n.Op == Op.Dropout && n.Shape.IsMatrix) ? names.Unique("noise") : null;

    public string StrideOf(Node node) => node.Shape.IsScalar ? "1" : names.PaddedSize(node.Shape);

    /// <summary>The view in which a stage reads a value.</summary>
    public BufferView Read(Stage stage, int id)
    {
        Node node = schedule[id];
        switch (node.Op)
        {
            case Op.Input:
                return new BufferView(names.Input(node.Name), RowSetOf(node.Domain), StrideOf(node), "0");
            case Op.Parameter:
                return new BufferView(names.Leaf("", node.Name), RowSet.One, "0", "0");
            case Op.OutputGradient:
                return new BufferView("outputGradient", RowSetOf(node.Domain), StrideOf(node), "0");
            case Op.Final:
                return plan.Carries[node.Inputs[0]];
            case Op.Shift when stage.Nodes.Contains(id):
                return plan.Carries[id];
        }
        if (Written(stage, id) is { } own)
            return own;
        // Numbers of another block or of another value would stand there without a word.
        if (!plan.IsThere(schedule, id, stage))
            throw new InvalidOperationException($"%{id} ({node.Op}) has no place.");
        return Stored(id)!;
    }

    /// <summary>The view in which a stage stores a value that it computes; null if the value stays in a register.</summary>
    public BufferView? Written(Stage stage, int id)
    {
        if (plan.Local.TryGetValue((stage, id), out BufferView? local))
            return local;
        return schedule.Stages.HomeOf(id) == stage ? Stored(id) : null;
    }

    BufferView? Stored(int id)
    {
        Node node = schedule[id];
        if (plan.Output.Contains(id))
            return new BufferView("output", RowSetOf(node.Domain), StrideOf(node), "0");
        if (plan.Gradients.TryGetValue(id, out string? parameter))
            return new BufferView(names.Leaf("g", parameter), RowSet.One, "0", "0");
        return plan.CrossStage.TryGetValue(id, out BufferView? view) ? view : null;
    }

    RowSet RowSetOf(Domain domain) => schedule.OneRow ? RowSet.One : domain.IsSteps ? RowSet.Sequence : domain.IsExamples ? RowSet.Batch : RowSet.One;

    /// <summary>The address of a view at the first row that a stage handles at once, which is a block's or a step's first row.</summary>
    public virtual string Address(Stage stage, BufferView view)
    {
        if (stage.Kind == StageKind.EachExample)
            return OfExample(view);
        string text = "m." + view.Buffer;
        string? row = view.RowSet is RowSet.Sequence or RowSet.Stretch ? "first" : view.RowSet == RowSet.Block && stage.ByStep ? StageWriter.InBlock : null;
        if (row is not null)
            text += view.Stride == "1" ? $" + {row}" : $" + {row} * {view.Stride}";
        return view.Offset == "0" ? text : $"{text} + {view.Offset}";
    }

    /// <summary>The address of a view for the example that a stage handles. For a sequence it is the address at the step, but for scalars the address of the first of all rows.</summary>
    static string OfExample(BufferView view)
    {
        string? row = view.Stride == "1" ? null : view.RowSet switch { RowSet.Sequence => "at", RowSet.Batch => "(nint)r", _ => null };
        return "m." + view.Buffer + (row is null ? "" : $" + {row} * {view.Stride}") + (view.Offset == "0" ? "" : " + " + view.Offset);
    }

    /// <summary>Within a loop over the examples or steps of a stage's axis, whose sequence is r: the same example's sequence along another axis.</summary>
    public static string SequenceOf(Stage stage, int axis)
    {
        string example = stage.Axis == 0 ? "r" : "s.Parents[r]";
        return axis == stage.Axis ? "r" : axis == 0 ? example : $"s.Of({axis}).Places[{example}]";
    }

    /// <summary>The statement that finds the length of that sequence.</summary>
    public static string StepsOf(Stage stage, int axis) => $"int {Names.Steps(axis)} = {(axis == stage.Axis ? "s" : $"s.Of({axis})")}.Lengths[{SequenceOf(stage, axis)}];";
}

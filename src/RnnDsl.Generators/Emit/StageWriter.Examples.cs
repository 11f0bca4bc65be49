using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Emit;

// Stages that go example by example.
internal sealed partial class StageWriter
{
    /// <summary>Writes the loop over all examples. The steps of each are split into parts that are large enough for products.</summary>
    void WriteExamples(CodeWriter writer)
    {
        var packs = new CodeWriter();
        foreach (KeyValuePair<(Stage Stage, int Matrix, Over Over), string> packed in map.Plan.Packed.Where(p => p.Key.Stage == stage))
        {
            Node matrix = Schedule[packed.Key.Matrix];
            (Dim rows, Dim columns) = matrix.Sides;
            packs.Line($"Gemm.PackSteps<V>(m.{packed.Value}, {RowsOfMatrix(matrix, map.Read(stage, matrix.Id))}, {Names.Size(rows)}, {Names.Size(columns)}, transposed: {(packed.Key.Over == Over.Rows ? "true" : "false")});");
        }
        var phases = new CodeWriter();
        WritePhases(phases);
        writer.Open($"void {name}<V>(in Memory m, Shard s) where V : struct, ISimd<V>");
        WriteZeros(writer);
        writer.Open("for (int r = 0; r < s.Batch; r++)");
        for (int axis = 0; axis < Schedule.Graph.Axes; axis++)
            if (packs.Mentions(Names.Steps(axis)) || phases.Mentions(Names.Steps(axis)))
                writer.Line(MemoryMap.StepsOf(stage, axis));
        writer.Lines(packs);
        writer.Open("for (int begin = 0, end; begin < s.Lengths[r]; begin = end)").Line("end = s.StepsUpTo(r, begin);");
        writer.Lines(phases).Close().Close().Close();
    }

    void WriteProductOfExample(CodeWriter writer, Node product)
    {
        writer.Line("// " + new Notation(Schedule.Graph, map.Names).Equation(product));
        Node left = Schedule.Graph.Input(product, 0), right = Schedule.Graph.Input(product, 1);
        BufferView target = map.Written(stage, product.Id)!;
        if (product.IsSumOfSteps)
        {
            writer.Line($"Gemm.OuterSteps<V>(end - begin, {StepRows(map.Read(stage, left.Id))}, {Names.Size(left.Shape.Rows!)}, {StepRows(map.Read(stage, right.Id))}, {Names.Size(right.Shape.Rows!)},");
            writer.Indented($"{RowsOfMatrix(product, target)}, accumulate: begin > 0);");
            return;
        }
        writer.Line($"Gemm.MultiplySteps<V>(end - begin, {StepRows(map.Read(stage, right.Id))}, {Names.Size(right.Shape.Rows!)},");
        writer.Indented($"m.{map.Plan.Packed[(stage, left.Id, product.Over)]}, {Names.Size(product.Shape.Rows!)}, {StepRows(target)});");
    }

    /// <summary>Where the rows of a matrix lie: one after another, or, if they are steps, among those of all examples.</summary>
    string RowsOfMatrix(Node matrix, BufferView view) => matrix.Domain.IsSteps
        ? $"new({Start(view)}, {view.Stride}, {(matrix.Axis == stage.Axis ? "s" : $"s.Of({matrix.Axis})")}, {MemoryMap.SequenceOf(stage, matrix.Axis)}, 0)" : $"new({map.Address(stage, view)}, {Names.Size(matrix.Shape.Columns!)})";

    static string Start(BufferView view) => $"m.{view.Buffer}{(view.Offset == "0" ? "" : " + " + view.Offset)}";

    /// <summary>Where the steps lie: those of this stage's buffers one after another, others among those of all examples.</summary>
    string StepRows(BufferView view) => view.RowSet == RowSet.Sequence
        ? $"new({Start(view)}, {view.Stride}, s, r, begin)" : $"new({map.Address(stage, view)}, {view.Stride})";
}

using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Emit;

// Products with matrices, and the sums that they give to gradients.
internal sealed partial class StageWriter
{
    void WriteProduct(CodeWriter writer, ProductGroup group)
    {
        var notation = new Notation(Schedule.Graph, map.Names);
        foreach (ProductOutput output in group.Outputs)
            writer.Line("// " + notation.Equation(Schedule[output.Node]));
        BufferView target = map.Written(stage, group.Outputs[0].Node)!;
        string addend = Addend(group), condition = groups.Condition(group.Outputs.Select(o => o.Node), stage);
        if (condition.Length > 0)
            writer.Open(condition.TrimEnd());
        foreach (Pack pack in packing.Of(group))
        {
            BufferView source = map.Read(stage, pack.Operands[0]);
            for (int i = 0; i < pack.Operands.Count - 1; i++)
            {
                Node operand = Schedule[pack.Operands[i]];
                writer.Line($"Rows.ClearTails({map.Address(stage, map.Read(stage, operand.Id))}, rows, {source.Stride}, {Names.Size(operand.Shape.Rows!)}, {map.StrideOf(operand)});");
            }
            writer.Line($"Gemm.Multiply<V>(rows, {map.Address(stage, source)}, {source.Stride}, {pack.Depth},");
            writer.Indented($"m.{pack.Name}, {pack.Outputs}, {map.Address(stage, target)}, {target.Stride}, {addend});");
            addend = $"{map.Address(stage, target)}, {target.Stride}";
        }
        if (condition.Length > 0)
            writer.Close();
    }

    /// <summary>What is added to a group's products: packed parameters for all rows, or the rows of another group.</summary>
    string Addend(ProductGroup group)
    {
        if (packing.AddendOf(group) is { } packed)
            return $"m.{packed.Name}, 0";
        if (group.Outputs[0].Addend is not int first)
            return "Floats.Null, 0";
        BufferView rows = map.Read(stage, first);
        return $"{map.Address(stage, rows)}, {rows.Stride}";
    }

    void WriteOuter(CodeWriter writer)
    {
        var notation = new Notation(Schedule.Graph, map.Names);
        writer.Line($"/// <remarks>Gradients of the matrices, each one product over all rows{(InSweep ? " of the block" : "")}.</remarks>");
        writer.Open($"void {name}<V>(in Memory m, Shard s{(InSweep ? ", int begin, int end" : "")}) where V : struct, ISimd<V>");
        var body = new CodeWriter();
        foreach (ProductGroup group in stage.Phases.SelectMany(p => p.Products))
        {
            Node right = Schedule[group.Operands[0]];
            if (Schedule[group.Outputs[0].Node].Op == Op.Scatter)
            {
                string condition = groups.Condition(group.Outputs.Select(o => o.Node), stage);
                if (condition.Length > 0)
                    body.Open(condition.TrimEnd());
                WriteScatter(body, group, notation);
                if (condition.Length > 0)
                    body.Close();
                continue;
            }
            BufferView x = map.Read(stage, right.Id);
            // One call for each buffer of left operands, and for each round of sums into the same matrix. What overwrites a gradient comes before all that is added to it.
            var targets = group.Outputs.SelectMany(o => Targets(o).Select(t => (t.Name, t.Address, Left: Schedule.Graph.Input(Schedule[o.Node], 0), t.First, o.Node)));
            foreach (var call in targets.GroupBy(t => (map.Read(stage, t.Left.Id).Buffer, t.First)).OrderByDescending(c => c.Key.First))
            {
                BufferView left = map.Read(stage, call.First().Left.Id);
                string rows = InSweep ? "rows" : call.First().Left.Domain is var domain && domain.IsSteps ? "s.Rows" : domain.IsExamples ? "s.Batch" : "1";
                foreach (var target in call)
                    body.Line($"// {target.Name} = {notation.Equation(Schedule[target.Node]).Split(['='], 2)[1].Trim()}");
                body.Line($"{groups.Condition(call.Select(t => t.Node), stage)}Gemm.Outer<V>({rows}, {map.Address(stage, left with { Offset = "0" })}, {left.Stride}, {map.Address(stage, x)}, {x.Stride}, {Names.Size(right.Shape.Rows!)},");
                body.Indented($"[{string.Join(", ", call.Select(t => $"new({map.Read(stage, t.Left.Id).Offset}, {Names.Size(t.Left.Shape.Rows!)}, {t.Address})"))}], " +
                    $"accumulate: {(!call.Key.First ? "true" : !InSweep ? "false" : Sweep.Forward ? "begin > 0" : "end < s.Steps")});");
            }
        }
        if (InSweep)
            WriteRowRange(writer, "begin", "end");
        else if (body.Mentions("first"))
            writer.Line("const int first = 0;");
        writer.Lines(body).Close();
    }

    /// <summary>The targets of an outer product: gradients of parameters, or a buffer of its own if other values are computed from it.</summary>
    IEnumerable<(string Name, string Address, bool First)> Targets(ProductOutput output) => Schedule.HasOwnBuffer(output.Node)
        ? [(map.Names.BaseName(Schedule[output.Node]), map.Address(stage, map.Written(stage, output.Node)!), true)]
        : output.Gradients.Select(g => ("d" + g.Parameter, "m." + map.Names.Leaf("g", g.Parameter), g.First));

    /// <summary>Writes the gradients of gathers: each row of the left operand is added at its index.</summary>
    void WriteScatter(CodeWriter writer, ProductGroup group, Notation notation)
    {
        Node number = Schedule[group.Operands[0]];
        string numbers = map.Address(stage, map.Read(stage, number.Id));
        foreach (ProductOutput output in group.Outputs)
            foreach ((string name, string gradient, bool isFirst) in Targets(output))
            {
                Node scatter = Schedule[output.Node], left = Schedule.Graph.Input(scatter, 0);
                BufferView values = map.Read(stage, left.Id);
                writer.Line($"// {name} = {notation.Equation(scatter).Split(['='], 2)[1].Trim()}");
                string first = InSweep ? Sweep.Forward ? "if (begin == 0) " : "if (end == s.Steps) " : "", rows = InSweep ? "rows" : number.Domain.IsSteps ? "s.Rows" : "s.Batch";
                if (signature.RowTables(Schedule.Graph).FindIndex(t => "d" + t == name) is >= 0 and int table && !Schedule.HasOwnBuffer(output.Node))
                {
                    if (isFirst)
                        writer.Line($"{first}s.RowGradients[{table}].Begin();");
                    writer.Line($"s.RowGradients[{table}].Add({rows}, {map.Address(stage, values)}, {values.Stride}, {numbers});");
                    continue;
                }
                if (isFirst)
                    writer.Line($"{first}Rows.Fill({gradient}, {ProgramWriter.Length(scatter.Shape)}, 0f);");
                writer.Line($"TableRows.Add{(scatter.Over == Over.Rows ? "Rows" : "Columns")}({rows}, {map.Address(stage, values)}, {values.Stride}, " +
                    $"{Names.Size(left.Shape.Rows!)}, {numbers}, {gradient}{(scatter.Over == Over.Rows ? "" : ", " + Names.Size(scatter.Shape.Columns!))});");
            }
    }
}

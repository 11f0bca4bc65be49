using System.Globalization;
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Emit;

/// <summary>Writes one fused region as a method: its equations as comments, then loops over rows and units.</summary>
internal sealed partial class RegionWriter
{
    readonly MemoryMap map;
    readonly Stage stage;
    readonly Phase phase;
    readonly Notation notation;
    readonly Dictionary<BufferView, string> pointers = [];
    readonly Dictionary<int, string> scalars = [];
    readonly Dictionary<string, string> broadcasts = [];
    readonly Dictionary<int, string> locals = [];
    readonly Dictionary<int, string> words = [];
    readonly HashSet<string> taken;
    readonly Dictionary<string, int> next = [];
    readonly Dictionary<string, int> pointersInto = [];
    readonly CodeWriter hoisted = new();
    readonly Masks masks;

    readonly StepProducts? products;

    /// <param name="products">The layout of the weights of products that the region's loops make; null if products are made elsewhere.</param>
    public RegionWriter(MemoryMap map, Stage stage, Phase phase, IEnumerable<string> reserved, StepProducts? products = null)
    {
        this.products = products;
        this.map = map;
        this.stage = stage;
        this.phase = phase;
        notation = new Notation(map.Schedule.Graph, map.Names);
        taken = [.. reserved, .. Names.Reserved, .. Enumerable.Range(0, map.Schedule.Graph.Axes).Select(Names.Steps)];
        masks = new Masks(hoisted, Unique, ByExample ? "at" : "first + r", map.Noise);
    }

    /// <summary>True in a stage that goes example by example. Then r is the example, and the rows are its steps.</summary>
    bool ByExample => stage.Kind == StageKind.EachExample;

    bool OneRow => stage.Kind is StageKind.Prepare or StageKind.Epilogue or StageKind.Step;

    /// <summary>Writes the method's body. The caller writes the header.</summary>
    public void Write(CodeWriter writer)
    {
        var body = new CodeWriter();
        foreach (RegionLevel level in phase.Region.Levels)
            WriteLevel(body, level);
        foreach (KeyValuePair<BufferView, string> pair in pointers.Where(p => !IsFound(p.Key)))
            writer.Line($"Floats {pair.Value} = {map.Address(stage, pair.Key)};");
        writer.Lines(hoisted);
        if (OneRow)
        {
            writer.Lines(body);
            return;
        }
        if (!ByExample)
            writer.Open("for (int r = 0; r < rows; r++)");
        foreach (int axis in AxesSeen())
            if (body.Mentions(Names.Steps(axis)))
                writer.Line(MemoryMap.StepsOf(stage, axis));
        if (ByExample)
            OpenSteps(writer, body);
        writer.Lines(body);
        foreach (KeyValuePair<BufferView, string> pair in pointers)
            if (ByExample ? pair.Key.RowSet == RowSet.Steps && pair.Key.Stride != "1" : pair.Key.RowSet != RowSet.One && pair.Key.Stride != "1")
                writer.Line($"{pair.Value} += {pair.Key.Stride};");
        writer.Close();
    }

    /// <summary>The loop over an example's steps. Rows of sequences stand among those of other examples, so the address of each row is computed anew.</summary>
    void OpenSteps(CodeWriter writer, CodeWriter body)
    {
        var found = new CodeWriter();
        foreach (KeyValuePair<BufferView, string> pair in pointers.Where(p => IsFound(p.Key)))
            found.Line($"Floats {pair.Value} = {map.Address(stage, pair.Key)};");
        writer.Open("for (int step = begin; step < end; step++)");
        if (found.Mentions("at") || body.Mentions("at"))
            writer.Line("nint at = s.RowOffsets[step] + (nint)r;");
        writer.Lines(found);
    }

    bool IsFound(BufferView view) => ByExample && view.RowSet == RowSet.Sequence && view.Stride != "1";

    void WriteLevel(CodeWriter writer, RegionLevel level)
    {
        foreach (int id in level.Before)
            if (map.Schedule[id].Shape.IsScalar)
                WriteScalar(writer, id);
            else
                WriteCopy(writer, id);
        // A state that takes another state's old value reads it before that state is replaced.
        foreach (int old in level.ScalarCarries.Select(c => map.Schedule[c].Inputs[0]).Where(i => level.ScalarCarries.Contains(i) && !scalars.ContainsKey(i)).Distinct())
            WriteScalar(writer, old);
        var carried = level.ScalarCarries.Select(c => (c, Value: Scalar(map.Schedule[c].Inputs[0]))).ToList();
        foreach ((int shift, string value) in carried)
            writer.Line($"{Element(map.Plan.Carries[shift])} = {value};");
        foreach (RegionLoop loop in level.Loops)
            WriteLoop(writer, loop);
    }

    // Scalars

    void WriteScalar(CodeWriter writer, int id)
    {
        Node node = map.Schedule[id];
        if (OpTable.Kind(node) == OpKind.RowReduction)
        {
            string sum = Element(map.Written(stage, id)!), term = Scalar(node.Inputs[0]);
            writer.Line(node.IsMax ? $"{sum} = MathF.Max({sum}, {term});" : $"{sum} += {term};");
            return;
        }
        if (node.Op == Op.Unfold)
        {
            WriteUnfold(writer, node);
            return;
        }
        if (node.Op is Op.AtLastStep or Op.AtFirstStep)
        {
            BufferView target = map.Written(stage, id)!;
            writer.Line($"m.{target.Buffer}[{EndRow(node.Op == Op.AtLastStep)}] = {Scalar(node.Inputs[0])};");
            return;
        }
        string value = node.Op switch
        {
            Op.Shift => Element(map.Plan.Carries[id]),
            Op.InsertZeros => $"Rows.Taken(m.{map.Read(stage, node.Inputs[0]).Buffer}, {SourceRow(node)})",
            Op.Reorder when map.Schedule[node.Inputs[0]] is { Op: Op.Length } length => $"(float)s.Of({length.Axis}).Lengths[{SourceRow(node)}]",
            Op.Last or Op.First or Op.Reorder or Op.Every => $"m.{map.Read(stage, node.Inputs[0]).Buffer}[{SourceRow(node)}]",
            _ => Expression.Fill(OpTable.Get(node.Op).Scalar!, node.Op, [.. node.Inputs.Select(i => new Expression(Scalar(i)))]).Text,
        };
        string name = Local(id);
        if (node.Op != Op.Shift)
            writer.Line("// " + notation.Equation(node));
        writer.Line($"float {name} = {value};");
        scalars[id] = name;
        if (map.Written(stage, id) is BufferView view)
            writer.Line($"{Element(view)} = {name};");
    }

    /// <summary>A scalar's value as a float expression that needs no parentheses.</summary>
    string Scalar(int id)
    {
        if (scalars.TryGetValue(id, out string? name))
            return name;
        return WithoutPlace(map.Schedule[id]) ?? Element(map.Read(stage, id));
    }

    /// <summary>A leaf that no buffer holds, as a float expression at row r; null for all other nodes.</summary>
    public static string? WithoutPlace(Node node) => node.Op switch
    {
        Op.Constant => Literal(node.Number),
        Op.Size => $"(float){Names.Size(node.Dim)}",
        Op.Length => "(float)s.Lengths[r]",
        Op.ExampleWeight => node.Argument is Argument.PerExample ? "s.ExampleWeights[r]" : "s.ExampleWeight",
        _ => null,
    };

    public static string Literal(double value)
    {
        float single = (float)value;
        if (float.IsNaN(single))
            return "float.NaN";
        if (float.IsInfinity(single))
            return single > 0 ? "float.PositiveInfinity" : "float.NegativeInfinity";
        return single.ToString("R", CultureInfo.InvariantCulture) + "f";
    }

    /// <summary>One float of a scalar's view, at this row.</summary>
    string Element(BufferView view) => $"{Pointer(view)}[{(view.RowSet, ByExample) switch { (RowSet.One, _) => "0", (RowSet.Sequence, true) => "at", (RowSet.Steps, _) => "step - begin", _ => "r" }}]";

    /// <summary>The axes whose whole sequences, or lengths, the region reads or makes.</summary>
    IEnumerable<int> AxesSeen()
    {
        IEnumerable<Node> nodes = phase.Region.Levels.SelectMany(l => l.Before.Concat(l.Loops.SelectMany(loop => loop.Nodes.Concat(loop.Carries)))).Select(id => map.Schedule[id]);
        return nodes.SelectMany(n => n.Inputs.Select(i => map.Schedule[i]).Append(n)).Select(n => n.Op == Op.Size ? n.Dim : n.Shape.Rows).OfType<Dim>().Where(d => d.IsSteps).Select(d => d.Axis).Distinct().OrderBy(a => a);
    }

    static string EndRow(bool last) => last ? "s.RowOffsets[s.Lengths[r] - 1] + r" : "r";

    /// <summary>The row that a copy reads: the row of an end, of the same step on another axis, or of the same example in another order. One of two orders is always that of the
    /// examples themselves.</summary>
    string SourceRow(Node node) => node.Op == Op.Every ? "s.Sources[first + r]"
        : node.Op == Op.InsertZeros ? $"s.Of({map.Schedule.Graph.Input(node, 0).Axis}).Targets[first + r]"
        : node.Op != Op.Reorder ? EndRow(node.Op == Op.Last)
        : node.Domain.IsSteps ? $"s.Of({map.Schedule.Graph.Input(node, 0).Axis}).Places[first + r]"
        : node.Axis != 0 ? "s.Parents[r]" : $"s.Of({map.Schedule.Graph.Input(node, 0).Axis}).Places[r]";

    // Copies of units

    void WriteCopy(CodeWriter writer, int id)
    {
        Node node = map.Schedule[id];
        BufferView target = map.Written(stage, id)!;
        string width = OneRow ? Names.WidthInExample(node.Shape) : Names.Width(node.Shape);
        if (node.Op == Op.Unfold)
        {
            WriteUnfold(writer, node);
            return;
        }
        if (node.Op is Op.AtLastStep or Op.AtFirstStep)
        {
            writer.Line($"Rows.Copy({Row(node.Inputs[0])}, {RowAt(target, EndRow(node.Op == Op.AtLastStep))}, {width});");
            return;
        }
        string to = Pointer(target);
        writer.Line("// " + notation.Equation(node));
        switch (node.Op)
        {
            case Op.Concat:
                string left = Names.Size(map.Schedule[node.Inputs[0]].Shape.Rows!), right = Names.Size(map.Schedule[node.Inputs[1]].Shape.Rows!);
                writer.Line($"Rows.Copy({Row(node.Inputs[0])}, {to}, {left});");
                writer.Line($"Rows.Copy({Row(node.Inputs[1])}, {to} + {left}, {right});");
                break;
            case Op.Slice:
                writer.Line($"Rows.Copy({Row(node.Inputs[0])} + {Names.Size(node.Offset)}, {to}, {width});");
                break;
            case Op.Pad:
                writer.Line($"Rows.Fill({to}, {width}, 0f);");
                writer.Line($"Rows.Copy({Row(node.Inputs[0])}, {to} + {Names.Size(node.Offset)}, {Names.Size(map.Schedule[node.Inputs[0]].Shape.Rows!)});");
                break;
            case Op.Transpose:
                writer.Line($"Rows.Transpose({Row(node.Inputs[0])}, {Names.Size(node.Shape.Columns!)}, {Names.Size(node.Shape.Rows!)}, {to});");
                break;
            case Op.MatMul:
                Shape first = map.Schedule[node.Inputs[0]].Shape;
                writer.Line($"Gemm.Dense<V>({Row(node.Inputs[0])}, {Names.Size(first.Rows!)}, {Names.Size(first.Columns!)}, {Row(node.Inputs[1])}, {Names.Size(node.Shape.Columns!)}, {to});");
                break;
            case Op.Reduce or Op.Across:
                Shape matrix = (node.Op == Op.Reduce ? map.Schedule[node.Inputs[0]] : node).Shape;
                writer.Line($"Rows.{(node.Op == Op.Reduce ? "SumOver" : "Across")}{(node.Over == Over.Rows ? "Rows" : "Columns")}({Row(node.Inputs[0])}, {Names.Size(matrix.Rows!)}, {Names.Size(matrix.Columns!)}, {to});");
                break;
            case Op.Gather:
                Node table = map.Schedule[node.Inputs[0]];
                string number = $"(int){Scalar(node.Inputs[1])}";
                writer.Line(node.Over == Over.Rows ? $"TableRows.Row({Row(table.Id)}, {number}, {to}, {width});"
                    : $"TableRows.Column({Row(table.Id)}, {number}, {Names.Size(table.Shape.Columns!)}, {to}, {width});");
                break;
            case Op.Delay:
                string units = node.Shape.IsMatrix ? Names.Size(node.Shape.Columns!) : "1";
                writer.Line($"Rows.{(node.IsForward ? "Later" : "Earlier")}({Row(node.Inputs[0])}, {Names.Size(node.Shape.Rows!)}, {units}, {Scalar(node.Inputs[1])}, {to});");
                break;
            case Op.Whole:
                BufferView steps = map.Read(stage, node.Inputs[0]);
                writer.Line($"Rows.Whole({Start(steps)}, {steps.Stride}, s, r, {Names.Width(node.Shape.OfStep)}, {to});");
                break;
            case Op.InsertZeros:
                BufferView taken = map.Read(stage, node.Inputs[0]);
                writer.Line($"Rows.CopyTaken({Start(taken)}, {taken.Stride}, {SourceRow(node)}, {to}, {width});");
                break;
            case Op.Last or Op.First or Op.Reorder or Op.Every:
                writer.Line($"Rows.Copy({RowAt(map.Read(stage, node.Inputs[0]), SourceRow(node))}, {to}, {width});");
                break;
            default:
                throw new InvalidOperationException($"No copy for {node.Op}.");
        }
    }

    /// <summary>Writes the steps of an example's sequence from the whole sequence.</summary>
    void WriteUnfold(CodeWriter writer, Node node)
    {
        BufferView target = map.Written(stage, node.Id)!;
        writer.Line($"Rows.Unfold({Row(node.Inputs[0])}, {Names.Width(node.Shape)}, s, r, {Start(target)}, {target.Stride});");
    }

    static string Start(BufferView view) => $"m.{view.Buffer}{(view.Offset == "0" ? "" : " + " + view.Offset)}";

    string Row(int id) => Pointer(map.Read(stage, id));

    static string RowAt(BufferView view, string row) => $"m.{view.Buffer} + ({row}) * (nint){view.Stride}" + (view.Offset == "0" ? "" : $" + {view.Offset}");

    string Pointer(BufferView view)
    {
        if (pointers.TryGetValue(view, out string? name))
            return name;
        string wish = view.RowSet == RowSet.One ? view.Buffer : view.Buffer + "Row";
        pointersInto.TryGetValue(view.Buffer, out int before);
        pointersInto[view.Buffer] = before + 1;
        name = Unique(view.Offset == "0" ? wish : $"{wish}_{before}");
        pointers.Add(view, name);
        return name;
    }

    /// <summary>A scalar in all lanes. It is broadcast outside of the row loop if it is the same for all rows, and otherwise before the loop over the units.</summary>
    string Broadcast(int id, CodeWriter before)
    {
        Node node = map.Schedule[id];
        bool same = node.Op == Op.Constant || (node.Op == Op.Size && !node.Dim.IsSteps) || (node.Op == Op.ExampleWeight && node.Argument is not Argument.PerExample) || (node.Domain.IsParameters && !scalars.ContainsKey(id));
        string value = Scalar(id);
        if (same && broadcasts.TryGetValue(value, out string? known))
            return known;
        string name = Unique(node.Op == Op.Constant ? ConstantName(node.Number) : Local(id) + "Lanes");
        (same ? hoisted : before).Line($"V {name} = V.Broadcast({value});");
        if (same)
            broadcasts.Add(value, name);
        return name;
    }

    static string ConstantName(double value) => value switch
    {
        0 => "zero",
        1 => "one",
        0.5 => "half",
        2 => "two",
        _ => "constant",
    };

    string Local(int id)
    {
        if (!locals.TryGetValue(id, out string? name))
            locals.Add(id, name = Unique(map.Names.BaseName(map.Schedule[id])));
        return name;
    }

    string Unique(string wish)
    {
        return Names.Unique(Names.Identifier(wish), taken, next);
    }
}

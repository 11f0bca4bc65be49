using System.Globalization;
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Emit;

/// <summary>Writes one fused region as a method: the equations as comments, then loops over rows and units.</summary>
internal sealed class RegionWriter
{
    readonly Places places;
    readonly Stage stage;
    readonly Phase phase;
    readonly Notation notation;
    readonly Dictionary<Place, string> pointers = [];
    readonly Dictionary<int, string> scalars = [];
    readonly Dictionary<string, string> broadcasts = [];
    readonly Dictionary<int, string> locals = [];
    readonly Dictionary<int, string> words = [];
    readonly HashSet<string> taken;
    readonly CodeWriter hoisted = new();
    readonly Masks masks;

    readonly StepProducts? products;

    /// <param name="products">Where the weights of products lie that are made in the region's loops; null if products are made elsewhere.</param>
    public RegionWriter(Places places, Stage stage, Phase phase, IEnumerable<string> reserved, StepProducts? products = null)
    {
        this.products = products;
        this.places = places;
        this.stage = stage;
        this.phase = phase;
        notation = new Notation(places.Schedule.Graph, places.Names);
        taken = [.. reserved, .. Names.Reserved];
        masks = new Masks(hoisted, Unique);
    }

    bool OneRow => stage.Kind is StageKind.Prepare or StageKind.Epilogue or StageKind.Step;

    /// <summary>The method's body; the header is the caller's.</summary>
    public void Write(CodeWriter writer)
    {
        var body = new CodeWriter();
        foreach (RegionLevel level in phase.Region.Levels)
            WriteLevel(body, level);
        foreach (KeyValuePair<Place, string> pair in pointers)
            writer.Line($"Floats {pair.Value} = {places.Address(stage, pair.Key)};");
        writer.Lines(hoisted);
        if (OneRow)
        {
            writer.Lines(body);
            return;
        }
        writer.Open("for (int r = 0; r < rows; r++)").Lines(body);
        foreach (KeyValuePair<Place, string> pair in pointers)
            if (pair.Key.Rows != RowsOf.One && pair.Key.Stride != "1")
                writer.Line($"{pair.Value} += {pair.Key.Stride};");
        writer.Close();
    }

    void WriteLevel(CodeWriter writer, RegionLevel level)
    {
        foreach (int id in level.Before)
            if (places.Schedule[id].Shape.IsScalar)
                WriteScalar(writer, id);
            else
                WriteCopy(writer, id);
        var carried = level.ScalarCarries.Select(c => (c, Value: Scalar(places.Schedule[c].Inputs[0]))).ToList();
        foreach ((int shift, string value) in carried)
            writer.Line($"{Element(places.Plan.Carries[shift])} = {value};");
        foreach (RegionLoop loop in level.Loops)
            WriteLoop(writer, loop);
    }

    // Scalars

    void WriteScalar(CodeWriter writer, int id)
    {
        Node node = places.Schedule[id];
        if (OpTable.Kind(node) == OpKind.Rows)
        {
            writer.Line($"{Element(places.Written(stage, id)!)} += {Scalar(node.Inputs[0])};");
            return;
        }
        if (node.Op is Op.PlaceLast or Op.PlaceFirst)
        {
            Place target = places.Written(stage, id)!;
            writer.Line($"m.{target.Buffer}[{EndRow(node.Op == Op.PlaceLast)}] = {Scalar(node.Inputs[0])};");
            return;
        }
        string value = node.Op switch
        {
            Op.Shift => Element(places.Plan.Carries[id]),
            Op.Last or Op.First => $"m.{places.Read(stage, node.Inputs[0]).Buffer}[{EndRow(node.Op == Op.Last)}]",
            _ => Expression.Fill(OpTable.Get(node.Op).Scalar!, node.Op, [.. node.Inputs.Select(i => new Expression(Scalar(i)))]).Text,
        };
        string name = Local(id);
        writer.Line("// " + notation.Equation(node)).Line($"float {name} = {value};");
        scalars[id] = name;
        if (places.Written(stage, id) is Place place)
            writer.Line($"{Element(place)} = {name};");
    }

    /// <summary>A scalar's value as a float expression that needs no parentheses.</summary>
    string Scalar(int id)
    {
        if (scalars.TryGetValue(id, out string? name))
            return name;
        Node node = places.Schedule[id];
        switch (node.Op)
        {
            case Op.Constant:
                return Literal(node.Value);
            case Op.Size:
                return $"(float){Names.Size(Dim.Parse(node.Text))}";
            case Op.Length:
                return "(float)s.Lengths[r]";
            case Op.ExampleWeight:
                return "s.ExampleWeight";
            default:
                return Element(places.Read(stage, id));
        }
    }

    public static string Literal(double value)
    {
        float single = (float)value;
        if (float.IsNaN(single))
            return "float.NaN";
        if (float.IsInfinity(single))
            return single > 0 ? "float.PositiveInfinity" : "float.NegativeInfinity";
        return single.ToString("R", CultureInfo.InvariantCulture) + "f";
    }

    /// <summary>One float of a scalar's place, at this row.</summary>
    string Element(Place place) => $"{Pointer(place)}[{(place.Rows == RowsOf.One ? "0" : "r")}]";

    static string EndRow(bool last) => last ? "s.RowOffsets[s.Lengths[r] - 1] + r" : "r";

    // Copies of units

    void WriteCopy(CodeWriter writer, int id)
    {
        Node node = places.Schedule[id];
        Place target = places.Written(stage, id)!;
        string width = Names.Size(node.Shape.Rows!);
        if (node.Op is Op.PlaceLast or Op.PlaceFirst)
        {
            writer.Line($"Rows.Copy({Row(node.Inputs[0])}, {RowAt(target, EndRow(node.Op == Op.PlaceLast))}, {width});");
            return;
        }
        string to = Pointer(target);
        writer.Line("// " + notation.Equation(node));
        switch (node.Op)
        {
            case Op.Concat:
                string left = Names.Size(places.Schedule[node.Inputs[0]].Shape.Rows!), right = Names.Size(places.Schedule[node.Inputs[1]].Shape.Rows!);
                writer.Line($"Rows.Copy({Row(node.Inputs[0])}, {to}, {left});");
                writer.Line($"Rows.Copy({Row(node.Inputs[1])}, {to} + {left}, {right});");
                break;
            case Op.Slice:
                writer.Line($"Rows.Copy({Row(node.Inputs[0])} + {Names.Size(Dim.Parse(node.Text))}, {to}, {width});");
                break;
            case Op.Embed:
                writer.Line($"Rows.Fill({to}, {width}, 0f);");
                writer.Line($"Rows.Copy({Row(node.Inputs[0])}, {to} + {Names.Size(Dim.Parse(node.Text))}, {Names.Size(places.Schedule[node.Inputs[0]].Shape.Rows!)});");
                break;
            case Op.Last or Op.First:
                writer.Line($"Rows.Copy({RowAt(places.Read(stage, node.Inputs[0]), EndRow(node.Op == Op.Last))}, {to}, {width});");
                break;
            default:
                throw new InvalidOperationException($"No copy for {node.Op}.");
        }
    }

    string Row(int id) => Pointer(places.Read(stage, id));

    static string RowAt(Place place, string row) => $"m.{place.Buffer} + ({row}) * (nint){place.Stride}" + (place.Offset == "0" ? "" : $" + {place.Offset}");

    string Pointer(Place place)
    {
        if (pointers.TryGetValue(place, out string? name))
            return name;
        string wish = place.Rows == RowsOf.One ? place.Buffer : place.Buffer + "Row";
        name = Unique(place.Offset == "0" ? wish : $"{wish}_{pointers.Keys.Count(k => k.Buffer == place.Buffer)}");
        pointers.Add(place, name);
        return name;
    }

    // Loops over units

    void WriteLoop(CodeWriter writer, RegionLoop loop)
    {
        var inLoop = new HashSet<int>(loop.Nodes);
        Dictionary<int, int> uses = [];
        void Use(int id) => uses[id] = uses.TryGetValue(id, out int n) ? n + 1 : 1;
        foreach (int id in loop.Nodes)
            if (places.Schedule[id].Op != Op.Shift)
                foreach (int input in places.Schedule[id].Inputs)
                    Use(input);
        foreach (int shift in loop.Carries)
            Use(places.Schedule[shift].Inputs[0]);

        var computed = new Dictionary<int, Expression>();
        var body = new CodeWriter();
        var before = new CodeWriter();
        var after = new CodeWriter();
        var rows = new Dictionary<string, string>();
        string size = Names.Size(loop.Dim);
        // What the carried values become must be read before any of them is replaced.
        HashSet<int> early = [.. loop.Carries.Select(c => places.Schedule[c].Inputs[0])];

        Expression Operand(int id)
        {
            if (computed.TryGetValue(id, out Expression expression))
                return expression;
            Node node = places.Schedule[id];
            if (node.Shape.IsScalar)
                return computed[id] = new Expression(Broadcast(id, before));
            if (inLoop.Contains(id) && node.Op != Op.Shift)
                return computed[id] = Compute(node);
            string load = $"V.Load({Pointer(places.Read(stage, id))}, j)";
            if (uses.TryGetValue(id, out int count) && count == 1 && !early.Contains(id))
                return new Expression(load);
            string name = Local(id);
            body.Line($"V {name} = {load};");
            return computed[id] = new Expression(name);
        }

        bool IsInlined(int id) => inLoop.Contains(id) && uses.TryGetValue(id, out int count) && count == 1 && !early.Contains(id)
            && places.Schedule[id].Label is null && places.Written(stage, id) is null && OpTable.Kind(places.Schedule[id]) == OpKind.Elementwise;

        Expression Compute(Node node)
        {
            // a·b + c in one instruction, where the product is not needed for itself.
            if (node.Op == Op.Add)
                foreach (int i in new[] { 0, 1 })
                {
                    Node product = places.Schedule[node.Inputs[i]];
                    if (product.Op == Op.Multiply && IsInlined(product.Id))
                        return new Expression($"V.MultiplyAdd({Operand(product.Inputs[0]).Text}, {Operand(product.Inputs[1]).Text}, {Operand(node.Inputs[1 - i]).Text})");
                }
            return node.Op == Op.Dropout ? masks.Drop(node, Operand(node.Inputs[0]), before, rows)
                : Expression.Fill(OpTable.Get(node.Op).Vector!, node.Op, [.. node.Inputs.Select(Operand)]);
        }

        void Store(int id)
        {
            if (places.Written(stage, id) is Place place)
                body.Line($"V.Store({Local(id)}, {Pointer(place)}, j);");
        }

        var equations = new List<string>();
        var made = new List<int>();
        foreach (StepProduct product in products?.Of(loop) ?? [])
        {
            string operand = product.HasFormat ? Words(product.Operand, before) : Pointer(places.Read(stage, product.Operand));
            product.Write(body, operand, Pointer(product.Place), Local, id => Operand(id).Text, Unique);
            foreach (int id in product.Nodes)
                computed[id] = new Expression(Local(id));
            made.AddRange(product.Nodes);
            foreach (int id in product.Nodes)
                Store(id);
        }
        foreach (int id in loop.Nodes)
        {
            Node node = places.Schedule[id];
            switch (made.Contains(id) ? OpKind.Product : OpTable.Kind(node))
            {
                case OpKind.Product:
                    if (node.Label is not null)
                        equations.Add(notation.Equation(node));
                    break;
                case OpKind.Reduction:
                    string sum = Unique(Local(id) + "Lanes"), fill = node.Op == Op.Sum ? "0f" : "float.NegativeInfinity";
                    before.Line($"V {sum} = V.Broadcast({fill});");
                    string masked = $"V.FirstLanes({Operand(node.Inputs[0]).Text}, {size} - j, {fill})";
                    body.Line(node.Op == Op.Sum ? $"{sum} += {masked};" : $"{sum} = V.Max({sum}, {masked});");
                    after.Line($"float {Local(id)} = V.{(node.Op == Op.Sum ? "Sum" : "MaxAcross")}({sum});");
                    scalars[id] = Local(id);
                    if (places.Written(stage, id) is Place kept)
                        after.Line($"{Element(kept)} = {Local(id)};");
                    equations.Add(notation.Equation(node));
                    break;
                case OpKind.Rows:
                    string target = Pointer(places.Written(stage, id)!);
                    body.Line($"V.Store(V.Load({target}, j) + {Operand(node.Inputs[0]).Within(1)}, {target}, j);");
                    equations.Add(notation.Equation(node));
                    break;
                case OpKind.Time:
                    string state = Local(id);
                    body.Line($"V {state} = V.Load({Pointer(places.Plan.Carries[id])}, j);");
                    computed[id] = new Expression(state);
                    body.Line($"V.Store({state}, {Pointer(places.Written(stage, id)!)}, j);");
                    break;
                default:
                    // Left to the addition that reads it, which makes one instruction of both.
                    if (node.Op == Op.Multiply && IsInlined(id) && Reader(id, loop).Op == Op.Add)
                        break;
                    Expression value = Compute(node);
                    if (IsInlined(id))
                    {
                        computed[id] = value;
                        break;
                    }
                    string name = Local(id);
                    body.Line($"V {name} = {value.Text};");
                    computed[id] = new Expression(name);
                    equations.Add(notation.Equation(node));
                    Store(id);
                    break;
            }
        }
        List<(int Shift, string Text)> carries = [.. loop.Carries.Select(c => (c, Operand(places.Schedule[c].Inputs[0]).Text))];
        foreach ((int shift, string text) in carries)
            body.Line($"V.Store({text}, {Pointer(places.Plan.Carries[shift])}, j);");

        foreach (string equation in equations)
            writer.Line("// " + equation);
        // What already lies in place need not be copied.
        bool copies = loop.Nodes.Count == 0 && loop.Carries.All(c => places.Plan.InPlace.TryGetValue(places.Schedule[c].Inputs[0], out int carried) && carried == c);
        if (products?.Alternates(loop) == true)
        {
            writer.Lines(before).Open($"for (nint turn = 0; turn < {size}; turn += V.Count)");
            writer.Line($"nint j = {StepWriter.Back} ? (({size} - 1) & -V.Count) - turn : turn;").Lines(body);
        }
        else
            writer.Lines(before).Open($"for (nint j = 0; {(copies ? $"{size} > V.Count && " : "")}j < {size}; j += V.Count)").Lines(body);
        // Said to the runtime's compiler, which else keeps constants in registers for a second turn that never comes.
        if (!copies && products?.Sizes.FitsOneVector(loop.Dim) == true)
            writer.Line($"if ({size} <= V.Count)").Indented("break;");
        writer.Close().Lines(after);
    }

    /// <summary>An operand in the form in which weights are multiplied; made before the first loop that needs it.</summary>
    string Words(int id, CodeWriter before)
    {
        if (words.TryGetValue(id, out string? name))
            return name;
        StepOperand operand = products!.Operands.Single(o => o.Node.Id == id);
        words.Add(id, name = Unique(operand.Name + "_words"));
        before.Line($"Floats {name} = Weights.Operand({Pointer(places.Read(stage, id))}, {Names.Size(operand.Node.Shape.Rows!)}, " +
            $"{places.Address(stage, operand.Words)}, {places.Address(stage, operand.Scale)});");
        return name;
    }

    Node Reader(int id, RegionLoop loop) => loop.Nodes.Select(n => places.Schedule[n]).First(n => n.Op != Op.Shift && n.Inputs.Contains(id));

    /// <summary>A scalar in all lanes: outside of the row loop if it is the same for all rows, else before the loop over the units.</summary>
    string Broadcast(int id, CodeWriter before)
    {
        Node node = places.Schedule[id];
        bool same = node.Op is Op.Constant or Op.Size or Op.ExampleWeight || (node.Space == Space.Parameter && !scalars.ContainsKey(id));
        string value = Scalar(id);
        if (same && broadcasts.TryGetValue(value, out string? known))
            return known;
        string name = Unique(node.Op == Op.Constant ? ConstantName(node.Value) : Local(id) + "Lanes");
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
            locals.Add(id, name = Unique(places.Names.Wish(places.Schedule[id])));
        return name;
    }

    string Unique(string wish)
    {
        string identifier = Names.Identifier(wish), name = identifier;
        for (int i = 2; !taken.Add(name); i++)
            name = identifier + i.ToString(CultureInfo.InvariantCulture);
        return name;
    }
}

using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Emit;

// Loops over units.
internal sealed partial class RegionWriter
{
    /// <summary>The text of a loop: what is done for one vector of units, and at each row before and after all vectors.</summary>
    /// <param name="Carries">Shifts whose carried value is replaced, and the expressions of their next values.</param>
    sealed record LoopText(CodeWriter Before, CodeWriter Body, CodeWriter After, List<string> Equations, List<(int Shift, string Next)> Carries);

    void WriteLoop(CodeWriter writer, RegionLoop loop)
    {
        MatrixLoop? matrix = MatrixLoop.Of(map.Schedule, loop) is { } sides ? new MatrixLoop(sides, Unique) : null;
        (CodeWriter before, CodeWriter body, CodeWriter after, List<string> equations, List<(int Shift, string Next)> carries) = TextOf(loop, matrix: matrix);
        string size = Names.Size(loop.Over);
        foreach ((int shift, string next) in carries)
            body.Line(StoreOf(next, map.Plan.Carries[shift], matrix));
        foreach (string equation in equations)
            writer.Line("// " + equation);
        if (matrix is not null)
        {
            writer.Lines(before);
            matrix.Write(writer, body);
            writer.Lines(after);
            return;
        }
        // A value that is already in place need not be copied.
        bool copies = loop.Nodes.Count == 0 && loop.Carries.All(c => map.Plan.InPlace.TryGetValue(map.Schedule[c].Inputs[0], out int carried) && carried == c);
        if (products?.Alternates(loop) == true)
        {
            writer.Lines(before).Open($"for (nint turn = 0; turn < {size}; turn += V.Count)");
            writer.Line($"nint j = {StepWriter.Back} ? (({size} - 1) & -V.Count) - turn : turn;").Lines(body);
        }
        else
            writer.Lines(before).Open($"for (nint j = 0; {(copies ? $"{size} > V.Count && " : "")}j < {size}; j += V.Count)").Lines(body);
        // Tells the JIT compiler that there is no second iteration; otherwise it keeps constants in registers for one.
        if (!copies && loop.Dim is { } units && products?.Sizes.FitsOneVector(units) == true)
            writer.Line($"if ({size} <= V.Count)").Indented("break;");
        writer.Close().Lines(after);
    }

    /// <summary>Stores one vector. A loop that goes through a matrix row by row stores no more lanes than the row has left.</summary>
    string StoreOf(string value, BufferView view, MatrixLoop? matrix) => matrix is null ? $"V.Store({value}, {Pointer(view)}, j);"
        : $"V.StoreFirst({value}, {matrix.Columns} - j, {matrix.Row(Pointer(view))}, j);";

    /// <param name="loop">The loop.</param>
    /// <param name="states">The names of carried values that are already in registers; the others are loaded.</param>
    /// <param name="matrix">The row loop of the matrix through which it goes; null for a plain loop over units.</param>
    LoopText TextOf(RegionLoop loop, IReadOnlyDictionary<int, string>? states = null, MatrixLoop? matrix = null)
    {
        var inLoop = new HashSet<int>(loop.Nodes);
        Dictionary<int, int> uses = [];
        void Use(int id) => uses[id] = uses.TryGetValue(id, out int n) ? n + 1 : 1;
        foreach (int id in loop.Nodes)
            if (map.Schedule[id].Op != Op.Shift)
                foreach (int input in map.Schedule[id].Inputs)
                    Use(input);
        foreach (int shift in loop.Carries)
            Use(map.Schedule[shift].Inputs[0]);

        var computed = new Dictionary<int, Expression>();
        foreach (KeyValuePair<int, string> state in states ?? new Dictionary<int, string>())
            computed.Add(state.Key, new Expression(state.Value));
        var body = new CodeWriter();
        var before = new CodeWriter();
        var after = new CodeWriter();
        var rows = new Dictionary<string, string>();
        string size = matrix?.Columns ?? Names.Size(loop.Over);
        // The next values of carries must be read before any carry is replaced.
        HashSet<int> early = [.. loop.Carries.Select(c => map.Schedule[c].Inputs[0])];

        Expression Operand(int id)
        {
            if (computed.TryGetValue(id, out Expression expression))
                return expression;
            Node node = map.Schedule[id];
            if (node.Shape.IsScalar)
                return computed[id] = new Expression(Broadcast(id, before));
            if (inLoop.Contains(id) && node.Op != Op.Shift)
                return computed[id] = Compute(node);
            string load = Load(id);
            if (uses.TryGetValue(id, out int count) && count == 1 && !early.Contains(id))
                return new Expression(load);
            string name = Local(id);
            body.Line($"V {name} = {load};");
            return computed[id] = new Expression(name);
        }

        string Load(int id) => $"V.Load({(matrix is null ? Pointer(map.Read(stage, id)) : matrix.Row(Pointer(map.Read(stage, id))))}, j)";

        bool IsInlined(int id) => inLoop.Contains(id) && uses.TryGetValue(id, out int count) && count == 1 && !early.Contains(id)
            && map.Schedule[id].Label is null && map.Written(stage, id) is null && OpTable.Kind(map.Schedule[id]) == OpKind.Elementwise;

        Expression Compute(Node node)
        {
            // a·b + c in one instruction, if nothing else needs the product.
            if (node.Op == Op.Add)
                foreach (int i in new[] { 0, 1 })
                {
                    Node product = map.Schedule[node.Inputs[i]];
                    if (product.Op == Op.Multiply && IsInlined(product.Id))
                    {
                        Expression a = Operand(product.Inputs[0]), b = Operand(product.Inputs[1]), c = Operand(node.Inputs[1 - i]);
                        return new Expression($"V.MultiplyAdd({a.Text}, {b.Text}, {c.Text})", Depth: 1 + Math.Max(Math.Max(a.Depth, b.Depth), c.Depth));
                    }
                }
            if (node.Op == Op.Across)
            {
                string vector = Pointer(map.Read(stage, node.Inputs[0]));
                return new Expression(node.Over == Over.Rows ? $"V.Load({vector}, j)" : matrix!.InEachColumn(vector, Local(node.Inputs[0])));
            }
            // One instruction keeps a NaN of its second operand, and a constant is none.
            if (node.Op is Op.Min or Op.Max)
                foreach (int i in new[] { 0, 1 })
                    if (map.Schedule[node.Inputs[i]] is { Op: Op.Constant } constant && !double.IsNaN(constant.Number))
                        return Expression.Fill($"V.{node.Op}({{0}}, {{1}})", node.Op, [Operand(constant.Id), Operand(node.Inputs[1 - i])]);
            return node.Op == Op.Dropout ? masks.Drop(node, Operand(node.Inputs[0]), before, rows)
                : Expression.Fill(OpTable.Get(node.Op).Vector!, node.Op, [.. node.Inputs.Select(Operand)]);
        }

        void Store(int id)
        {
            if (map.Written(stage, id) is BufferView view)
                body.Line(StoreOf($"{(map.Plan.Added.Contains(id) ? $"V.Load({Pointer(view)}, j) + " : "")}{Local(id)}", view, matrix));
        }

        var equations = new List<string>();
        var made = new HashSet<int>();
        foreach (StepProduct product in products?.Of(loop) ?? [])
        {
            string operand = product.HasFormat ? Words(product.Operand, before) : Pointer(map.Read(stage, product.Operand));
            product.Write(body, operand, Pointer(product.View), product.Sums is { } sums ? Pointer(sums) : null, Local, id => Operand(id).Text, Unique);
            foreach (int id in product.Nodes)
                computed[id] = new Expression(Local(id));
            made.UnionWith(product.Nodes);
            foreach (int id in product.Nodes)
                Store(id);
        }
        foreach (int id in loop.Nodes)
        {
            Node node = map.Schedule[id];
            switch (made.Contains(id) ? OpKind.Product : OpTable.Kind(node))
            {
                case OpKind.Product:
                    if (node.Label is not null)
                        equations.Add(notation.Equation(node));
                    break;
                case OpKind.Reduction when node.ReducesSide:
                    matrix!.Reduce(node, Operand(node.Inputs[0]), Pointer(map.Written(stage, id)!), Unique(Local(id) + "Lanes"), before, body);
                    equations.Add(notation.Equation(node));
                    break;
                case OpKind.Reduction:
                    string sum = Unique(Local(id) + "Lanes"), fill = !node.IsMax ? "0f" : "float.NegativeInfinity";
                    before.Line($"V {sum} = V.Broadcast({fill});");
                    string masked = $"V.FirstLanes({Operand(node.Inputs[0]).Text}, {size} - j, {fill})";
                    body.Line(!node.IsMax ? $"{sum} += {masked};" : $"{sum} = VectorMath.Max({sum}, {masked});");
                    after.Line($"float {Local(id)} = V.{(!node.IsMax ? "Sum" : "MaxAcross")}({sum});");
                    scalars[id] = Local(id);
                    if (map.Written(stage, id) is BufferView kept)
                        after.Line($"{Element(kept)} = {Local(id)};");
                    equations.Add(notation.Equation(node));
                    break;
                case OpKind.RowReduction:
                    BufferView target = map.Written(stage, id)!;
                    string known = $"V.Load({(matrix is null ? Pointer(target) : matrix.Row(Pointer(target)))}, j)";
                    body.Line(StoreOf(node.IsMax ? $"VectorMath.Max({known}, {Operand(node.Inputs[0]).Text})" : $"{known} + {Operand(node.Inputs[0]).Within(1)}", target, matrix));
                    equations.Add(notation.Equation(node));
                    break;
                case OpKind.Time:
                    if (!computed.ContainsKey(id))
                    {
                        body.Line($"V {Local(id)} = {Load(id)};");
                        computed.Add(id, new Expression(Local(id)));
                    }
                    body.Line(StoreOf(computed[id].Text, map.Written(stage, id)!, matrix));
                    break;
                default:
                    // Left to the addition that reads it, which makes one instruction of both.
                    if (node.Op == Op.Multiply && IsInlined(id) && Reader(id, loop).Op == Op.Add)
                        break;
                    Expression value = Compute(node);
                    if (IsInlined(id) && value.Depth < Expression.MaxDepth)
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
        return new LoopText(before, body, after, equations, [.. loop.Carries.Select(c => (c, Operand(map.Schedule[c].Inputs[0]).Text))]);
    }

    /// <summary>An operand in the format in which weights are multiplied. It is converted before the first loop that needs it.</summary>
    string Words(int id, CodeWriter before)
    {
        if (words.TryGetValue(id, out string? name))
            return name;
        StepOperand operand = products!.OperandOf(id);
        words.Add(id, name = Unique(operand.Name + "_words"));
        before.Line($"Floats {name} = Products.AreMade ? default : Weights.Operand({Pointer(map.Read(stage, id))}, {Names.Size(operand.Node.Shape.Rows!)}, " +
            $"{map.Address(stage, operand.Words)}, {map.Address(stage, operand.Scale)});");
        return name;
    }

    Node Reader(int id, RegionLoop loop) => map.Schedule.Graph.Users(id).Where(loop.Nodes.Contains).Select(n => map.Schedule[n]).First(n => n.Op != Op.Shift);
}

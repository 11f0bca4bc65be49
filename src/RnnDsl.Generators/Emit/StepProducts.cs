using System.Globalization;
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Emit;

/// <summary>
/// The products of a streaming step, made where their units are used. For one vector of units, the sums of all products of the same operand are accumulated side by side in
/// registers, and their weights lie in the order in which they are read. If several streams make a step together, all products of a piece are made before it, and a loop only loads
/// its sums.
/// </summary>
internal sealed class StepProducts
{
    /// <summary>The most products whose sums are accumulated side by side: with the weights and the operand they fit 16 registers.</summary>
    const int MostProducts = 8;

    /// <summary>The same for a short operand: the sums of the first gates are ready while those of the others are computed.</summary>
    const int MostProductsOfShortOperand = 2, ShortOperand = 8;

    readonly Dictionary<RegionLoop, List<StepProduct>> products = [];
    readonly Schedule schedule;
    readonly List<StepOperand> operands = [];
    readonly Dictionary<int, StepOperand> operandOf = [];
    readonly StepSizes sizes;

    public StepProducts(Schedule schedule, Names names, StepSizes sizes)
    {
        this.sizes = sizes;
        this.schedule = schedule;
        foreach (Stage stage in schedule.Stages)
            foreach (RegionLoop loop in stage.Phases.SelectMany(p => p.Region.Levels).SelectMany(l => l.Loops))
                products.Add(loop, [.. Group(schedule, names, sizes, stage, loop)]);
        Node[] nodes = [.. All.Where(p => p.HasFormat).Select(p => p.Operand).Distinct().Select(id => schedule[id])];
        string scales = nodes.Length == 0 ? "" : names.Unique("operand_scales");
        foreach (Node node in nodes)
        {
            operandOf.Add(node.Id, new StepOperand(node, names.BaseName(node), SingleRow(names.Unique("words_" + names.BaseName(node))), SingleRow(scales, operands.Count)));
            operands.Add(operandOf[node.Id]);
        }
    }

    public StepSizes Sizes => sizes;

    static BufferView SingleRow(string buffer, int offset = 0) => new(buffer, RowSet.One, "0", offset.ToString(CultureInfo.InvariantCulture));

    public IReadOnlyList<StepProduct> Of(RegionLoop loop) => products[loop];

    public IEnumerable<StepProduct> All => products.Values.SelectMany(p => p);

    /// <summary>True for a loop whose direction alternates from step to step. A sum over the units needs one fixed order.</summary>
    public bool Alternates(RegionLoop loop) => products[loop].Any(p => p.HasFormat) && sizes.Alternates(loop.Dim!)
        && loop.Nodes.All(id => OpTable.Kind(schedule[id]) != OpKind.Reduction);

    public bool AnyAlternates => products.Keys.Any(Alternates);

    /// <summary>The operands that are converted to the format in which the program's weights are multiplied.</summary>
    public IReadOnlyList<StepOperand> Operands => operands;

    public StepOperand OperandOf(int id) => operandOf[id];

    /// <summary>For each product: the addition that is its only reader, if the other operand is known before. The sum then starts with that operand.</summary>
    static (Node Sum, Node Addend)?[] Additions(Schedule schedule, Stage stage, RegionLoop loop, Node[] group, HashSet<int> begun)
    {
        (Node Sum, Node Addend)?[] additions = [.. group.Select(node => schedule.OnlyAddition(stage, node.Id) is { } addition && loop.Nodes.Contains(addition.Sum.Id)
            && (addition.Addend.Op == Op.Parameter || begun.Contains(addition.Addend.Id)) ? addition : ((Node, Node)?)null)];
        begun.UnionWith(additions.OfType<(Node Sum, Node Addend)>().Select(a => a.Sum.Id));
        return additions;
    }

    static IEnumerable<StepProduct> Group(Schedule schedule, Names names, StepSizes sizes, Stage stage, RegionLoop loop)
    {
        var begun = new HashSet<int>();
        foreach (IGrouping<int, Node> same in loop.Nodes.Select(id => schedule[id]).Where(n => OpTable.Kind(n) == OpKind.Product).GroupBy(n => n.Inputs[1]))
        {
            Node[] nodes = [.. same];
            int most = sizes.Known(schedule[same.Key].Shape.Rows!) is > StepProduct.Unrolled and <= ShortOperand ? MostProductsOfShortOperand : MostProducts;
            for (int first = 0; first < nodes.Length; first += most)
            {
                Node[] group = [.. nodes.Skip(first).Take(most)];
                string name = names.Unique("packed_" + (schedule.Graph.Input(group[0], 0) is { Op: Op.Parameter } matrix ? Names.WithoutPath(matrix.Name) : ""));
                bool atSteps = stage.Kind == StageKind.Step;
                yield return new StepProduct(schedule, group, Additions(schedule, stage, loop, group, begun), loop.Dim!, schedule[same.Key].Shape.Rows!, sizes, SingleRow(name), atSteps ? SingleRow(names.Unique("sums" + name.Substring("packed".Length))) : null);
            }
        }
    }
}

/// <summary>A vector that is multiplied by matrices at every step.</summary>
/// <param name="Node">The vector.</param>
/// <param name="Name">Its name in the program.</param>
/// <param name="Words">Where it lies in the format in which it is multiplied.</param>
/// <param name="Scale">Where its scale lies, in the memory that all streams share.</param>
internal sealed record StepOperand(Node Node, string Name, BufferView Words, BufferView Scale);

/// <summary>Products of one operand with several matrices, one for each node.</summary>
/// <param name="additions">For each product: the addition whose other operand its sum starts with, or null to start with zero.</param>
/// <param name="view">Where the packed weights lie: [units / lanes][word][product][lane].</param>
/// <param name="sums">Where the products lie if they were made before: [units / lanes][product][lane]. Null if they depend on parameters alone and are computed once.</param>
internal sealed class StepProduct(Schedule schedule, Node[] nodes, (Node Sum, Node Addend)?[] additions, Dim units, Dim depth, StepSizes sizes, BufferView view, BufferView? sums)
{
    /// <summary>So many simultaneous sums hide the latency of additions.</summary>
    const int SideBySide = 8;

    const string Zero = "V.Broadcast(0f)";

    /// <summary>Products of up to this depth are written without a loop.</summary>
    public const int Unrolled = 4;

    /// <summary>The values that are made: the products, or the additions that they are a part of.</summary>
    public IReadOnlyList<int> Nodes => [.. nodes.Select((n, i) => (additions[i]?.Sum ?? n).Id)];

    public Dim Units => units;

    public Dim Depth => depth;

    /// <summary>The matrix of each product.</summary>
    public IReadOnlyList<Node> Matrices => [.. nodes.Select(n => schedule.Graph.Input(n, 0))];

    /// <summary>What the sum of each product begins with, or null for zero.</summary>
    public IReadOnlyList<(Node Sum, Node Addend)?> Additions => additions;

    /// <summary>True if the outputs of a product are the columns of its matrix.</summary>
    public bool IsTransposed(int product) => nodes[product].Over == Over.Rows;

    public int Operand => nodes[0].Inputs[1];

    public BufferView View => view;

    public BufferView? Sums => sums;

    public string SumFloats => $"Layout.Align(Layout.Pad({Names.Size(units)}) * {nodes.Length})";

    /// <summary>True if the weights are stored in the program's format. Products that are computed once stay exact, and so do rows so short that bytes would save nothing.</summary>
    public bool HasFormat => sums is not null && !IsDot && !(sizes.Known(depth) <= Unrolled);

    /// <summary>True for matrices of one row, whose lanes run along the row. The operand must have room for whole vectors, which a caller's input does not have.</summary>
    bool IsDot => sizes.Known(units) == 1 && schedule[Operand].Op != Op.Input;

    string Format => HasFormat ? "Weights" : "FloatWeights";

    public string Floats(Names names) => IsDot ? $"Layout.Align({Names.Size(depth)}) * {nodes.Length}" : $"Layout.Align((long){names.PaddedSize(units)} * {Format}.Row({Names.Size(depth)}) * {nodes.Length})";

    /// <summary>True if it contains a matrix that is computed from parameters.</summary>
    public bool IsComputed => nodes.Any(n => schedule.Graph.Input(n, 0).Op != Op.Parameter);

    /// <param name="source">Where a matrix lies.</param>
    public void WritePack(CodeWriter writer, Func<Node, string> source, string packed)
    {
        for (int i = 0; i < nodes.Length; i++)
        {
            Node matrix = schedule.Graph.Input(nodes[i], 0);
            if (IsDot)
            {
                writer.Line($"Rows.Copy({source(matrix)}, {Row(packed, i)}, {Names.Size(depth)});");
                continue;
            }
            string transpose = IsTransposed(i) ? "true" : "false";
            writer.Line($"{Format}.Pack<V>({packed}, {nodes.Length}, {i}, {source(matrix)}, " +
                $"{Names.Size(matrix.Shape.Rows!)}, {Names.Size(matrix.Shape.Columns!)}, transpose: {transpose});");
        }
    }

    /// <summary>The row of weights of one product whose lanes run along the row.</summary>
    string Row(string packed, int product) => product == 0 ? packed : $"{packed} + {product} * (nint)Layout.Align({Names.Size(depth)})";

    /// <summary>Writes the products of the units from j on into their own variables.</summary>
    /// <param name="operand">The operand in the format in which it is multiplied.</param>
    /// <param name="made">Where the products lie if they were made before.</param>
    /// <param name="read">The C# expression of a value in the loop.</param>
    public void Write(CodeWriter writer, string operand, string packed, string? made, Func<int, string> local, Func<int, string> read, Func<string, string> unique)
    {
        string[] values = [.. Nodes.Select(local)];
        string?[] begin = [.. additions.Select(a => a is { } addition ? read(addition.Addend.Id) : null)];
        writer.Line($"V {string.Join(", ", values)};");
        if (made is null)
        {
            WriteHere(writer, operand, packed, values, begin, unique);
            return;
        }
        writer.Open("if (Products.AreMade)");
        for (int i = 0; i < values.Length; i++)
            writer.Line($"{values[i]} = V.Load({made}, j{(values.Length == 1 ? "" : $" * {values.Length}")}{(i == 0 ? "" : " + " + Lanes(i))});");
        writer.Close().Open("else");
        WriteHere(writer, operand, packed, values, begin, unique);
        writer.Close();
    }

    void WriteHere(CodeWriter writer, string operand, string packed, string[] values, string?[] begin, Func<string, string> unique)
    {
        if (IsDot)
        {
            for (int i = 0; i < values.Length; i++)
                writer.Line($"{values[i]} = {(begin[i] is null ? "" : begin[i] + " + ")}V.Broadcast(DotProduct.Of<V>({operand}, {Row(packed, i)}, {Names.Size(depth)}));");
            return;
        }
        string[][] chain = [.. Enumerable.Range(0, Chains).Select(c => values.Select(s => c == 0 ? s : unique(s)).ToArray())];
        if (IsUnrolled)
        {
            WriteOut(writer, operand, packed, chain, begin, sizes.Known(depth)!.Value, unique);
            WriteSums(writer, chain, (a, b) => $"{a} += {b};");
        }
        else
        {
            string end = WriteLoop(writer, operand, packed, chain, begin, unique);
            WriteSums(writer, chain, (a, b) => $"{a} = {Format}.Add({a}, {b});");
            for (int i = 0; i < values.Length && HasFormat; i++)
                writer.Line($"{values[i]} = Weights.Finish({values[i]}, {end}, {i}, {values.Length}, {operand}, {begin[i] ?? Zero});");
        }
    }

    bool IsUnrolled => sizes.Known(depth) <= Unrolled;

    /// <summary>The partial sums of each product. Chain c adds the words c, c + chains, and so on.</summary>
    int Chains
    {
        get
        {
            int chains = 1;
            while (2 * chains * nodes.Length <= SideBySide && !(2 * chains > sizes.Known(depth)))
                chains *= 2;
            return chains;
        }
    }

    /// <summary>Writes the call that makes the products of all units for several streams.</summary>
    /// <param name="slot">The number of the operand.</param>
    /// <param name="packed">Where the packed weights lie.</param>
    /// <param name="at">The offset of the sums.</param>
    /// <param name="begin">How the sums of a value begin: the C# expression for the addend of one of the products, or null.</param>
    public void WriteTogether(CodeWriter writer, int slot, string packed, string at, Func<Node, string> begin)
    {
        string begins = $"[{string.Join(", ", additions.Select(a => a is { } addition ? begin(addition.Addend) : "default"))}]";
        writer.Line(IsDot ? $"group.Dot<V>({slot}, {packed}, {Names.Size(depth)}, {at}, {begins});"
            : IsUnrolled ? $"group.MultiplyShort<V>({slot}, {packed}, {Names.Size(depth)}, {Names.Size(units)}, {Chains}, {at}, {begins});"
            : $"group.Multiply<V, {Format}>({slot}, {packed}, {Names.Size(depth)}, {Names.Size(units)}, {Chains}, {at}, {begins});");
    }

    /// <summary>Adds in pairs, so that the chain of additions is short.</summary>
    static void WriteSums(CodeWriter writer, string[][] chain, Func<string, string, string> add)
    {
        for (int half = chain.Length / 2; half > 0; half /= 2)
            for (int c = 0; c < half; c++)
                for (int i = 0; i < chain[c].Length; i++)
                    writer.Line(add(chain[c][i], chain[c + half][i]));
    }

    /// <summary>Writes a product of a known small depth, without a loop.</summary>
    void WriteOut(CodeWriter writer, string operand, string packed, string[][] chain, string?[] begin, int known, Func<string, string> unique)
    {
        string weights = unique(packed + "_at");
        writer.Line($"Floats {weights} = {packed} + j * {known * nodes.Length};");
        for (int k = 0; k < known; k++)
        {
            string x = unique("x_k");
            writer.Line($"V {x} = V.Broadcast({operand}[{k}]);");
            string[] sums = chain[k % chain.Length];
            for (int i = 0; i < sums.Length; i++)
            {
                string w = $"V.Load({weights}, {Lanes(k * sums.Length + i)})";
                string? sum = k >= chain.Length ? sums[i] : k == 0 ? begin[i] : null;
                writer.Line((k > 0 && k < chain.Length ? "V " : "") + $"{sums[i]} = " + (sum is null ? $"{x} * {w};" : $"V.MultiplyAdd({x}, {w}, {sum});"));
            }
        }
    }

    /// <summary>Writes a loop over the words of the operand.</summary>
    /// <returns>The variable that points to the end of the weights of these units.</returns>
    string WriteLoop(CodeWriter writer, string operand, string packed, string[][] chain, string?[] begin, Func<string, string> unique)
    {
        int chains = chain.Length, products = nodes.Length;
        bool even = sizes.Known(depth) is int known && known % chains == 0 && (known + 3) / 4 % chains == 0;
        string size = Names.Size(depth), at = unique(operand + "_at"), weights = unique(packed + "_at"), left = unique(operand + "_left");
        for (int i = 0; i < products; i++)
            writer.Line($"{chain[0][i]} = {Begin(begin[i])};");
        foreach (string[] others in chain.Skip(1))
            writer.Line($"V {string.Join(", ", others.Select(s => $"{s} = {Zero}"))};");
        writer.Line($"Floats {at} = {operand}, {weights} = {packed} + j * ({Format}.Row({size}) * {products});");
        writer.Line($"nint {left} = {Format}.Words({size});");
        writer.Open($"for (; {left} >= {chains}; {left} -= {chains})");
        for (int c = 0; c < chains; c++)
            Accumulate(writer, at, c, chain[c], weights, unique);
        writer.Line($"{at} += {chains};").Line($"{weights} += {Lanes(chains * products)};").Close();
        if (chains == 1 || even)
            return weights;
        writer.Open($"for (; {left} > 0; {left}--)");
        Accumulate(writer, at, 0, chain[0], weights, unique);
        writer.Line($"{at} += 1;").Line($"{weights} += {Lanes(products)};").Close();
        return weights;
    }

    string Begin(string? value) => value is null ? Zero : HasFormat ? $"Weights.Begin({value})" : value;

    void Accumulate(CodeWriter writer, string at, int chain, string[] sums, string weights, Func<string, string> unique)
    {
        string x = unique("x_k");
        writer.Line($"V {x} = V.Broadcast({at}[{chain}]);");
        for (int i = 0; i < sums.Length; i++)
            writer.Line($"{sums[i]} = {Format}.MultiplyAdd({x}, {weights}, {Lanes(chain * sums.Length + i)}, {sums[i]});");
    }

    static string Lanes(int vectors) => vectors switch { 0 => "0", 1 => "V.Count", _ => vectors.ToString(CultureInfo.InvariantCulture) + " * V.Count" };
}

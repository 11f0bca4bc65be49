using System.Globalization;
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Emit;

/// <summary>
/// The products of a streaming step, made where their units are used: for one vector of units the sums of all products of the same operand
/// grow side by side in registers, and their weights lie in the order in which they are read.
/// </summary>
internal sealed class StepProducts
{
    /// <summary>Most products whose sums grow side by side: with the weights and the operand they fit 16 registers.</summary>
    const int MostAbreast = 8;

    readonly Dictionary<RegionLoop, List<StepProduct>> products = [];
    readonly List<StepOperand> operands = [];

    public StepProducts(Schedule schedule, Names names, IReadOnlyDictionary<string, int> fixedSizes)
    {
        foreach (Stage stage in schedule.Stages)
            foreach (RegionLoop loop in stage.Phases.SelectMany(p => p.Region.Levels).SelectMany(l => l.Loops))
                products.Add(loop, [.. Group(schedule, names, fixedSizes, loop, atSteps: stage.Kind == StageKind.Step)]);
        Node[] nodes = [.. All.Where(p => p.HasFormat).Select(p => p.Operand).Distinct().Select(id => schedule[id])];
        string scales = nodes.Length == 0 ? "" : names.Unique("operand_scales");
        foreach (Node node in nodes)
            operands.Add(new StepOperand(node, names.Wish(node), One(names.Unique("words_" + names.Wish(node))), One(scales, operands.Count)));
    }

    static Place One(string buffer, int offset = 0) => new(buffer, RowsOf.One, "0", offset.ToString(CultureInfo.InvariantCulture));

    public IReadOnlyList<StepProduct> Of(RegionLoop loop) => products[loop];

    public IEnumerable<StepProduct> All => products.Values.SelectMany(p => p);

    /// <summary>The operands that are brought into the form in which the program's weights are multiplied.</summary>
    public IReadOnlyList<StepOperand> Operands => operands;

    static IEnumerable<StepProduct> Group(Schedule schedule, Names names, IReadOnlyDictionary<string, int> fixedSizes, RegionLoop loop, bool atSteps)
    {
        foreach (IGrouping<int, Node> same in loop.Nodes.Select(id => schedule[id]).Where(n => OpTable.Kind(n) == OpKind.Product).GroupBy(n => n.Inputs[1]))
        {
            Node[] nodes = [.. same];
            for (int first = 0; first < nodes.Length; first += MostAbreast)
            {
                Node[] abreast = [.. nodes.Skip(first).Take(MostAbreast)];
                string name = names.Unique("packed_" + Names.Short(schedule.Graph.Input(abreast[0], 0).Text));
                yield return new StepProduct(schedule, abreast, loop.Dim, schedule[same.Key].Shape.Rows!, fixedSizes, One(name), atSteps);
            }
        }
    }
}

/// <summary>A vector that is multiplied by matrices at every step.</summary>
/// <param name="Node">The vector.</param>
/// <param name="Name">Its name in the program.</param>
/// <param name="Words">Where it lies as it is multiplied.</param>
/// <param name="Scale">Where its scale lies in what all streams share.</param>
internal sealed record StepOperand(Node Node, string Name, Place Words, Place Scale);

/// <summary>Products of one operand with as many matrices as there are nodes.</summary>
/// <param name="atSteps">False if they depend on parameters alone, and are made once.</param>
internal sealed class StepProduct(Schedule schedule, Node[] nodes, Dim units, Dim depth, IReadOnlyDictionary<string, int> fixedSizes, Place place, bool atSteps)
{
    /// <summary>So many sums at once hide the latency of adding.</summary>
    const int Sums = 8;

    /// <summary>Depths up to this are written out.</summary>
    const int Unrolled = 4;

    public IReadOnlyList<int> Nodes => [.. nodes.Select(n => n.Id)];

    public int Operand => nodes[0].Inputs[1];

    /// <summary>Where the packed weights lie: [units / lanes][word][product][lane].</summary>
    public Place Place => place;

    /// <summary>True if the weights have the program's format. What is made once stays exact, and so do rows so short that bytes would save nothing.</summary>
    public bool HasFormat => atSteps && !(Known(depth) <= Unrolled);

    string Format => HasFormat ? "Weights" : "FloatWeights";

    public string Floats(Names names) => $"Layout.Align((long){names.Pad(units)} * {Format}.Row({Names.Size(depth)}) * {nodes.Length})";

    public void WritePack(CodeWriter writer, Names names, string packed)
    {
        for (int i = 0; i < nodes.Length; i++)
        {
            Node matrix = schedule.Graph.Input(nodes[i], 0);
            string transpose = nodes[i].Op == Op.MatVecTransposed ? "true" : "false";
            writer.Line($"{Format}.Pack<V>({packed}, {nodes.Length}, {i}, {names.Leaf("raw", matrix.Text)}, " +
                $"{Names.Size(matrix.Shape.Rows!)}, {Names.Size(matrix.Shape.Columns!)}, transpose: {transpose});");
        }
    }

    /// <summary>Writes the products of the units from j on into their own variables.</summary>
    /// <param name="operand">The operand as it is multiplied.</param>
    public void Write(CodeWriter writer, string operand, string packed, Func<int, string> local, Func<string, string> unique)
    {
        string[] sums = [.. nodes.Select(n => local(n.Id))];
        int? known = Known(depth);
        int chains = 1;
        while (2 * chains * nodes.Length <= Sums && !(2 * chains > known))
            chains *= 2;
        string[][] chain = [.. Enumerable.Range(0, chains).Select(c => sums.Select(s => c == 0 ? s : unique(s)).ToArray())];
        if (known <= Unrolled)
        {
            WriteOut(writer, operand, packed, chain, known.Value, unique);
            WriteSums(writer, chain, (a, b) => $"{a} += {b};");
        }
        else
        {
            string end = WriteLoop(writer, operand, packed, chain, known % chains == 0 && (known + 3) / 4 % chains == 0, unique);
            WriteSums(writer, chain, (a, b) => $"{a} = {Format}.Add({a}, {b});");
            for (int i = 0; i < sums.Length && HasFormat; i++)
                writer.Line($"{sums[i]} = Weights.Finish({sums[i]}, {end}, {i}, {sums.Length}, {operand});");
        }
    }

    /// <summary>In pairs, so that the sum of the sums is short too.</summary>
    static void WriteSums(CodeWriter writer, string[][] chain, Func<string, string, string> add)
    {
        for (int half = chain.Length / 2; half > 0; half /= 2)
            for (int c = 0; c < half; c++)
                for (int i = 0; i < chain[c].Length; i++)
                    writer.Line(add(chain[c][i], chain[c + half][i]));
    }

    /// <summary>A depth known to be small, without a loop.</summary>
    void WriteOut(CodeWriter writer, string operand, string packed, string[][] chain, int known, Func<string, string> unique)
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
                writer.Line(k < chain.Length ? $"V {sums[i]} = {x} * {w};" : $"{sums[i]} = V.MultiplyAdd({x}, {w}, {sums[i]});");
            }
        }
    }

    /// <summary>A loop over the words of the operand.</summary>
    /// <returns>The variable that points behind the weights of these units.</returns>
    string WriteLoop(CodeWriter writer, string operand, string packed, string[][] chain, bool even, Func<string, string> unique)
    {
        int chains = chain.Length, products = nodes.Length;
        string size = Names.Size(depth), at = unique(operand + "_at"), weights = unique(packed + "_at"), left = unique(operand + "_left");
        foreach (string[] abreast in chain)
            writer.Line($"V {string.Join(", ", abreast.Select(s => $"{s} = V.Broadcast(0f)"))};");
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

    void Accumulate(CodeWriter writer, string at, int chain, string[] sums, string weights, Func<string, string> unique)
    {
        string x = unique("x_k");
        writer.Line($"V {x} = V.Broadcast({at}[{chain}]);");
        for (int i = 0; i < sums.Length; i++)
            writer.Line($"{sums[i]} = {Format}.MultiplyAdd({x}, {weights}, {Lanes(chain * sums.Length + i)}, {sums[i]});");
    }

    static string Lanes(int vectors) => vectors switch { 0 => "0", 1 => "V.Count", _ => vectors.ToString(CultureInfo.InvariantCulture) + " * V.Count" };

    int? Known(Dim dim) => dim.IsConcat ? Known(dim.Left!) + Known(dim.Right!) : fixedSizes.TryGetValue(dim.Text, out int size) ? size : null;
}

using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Emit;

/// <summary>One packed matrix: the blocks of a product group for one run of operands that lie side by side.</summary>
internal sealed record Pack(string Name, string Outputs, string Depth, List<int> Operands, List<PackBlock> Blocks);

/// <summary>Parameters that are added to the outputs of one product group, such as a bias. They lie side by side.</summary>
/// <param name="Parts">Each parameter, as a node, and its offset.</param>
internal sealed record PackedAddend(string Name, string Outputs, List<(int Node, string Offset)> Parts);

/// <summary>The block of one matrix in a packed matrix.</summary>
internal sealed record PackBlock(int Matrix, bool Transposed, string OutputOffset, string DepthOffset);

/// <summary>Lays out the packed weights of all products, with stacked outputs and stacked operands.</summary>
internal sealed class Packing
{
    readonly MemoryMap map;
    readonly Dictionary<ProductGroup, List<Pack>> packs = [];
    readonly Dictionary<ProductGroup, PackedAddend> addends = [];
    readonly ILookup<string, int> inBuffer;
    readonly Dictionary<string, Dictionary<int, int>> orders = [];

    public Packing(MemoryMap map)
    {
        this.map = map;
        inBuffer = map.Plan.CrossStage.Select(p => (Id: p.Key, View: p.Value)).Concat(map.Plan.Local.Select(p => (Id: p.Key.Item2, View: p.Value)))
            .ToLookup(p => p.View.Buffer, p => p.Id);
        foreach (Stage stage in map.Schedule.Stages)
            if (stage.Kind is not (StageKind.Outer or StageKind.EachExample))
                foreach (ProductGroup group in stage.Phases.SelectMany(p => p.Products))
                {
                    packs.Add(group, [.. Make(stage, group)]);
                    if (MakeAddend(group) is { } addend)
                        addends.Add(group, addend);
                }
    }

    public IReadOnlyList<Pack> Of(ProductGroup group) => packs[group];

    public IEnumerable<Pack> All => packs.Values.SelectMany(p => p);

    public PackedAddend? AddendOf(ProductGroup group) => addends.TryGetValue(group, out PackedAddend? addend) ? addend : null;

    public IEnumerable<PackedAddend> Addends => addends.Values;

    PackedAddend? MakeAddend(ProductGroup group)
    {
        var parts = new List<(int, string)>();
        string[] offsets = Offsets(group);
        for (int i = 0; i < group.Outputs.Count; i++)
            if (group.Outputs[i].Addend is int addend && map.Schedule.IsPrepared(addend))
                parts.Add((addend, offsets[i]));
        return parts.Count == 0 ? null : new PackedAddend(map.Names.Unique("added_" + Title(packs[group][0].Blocks)), packs[group][0].Outputs, parts);
    }

    /// <summary>The offset of each output.</summary>
    string[] Offsets(ProductGroup group)
    {
        var before = new RunningSum();
        var offsets = new string[group.Outputs.Count];
        for (int i = 0; i < offsets.Length; i++)
        {
            offsets[i] = before.ToString();
            before.Add(map.StrideOf(map.Schedule[group.Outputs[i].Node]));
        }
        return offsets;
    }

    IEnumerable<Pack> Make(Stage stage, ProductGroup group)
    {
        string outputs = Names.Sum(group.Outputs.Select(o => map.StrideOf(map.Schedule[o.Node])));
        string[] offsets = Offsets(group);
        ILookup<int, (int Output, ProductTerm Term)> terms = group.Outputs.SelectMany((o, i) => o.Terms.Select(t => (Output: i, Term: t))).ToLookup(t => group.Operands[t.Term.Operand]);
        foreach (List<int> run in Runs(stage, group))
        {
            var blocks = new List<PackBlock>();
            var widths = new RunningSum();
            foreach (int operand in run)
            {
                Node node = map.Schedule[operand];
                foreach ((int output, ProductTerm term) in terms[operand])
                    blocks.Add(new PackBlock(term.Matrix, term.Transposed, offsets[output], widths.ToString()));
                // The padding between operands counts as depth. After the last operand there is nothing to multiply.
                widths.Add(operand == run[run.Count - 1] ? Names.Size(node.Shape.Rows!) : map.StrideOf(node));
            }
            yield return new Pack(map.Names.Unique("packed_" + Title(blocks)), outputs, widths.ToString(), run, blocks);
        }
    }

    string Title(List<PackBlock> blocks) => (map.Schedule[blocks[0].Matrix] is var matrix && matrix.Op == Op.Parameter ? Names.WithoutPath(matrix.Name) : map.Names.BaseName(matrix)) + (blocks[0].Transposed ? "T" : "");

    /// <summary>The operands in the order of their memory, split wherever one does not directly follow another.</summary>
    IEnumerable<List<int>> Runs(Stage stage, ProductGroup group)
    {
        List<(int Id, BufferView View)> operands = [.. group.Operands.Select(o => (o, map.Read(stage, o)))];
        foreach (var buffer in operands.GroupBy(o => o.View.Buffer))
        {
            Dictionary<int, int> order = Order(buffer.Key);
            List<int> run = [];
            int previous = -2;
            foreach (var operand in buffer.OrderBy(o => At(o.Id)))
            {
                int at = At(operand.Id);
                if (run.Count > 0 && at != previous + 1)
                {
                    yield return run;
                    run = [];
                }
                run.Add(operand.Id);
                previous = at;
            }
            yield return run;

            int At(int id) => order.TryGetValue(id, out int at) ? at : -1;
        }
    }

    /// <summary>The values that share a buffer, in the order of their offsets.</summary>
    Dictionary<int, int> Order(string buffer)
    {
        if (!orders.TryGetValue(buffer, out Dictionary<int, int>? order))
        {
            orders.Add(buffer, order = []);
            int at = 0;
            foreach (int id in inBuffer[buffer].OrderBy(map.Plan.OrderInRow))
            {
                if (!order.ContainsKey(id))
                    order.Add(id, at);
                at++;
            }
        }
        return order;
    }
}

using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Emit;

/// <summary>One packed matrix: the blocks of a product group for one run of operands that lie side by side.</summary>
internal sealed record Pack(string Name, string Outputs, string Depth, List<int> Operands, List<PackBlock> Blocks);

/// <summary>Parameters that are added to the outputs of one product group, side by side: a bias.</summary>
/// <param name="Parts">Parameter (a node), and where it begins.</param>
internal sealed record PackedAddend(string Name, string Outputs, List<(int Node, string Offset)> Parts);

/// <summary>One parameter's block in a packed matrix.</summary>
internal sealed record PackBlock(int Matrix, bool Transposed, string OutputOffset, string DepthOffset);

/// <summary>Lays out the packed weights of all products: stacked outputs, stacked operands.</summary>
internal sealed class Packing
{
    readonly Places places;
    readonly Dictionary<ProductGroup, List<Pack>> packs = [];
    readonly Dictionary<ProductGroup, PackedAddend> addends = [];

    public Packing(Places places)
    {
        this.places = places;
        foreach (Stage stage in places.Schedule.Stages)
            if (stage.Kind != StageKind.Outer)
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
        for (int i = 0; i < group.Outputs.Count; i++)
            if (group.Outputs[i].Addend is int addend && places.Schedule.IsPrepared(addend))
                parts.Add((addend, Offset(group, i)));
        return parts.Count == 0 ? null : new PackedAddend(places.Names.Unique("added_" + Title(packs[group][0].Blocks)), packs[group][0].Outputs, parts);
    }

    string Offset(ProductGroup group, int output) =>
        output == 0 ? "0" : Names.Sum(group.Outputs.Take(output).Select(o => places.StrideOf(places.Schedule[o.Node])));

    IEnumerable<Pack> Make(Stage stage, ProductGroup group)
    {
        string outputs = Names.Sum(group.Outputs.Select(o => places.StrideOf(places.Schedule[o.Node])));
        foreach (List<int> run in Runs(stage, group))
        {
            var blocks = new List<PackBlock>();
            var widths = new List<string>();
            foreach (int operand in run)
            {
                Node node = places.Schedule[operand];
                for (int i = 0; i < group.Outputs.Count; i++)
                    foreach (ProductTerm term in group.Outputs[i].Terms.Where(t => group.Operands[t.Operand] == operand))
                        blocks.Add(new PackBlock(term.Matrix, term.Transposed,
                            Offset(group, i),
                            widths.Count == 0 ? "0" : Names.Sum(widths)));
                // Padding between operands counts; behind the last there is nothing to multiply.
                widths.Add(operand == run[run.Count - 1] ? Names.Size(node.Shape.Rows!) : places.StrideOf(node));
            }
            yield return new Pack(places.Names.Unique("packed_" + Title(blocks)), outputs, Names.Sum(widths), run, blocks);
        }
    }

    string Title(List<PackBlock> blocks) => Names.Short(places.Schedule[blocks[0].Matrix].Text) + (blocks[0].Transposed ? "T" : "");

    /// <summary>Operands in the order in which they lie, cut where one does not follow the other.</summary>
    IEnumerable<List<int>> Runs(Stage stage, ProductGroup group)
    {
        List<(int Id, Place Place)> operands = [.. group.Operands.Select(o => (o, places.Read(stage, o)))];
        foreach (var buffer in operands.GroupBy(o => o.Place.Buffer))
        {
            List<int> order = Order(buffer.First().Place.Buffer);
            List<int> run = [];
            int previous = -2;
            foreach (var operand in buffer.OrderBy(o => order.IndexOf(o.Id)))
            {
                int at = order.IndexOf(operand.Id);
                if (run.Count > 0 && at != previous + 1)
                {
                    yield return run;
                    run = [];
                }
                run.Add(operand.Id);
                previous = at;
            }
            yield return run;
        }
    }

    /// <summary>Values that share a buffer, in the order of their offsets (which are sums with one more term each).</summary>
    List<int> Order(string buffer) =>
    [
        .. places.Plan.Full.Select(p => (Id: p.Key, Place: p.Value))
            .Concat(places.Plan.Local.Select(p => (Id: p.Key.Item2, Place: p.Value)))
            .Where(p => p.Place.Buffer == buffer)
            .Select(p => p.Id)
            .OrderBy(places.Plan.OrderInRow),
    ];
}

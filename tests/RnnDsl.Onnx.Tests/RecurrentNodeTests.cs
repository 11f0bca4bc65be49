using System.Reflection;
using RnnDsl.Execution.Tests;
using Module = RnnDsl.Execution.Module;

namespace RnnDsl.Onnx.Tests;

/// <summary>Nodes with random attributes and weights: what ONNX Runtime computes, the product computes with the imported weights.</summary>
public class RecurrentNodeTests
{
    const int Nodes = 24;

    /// <summary>More and other cells: RNNDSL_RANDOM_CELLS=100 RNNDSL_RANDOM_SEED=7.</summary>
    static readonly int Cells = ExportTests.Setting("RNNDSL_RANDOM_CELLS", 24), Seed = ExportTests.Setting("RNNDSL_RANDOM_SEED", 40);

    const string Usings = "#pragma warning disable RNN2006, RNN2007, RNN2008, RNN2017\nusing RnnDsl;\nusing static RnnDsl.Ops;\n";

    static readonly string[] Library =
    [
        "Lstm", "PeepholeLstm", "CoupledLstm", "ClippedLstm", "ClippedCoupledLstm", "Gru", "GruResetBefore", "ClippedGru", "ClippedGruResetBefore",
        "Elman", "ElmanRelu", "ClippedElman",
    ];

    static readonly Lazy<Assembly> Both = new(() => Compiled.Load(Usings + string.Concat(Library.Select(cell => NodeVariant.Model("Both" + cell, cell)))));

    public static TheoryData<string> LibraryCells() => [.. Library];

    [Theory]
    [MemberData(nameof(LibraryCells))]
    public void Nodes_in_cells_of_the_library_give_the_same(string cell)
    {
        for (int seed = 0; seed < Nodes; seed++)
            new NodeCase(NodeVariant.Of(cell), 100 * cell.Length + seed, $"{cell}, seed {seed}").Check((i, h) => Compiled.Make(Both.Value, "Both" + cell, [], i, h));
    }

    [Fact]
    public void Nodes_with_any_activations_give_the_same_in_cells_of_their_own_and_come_out_again()
    {
        NodeVariant[] variants = [.. Enumerable.Range(Seed, Cells).Select(seed => NodeVariant.Random(new Random(seed)))];
        Assembly assembly = Compiled.Load(Usings + string.Concat(variants.Select((v, i) => v.Source($"Own{i}") + NodeVariant.Model($"Both{i}", $"Own{i}"))));
        for (int i = 0; i < variants.Length; i++)
        {
            for (int seed = 0; seed < 6; seed++)
                new NodeCase(variants[i], 1000 * i + seed, $"{variants[i].Source("Own")}, seed {seed}").Check((inputs, units) => Compiled.Make(assembly, $"Both{i}", [], inputs, units));
            Module model = Compiled.Make(assembly, $"Both{i}", [], 3, 4);
            ExportTests.Check(model, "Predict", () => OnnxExport.ToBytes(model));
            Assert.Equal([variants[i].Op, variants[i].Op], ExportTests.Scans(model));
        }
    }
}

using RnnDsl.CompilerServices;
using RnnDsl.Execution.Tests.Cells;

namespace RnnDsl.Execution.Tests;

/// <summary>Cells that nobody built into the compiler, and the library's, on sizes around the lanes and sequences of unequal length.</summary>
public class CellTests
{
    sealed class In : Dim;
    sealed class Hid : Dim;
    sealed class Mem : Dim;

    internal static readonly Dictionary<string, Func<int, int, Module>> Cells = new()
    {
        ["CoupledPeephole"] = (i, h) => new CoupledPeephole<In, Hid>(i, h),
        ["TwoOutputs"] = (i, h) => new TwoOutputs<In, Hid>(i, h),
        ["Leaky"] = (i, h) => new Leaky<In, Hid>(i, h),
        ["Normed"] = (i, h) => new Normed<In, Hid>(i, h),
        ["Stateless"] = (i, h) => new Stateless<In, Hid>(i, h),
        ["Diagonal"] = (i, h) => new Diagonal<In, Hid>(i, h),
        ["Rotation"] = (i, h) => new Rotation<In, Hid>(i, h),
        ["Delays"] = (i, h) => new Delays<In, Hid>(i, h),
        ["AllOperations"] = (i, h) => new AllOperations<In, Hid>(i, h),
        ["Elman"] = (i, h) => new Elman<In, Hid>(i, h),
        ["ClippedElman"] = (i, h) => new ClippedElman<In, Hid>(i, h),
        ["ElmanRelu"] = (i, h) => new ElmanRelu<In, Hid>(i, h),
        ["Lstm"] = (i, h) => new Lstm<In, Hid>(i, h),
        ["PeepholeLstm"] = (i, h) => new PeepholeLstm<In, Hid>(i, h),
        ["ClippedLstm"] = (i, h) => new ClippedLstm<In, Hid>(i, h),
        ["ClippedCoupledLstm"] = (i, h) => new ClippedCoupledLstm<In, Hid>(i, h),
        ["CoupledLstm"] = (i, h) => new CoupledLstm<In, Hid>(i, h),
        ["Gru"] = (i, h) => new Gru<In, Hid>(i, h),
        ["GruResetBefore"] = (i, h) => new GruResetBefore<In, Hid>(i, h),
        ["ClippedGru"] = (i, h) => new ClippedGru<In, Hid>(i, h),
        ["ClippedGruResetBefore"] = (i, h) => new ClippedGruResetBefore<In, Hid>(i, h),
        ["MinimalGatedUnit"] = (i, h) => new MinimalGatedUnit<In, Hid>(i, h),
        ["LayerNormLstm"] = (i, h) => new LayerNormLstm<In, Hid>(i, h),
        ["AntisymmetricRnn"] = (i, h) => new AntisymmetricRnn<In, Hid>(i, h),
        ["IndRnn"] = (i, h) => new IndRnn<In, Hid>(i, h),
        ["ClockworkRnn"] = (i, h) => new ClockworkRnn<In, Hid>(i, h),
        ["Lmu"] = (i, h) => new Lmu<In, Mem, Hid>(i, 1 + h % 7, h),
        ["MinGru"] = (i, h) => new MinGru<In, Hid>(i, h),
        ["MinLstm"] = (i, h) => new MinLstm<In, Hid>(i, h),
        ["Linear"] = (i, h) => new Linear<In, Hid>(i, h),
        ["LayerNorm"] = (_, h) => new LayerNorm<Hid>(h),
        ["Highway"] = (_, h) => new Highway<Hid>(h),
        ["Sru"] = (i, h) => new Sru<In, Hid>(i, h),
        ["Qrnn"] = (i, h) => new Qrnn<In, Hid>(i, h),
        ["RgLru"] = (_, h) => new RgLru<Hid>(h),
        ["SLstm"] = (i, h) => new SLstm<In, Hid>(i, h),
        ["ProjectedLstm"] = (i, h) => new ProjectedLstm<In, Mem, Hid>(i, h + 3, h),
        ["PhasedLstm"] = (i, h) => new PhasedLstm<In, Hid>(i, h),
        ["RecurrentHighway"] = (i, h) => new RecurrentHighway<In, Hid>(i, h),
        ["Ugrnn"] = (i, h) => new Ugrnn<In, Hid>(i, h),
        ["LiGru"] = (i, h) => new LiGru<In, Hid>(i, h),
        ["FastGrnn"] = (i, h) => new FastGrnn<In, Hid>(i, h),
        ["MultiHeadSLstm"] = (i, h) => new MultiHeadSLstm<In, Hid>(i, 1 + h / 2),
        ["ConvLstm"] = (i, h) => new ConvLstm<In, Hid>(1 + i % 5, 1 + h % 19),
        ["WeightNormLstm"] = (i, h) => new WeightNormLstm<In, Hid>(i, h),
        ["MLstm"] = (i, h) => new MLstm<In, Hid>(i, h),
        ["GatedLinearAttention"] = (i, h) => new GatedLinearAttention<In, Hid>(i, h),
        ["DeltaNet"] = (i, h) => new DeltaNet<In, Hid>(i, h),
        ["Lru"] = (i, h) => new Lru<In, Hid>(i, h),
        ["SelectiveScan"] = (i, h) => new SelectiveScan<Hid, Mem>(h, 1 + i % 17),
        ["AttentiveGru"] = (i, h) => new AttentiveGru<In, Hid, Mem>(i, h, 1 + (i + h) % 19),
        ["AttentiveLstm"] = (i, h) => new AttentiveLstm<In, Hid, Mem>(i, h, 1 + (i + h) % 19),
    };

    public static TheoryData<string, int, int, string> Cases()
    {
        var cases = new TheoryData<string, int, int, string>();
        // The last but one has more rows than a block of a sweep, the last more units than a loop takes side by side.
        (int, int, string)[] sizes = [(1, 1, "1"), (3, 8, "2,2,1"), (8, 3, "30,7,7,1"), (17, 17, "3,2"), (64, 64, "2"), (5, 33, "4,4,4,4,4,4,4"), (3, 5, "26,26,26,25,24,3"), (2, 70, "20,18,17,2")];
        foreach (string cell in Cells.Keys)
            foreach ((int input, int hidden, string lengths) in sizes)
                cases.Add(cell, input, hidden, lengths);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compiled_cell_equals_its_equations(string cell, int input, int hidden, string lengths) =>
        Checks.All(Cells[cell](input, hidden), "Scan", [.. lengths.Split(',').Select(int.Parse)], seed: input * 100 + hidden,
            held: cell.StartsWith("Clipped", StringComparison.Ordinal) ? [("clip", 0.4f)] : []);

    /// <summary>Rows of four times 256 floats would fall into few sets of the cache; they lie further apart than they are long.</summary>
    [Fact]
    public void Compiled_cell_equals_its_equations_where_rows_lie_apart() => Checks.All(new Lstm<In, Hid>(1, 256), "Scan", [3, 2], seed: 5);

    [Fact]
    public void Without_initial_states_the_constants_count() =>
        Checks.All(new Leaky<In, Hid>(4, 9), "Scan", [5, 3], seed: 3, withStates: false);
}

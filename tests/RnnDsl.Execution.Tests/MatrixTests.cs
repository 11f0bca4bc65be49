using RnnDsl.Execution.Tests.Cells;

namespace RnnDsl.Execution.Tests;

/// <summary>Matrices that are computed of parameters: compiled against uncompiled, in programs of all kinds.</summary>
public class MatrixTests
{
    sealed class In : Dim;
    sealed class Hid : Dim;

    public static TheoryData<int, int, int[]> Sizes() => new()
    {
        { 1, 1, [1] }, { 3, 8, [2, 2, 1] }, { 8, 3, [30, 7, 7, 1] }, { 17, 17, [3, 2] }, { 5, 33, [4, 4, 4, 4] }, { 3, 5, [26, 26, 26, 25, 24, 3] },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Cells_equal_their_equations(int input, int hidden, int[] lengths)
    {
        Checks.All(new MatrixCell<In, Hid>(input, hidden), "Scan", lengths, seed: input + hidden);
        Checks.All(new MatrixOperations<In, Hid>(input, hidden), "Scan", lengths, seed: input + hidden);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Models_equal_their_equations(int feature, int hidden, int[] lengths)
    {
        foreach (string method in new[] { "Predict", "Every", "Loss", "Penalty" })
            Checks.All(new MatrixModel(feature, hidden, 4), method, lengths, seed: feature + hidden, probesPerArray: 4);
    }
}

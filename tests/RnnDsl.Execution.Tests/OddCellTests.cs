using RnnDsl.Execution.Tests.Cells;

namespace RnnDsl.Execution.Tests;

/// <summary>What a newcomer may write: odd shapes, odd names, many scans.</summary>
public class OddCellTests
{
    sealed class A : Dim;
    sealed class B : Dim;
    sealed class C : Dim;

    static readonly Dictionary<string, Func<int, int, Module>> Cells = new()
    {
        ["Projected"] = (i, h) => new Projected<A, B, C>(i, h, (h + i) / 2),
        ["Names"] = (i, h) => new Names<A, B, C>(i, h, h + 2),
        ["ShiftRegister"] = (i, h) => new ShiftRegister<A, B>(i, h),
        ["Tied"] = (i, h) => new Tied<A, B>(i, h),
    };

    [Theory]
    [InlineData("Projected")]
    [InlineData("Names")]
    [InlineData("ShiftRegister")]
    [InlineData("Tied")]
    public void Compiled_cell_equals_its_equations(string cell)
    {
        foreach ((int input, int hidden, int[] lengths) in new[] { (1, 1, new[] { 1 }), (3, 8, [2, 1]), (17, 3, [30, 7, 1]), (8, 64, [2, 2]) })
            Checks.All(Cells[cell](input, hidden), "Scan", lengths, seed: input + hidden);
    }

    [Theory]
    [InlineData("Predict")]
    [InlineData("Loss")]
    public void A_layer_may_be_scanned_any_number_of_times(string method)
    {
        foreach (int size in new[] { 1, 5, 17 })
            Checks.All(new Rescanned(size), method, [4, 3, 1], seed: size);
    }

    [Fact]
    public void No_gradient_flows_through_a_stop()
    {
        using var stopped = new Probe(new HalfStopped<A>(9), "Scan", [3, 2], seed: 4);
        using var squared = new Probe(new Squared<A>(9), "Scan", [3, 2], seed: 4);
        CompiledRun a = stopped.Run(stopped.Method.Training!, gradients: true), b = squared.Run(squared.Method.Training!, gradients: true);
        for (int i = 0; i < 9; i++)
            Assert.Equal(b.Gradients["w"][i], a.Gradients["w"][i], 1e-5f);
        Assert.Equal(2 * b.Results[0][0], a.Results[0][0], 1e-6f);
    }

    [Fact]
    public void A_slice_that_reaches_beyond_its_vector_is_refused_when_the_sizes_are_given()
    {
        Checks.All(new Sliced<A, B>(3, 5), "Scan", [2, 1], seed: 1);
        Assert.Contains("slice of Input from unit 2 of a vector of Hidden", Assert.Throws<ArgumentException>(() => new Sliced<A, B>(3, 4)).Message);
    }
}

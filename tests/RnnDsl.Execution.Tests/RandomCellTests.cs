using System.Reflection;
using System.Text;
using Xunit.Abstractions;

namespace RnnDsl.Execution.Tests;

/// <summary>Random cells, compiled in bulk and compared with themselves uncompiled; other ones every day.</summary>
public class RandomCellTests(ITestOutputHelper log)
{
    sealed class In : Dim;
    sealed class Hid : Dim;

    /// <summary>More and other cells: RNNDSL_RANDOM_CELLS=500 RNNDSL_RANDOM_SEED=7.</summary>
    [Fact]
    public void Random_cells_equal_their_equations() => new RandomRun(log.WriteLine).All("cells", RandomRun.Cells(RandomRun.Setting("RNNDSL_RANDOM_CELLS") ?? 60));

    /// <summary>Cells of loops, counters, and assignments within expressions.</summary>
    [Fact]
    public void Random_cells_evaluate_in_the_order_of_their_equations() => new RandomRun(log.WriteLine).All("flows", RandomRun.Flows(RandomRun.Setting("RNNDSL_RANDOM_CELLS") ?? 40));

    static readonly Lazy<Assembly> Few = new(() =>
    {
        var source = new StringBuilder("using RnnDsl;\nusing static RnnDsl.Ops;\n");
        for (int i = 0; i < 40; i++)
            source.AppendLine(RandomCell.Write($"Cell{i}", 1000 + i));
        return Compiled.Load(source.ToString());
    });

    /// <summary>Forty plain cells, the same every day, with sizes of their own.</summary>
    internal static IEnumerable<(string Name, Module Cell)> Some() => Enumerable.Range(0, 40).Select(i =>
        ($"Cell{i}", Compiled.Make(Few.Value, $"Cell{i}`2", [typeof(In), typeof(Hid)], 1 + i % 19, 1 + i * 7 % 40)));
}

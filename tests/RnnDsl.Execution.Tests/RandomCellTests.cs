using System.Reflection;
using System.Text;

namespace RnnDsl.Execution.Tests;

/// <summary>Random equations, compiled in bulk and compared with themselves uncompiled.</summary>
public class RandomCellTests
{
    /// <summary>More and other programs: RNNDSL_RANDOM_CELLS=500 RNNDSL_RANDOM_SEED=7.</summary>
    static readonly int Cells = Setting("RNNDSL_RANDOM_CELLS", 60), Seed = Setting("RNNDSL_RANDOM_SEED", 1000);

    static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), out int value) ? value : otherwise;

    sealed class In : Dim;
    sealed class Hid : Dim;

    static readonly Lazy<Assembly> Library = new(() =>
    {
        var source = new StringBuilder("using RnnDsl;\nusing static RnnDsl.Ops;\n");
        for (int i = 0; i < Cells; i++)
            source.AppendLine(RandomCell.Write($"Cell{i}", Seed + i));
        return Compiled.Load(source.ToString());
    });

    /// <summary>The first of the random cells, with sizes of their own.</summary>
    internal static IEnumerable<(string Name, Module Cell)> Some(int count) => Enumerable.Range(0, Math.Min(count, Cells)).Select(i =>
        ($"Cell{i}", Compiled.Make(Library.Value, $"Cell{i}`2", [typeof(In), typeof(Hid)], 1 + i % 19, 1 + i * 7 % 40)));

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(0, Cells)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Random_cell_equals_its_equations(int index)
    {
        var random = new Random(index);
        int input = 1 + random.Next(20), hidden = 1 + random.Next(random.Next(2) == 0 ? 8 : 65);
        int[] lengths = [.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => 1 + random.Next(4)).OrderDescending()];
        // Every fourth has more rows than a block of a sweep.
        if (index % 4 == 0)
            (hidden, lengths) = (Math.Min(hidden, 9), [18, 18, 18, 18, 17, 11, 2]);
        Module cell = Compiled.Make(Library.Value, $"Cell{index}`2", [typeof(In), typeof(Hid)], input, hidden);
        try
        {
            Checks.All(cell, "Scan", lengths, seed: index);
        }
        catch (Exception error)
        {
            throw new Exception($"Input {input}, hidden {hidden}, lengths {string.Join(',', lengths)}\n{RandomCell.Write($"Cell{index}", Seed + index)}", error);
        }
    }
}

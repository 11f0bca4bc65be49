using System.Reflection;
using System.Text;

namespace RnnDsl.Execution.Tests;

/// <summary>Random equations, compiled in bulk and compared with themselves uncompiled.</summary>
public class RandomCellTests
{
    const int Cells = 60;

    sealed class In : Dim;
    sealed class Hid : Dim;

    static readonly Lazy<Assembly> Library = new(() =>
    {
        var source = new StringBuilder("using RnnDsl;\nusing static RnnDsl.Ops;\n");
        for (int i = 0; i < Cells; i++)
            source.AppendLine(RandomCell.Write($"Cell{i}", 1000 + i));
        return Compiled.Load(source.ToString());
    });

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(0, Cells)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Random_cell_equals_its_equations(int index)
    {
        var random = new Random(index);
        int input = 1 + random.Next(20), hidden = 1 + random.Next(random.Next(2) == 0 ? 8 : 65);
        int[] lengths = [.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => 1 + random.Next(4)).OrderDescending()];
        Module cell = Compiled.Make(Library.Value, $"Cell{index}`2", [typeof(In), typeof(Hid)], input, hidden);
        try
        {
            Checks.All(cell, "Scan", lengths, seed: index);
        }
        catch (Exception error)
        {
            throw new Exception($"Input {input}, hidden {hidden}, lengths {string.Join(',', lengths)}\n{RandomCell.Write($"Cell{index}", 1000 + index)}", error);
        }
    }
}

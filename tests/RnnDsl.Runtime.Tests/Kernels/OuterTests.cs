using RnnDsl.Memory;

namespace RnnDsl.CompilerServices.Tests;

public abstract class OuterTests<V> where V : struct, ISimd<V>
{
    [Fact]
    public void Agrees_with_double_for_random_shapes_and_several_targets()
    {
        var random = new Random(5);
        for (int repeat = 0; repeat < 200; repeat++)
            Check(random, random.Next(0, 60), random.Next(1, 70), [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(1, 40))]);
    }

    [Fact]
    public void Agrees_with_double_for_few_columns()
    {
        var random = new Random(6);
        for (int columns = 1; columns <= 2 * V.Count + 1; columns++)
            Check(random, random.Next(1, 40), columns, [random.Next(1, 70), 1]);
    }

    [Theory]
    [InlineData(257, 40, 17)]
    [InlineData(1000, 3, 300)]
    [InlineData(700, 300, 13)]
    [InlineData(513, 513, 5)]
    public void Agrees_with_double_beyond_a_block(int rows, int columns, int outputs) => Check(new Random(7), rows, columns, [outputs, 1]);

    static void Check(Random random, int rows, int columns, int[] outputs)
    {
        bool accumulate = random.Next(2) == 0;
        int gap = random.Next(5), width = outputs.Sum() + gap * outputs.Length;
        int dStride = width + random.Next(9), xStride = columns + random.Next(9);
        // Just as long as need be: the last row ends with its last float.
        using var d = new GuardedBuffer(Math.Max(0, (rows - 1) * dStride + width), random.Next(4)).Randomize(random, rows, dStride, width);
        using var x = new GuardedBuffer(Math.Max(0, (rows - 1) * xStride + columns), random.Next(4)).Randomize(random, rows, xStride, columns);
        GuardedBuffer[] gradients = [.. outputs.Select(o => new GuardedBuffer(o * columns, random.Next(4)))];
        var targets = new OuterTarget[outputs.Length];
        for (int t = 0, offset = gap; t < targets.Length; offset += outputs[t] + gap, t++)
        {
            targets[t] = new OuterTarget(offset, outputs[t], gradients[t].Floats);
            if (accumulate)
                gradients[t].Randomize(random, outputs[t], columns, columns);
        }
        float[][] before = [.. gradients.Select(g => g.Span.ToArray())];

        Gemm.Outer<V>(rows, d.Floats, dStride, x.Floats, xStride, columns, targets, accumulate);

        string shape = $"{rows} rows, {columns} columns, outputs {string.Join(", ", outputs)}, accumulate {accumulate}";
        for (int t = 0; t < targets.Length; t++)
            for (int o = 0; o < outputs[t]; o++)
                for (int k = 0; k < columns; k++)
                {
                    double expected = accumulate ? before[t][o * columns + k] : 0;
                    for (int r = 0; r < rows; r++)
                        expected += (double)d.Span[r * dStride + targets[t].Offset + o] * x.Span[r * xStride + k];
                    float actual = gradients[t].Span[o * columns + k];
                    Assert.True(Math.Abs(actual - expected) <= 3e-7 * (rows + 4), $"[{o}, {k}] is {actual}, not {expected}: {shape}");
                }
        foreach (GuardedBuffer gradient in gradients)
            gradient.Dispose();
    }
}

public sealed class OuterTests128 : OuterTests<Simd128>;
public sealed class OuterTests256 : OuterTests<Simd256>;
public sealed class OuterTests512 : OuterTests<Simd512>;

using RnnDsl.Memory;

namespace RnnDsl.CompilerServices.Tests;

public abstract class MultiplyTests<V> where V : struct, ISimd<V>
{
    static readonly int[] Edges = [1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 32, 33, 47, 48, 65];

    [Fact]
    public void Agrees_with_double_for_every_number_of_rows()
    {
        var random = new Random(1);
        for (int rows = 0; rows <= 40; rows++)
            for (int repeat = 0; repeat < 6; repeat++)
                Check(random, rows, random.Next(1, 71), random.Next(1, 20 * V.Count));
    }

    [Fact]
    public void Agrees_with_double_for_every_edge_of_outputs_and_depth()
    {
        var random = new Random(2);
        foreach (int outputs in Edges)
            foreach (int depth in Edges)
                Check(random, random.Next(1, 15), depth, outputs);
    }

    [Theory]
    [InlineData(1, 2048, 64)]
    [InlineData(7, 1024, 96)]
    [InlineData(13, 257, 40)]
    [InlineData(33, 512, 72)]
    [InlineData(97, 300, 48)]
    [InlineData(193, 600, 33)]
    [InlineData(400, 3, 24)]
    [InlineData(5, 0, 24)]
    public void Agrees_with_double_beyond_a_block(int rows, int depth, int outputs) => Check(new Random(3), rows, depth, outputs);

    [Fact]
    public void Agrees_with_double_where_rows_alias_in_the_cache() => Check(new Random(9), 101, 300, 261, 1024);

    [Fact]
    public void A_row_is_the_same_to_the_last_bit_whatever_rows_are_beside_it()
    {
        var random = new Random(11);
        foreach (int depth in new[] { 1, 17, 300, 700 })
        {
            int rows = 100, outputs = 9 * V.Count + 3, padded = 10 * V.Count;
            using var a = new GuardedBuffer(rows * depth).Randomize(random, rows, depth, depth);
            using var addend = new GuardedBuffer(rows * padded).Randomize(random, rows, padded, padded);
            using var weights = new GuardedBuffer(outputs * depth).Randomize(random, outputs, depth, depth);
            using var packed = new GuardedBuffer(Panels.Floats<V>(outputs, depth));
            using var together = new GuardedBuffer(rows * padded);
            using var apart = new GuardedBuffer(rows * padded);
            packed.Span.Clear();
            Panels.Pack<V>(packed.Floats, outputs, depth, weights.Floats, outputs, depth, false, 0, 0);
            Gemm.Multiply<V>(rows, a.Floats, depth, depth, packed.Floats, outputs, together.Floats, padded, addend.Floats, padded);
            for (int row = 0, count = 0; row < rows; row += count)
            {
                count = Math.Min(random.Next(1, 15), rows - row);
                Gemm.Multiply<V>(count, a.Floats + row * depth, depth, depth, packed.Floats, outputs, apart.Floats + row * padded, padded, addend.Floats + row * padded, padded);
            }
            Assert.True(together.Span.SequenceEqual(apart.Span));
        }
    }

    static void Check(Random random, int rows, int depth, int outputs, int aStride = 0)
    {
        // Nothing added, C's own values, one row for all, other rows.
        int kind = random.Next(4);
        int padded = (outputs + V.Count - 1) / V.Count * V.Count;
        int cStride = padded + random.Next(2) * V.Count;
        if (aStride == 0)
            aStride = depth + random.Next(9);
        using var a = new GuardedBuffer(Math.Max(0, rows - 1) * aStride + depth, random.Next(4)).Randomize(random, rows, aStride, depth);
        using var c = new GuardedBuffer(rows * cStride);
        using var weights = new GuardedBuffer(outputs * depth, random.Next(4)).Randomize(random, outputs, depth, depth);
        using var packed = new GuardedBuffer(Panels.Floats<V>(outputs, depth));
        packed.Span.Clear();
        Panels.Pack<V>(packed.Floats, outputs, depth, weights.Floats, outputs, depth, false, 0, 0);
        int addendStride = kind switch { 1 => cStride, 2 => 0, _ => padded + random.Next(2) * V.Count };
        using var other = new GuardedBuffer(kind == 2 ? padded : rows * addendStride).Randomize(random, kind == 2 ? 1 : rows, addendStride, padded);
        if (kind == 1)
            c.Randomize(random, rows, cStride, padded);
        Floats addend = kind switch { 0 => Floats.Null, 1 => c.Floats, _ => other.Floats };
        float[] before = kind == 1 ? c.Span.ToArray() : other.Span.ToArray();

        Gemm.Multiply<V>(rows, a.Floats, aStride, depth, packed.Floats, outputs, c.Floats, cStride, addend, addendStride);

        string shape = $"{rows}×{depth}→{outputs}, strides {aStride}, {cStride}, addend {kind}";
        for (int r = 0; r < rows; r++)
            for (int o = 0; o < cStride; o++)
            {
                float actual = c.Span[r * cStride + o];
                if (o >= padded)
                {
                    Assert.True(float.IsNaN(actual), $"wrote beyond the outputs: {shape}");
                    continue;
                }
                double expected = kind == 0 ? 0 : before[r * addendStride + o];
                for (int k = 0; o < outputs && k < depth; k++)
                    expected += (double)a.Span[r * aStride + k] * weights.Span[o * depth + k];
                Assert.True(Math.Abs(actual - expected) <= 3e-7 * (depth + 4), $"[{r}, {o}] is {actual}, not {expected}: {shape}");
            }
    }
}

public sealed class MultiplyTests128 : MultiplyTests<Simd128>;
public sealed class MultiplyTests256 : MultiplyTests<Simd256>;
public sealed class MultiplyTests512 : MultiplyTests<Simd512>;

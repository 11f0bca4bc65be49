namespace RnnDsl.CompilerServices.Tests;

public abstract class PanelsTests<V> where V : struct, ISimd<V>
{
    [Fact]
    public void Blocks_land_where_the_product_looks_for_them_and_nowhere_else()
    {
        var random = new Random(4);
        for (int repeat = 0; repeat < 300; repeat++)
        {
            bool transpose = random.Next(2) == 0;
            int rows = random.Next(1, 40), columns = random.Next(1, 40);
            var (outputs, depth) = transpose ? (columns, rows) : (rows, columns);
            int outputOffset = random.Next(40), depthOffset = random.Next(10);
            int allOutputs = outputOffset + outputs + random.Next(20), allDepth = depthOffset + depth + random.Next(5);
            using var weights = new GuardedBuffer(rows * columns, random.Next(4)).Randomize(random, rows, columns, columns);
            using var packed = new GuardedBuffer(Panels.Floats<V>(allOutputs, allDepth));

            Panels.Pack<V>(packed.Floats, allOutputs, allDepth, weights.Floats, rows, columns, transpose, outputOffset, depthOffset);

            for (int output = 0; output < allOutputs; output++)
                for (int k = 0; k < allDepth; k++)
                {
                    var (o, i) = (output - outputOffset, k - depthOffset);
                    bool inside = o >= 0 && o < outputs && i >= 0 && i < depth;
                    float expected = !inside ? float.NaN : transpose ? weights.Span[i * columns + o] : weights.Span[o * columns + i];
                    Assert.Equal(expected, packed.Span[Index(output, k, allOutputs, allDepth)]);
                }
        }
    }

    /// <summary>The layout as <see cref="Panels"/> describes it.</summary>
    static int Index(int output, int k, int outputs, int depth)
    {
        int panel = output / (2 * V.Count) * 2 * V.Count;
        int width = outputs - panel > V.Count ? 2 * V.Count : V.Count;
        return panel * depth + k * width + output - panel;
    }
}

public sealed class PanelsTests128 : PanelsTests<Simd128>;
public sealed class PanelsTests256 : PanelsTests<Simd256>;
public sealed class PanelsTests512 : PanelsTests<Simd512>;

using RnnDsl.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.Runtime.Tests.Kernels;

public unsafe class DotProductTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(23)]
    [InlineData(64)]
    public void It_is_the_sum_with_the_same_bits_on_all_widths_and_reads_nothing_behind_the_depth(int depth)
    {
        AlignedBuffer a = new(), b = new();
        a.Reserve(Layout.Align(depth));
        b.Reserve(Layout.Align(depth));
        Rows.Fill(a.Floats, Layout.Align(depth), float.NaN);
        var random = new Random(depth);
        double expected = 0;
        for (int k = 0; k < depth; k++)
        {
            (a.Floats[k], b.Floats[k]) = (random.NextSingle() - 0.5f, random.NextSingle() - 0.5f);
            expected += (double)a.Floats[k] * b.Floats[k];
        }
        float sum = DotProduct.Of<Simd128>(a.Floats, b.Floats, depth);
        Assert.Equal(expected, sum, 1e-6 * depth);
        Assert.Equal(sum, DotProduct.Of<Simd256>(a.Floats, b.Floats, depth));
        Assert.Equal(sum, DotProduct.Of<Simd512>(a.Floats, b.Floats, depth));
    }
}

namespace RnnDsl.CompilerServices.Tests;

public sealed class RowsTests
{
    [Fact]
    public void Clear_tails_clears_only_between_width_and_padding()
    {
        using var buffer = new GuardedBuffer(3 * 20);
        Rows.Fill(buffer.Floats, buffer.Length, 1);
        Rows.ClearTails(buffer.Floats, 3, 20, 13, 16);
        for (int i = 0; i < buffer.Length; i++)
            Assert.Equal(i % 20 is >= 13 and < 16 ? 0 : 1, buffer.Span[i]);
        Rows.ClearTails(buffer.Floats, 3, 20, 20, 20);
        Assert.Equal(1, buffer.Span[19]);
    }

    [Fact]
    public void Flush_makes_zeros_of_small_numbers_alone()
    {
        using var buffer = new GuardedBuffer(37);
        float[] kept = [1, -1, 2.6e-29f, -2.6e-29f, float.MaxValue, float.NegativeInfinity, float.NaN, float.NaN];
        float[] gone = [2.4e-29f, -2.4e-29f, 1.2e-38f, 1e-38f, -float.Epsilon, -0f, 0, 1e-30f];
        for (int i = 0; i < 36; i++)
            buffer.Span[i] = (i % 2 == 0 ? kept : gone)[i / 2 % 8];
        Rows.Flush(buffer.Floats, 36, FloatBits.NotTiny);
        for (int i = 0; i < 36; i++)
            Assert.Equal(i % 2 == 0 ? kept[i / 2 % 8] : 0, buffer.Span[i]);
        Assert.True(float.IsNaN(buffer.Span[36]));

        gone.CopyTo(buffer.Span);
        Rows.Flush(buffer.Floats, 8, FloatBits.Normal);
        Assert.Equal([2.4e-29f, -2.4e-29f, 1.2e-38f, 0, 0, 0, 0, 1e-30f], buffer.Span[..8].ToArray());
    }

    [Fact]
    public void Copy_and_fill_take_exactly_their_count()
    {
        using var source = new GuardedBuffer(37);
        using var target = new GuardedBuffer(37);
        Rows.Fill(source.Floats, 37, 2);
        Rows.Copy(source.Floats, target.Floats, 36);
        Assert.Equal(2, target.Span[35]);
        Assert.True(float.IsNaN(target.Span[36]));
        Rows.Fill(target.Floats, 0, 3);
        Assert.Equal(2, target.Span[0]);
    }
}

namespace RnnDsl.Kernels.Tests;

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

using RnnDsl.Memory;

namespace RnnDsl.Tests.Training;

public class RandomStreamTests
{
    [Fact]
    public void The_numbers_are_the_same_for_ever()
    {
        var random = new RandomStream(1, "encoder.Wi");
        Assert.Equal([8775647844363521755UL, 17612548364747814245UL], new[] { random.Bits(), random.Bits() });
    }

    [Fact]
    public void Names_and_seeds_give_other_numbers()
    {
        ulong[] firsts = [..
            from seed in new[] { 0, 1, -1 } from name in new[] { "", "a", "b", "ab", "ba" } select new RandomStream(seed, name).Bits()];
        Assert.Equal(firsts.Length, firsts.Distinct().Count());
    }

    [Fact]
    public void Moments_are_those_of_the_distributions()
    {
        var random = new RandomStream(3);
        const int count = 200_000;
        double[] uniform = [.. Enumerable.Range(0, count).Select(_ => random.Uniform())];
        double[] normal = [.. Enumerable.Range(0, count).Select(_ => random.Normal())];
        Assert.Equal(0.5, uniform.Average(), 2);
        Assert.InRange(uniform.Min(), 0, 0.001);
        Assert.InRange(uniform.Max(), 0.999, 1);
        Assert.Equal(0, normal.Average(), 2);
        Assert.Equal(1, normal.Average(x => x * x), 1);
        Assert.Equal(3, normal.Average(x => x * x * x * x), 0.1);
    }

    [Fact]
    public void Below_reaches_every_number_equally_often()
    {
        var random = new RandomStream(4);
        var counts = new int[7];
        for (int i = 0; i < 70_000; i++)
            counts[random.Below(7)]++;
        Assert.All(counts, c => Assert.InRange(c, 9_500, 10_500));
    }

    [Fact]
    public void A_shuffle_keeps_the_elements()
    {
        int[] items = [.. Enumerable.Range(0, 100)];
        new RandomStream(5).Shuffle<int>(items);
        Assert.NotEqual(Enumerable.Range(0, 100), items);
        Assert.Equal(Enumerable.Range(0, 100), items.Order());
    }
}

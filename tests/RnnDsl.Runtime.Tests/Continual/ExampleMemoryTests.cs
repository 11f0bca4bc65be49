using RnnDsl.Continual;
using RnnDsl.Memory;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Tests.Continual;

public class ExampleMemoryTests
{
    /// <summary>Examples that carry their number, with a class.</summary>
    static Dataset Numbers(int first, int count, Func<int, int> label) => new(
        Column.Scalars("x", [.. Enumerable.Range(first, count).Select(i => (float)i)]), Column.OneHot("label", 4, [.. Enumerable.Range(first, count).Select(label)]));

    static int[] Kept(ExampleMemory memory) => [.. memory.Data["x"].ToArray().Select(v => (int)v)];

    /// <summary>Chi-square over the places in the stream: 10 of 50 are kept in each of 2,000 streams, shown in pieces. Counts of one stream exclude each other, so the statistic is scaled by (50 − 1)/(50 − 10).</summary>
    [Fact]
    public void Every_example_of_a_stream_stays_with_the_same_probability()
    {
        const int Streams = 2000, Length = 50, Budget = 10;
        var counts = new int[Length];
        for (int seed = 0; seed < Streams; seed++)
        {
            var memory = new ExampleMemory(Budget, seed: seed);
            for (int at = 0; at < Length; at += 7)
                memory.Add(Numbers(at, Math.Min(7, Length - at), _ => 0));
            Assert.Equal(Budget, memory.Count);
            foreach (int kept in Kept(memory))
                counts[kept]++;
        }
        double expected = (double)Streams * Budget / Length, chance = counts.Sum(c => (c - expected) * (c - expected)) / expected * (Length - 1.0) / (Length - Budget);
        // 99.9 % of the chi-square distribution with 49 degrees of freedom lie below 85.4, and 99.9 % above 23.9.
        Assert.InRange(chance, 23.9, 85.4);
    }

    [Fact]
    public void A_balanced_memory_keeps_as_many_of_each_class_and_a_uniform_sample_within()
    {
        var first = new int[90];
        for (int seed = 0; seed < 500; seed++)
        {
            var memory = new ExampleMemory(12, "label", seed);
            // 90 of class 0, then 9 of class 1, one of class 2 and 100 of class 3.
            memory.Add(Numbers(0, 90, _ => 0));
            memory.Add(Numbers(90, 10, i => i < 99 ? 1 : 2));
            memory.Add(Numbers(100, 100, _ => 3));
            Assert.Equal((1, 12), (memory.Classes[2], memory.Count));
            Assert.All(new[] { 0, 1, 3 }, c => Assert.InRange(memory.Classes[c], 3, 4));
            foreach (int kept in Kept(memory).Where(k => k < 90))
                first[kept]++;
        }
        double expected = first.Sum() / 90.0, chance = first.Sum(c => (c - expected) * (c - expected)) / expected;
        // 99.9 % of the chi-square distribution with 89 degrees of freedom lie below 135.
        Assert.InRange(chance, 40, 135);
    }

    [Fact]
    public void A_budget_of_bytes_is_kept()
    {
        var random = new RandomStream(1, "lengths");
        foreach (string? balance in new[] { null, "label" })
        {
            var memory = ExampleMemory.OfBytes(2000, balance, seed: 3);
            for (int piece = 0; piece < 20; piece++)
            {
                float[][] sequences = [.. Enumerable.Range(0, 10).Select(_ => new float[2 * (1 + random.Below(40))])];
                memory.Add(new Dataset(Column.Sequences("x", 2, sequences), Column.OneHot("label", 2, [.. sequences.Select(s => s.Length % 4 / 2)])));
                long bytes = memory.Data["x"].Lengths.Sum(l => 8L * l) + 4L * memory.Count;
                Assert.Equal(bytes, memory.Bytes);
                Assert.InRange(bytes, 1, 2000);
            }
            // It is used: nothing that was dropped is larger than the gap that is left but for the last one.
            Assert.InRange(memory.Bytes, 2000 - 330, 2000);
            Assert.Equal(200, memory.Seen);
        }
    }

    [Fact]
    public void It_keeps_copies_of_sequences_at_every_step_and_of_windows()
    {
        float[] series = [.. Enumerable.Range(0, 100).Select(i => (float)i)];
        var windows = new Column { Name = "x", Kind = RnnDsl.Execution.ValueKind.Sequence, Width = 1, Stride = 1, Values = series, Starts = [.. Enumerable.Range(0, 90)], Lengths = [.. Enumerable.Repeat(5, 90)] };
        int[][][] words = [.. Enumerable.Range(0, 90).Select(i => Enumerable.Range(0, 1 + i % 3).Select(s => new[] { i % 7, s }).ToArray())];
        var memory = new ExampleMemory(8, seed: 2);
        memory.Add(new Dataset(windows, Column.OneHot("words", 9, words)));
        Array.Clear(series);
        for (int e = 0; e < 8; e++)
        {
            int start = (int)memory.Data["x"].Step(e, 0)[0];
            Assert.Equal([start, start + 1, start + 2, start + 3, start + 4], Enumerable.Range(0, 5).Select(s => (int)memory.Data["x"].Step(e, s)[0]));
            Column kept = memory.Data["words"];
            Assert.Equal(words[start], Enumerable.Range(0, kept.Lengths[e]).Select(s => Enumerable.Range(0, kept.Parts!.Lengths[kept.Starts[e] + s]).Select(l => (int)kept.Parts.Step(kept.Starts[e] + s, l)[0]).ToArray()));
        }
    }

    [Fact]
    public void The_same_seed_keeps_the_same_and_another_keeps_others()
    {
        int[][] kept = [.. new[] { 1, 1, 2 }.Select(seed =>
        {
            var memory = new ExampleMemory(10, seed: seed);
            memory.Add(Numbers(0, 200, _ => 0));
            return Kept(memory);
        })];
        Assert.Equal(kept[0], kept[1]);
        Assert.NotEqual(kept[0], kept[2]);
    }

    [Fact]
    public void What_cannot_be_kept_is_refused()
    {
        Assert.Contains("A memory of 0 examples keeps nothing", Assert.Throws<ArgumentOutOfRangeException>(() => new ExampleMemory(0)).Message);
        Assert.Contains("A memory of 0 bytes keeps nothing", Assert.Throws<ArgumentOutOfRangeException>(() => ExampleMemory.OfBytes(0)).Message);
        Assert.Contains("Example 0 has 8 bytes, more than the 7", Assert.Throws<ArgumentException>(() => ExampleMemory.OfBytes(7).Add(Numbers(0, 3, _ => 0))).Message);
        Assert.Contains("no column 'kind'", Assert.Throws<ArgumentException>(() => new ExampleMemory(5, "kind").Add(Numbers(0, 3, _ => 0))).Message);
        Assert.Contains("0.5 is no class", Assert.Throws<ArgumentException>(() => new ExampleMemory(5, "x").Add(new Dataset(Column.Scalars("x", 0.5f)))).Message);
        Assert.Contains("no class for each example", Assert.Throws<ArgumentException>(() => new ExampleMemory(5, "x").Add(new Dataset(Column.Sequences("x", [1f, 2f])))).Message);
        // A memory that has refused examples is as it was.
        var memory = new ExampleMemory(5, "x");
        memory.Add(new Dataset(Column.Scalars("x", 1, 2)));
        Assert.Throws<ArgumentException>(() => memory.Add(new Dataset(Column.Scalars("x", 1, 0.5f))));
        Assert.Contains("one-hot vectors of 4 units", Assert.Throws<ArgumentException>(() => memory.Add(new Dataset(Column.OneHot("x", 4, [1, 2])))).Message);
        Assert.Equal(new float[] { 1, 2 }, memory.Data["x"].ToArray());
        Assert.Contains("example 1: its numbers are no probabilities", Assert.Throws<ArgumentException>(() => new ExampleMemory(5, "x").Add(new Dataset(Column.Vectors("x", [0, 1], [1, -2])))).Message);
        var first = new ReplayStrategy(new ExampleMemory(5));
        using var trainer = new Trainer(new SoftmaxModule(Made.Inputs, Made.Classes), new Sgd(0.1));
        var stage = new ContinualStage(1, "task", Made.Task(0, 10, 1), null, trainer);
        first.End(stage);
        Assert.Contains("belongs to another ReplayStrategy", Assert.Throws<InvalidOperationException>(() => new AGemStrategy(first.Memory).End(stage)).Message);
        Assert.Equal(10, first.Memory.Seen);
        Assert.Contains("seen no examples", Assert.Throws<InvalidOperationException>(() => new ExampleMemory(5).Data).Message);
    }

    /// <summary>Where there is not room for each class, chance decides which ones go, and not their numbers.</summary>
    [Fact]
    public void No_class_is_given_up_for_its_number()
    {
        var kept = new int[8];
        for (int seed = 0; seed < 200; seed++)
        {
            var memory = new ExampleMemory(3, "label", seed);
            memory.Add(new Dataset(Column.OneHot("label", 8, [.. Enumerable.Range(0, 80).Select(i => i / 10)])));
            foreach (int label in memory.Classes.Keys)
                kept[label]++;
        }
        Assert.Equal(600, kept.Sum());
        Assert.All(kept, count => Assert.InRange(count, 40, 120));
    }
}

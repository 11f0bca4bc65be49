using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Prediction;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Execution.Tests;

/// <summary>The conditional random field against all paths written out one by one.</summary>
public class LinearChainTests
{
    static readonly (int Tags, int Steps, double Size)[] Cases = [(1, 1, 1), (2, 1, 3), (3, 4, 1), (5, 6, 2), (4, 5, 80), (2, 6, 80), (5, 3, 0.1)];

    public static TheoryData<int, int, double> Sizes()
    {
        var data = new TheoryData<int, int, double>();
        foreach ((int tags, int steps, double size) in Cases)
            data.Add(tags, steps, size);
        return data;
    }

    sealed class Brute(double[,] scores, double[,] transitions, double[] start, double[] end)
    {
        readonly int steps = scores.GetLength(0), tags = scores.GetLength(1);

        public IEnumerable<(int[] Path, double Weight)> All()
        {
            var path = new int[steps];
            for (long number = 0; number < Math.Pow(tags, steps); number++)
            {
                long rest = number;
                for (int t = 0; t < steps; t++, rest /= tags)
                    path[t] = (int)(rest % tags);
                double weight = start[path[0]] + end[path[^1]];
                for (int t = 0; t < steps; t++)
                    weight += scores[t, path[t]] + (t > 0 ? transitions[path[t - 1], path[t]] : 0);
                yield return ([.. path], weight);
            }
        }

        public static double Log(IEnumerable<double> weights)
        {
            double most = weights.Max();
            return most + Math.Log(weights.Sum(w => Math.Exp(w - most)));
        }
    }

    static (ChainModel Model, float[] Scores, Brute Brute) Make(int tags, int steps, double size, int seed)
    {
        var random = new Random(seed);
        var model = new ChainModel(tags);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((2 * random.NextDouble() - 1) * size))];
        float[] scores = Numbers(steps * tags), transitions = Numbers(tags * tags), start = Numbers(tags), end = Numbers(tags);
        foreach ((string name, float[] values) in new[] { ("transitions", transitions), ("start", start), ("end", end) })
            values.CopyTo(model.Parameters.Of(model.Parameters.Slices.First(s => s.Name == "chain.paths." + name)));
        model.Parameters.MarkChanged();
        double[,] Matrix(float[] values, int rows) => new Func<double[,]>(() =>
        {
            var matrix = new double[rows, tags];
            for (int i = 0; i < values.Length; i++)
                matrix[i / tags, i % tags] = values[i];
            return matrix;
        })();
        return (model, scores, new Brute(Matrix(scores, steps), Matrix(transitions, tags), [.. start.Select(v => (double)v)], [.. end.Select(v => (double)v)]));
    }

    static float[] Run(Module model, string method, params Column[] columns)
    {
        using var session = new Session(model, method, new Dataset(columns), new ExecutionOptions { Threads = 1 });
        session.Forward();
        return session.Output.ToArray();
    }

    static Column Scores(float[] scores, int tags) => Column.Sequences("scores", tags, scores);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void It_equals_all_paths_written_out(int tags, int steps, double size)
    {
        for (int seed = 0; seed < 5; seed++)
        {
            (ChainModel model, float[] scores, Brute brute) = Make(tags, steps, size, seed);
            (int[] Path, double Weight)[] all = [.. brute.All().OrderByDescending(p => p.Weight)];
            double partition = Brute.Log(all.Select(p => p.Weight)), tolerance = 2e-5 * Math.Max(1, size * steps);
            Assert.Equal(partition, Run(model, "Partition", Scores(scores, tags))[0], tolerance);

            int[] labels = all[new Random(seed).Next(all.Length)].Path;
            Assert.Equal(partition - all.First(p => p.Path.SequenceEqual(labels)).Weight, Run(model, "Loss", Scores(scores, tags), Column.OneHot("labels", tags, [labels]))[0], tolerance);

            // A step without a label may have any tag.
            int[] some = [.. labels.Select((label, t) => t % 2 == 1 ? -1 : label)];
            double agreeing = Brute.Log(all.Where(p => p.Path.Zip(some).All(s => s.Second < 0 || s.First == s.Second)).Select(p => p.Weight));
            Assert.Equal(partition - agreeing, Run(model, "Loss", Scores(scores, tags), Column.OneHot("labels", tags, [some]))[0], tolerance);

            float[] marginals = Run(model, "Marginals", Scores(scores, tags));
            for (int t = 0; t < steps; t++)
                for (int tag = 0; tag < tags; tag++)
                    Assert.Equal(all.Where(p => p.Path[t] == tag).Sum(p => Math.Exp(p.Weight - partition)), marginals[t * tags + tag], 1e-4);

            (int[] Tags, double Probability)[] best = new TagDecoder(model, "chain").Decode(scores, 4);
            Assert.Equal(Math.Min(4, all.Length), best.Length);
            for (int i = 0; i < best.Length; i++)
            {
                Assert.Equal(all[i].Path, best[i].Tags);
                Assert.Equal(Math.Exp(all[i].Weight - partition), best[i].Probability, 1e-5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Its_gradients_are_those_of_its_equations(int tags, int steps, double size)
    {
        int[] lengths = [steps + 2, steps, steps];
        foreach (string method in new[] { "Partition", "Marginals" })
            Checks.All(new ChainModel(tags), method, lengths, seed: (int)(10 * size));
        // With one tag both scans of the loss are the same, and run uncompiled they are one.
        if (size <= 3 && tags > 1)
            Checks.All(new ChainModel(tags), "Loss", lengths, seed: (int)(10 * size), withStates: false);
    }

    [Fact]
    public void What_is_barred_has_no_weight()
    {
        (ChainModel model, float[] scores, Brute brute) = Make(4, 5, 2, 7);
        var decoder = new TagDecoder(model, "chain");
        decoder.Bar(1, 2);
        decoder.BarStart(0);
        decoder.BarEnd(3);
        bool Allowed(int[] path) => path[0] != 0 && path[^1] != 3 && !path.Zip(path.Skip(1)).Contains((1, 2));
        (int[] Path, double Weight)[] left = [.. brute.All().Where(p => Allowed(p.Path)).OrderByDescending(p => p.Weight)];
        Assert.Equal(left[0].Path, decoder.Decode(scores));
        (int[] Tags, double Probability)[] all = decoder.Decode(scores, int.MaxValue);
        Assert.Equal(left.Select(p => p.Path), all.Select(p => p.Tags));
        Assert.Equal(1, all.Sum(p => p.Probability), 6);
        Assert.Equal(Brute.Log(left.Select(p => p.Weight)), Run(model, "Partition", Scores(scores, 4))[0], 1e-3);
        float[] marginals = Run(model, "Marginals", Scores(scores, 4));
        Assert.Equal(0, marginals[0], 1e-6);

        // Of two steps, none is left; a single answer is always given.
        for (int tag = 0; tag < 4; tag++)
            decoder.BarStart(tag);
        Assert.Empty(decoder.Decode(scores.AsSpan(0, 8), 3));
        Assert.Empty(decoder.Decode(scores.AsSpan(0, 4), 3));
        Assert.Equal(2, decoder.Decode(scores.AsSpan(0, 8)).Length);
    }

    [Fact]
    public void What_it_cannot_decode_it_says()
    {
        var decoder = new TagDecoder(new ChainModel(3), "chain");
        Assert.Equal(3, decoder.Tags);
        Assert.Contains("3 for each of its steps, and 4 numbers", Assert.Throws<ArgumentException>(() => decoder.Decode([1, 2, 3, 4])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => decoder.Decode([1, float.NaN, 3]));
        Assert.Contains("it has: chain", Assert.Throws<ArgumentException>(() => new TagDecoder(new ChainModel(3), "crf")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.Bar(0, 3));
    }

    [Fact]
    public void It_learns_what_follows_what()
    {
        // Tag 1 stands behind tag 0 alone, which no score of a single step tells.
        var random = new Random(3);
        int[][] labels = [.. Enumerable.Range(0, 64).Select(_ => Enumerable.Range(0, 12).Aggregate(new List<int>(), (l, _) => { l.Add(l.Count > 0 && l[^1] == 0 ? 1 : random.Next(2) == 0 ? 0 : 2); return l; }).ToArray())];
        float[] scores = [.. labels.SelectMany(l => l.SelectMany(tag => Enumerable.Range(0, 3).Select(k => (k == tag ? 0.6f : 0) + (float)random.NextDouble())))];
        var model = new ChainModel(3);
        var data = new Dataset(Column.Sequences("scores", 3, [.. scores.Chunk(36)]), Column.OneHot("labels", 3, labels));
        var decoder = new TagDecoder(model, "chain");
        double Right() => labels.Select((l, i) => decoder.Decode(scores.AsSpan(i * 36, 36)).Zip(l).Count(p => p.First == p.Second)).Sum() / (64.0 * 12);
        double before = Right();
        new Trainer(model, new Adam { LearningRate = 0.05 }) { Epochs = 20, BatchSize = 16, Seed = 1 }.Fit(data);
        Assert.True(before < 0.9 && Right() > 0.94, $"{before} of the tags were right before, {Right()} are after.");
    }
}

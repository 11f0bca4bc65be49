using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Prediction;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Execution.Tests;

/// <summary>Connectionist temporal classification against all alignments written out one by one, and states that are sequences of a memory.</summary>
public class CtcTests
{
    sealed class In : Dim;
    sealed class Hid : Dim;

    static double[,] LogSoftmax(float[] logits, int symbols)
    {
        var p = new double[logits.Length / symbols, symbols];
        for (int t = 0; t < logits.Length / symbols; t++)
        {
            double most = logits.Skip(t * symbols).Take(symbols).Max(), sum = logits.Skip(t * symbols).Take(symbols).Sum(l => Math.Exp(l - most));
            for (int s = 0; s < symbols; s++)
                p[t, s] = logits[t * symbols + s] - most - Math.Log(sum);
        }
        return p;
    }

    static int[] Collapsed(int[] path) => [.. path.Where((symbol, t) => symbol != 0 && (t == 0 || path[t - 1] != symbol))];

    /// <summary>The probability of every sequence of labels, by all its alignments.</summary>
    static Dictionary<string, double> All(double[,] p)
    {
        int steps = p.GetLength(0), symbols = p.GetLength(1);
        var all = new Dictionary<string, double>();
        var path = new int[steps];
        for (long number = 0; number < Math.Pow(symbols, steps); number++)
        {
            long rest = number;
            for (int t = 0; t < steps; t++, rest /= symbols)
                path[t] = (int)(rest % symbols);
            string labels = string.Join(",", Collapsed(path));
            all[labels] = all.GetValueOrDefault(labels) + Math.Exp(path.Select((symbol, t) => p[t, symbol]).Sum());
        }
        return all;
    }

    static float Loss(CtcModel model, float[] logits, int symbols, int[] labels)
    {
        using var session = new Session(model, "Loss", new Dataset(
            Column.Sequences("logits", symbols, logits), Column.OneHot("labels", symbols, [labels])),
            new ExecutionOptions { Threads = 1 });
        session.Forward();
        return session.Output[0];
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 4)]
    [InlineData(4, 5)]
    [InlineData(2, 6)]
    public void It_equals_all_alignments_written_out(int symbols, int steps)
    {
        for (int seed = 0; seed < 4; seed++)
        {
            var random = new Random(seed);
            float[] logits = [.. Enumerable.Range(0, steps * symbols).Select(_ => (float)(4 * random.NextDouble() - 2))];
            var model = new CtcModel(symbols);
            Dictionary<string, double> all = All(LogSoftmax(logits, symbols));
            foreach ((string text, double probability) in all.Where(a => a.Key.Length > 0))
                Assert.Equal(-Math.Log(probability), Loss(model, logits, symbols, [.. text.Split(',').Select(int.Parse)]), 1e-4);

            (int[] Labels, double Probability)[] beam = CtcDecoder.Beam(logits, symbols, width: 10_000);
            Assert.Equal(all.Count, beam.Length);
            foreach ((int[] labels, double probability) in beam)
                Assert.Equal(all[string.Join(",", labels)], probability, 1e-9);
            Assert.True(beam.Zip(beam.Skip(1)).All(b => b.First.Probability >= b.Second.Probability));
            int[] best = [.. Enumerable.Range(0, steps).Select(t => Enumerable.Range(0, symbols).MaxBy(s => logits[t * symbols + s]))];
            Assert.Equal(Collapsed(best), CtcDecoder.Greedy(logits, symbols));
        }
    }

    /// <summary>A language that depends on the last label and on the length, that bars a label, and that has an opinion on the end.</summary>
    static double Language(ReadOnlySpan<int> labels, int next) => labels.Length > 0 && labels[^1] == 2 && next == 1 ? double.NegativeInfinity
        : Math.Log(0.1 + 0.8 * Math.Abs(Math.Sin(1 + next + 3 * labels.Length + (labels.Length > 0 ? 7 * labels[^1] : 0))));

    [Theory]
    [InlineData(2, 1, 1, 0)]
    [InlineData(3, 4, 0.5, 0.3)]
    [InlineData(4, 5, 1.3, -0.4)]
    [InlineData(3, 6, 0, 1)]
    public void A_beam_with_a_language_equals_all_alignments_written_out(int symbols, int steps, double weight, double bonus)
    {
        for (int seed = 0; seed < 4; seed++)
        {
            var random = new Random(seed);
            float[] logits = [.. Enumerable.Range(0, steps * symbols).Select(_ => (float)(4 * random.NextDouble() - 2))];
            Dictionary<string, double> exact = All(LogSoftmax(logits, symbols)).ToDictionary(a => a.Key, a =>
            {
                int[] labels = a.Key.Length == 0 ? [] : [.. a.Key.Split(',').Select(int.Parse)];
                double spoken = Enumerable.Range(0, labels.Length + 1).Sum(i => Language(labels.AsSpan(0, i), i < labels.Length ? labels[i] : 0));
                return Math.Log(a.Value) + bonus * labels.Length + (weight > 0 ? weight * spoken : 0);
            }).Where(a => a.Value > double.NegativeInfinity).ToDictionary();
            (int[] Labels, double Score)[] beam = CtcDecoder.Beam(logits, symbols, Language, weight, bonus, width: 10_000);
            Assert.Equal(exact.Count, beam.Length);
            Assert.All(beam, b => Assert.Equal(exact[string.Join(",", b.Labels)], b.Score, 1e-9));
            Assert.Equal(exact.MaxBy(e => e.Value).Key, string.Join(",", beam[0].Labels));

            // Step by step it is the same, and a narrow beam never says more than there is.
            var stepwise = new CtcBeam(symbols, 10_000, Language, weight, bonus);
            for (int round = 0; round < 2; round++, stepwise.Reset())
            {
                for (int t = 0; t < steps; t++)
                    stepwise.Step(logits.AsSpan(t * symbols, symbols));
                Assert.Equal(beam.Select(b => b.Score), stepwise.Candidates().Select(b => b.Score));
                Assert.Equal(stepwise.Candidates(ended: false)[0].Labels, stepwise.Best);
            }
            Assert.All(CtcDecoder.Beam(logits, symbols, Language, weight, bonus, width: 2), b => Assert.True(b.Score <= exact[string.Join(",", b.Labels)] + 1e-9));
        }
    }

    [Fact]
    public void A_beam_refuses_a_language_that_makes_no_sense_and_forgets_what_it_dropped()
    {
        Assert.Contains("label 1 the logarithm NaN", Assert.Throws<InvalidOperationException>(() => CtcDecoder.Beam([1, 2], 2, (_, _) => double.NaN)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new CtcBeam(3, weight: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CtcBeam(3, bonus: double.PositiveInfinity));
        Assert.Throws<ArgumentException>(() => new CtcBeam(3).Step([1, 2]));
        Assert.Equal([([], 0.0)], new CtcBeam(3).Candidates());
        // The language is asked for what is new alone, also where the beam stays the same over many steps.
        int asked = 0;
        var beam = new CtcBeam(3, width: 1, (_, _) => { asked++; return -1; });
        for (int t = 0; t < 100; t++)
            beam.Step([9, 0, 0]);
        Assert.Equal(2, asked);
    }

    /// <summary>A table with a row of logits for each step, so that its gradient is theirs.</summary>
    [Theory]
    [InlineData("ctc-few-symbols")]
    [InlineData("ctc-many-symbols")]
    public void Losses_and_gradients_are_those_of_PyTorch(string name)
    {
        TorchFixture fixture = TorchFixture.Load(name);
        int symbols = fixture.Size("symbols"), batch = fixture.Size("batch");
        double[] losses = fixture.Doubles("losses"), labels = fixture.Doubles("labels"), logits = fixture.Doubles("logits"), gradients = fixture.Doubles("dlogits");
        int[] lengths = [.. fixture.Doubles("lengths").Select(l => (int)l)], labelLengths = [.. fixture.Doubles("label_lengths").Select(l => (int)l)];
        for (int b = 0; b < batch; b++)
        {
            int steps = lengths[b];
            int Index(int t, int s) => (t * batch + b) * symbols + s;
            var model = new CtcTable(symbols, steps);
            for (int s = 0; s < symbols; s++)
                for (int t = 0; t < steps; t++)
                    model.Parameters["W"][s * steps + t] = (float)logits[Index(t, s)];
            using var session = new Session(model, "Loss", new Dataset(
                Column.OneHot("x", steps, [[.. Enumerable.Range(0, steps)]]),
                Column.OneHot("labels", symbols, [[.. Enumerable.Range(0, labelLengths[b]).Select(i => (int)labels[b * fixture.Shape("labels")[1] + i])]])));
            session.Forward();
            Assert.Equal(losses[b], session.Output[0], 1e-4 * Math.Max(1, losses[b]));
            session.Backward();
            for (int s = 0; s < symbols; s++)
                for (int t = 0; t < steps; t++)
                    Assert.Equal(gradients[Index(t, s)], session.Gradient("W")[s * steps + t], 1e-4);
        }
    }

    [Fact]
    public void Labels_that_the_steps_cannot_spell_have_an_impossible_loss_and_no_gradient()
    {
        var model = new CtcModel(3);
        foreach (int[] labels in new[] { new[] { 1, 2, 1 }, [1, 1] })
            Assert.InRange(Loss(model, [0.1f, 0.2f, 0.3f, 0.3f, 0.1f, 0.2f], 3, labels), 1e29f, float.MaxValue);
    }

    [Theory]
    [InlineData(2, new[] { 4, 2 })]
    [InlineData(5, new[] { 9, 6, 5 })]
    [InlineData(17, new[] { 12, 8 })]
    public void Gradients_are_those_of_the_equations(int symbols, int[] lengths)
    {
        int found = 0;
        for (int seed = 0; found < 4; seed++)
        {
            // Labels that can be spelled, even if all are equal.
            using var probe = new Probe(new Spotter(4, 5, symbols), "Loss", lengths, seed);
            if (probe.Axes[1].Zip(lengths).Any(l => 2 * l.First - 1 > l.Second) || probe.Inputs.Any(i => i[1].Any(label => label <= 0)))
                continue;
            found++;
            Checks.All(new Spotter(4, 5, symbols), "Loss", lengths, seed);
        }
    }

    [Theory]
    [InlineData(1, 1, new[] { 1 })]
    [InlineData(3, 8, new[] { 2, 2, 1 })]
    [InlineData(8, 3, new[] { 30, 7, 7, 1 })]
    [InlineData(17, 17, new[] { 3, 2 })]
    [InlineData(5, 33, new[] { 4, 4, 4, 4 })]
    public void States_that_are_sequences_equal_their_equations(int input, int hidden, int[] lengths) =>
        Checks.All(new CoverageCell<In, Hid, In>(input, hidden, input), "Scan", lengths, seed: input + hidden);

    [Fact]
    public void It_learns_to_spell_what_it_sees()
    {
        // Each letter is a bump of a few frames in its own channel, of any length and at any place.
        var random = new Random(5);
        int[][] labels = [.. Enumerable.Range(0, 96).Select(_ => Enumerable.Range(0, 1 + random.Next(4)).Select(_ => 1 + random.Next(3)).ToArray())];
        float[][] frames = [.. labels.Select(word => word.SelectMany(letter => Enumerable.Range(0, 2 + random.Next(3)).SelectMany(_ => Enumerable.Range(1, 3).Select(c => (c == letter ? 1f : 0) + 0.2f * (float)random.NextDouble()))
            .Concat(Enumerable.Range(0, 1 + random.Next(2)).SelectMany(_ => Enumerable.Range(0, 3).Select(_ => 0.2f * (float)random.NextDouble())))).ToArray())];
        var data = new Dataset(Frames(frames), Column.OneHot("labels", 4, labels));
        var model = new Spotter(3, 12, 4, seed: 1);
        new Trainer(model, new Adam { LearningRate = 0.02 }) { Epochs = 30, BatchSize = 16, Seed = 1, ClipNorm = 5 }.Fit(data);
        using var session = new Session(model, "Logits", new Dataset(Frames(frames)));
        session.Forward();
        int right = 0, at = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            float[] logits = session.Output.Slice(at, frames[i].Length / 3 * 4).ToArray();
            at += logits.Length;
            right += CtcDecoder.Greedy(logits, 4).SequenceEqual(labels[i]) && CtcDecoder.Beam(logits, 4)[0].Labels.SequenceEqual(labels[i]) ? 1 : 0;
        }
        Assert.True(right >= 90, $"{right} of 96 words are spelled right.");
    }

    static Column Frames(float[][] frames) => Column.Sequences("x", 3, frames);
}

using RnnDsl.Execution;
using RnnDsl.Sequences;

namespace RnnDsl.Tests.Training;

public class SessionTests
{
    [Fact]
    public void A_scan_is_differentiated_by_all_that_it_reads()
    {
        var random = new Random(2);
        for (int trial = 0; trial < 20; trial++)
        {
            int width = random.Next(1, 10), count = random.Next(1, 40);
            int[] lengths = LeakyReference.Lengths(random, count, 9);
            Dataset data = LeakyModule.Data(width, lengths, trial);
            var module = new LeakyModule(width, seed: trial);
            using var session = new Session(module, "Scan", data, new ExecutionOptions { ExamplesPerShard = 3, Threads = 2 });
            for (int i = 0; i < session.OutputGradient.Length; i++)
                session.OutputGradient[i] = random.NextSingle() - 0.5f;
            for (int i = 0; i < count * width; i++)
                session.InitialStates[0][i] = random.NextSingle() - 0.5f;
            session.Backward();

            double a = module.Parameters["leaky.a"][0];
            double[] w = Doubles(module.Parameters["leaky.w"]), start = Doubles(session.InitialStates[0]),
                weights = Doubles(session.OutputGradient);
            double[][] x = [.. Enumerable.Range(0, count).Select(e => LeakyReference.Values(data["x"], e))];
            double[] Outputs(double decay, double[] from, double[][] inputs) => [.. inputs.SelectMany((values, e) =>
                LeakyReference.Run(decay, w, values, from[(e * width)..((e + 1) * width)]))];
            double Total(double[] outputs) => outputs.Zip(weights, (o, g) => o * g).Sum();

            Close(Outputs(a, start, x), session.Output);
            Assert.Equal(LeakyReference.Slope(v => Total(Outputs(v, start, x)), a), session.Gradient("leaky.a")[0], 1e-3);
            int state = random.Next(start.Length);
            Assert.Equal(LeakyReference.Slope(v => Total(Outputs(a, [.. start.Select((s, i) => i == state ? v : s)], x)), start[state]),
                session.InitialStateGradients[0][state], 1e-4);
            int example = random.Next(count), place = random.Next(x[example].Length);
            double slope = LeakyReference.Slope(v =>
            {
                double[][] moved = [.. x.Select(values => (double[])values.Clone())];
                moved[example][place] = v;
                return Total(Outputs(a, start, moved));
            }, x[example][place]);
            Assert.Equal(slope, session.InputGradient("x")[data["x"].Starts[example] + place], 1e-4);
            float[] last = [.. lengths.SelectMany((n, e) => session.Output.Slice(data["x"].Starts[e] + (n - 1) * width, width).ToArray())];
            Assert.Equal(last, session.FinalStates["leaky.h"].ToArray());
        }
    }

    [Fact]
    public void A_loss_is_differentiated_as_the_mean_over_the_examples()
    {
        Dataset data = LeakyModule.Data(3, [5, 2, 7], 1);
        var module = new LeakyModule(3);
        using var session = new Session(module, "Loss", data);
        using var executor = new Executor(module, "Loss");
        session.Backward();
        Assert.Equal(executor.Gradient(data, [0, 1, 2]), session.MeanLoss);
        Assert.Equal(executor.Gradients.ToArray(), session.Gradients.ToArray());
        Assert.Contains("is a loss", Assert.Throws<InvalidOperationException>(() => session.InputGradient("x").Length).Message);
    }

    [Fact]
    public void Gradients_come_only_after_the_backward_pass()
    {
        using var session = new Session(new LeakyModule(3), "Scan", LeakyModule.Data(3, [5, 2], 1));
        session.Forward();
        Assert.Contains("before Backward", Assert.Throws<InvalidOperationException>(() => session.Gradient("leaky.a").Length).Message);
        session.Backward();
        Assert.Equal(0, session.Gradient("leaky.a")[0]);
        Assert.Contains("no input 'z'", Assert.Throws<ArgumentException>(() => session.InputGradient("z").Length).Message);
    }

    static double[] Doubles(ReadOnlySpan<float> values) => Array.ConvertAll(values.ToArray(), v => (double)v);

    static void Close(double[] expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-5);
    }
}

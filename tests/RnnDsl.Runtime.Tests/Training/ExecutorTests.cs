using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Sequences;

namespace RnnDsl.Tests.Training;

public class ExecutorTests
{
    static readonly Random Random = new(1);

    static int[] All(Dataset data) => [.. Enumerable.Range(0, data.Count)];

    [Fact]
    public void Loss_and_gradient_are_those_of_the_equations()
    {
        for (int trial = 0; trial < 30; trial++)
        {
            int width = Random.Next(1, 20);
            Dataset data = LeakyModule.Data(width, LeakyReference.Lengths(Random, Random.Next(1, 80), 12), trial);
            int[] examples = [.. All(data).OrderBy(_ => Random.Next()).Take(Random.Next(1, data.Count + 1))];
            var module = new LeakyModule(width, seed: trial);
            using var executor = new Executor(
                module, "Loss", new ExecutionOptions { ExamplesPerShard = Random.Next(1, 20), MaxShards = Random.Next(1, 9), Threads = 2 });
            double a = module.Parameters["leaky.a"][0];
            double[] w = [.. module.Parameters["leaky.w"].ToArray().Select(v => (double)v)];
            double loss = LeakyReference.Loss(a, w, data, examples);
            Assert.Equal(loss, executor.Gradient(data, examples), 1e-5);
            Assert.Equal(loss, executor.Loss(data, examples), 1e-5);

            Assert.Equal(LeakyReference.Slope(v => LeakyReference.Loss(v, w, data, examples), a), executor.Gradients[0], 1e-4);
            int unit = Random.Next(width);
            double slope = LeakyReference.Slope(
                v => LeakyReference.Loss(a, [.. w.Select((x, j) => j == unit ? v : x)], data, examples), w[unit]);
            Assert.Equal(slope, executor.Gradients[Layout.Alignment + unit], 1e-4);
        }
    }

    [Fact]
    public void Gaps_of_the_gradient_are_zero()
    {
        var module = new LinearModule(3, 5);
        using var executor = new Executor(module, "Loss");
        executor.Gradient(LinearModule.Data(50, 3, 5, 1), Enumerable.Range(0, 50).ToArray());
        Assert.All(executor.Gradients[15..16].ToArray().Concat(executor.Gradients[21..].ToArray()), gap => Assert.Equal(0, gap));
        Assert.DoesNotContain(0, executor.Gradients[16..21].ToArray());
    }

    [Fact]
    public void Bits_do_not_depend_on_the_number_of_threads()
    {
        Dataset data = LeakyModule.Data(7, LeakyReference.Lengths(Random, 100, 20), 5);
        float[]? expected = null;
        double expectedLoss = 0;
        foreach (int threads in new[] { 1, 2, 3, 8 })
        {
            using var executor = new Executor(new LeakyModule(7), "Loss", new ExecutionOptions { Threads = threads });
            for (int run = 0; run < 5; run++)
            {
                double loss = executor.Gradient(data, All(data));
                Assert.Equal(expectedLoss = expected is null ? loss : expectedLoss, loss);
                Assert.Equal(expected ??= executor.Gradients.ToArray(), executor.Gradients.ToArray());
            }
        }
    }

    [Fact]
    public void Results_come_in_the_order_of_the_examples()
    {
        var module = new LeakyModule(3);
        Dataset data = LeakyModule.Data(3, LeakyReference.Lengths(Random, 600, 9), 2);
        using var executor = new Executor(module, "Scan");
        double a = module.Parameters["leaky.a"][0];
        double[] w = [.. module.Parameters["leaky.w"].ToArray().Select(v => (double)v)];
        double[] expected = [.. All(data).SelectMany(e =>
            LeakyReference.Run(a, w, LeakyReference.Values(data["x"], e), [0.25, 0.25, 0.25]))];
        float[] results = executor.Predict(data);
        Assert.Equal(expected.Length, results.Length);
        Assert.All(expected.Zip(results), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.Throws<ArgumentException>(() => executor.Predict(data, new float[results.Length + 1]));
        Assert.Throws<ArgumentException>(() => executor.Predict(data, new float[results.Length - 1]));
    }

    [Fact]
    public void Vectors_are_predicted_and_evaluated_too()
    {
        var module = new LinearModule(4, 2);
        Dataset data = LinearModule.Data(300, 4, 2, 3);
        using var executor = new Executor(module, "Predict");
        using var loss = new Executor(module, "Loss");
        float[] results = executor.Predict(data);
        double expected = results.Zip(data["y"].Values.ToArray(), (p, y) => (double)(p - y) * (p - y)).Average();
        Assert.Equal(expected, loss.Evaluate(data), 1e-6);
    }

    [Fact]
    public void A_changed_parameter_is_prepared_anew()
    {
        var module = new LinearModule(2, 2);
        Dataset data = LinearModule.Data(1, 2, 2, 3);
        using var executor = new Executor(module, "Predict");
        float[] before = executor.Predict(data);
        module.Parameters["layer.b"][1] += 3;
        Assert.Equal(before[1] + 3, executor.Predict(data)[1], 1e-5);
    }

    [Fact]
    public void Carried_states_make_one_of_two_halves()
    {
        Dataset data = LeakyModule.Data(2, [6, 6, 6], 1);
        using var executor = new Executor(new LeakyModule(2), "Scan");
        float[] whole = executor.Predict(data);
        var states = new StateBatch(executor.Method, 3);
        float[] first = new float[2 * 6], second = new float[2 * 6];
        Dataset Half(int from) => new(LeakyModule.Sequences(
            "x",
            [.. All(data).SelectMany(e => LeakyReference.Values(data["x"], e).Skip(from * 2).Take(6)).Select(v => (float)v)],
            2,
            [3, 3, 3]));
        executor.Forward(Half(0), [2, 0], first, states);
        executor.Forward(Half(3), [0, 2], second, states);
        Assert.Equal(whole[..6], first[6..]);
        Assert.Equal(whole[6..12], second[..6]);
        Assert.Equal(whole[24..30], first[..6]);
        Assert.Equal(whole[30..], second[6..]);
        Assert.Equal([LeakyModule.Start, LeakyModule.Start], states.Row(0, 1).ToArray());
        Assert.Equal(whole[34..], states["leaky.h"][4..].ToArray());
    }

    [Fact]
    public void Strides_and_overlapping_windows_are_followed()
    {
        float[] series = [.. Enumerable.Range(0, 20).Select(i => (float)i)];
        var data = new Dataset(new Column
        {
            Name = "x",
            Kind = ValueKind.Sequence,
            Width = 1,
            Values = series,
            Stride = 2,
            Starts = [0, 1, 5],
            Lengths = [3, 3, 3],
        });
        var module = new LeakyModule(1);
        module.Parameters["leaky.a"][0] = 0;
        module.Parameters["leaky.w"][0] = 1;
        using var executor = new Executor(module, "Scan");
        Assert.Equal([0, 2, 4, 1, 3, 5, 5, 7, 9], executor.Predict(data));
    }

    [Fact]
    public void Columns_that_do_not_fit_are_named()
    {
        using var executor = new Executor(new LeakyModule(2), "Loss");
        Dataset good = LeakyModule.Data(2, [3, 4], 1);
        string Message(params Column[] columns) =>
            Assert.ThrowsAny<ArgumentException>(() => executor.Loss(new Dataset(columns), [0, 1])).Message;

        Assert.Contains("Leaky.Loss reads 'y'", Message(good["x"]));
        Assert.Contains("reads 'y' (sequence of 2 values a step)", Message(good["x"]));
        Assert.Contains("There are: x, z", Message(good["x"], LeakyModule.Sequences("z", new float[14], 2, [3, 4])));
        Assert.Contains("sequence of 3 values", Message(good["x"], LeakyModule.Sequences("y", new float[21], 3, [3, 4])));
        Assert.Contains("is a vector of 2 values", Message(good["x"], LinearModule.Vectors("y", new float[4], 2)));
        Assert.Contains("example 1 has 4 steps of 'x' and 3 of 'y'",
            Message(good["x"], LeakyModule.Sequences("y", new float[12], 2, [3, 3])));
        Assert.Contains("has no steps",
            Message(LeakyModule.Sequences("x", new float[6], 2, [3, 0]), LeakyModule.Sequences("y", new float[6], 2, [3, 0])));
        Assert.Contains("outside its buffer", Message(good["x"], LeakyModule.Sequences("y", new float[13], 2, [3, 4])));
        Assert.Contains("empty", Assert.Throws<ArgumentException>(() => executor.Loss(good, [])).Message);
        Assert.Contains("example 2", Assert.Throws<ArgumentOutOfRangeException>(() => executor.Loss(good, [2])).Message);
        Assert.Contains("states of 1", Assert.Throws<ArgumentException>(
            () => executor.Loss(good, [0], new StateBatch(executor.Method, 1))).Message);
    }

    [Theory]
    [InlineData(float.NaN), InlineData(float.PositiveInfinity), InlineData(float.NegativeInfinity)]
    public void What_is_not_finite_is_named(float value)
    {
        int[] lengths = LeakyReference.Lengths(Random, 40, 9);
        Dataset data = LeakyModule.Data(3, lengths, 1);
        float[] y = data["y"].Values.ToArray();
        y[data["y"].Starts[23] + 3 * (lengths[23] - 1) + 2] = value;
        using var executor = new Executor(new LeakyModule(3), "Loss", new ExecutionOptions { Threads = 2 });
        var broken = new Dataset(data["x"], LeakyModule.Sequences("y", y, 3, lengths));
        string message = Assert.Throws<ArgumentException>(() => executor.Gradient(broken, All(data))).Message;
        Assert.Contains(FormattableString.Invariant($"'y' is {value} in example 23, step {lengths[23] - 1}"), message);
        // The others are fine, before and after.
        Assert.True(double.IsFinite(executor.Gradient(broken, [22, 24])));
    }

    [Fact]
    public void Only_losses_have_a_gradient()
    {
        using var predict = new Executor(new LinearModule(2, 2), "Predict");
        Assert.Contains("returns a Vector, not a loss", Assert.Throws<InvalidOperationException>(
            () => predict.Gradient(LinearModule.Data(3, 2, 2, 1), [0])).Message);
        using var session = new Session(new LinearModule(2, 2), "Predict", LinearModule.Data(3, 2, 2, 1));
        Assert.Contains("was not compiled with a gradient", Assert.Throws<InvalidOperationException>(session.Backward).Message);
        Assert.Contains("has: Predict, Loss", Assert.Throws<ArgumentException>(() => new Executor(new LinearModule(2, 2), "Los")).Message);
    }
}

using RnnDsl.CompilerServices;

namespace RnnDsl.Execution.Tests.Layers;

/// <summary>Runs a paper's equations over the numbers of a <see cref="Probe"/>, and compares.</summary>
/// <param name="probe">Of the layer's Scan, or of a model's method that scans the layer.</param>
/// <param name="step">The paper's step; it also gets the example and the step in it.</param>
/// <param name="prefix">What stands before the names of parameters and states.</param>
/// <param name="reversed">True if it goes from the last step to the first.</param>
sealed class PaperRun(Probe probe, Func<PaperNumbers, double[], Dictionary<string, double[]>, int, int, double[]> step, string prefix = "", bool reversed = false)
{
    public PaperRun(Probe probe, PaperLayer layer, string prefix = "", bool reversed = false) : this(probe, (p, x, s, _, _) => layer.Step(p, x, s), prefix, reversed)
    {
    }

    /// <summary>Outputs of all examples in the order of the steps, and the states after the last step that is taken.</summary>
    public (double[][] Results, double[][][] Finals) Run()
    {
        var numbers = new PaperNumbers(probe.Parameters, prefix);
        int width = probe.Method.Inputs[0].Width;
        var results = new double[probe.Lengths.Length][];
        var finals = new double[probe.Lengths.Length][][];
        for (int b = 0; b < results.Length; b++)
        {
            var states = new Dictionary<string, double[]>();
            for (int s = 0; s < probe.Method.States.Count; s++)
                states.Add(probe.Method.States[s].Name[prefix.Length..], probe.States?[b][s] ?? [.. Enumerable.Repeat((double)probe.Method.States[s].Initial, probe.Method.States[s].Width)]);
            var outputs = new double[probe.Lengths[b]][];
            for (int i = 0; i < outputs.Length; i++)
            {
                int t = reversed ? outputs.Length - 1 - i : i;
                outputs[t] = step(numbers, probe.Inputs[b][0][(t * width)..((t + 1) * width)], states, b, t);
            }
            results[b] = [.. outputs.SelectMany(o => o)];
            finals[b] = [.. probe.Method.States.Select(s => states[s.Name[prefix.Length..]])];
        }
        return (results, finals);
    }

    bool IsLoss => probe.Method.Result.Kind == ValueKind.Scalar;

    /// <summary>What is differentiated: the outputs, weighted with the gradient that arrives; of a loss the mean of those that are weighted with its second input.</summary>
    double Objective() => Run().Results.Select((y, b) => y.Zip(IsLoss ? probe.Inputs[b][1] : probe.ResultGradients[b], (a, d) => IsLoss ? a * d / probe.Lengths.Length : a * d).Sum()).Sum();

    public void Values(IReadOnlyList<double[]> results, IReadOnlyList<double[][]> finals, double tolerance, string what)
    {
        (double[][] expected, double[][][] ends) = Run();
        for (int b = 0; b < expected.Length; b++)
        {
            Close(expected[b], results[b], tolerance, $"{what}, example {b}");
            for (int s = 0; s < ends[b].Length; s++)
                if (what != "stream" || finals[b][s].Length > 0)            // a stream leaves out states on which no answer depends
                    Close(ends[b][s], finals[b][s], tolerance, $"{what}, final {probe.Method.States[s].Name} of example {b}");
        }
    }

    /// <summary>The gradient of every array against the paper's differences, along random directions.</summary>
    /// <param name="run">With gradients.</param>
    /// <param name="seed">Of the directions.</param>
    /// <param name="directions">How many of each array.</param>
    /// <param name="tolerance">As a part of the gradient's length.</param>
    /// <param name="least">A shorter gradient counts as one of this length.</param>
    public void Gradients(CompiledRun run, int seed, int directions = 3, double tolerance = 1e-4, double least = 1e-2)
    {
        var random = new Random(seed);
        foreach ((string name, float[] gradient) in run.Gradients)
            Compare(probe.Parameters[name], gradient, name);
        for (int b = 0; b < probe.Lengths.Length && !IsLoss; b++)
        {
            for (int i = 0; i < probe.Inputs[b].Length; i++)
                Compare(probe.Inputs[b][i], run.InputGradients[b][i], $"input {i} of example {b}");
            for (int s = 0; s < (probe.States is null ? 0 : probe.Method.States.Count); s++)
                Compare(probe.States![b][s], run.InitialGradients[b][s], $"first {probe.Method.States[s].Name} of example {b}");
        }

        void Compare(double[] values, float[] gradient, string what)
        {
            Assert.All(gradient, d => Assert.True(float.IsFinite(d), $"gradient of {what}: {d}"));
            double length = Math.Sqrt(gradient.Sum(d => (double)d * d));
            double[] kept = [.. values];
            for (int k = 0; k < directions; k++)
            {
                double[] direction = [.. values.Select(_ => random.NextDouble() * 2 - 1)];
                double size = Math.Sqrt(direction.Sum(d => d * d));
                double Moved(double by)
                {
                    for (int i = 0; i < values.Length; i++)
                        values[i] = kept[i] + by * direction[i] / size;
                    double objective = Objective();
                    kept.CopyTo(values, 0);
                    return objective;
                }
                const double Step = 1e-5;
                double expected = (Moved(Step) - Moved(-Step)) / (2 * Step), actual = gradient.Zip(direction, (a, d) => a * d / size).Sum();
                Assert.True(Math.Abs(expected - actual) <= tolerance * Math.Max(length, least),
                    $"gradient of {what} along direction {k}: the paper gives {expected:G9}, the compiled program {actual:G9}; the gradient is {length:G3} long.");
            }
        }
    }

    public static double[][] Doubles(float[][] values) => [.. values.Select(v => v.Select(f => (double)f).ToArray())];

    public static double[][][] Doubles(float[][][] values) => [.. values.Select(Doubles)];

    static void Close(double[] expected, double[] actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        double scale = expected.Select(Math.Abs).Append(1).Max();
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * scale, $"{what} [{i}]: the paper gives {expected[i]:G9}, the layer {actual[i]:G9}.");
    }
}

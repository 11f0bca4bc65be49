using RnnDsl.Execution;

namespace RnnDsl.Execution.Tests;

/// <summary>Compiled against uncompiled: values to 1e-5 relative, gradients against central differences of the reference to 1e-3 of the largest entry.</summary>
internal static class Checks
{
    /// <param name="module">The module.</param>
    /// <param name="method">Name of its method.</param>
    /// <param name="lengths">Steps of each example, falling.</param>
    /// <param name="seed">Of all numbers.</param>
    /// <param name="withStates">Whether states before the first step are given.</param>
    /// <param name="blockRows">0, or rows of a block at most, and then values are kept of one stretch of steps where they may be.</param>
    /// <param name="held">Parameters of one number that no gradient reaches, and their values.</param>
    public static void All(
        Module module, string method, int[] lengths, int seed, bool withStates = true, int blockRows = 0, params (string Name, float Value)[] held)
    {
        using var probe = new Probe(module, method, lengths, seed, withStates) { Stretches = blockRows > 0, MostBlockRows = blockRows > 0 ? blockRows : int.MaxValue };
        foreach ((string name, float value) in held)
            probe.Parameters[name][0] = value;
        (double[][] expected, double[][][] finals) = probe.Reference();
        CompareValues(probe, probe.Run(probe.Method.Forward, gradients: false), expected, finals, "forward");
        if (probe.Method.Step is not null)
            CompareValues(probe, probe.RunSteps(probe.Method.Step), probe.ReferenceAnswers(), finals, "streaming");
        if (probe.States is null || probe.Method.States.Count == 0)
            foreach (ConditionalInfo along in probe.Method.Conditionals.Where(c => c.Step is not null))
                CompareValues(probe, probe.RunConditional(along, along.Step!), probe.ReferenceAnswers(along.Axis), finals, "streaming");
        if (probe.Method.Training is null)
            return;
        CompiledRun run = probe.Run(probe.Method.Training, gradients: true);
        CompareValues(probe, run, expected, finals, "training");
        Assert.All(held, h => Assert.Equal([0f], run.Gradients[h.Name]));
        CompareGradients(probe, run, new Random(seed + 1), inputs: method == "Scan", [.. held.Select(h => h.Name)]);
    }

    static void CompareValues(Probe probe, CompiledRun run, double[][] expected, double[][][] finals, string program)
    {
        double scale = Math.Max(1e-3, expected.SelectMany(e => e).Max(Math.Abs));
        for (int b = 0; b < expected.Length; b++)
        {
            for (int i = 0; i < expected[b].Length; i++)
                AssertClose(expected[b][i], run.Results[b][i], 1e-5 * Math.Max(Math.Abs(expected[b][i]), scale), $"{program} result [{b}][{i}]");
            for (int s = 0; s < finals[b].Length; s++)
                for (int i = 0; i < finals[b][s].Length && (program != "streaming" || run.Finals[b][s].Length > 0); i++)
                    AssertClose(finals[b][s][i], run.Finals[b][s][i], 1e-5 * Math.Max(1, Math.Abs(finals[b][s][i])),
                        $"{program} final state {probe.Method.States[s].Name} [{b}][{i}]");
        }
    }

    static void CompareGradients(Probe probe, CompiledRun run, Random random, bool inputs, string[] held)
    {
        foreach ((string name, float[] gradient) in run.Gradients.Where(g => !held.Contains(g.Key)))
            Compare(probe, probe.Parameters[name], gradient, random, name);
        if (!inputs)
            return;
        int example = random.Next(probe.Lengths.Length);
        for (int i = 0; i < probe.Inputs[example].Length; i++)
            Compare(probe, probe.Inputs[example][i], run.InputGradients[example][i], random, $"input {i} of example {example}");
        if (probe.States is not null)
            for (int s = 0; s < probe.Method.States.Count; s++)
                Compare(probe, probe.States[example][s], run.InitialGradients[example][s], random, $"initial {probe.Method.States[s].Name} of example {example}");
    }

    /// <summary>
    /// Compares the derivative along a direction in which each value of an array goes up or down, so that no entry of a gradient is left out.
    /// Where it disagrees, its halves are looked at, down to single entries, and these with a smaller step:
    /// many values that go at once can meet a kink or a jump of the reference that one of them alone does not meet.
    /// </summary>
    static void Compare(Probe probe, double[] values, float[] gradient, Random random, string what)
    {
        const double Step = 1e-6, SmallerStep = 1e-8;
        double[] kept = [.. values], signs = [.. values.Select(_ => 2 * random.Next(2) - 1)];
        double tolerance = 1e-3 * Math.Max(gradient.Max(Math.Abs), 1e-3);
        Along(0, values.Length);

        void Along(int start, int count)
        {
            double along = 0;
            for (int i = start; i < start + count; i++)
                along += signs[i] * gradient[i];
            double expected = Derivative(start, count, Step);
            if (Math.Abs(expected - along) <= tolerance || (count == 1 && Math.Abs(Derivative(start, count, SmallerStep) - along) <= tolerance))
                return;
            Assert.True(count > 1, $"gradient of {what}[{start}]: the reference gives {signs[start] * expected:G9}, the compiled program {gradient[start]:G9}.");
            Along(start, count / 2);
            Along(start + count / 2, count - count / 2);
        }

        double Derivative(int start, int count, double step) => (Objective(start, count, step) - Objective(start, count, -step)) / (2 * step);

        double Objective(int start, int count, double step)
        {
            for (int i = start; i < start + count; i++)
                values[i] = kept[i] + step * signs[i];
            double objective = probe.ReferenceObjective();
            kept.CopyTo(values, 0);
            return objective;
        }
    }

    static void AssertClose(double expected, double actual, double tolerance, string what) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance, $"{what}: the reference gives {expected:G9}, the compiled program {actual:G9}.");
}

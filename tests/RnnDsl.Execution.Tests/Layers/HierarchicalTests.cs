namespace RnnDsl.Execution.Tests.Layers;

/// <summary><see cref="HierarchicalLstm{Input, Hidden}"/> against its paper: what its layers do at each step is a choice, and the gradient goes through the choice as if it were the value that is compared.</summary>
public class HierarchicalTests
{
    sealed class In : Dim;
    sealed class Hid : Dim;

    const int Layers = 3;

    /// <summary>Chung, Ahn and Bengio 2017, equations 1 to 7, 11 and 12, with the choices written as such.</summary>
    /// <param name="p">Parameters.</param>
    /// <param name="x">Input.</param>
    /// <param name="s">States.</param>
    /// <param name="end">Of the layer and of what is compared with a half: whether a segment ends, as a number.</param>
    static double[] Step(PaperNumbers p, double[] x, Dictionary<string, double[]> s, Func<int, double, double> end)
    {
        double below = 1;
        double[] input = x;
        for (int l = 0; l < Layers; l++)
        {
            double[] h = s[$"h.{l}"], c = s[$"c.{l}"];
            bool top = l == Layers - 1;
            double flush = top ? 0 : s[$"z.{l}"][0];
            double[] Slice(string gate)
            {
                double[] up = p.Times(l == 0 ? "W" + gate : $"V{gate}.{l - 1}", input), sum = PaperNumbers.Plus(p.Times($"U{gate}.{l}", h), p[$"b{gate}.{l}"]);
                double[] down = top ? new double[h.Length] : p.Times($"T{gate}.{l}", s[$"h.{l + 1}"]);
                return [.. sum.Select((v, j) => v + below * up[j] + flush * down[j])];
            }
            static double[] Sigma(double[] v) => [.. v.Select(a => 1 / (1 + Math.Exp(-a)))];
            double[] i = Sigma(Slice("i")), f = Sigma(Slice("f")), o = Sigma(Slice("o")), g = [.. Slice("g").Select(Math.Tanh)];
            double next = 0;
            if (!top)
            {
                double sum = p.Times($"uz.{l}", h)[0] + below * p.Times(l == 0 ? "wz" : $"vz.{l - 1}", input)[0] + flush * p.Times($"tz.{l}", s[$"h.{l + 1}"])[0] + p[$"bz.{l}"][0];
                next = end(l, Math.Clamp((p["slope"][0] * sum + 1) / 2, 0, 1));
            }
            // Flush, update or copy. Between 0 and 1, where the surrogate of the gradient goes, the three are mixed.
            double[] memory = [.. c.Select((old, j) => flush * i[j] * g[j] + (1 - flush) * (below * (f[j] * old + i[j] * g[j]) + (1 - below) * old))];
            double copies = (1 - flush) * (1 - below);
            s[$"h.{l}"] = input = [.. h.Select((old, j) => copies * old + (1 - copies) * o[j] * Math.Tanh(memory[j]))];
            s[$"c.{l}"] = memory;
            if (!top)
                s[$"z.{l}"] = [next];
            below = next;
        }
        var y = new double[input.Length];
        for (int l = 0; l < Layers; l++)
        {
            double gate = 1 / (1 + Math.Exp(-Enumerable.Range(0, Layers).Sum(k => p.Times($"v.{l * Layers + k}", s[$"h.{k}"])[0])));
            double[] part = p.Times($"E.{l}", s[$"h.{l}"]);
            for (int j = 0; j < y.Length; j++)
                y[j] += gate * part[j];
        }
        return [.. y.Select(v => Math.Max(v, 0))];
    }

    [Theory]
    [InlineData(1, 1, "1")]
    [InlineData(3, 1, "6,2")]
    [InlineData(1, 3, "9,5,1")]
    [InlineData(3, 17, "12,7,7,2")]
    [InlineData(17, 40, "14,13,3")]
    public void Values_streams_and_gradients_are_the_papers(int input, int units, string text)
    {
        int[] lengths = [.. text.Split(',').Select(int.Parse)];
        using var probe = new Probe(new HierarchicalLstm<In, Hid>(input, units), "Scan", lengths, seed: 6);
        // What is compared in the run that is differentiated, by layer, example and step.
        var compared = new Dictionary<(int, int, int), double>();
        var paper = new PaperRun(probe, (p, x, s, b, t) => Step(p, x, s, (l, a) =>
        {
            if (compared.TryAdd((l, b, t), a))
                return a > 0.5 ? 1 : 0;
            double first = compared[(l, b, t)];
            return (first > 0.5 ? 1 : 0) + a - first;
        }));
        (double[][] results, double[][][] finals) = probe.Reference();
        paper.Values(results, finals, 1e-11, "uncompiled");
        if (units > 3)
            Assert.All(Enumerable.Range(0, Layers - 1), l => Assert.Equal([false, true], compared.Where(c => c.Key.Item1 == l).Select(c => c.Value > 0.5).Distinct().Order()));
        foreach ((string what, CompiledRun run) in new[] { ("forward", probe.Run(probe.Method.Forward, gradients: false)), ("stream", probe.RunSteps(probe.Method.Step!)), ("training", probe.Run(probe.Method.Training!, gradients: true)) })
        {
            paper.Values(PaperRun.Doubles(run.Results), PaperRun.Doubles(run.Finals), 1e-5, what);
            if (what == "training")
                paper.Gradients(run, seed: 6);
        }
    }
}

using RnnDsl.Memory;
using Module = RnnDsl.Execution.Module;

namespace RnnDsl.Execution.Tests.Layers;

/// <summary>Layers where gates are wide open or shut, and their first values.</summary>
public class ExtremeLayerTests
{
    sealed class In : Dim;
    sealed class Hid : Dim;
    sealed class Mem : Dim;

    public static TheoryData<string> Names() => [.. PaperLayers.All.Keys];

    /// <summary>The inputs are ±1 and the matrices of the input ±80, so that every gate goes from one end to the other and back; recurrent matrices are small.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Potentials_of_plus_and_minus_80_give_the_papers_values_and_finite_gradients(string name)
    {
        PaperLayer layer = PaperLayers.All[name];
        // Where input and output have one dimension, each unit reads one input.
        bool square = layer.Input == "Hid";
        int units = 5;
        using var probe = new Probe(layer.Make(1, units), "Scan", [9, 9, 4, 1], seed: 7, withStates: false);
        layer.Prepare(probe, "");
        var random = new Random(2);
        foreach ((string parameter, double[] values) in probe.Parameters.Where(p => p.Key[0] is 'W' or 'V'))
            for (int i = 0; i < values.Length; i++)
                values[i] = square ? (i % (units + 1) == 0 ? (random.Next(2) == 0 ? 80 : -80) : 0) : random.Next(2) == 0 ? 80 : -80;
        foreach (double[][] inputs in probe.Inputs)
            for (int i = 0; i < inputs[0].Length; i++)
                if (!layer.Input.StartsWith("Cat<StepTime", StringComparison.Ordinal) || i % 2 == 1)
                    inputs[0][i] = random.Next(2) == 0 ? 1 : -1;
        var paper = new PaperRun(probe, layer);
        (double[][] results, double[][][] finals) = probe.Reference();
        Assert.All(results, r => Assert.All(r, v => Assert.True(double.IsFinite(v))));
        paper.Values(results, finals, 1e-11, "uncompiled");
        CompiledRun forward = probe.Run(probe.Method.Forward, gradients: false), stream = probe.RunSteps(probe.Method.Step!), training = probe.Run(probe.Method.Training!, gradients: true);
        paper.Values(PaperRun.Doubles(forward.Results), PaperRun.Doubles(forward.Finals), 2e-5, "forward");
        paper.Values(PaperRun.Doubles(stream.Results), PaperRun.Doubles(stream.Finals), 2e-5, "stream");
        Assert.All(training.Gradients.Values.Concat(training.InputGradients.SelectMany(g => g)), g => Assert.All(g, d => Assert.True(float.IsFinite(d), $"{d}")));
        // A sigmoid is within 2.5e-7 of its value, shut or open too. A matrix of 80 makes 2e-5 of that at each step, and a memory without bound holds 80 besides.
        double largest = results.Max(r => r.Max(Math.Abs));
        if (!layer.Drops)
            paper.Gradients(training, seed: 7, tolerance: 1e-3, least: Math.Max(1, largest * largest / 200));
    }

    /// <summary>The input gate of sLSTM has no bound: what comes with a potential of 80 outweighs all that came before, and stays until something weighs as much.</summary>
    [Fact]
    public void A_loud_input_outweighs_the_past_and_whispers_do_not_count()
    {
        using var probe = new Probe(new SLstm<In, Hid>(1, 1), "Scan", [6], seed: 1, withStates: false);
        foreach (double[] values in probe.Parameters.Values)
            Array.Clear(values);
        probe.Parameters["Wi"][0] = 80;
        probe.Parameters["Wz"][0] = 1;
        probe.Parameters["bf"][0] = 80;         // nothing is forgotten
        probe.Parameters["bo"][0] = 80;
        double[] x = probe.Inputs[0][0] = [-1, -0.5, 1, -1, 0.9, 1];
        float[] h = probe.Run(probe.Method.Forward, gradients: false).Results[0];
        double[] expected = [Math.Tanh(-1), Math.Tanh(-0.5), Math.Tanh(1), Math.Tanh(1), Math.Tanh(1) + (Math.Tanh(0.9) - Math.Tanh(1)) / (1 + Math.Exp(8)), Math.Tanh(1)];
        for (int t = 0; t < x.Length; t++)
            Assert.Equal(expected[t], h[t], 1e-4);
    }

    /// <summary>So has that of mLSTM: it reads what came with the loudest input, the same for 80 and for 1000, and after it a query of zeros reads zeros.</summary>
    [Theory]
    [InlineData(80)]
    [InlineData(1000)]
    public void A_memory_of_a_matrix_reads_its_loudest_input(double loudness)
    {
        using var probe = new Probe(new MLstm<In, Hid>(1, 2), "Scan", [6], seed: 1, withStates: false);
        foreach (double[] values in probe.Parameters.Values)
            Array.Clear(values);
        probe.Parameters["wi"][0] = loudness;
        probe.Parameters["Wv"][0] = 1;
        probe.Parameters["Wq"][0] = 1;
        probe.Parameters["bk"][0] = 1;
        probe.Parameters["bf"][0] = 80;         // nothing is forgotten
        probe.Parameters["bo"][0] = 80;
        probe.Inputs[0][0] = [-1, 0.5, 1, -1, 0, -0.75];
        CompiledRun run = probe.Run(probe.Method.Training!, gradients: true);
        // The sign of the query remains. At first exp(−loudness) is all that the input gate lets in.
        double[] expected = [0, 0.5, 1, -1, 0, -1];
        for (int t = 0; t < expected.Length; t++)
            Assert.Equal(expected[t], run.Results[0][2 * t], 1e-4);
        Assert.All(run.Gradients.Values.Concat(run.InputGradients.SelectMany(g => g)), g => Assert.All(g, d => Assert.True(float.IsFinite(d), $"{d}")));
    }

    [Fact]
    public void Units_of_an_Lru_lie_in_a_ring_at_first()
    {
        const int Units = 2000;
        var layer = new Lru<In, Hid>(1, Units, seed: 3);
        double[] sizes = [.. layer.Parameters["nu"].ToArray().Select(v => Math.Exp(-Math.Exp(v)))], phases = [.. layer.Parameters["theta"].ToArray().Select(v => Math.Exp(v))];
        Assert.InRange(sizes.Min(), 0.9, 0.9002);
        Assert.InRange(sizes.Max(), 0.9988, 0.99901);
        // As many units in each tenth of the ring and of the turn, and in each of the hundred fields between them.
        int Ring(int j) => Math.Clamp((int)(10 * (sizes[j] * sizes[j] - 0.81) / (0.999 * 0.999 - 0.81)), 0, 9);
        int Turn(int j) => Math.Clamp((int)(10 * phases[j] / (Math.PI / 10)), 0, 9);
        foreach (int field in Enumerable.Range(0, 100))
            Assert.InRange(Enumerable.Range(0, Units).Count(j => 10 * Ring(j) + Turn(j) == field), 14, 26);
        Assert.All(layer.Parameters["gamma"].ToArray().Select((g, j) => (Taken: Math.Exp(g), Size: sizes[j])), unit => Assert.Equal(1, unit.Taken * unit.Taken / (1 - unit.Size * unit.Size), 1e-3));
        // B varies as the real and imaginary parts of the paper's, C too.
        var square = new Lru<In, Hid>(200, 200, seed: 3);
        Assert.InRange(square.Parameters["Br"].ToArray().Average(v => (double)v * v), 0.95 / 400, 1.05 / 400);
        Assert.InRange(square.Parameters["Ci"].ToArray().Average(v => (double)v * v), 0.95 / 200, 1.05 / 200);
    }

    [Fact]
    public void A_selective_scan_starts_as_its_authors_program()
    {
        var layer = new SelectiveScan<In, Hid>(2000, 16, seed: 3);
        Assert.All(layer.Parameters["L"].ToArray().Select((rate, i) => (rate, i)), at => Assert.Equal(Math.Log(at.i % 16 + 1), at.rate, 1e-6));
        double[] steps = [.. layer.Parameters["bd"].ToArray().Select(b => Math.Log(1 + Math.Exp(b)))];
        for (int tenth = 0; tenth < 10; tenth++)
            Assert.InRange(steps.Count(s => Math.Log10(s) >= -3 + 0.2 * tenth && Math.Log10(s) < -3 + 0.2 * (tenth + 1)), 198, 202);
        Assert.All(layer.Parameters["D"].ToArray(), d => Assert.Equal(1, d));
    }

    [Fact]
    public void Shares_that_an_RgLru_keeps_are_from_0_9_to_0_999_at_first()
    {
        float[] first = new RgLru<Hid>(2000, seed: 3).Parameters["L"].ToArray();
        double[] kept = [.. first.Select(l => Math.Pow(1 / (1 + Math.Exp(-(l + 6.655))), 8))];
        Assert.InRange(kept.Min(), 0.9, 0.902);
        Assert.InRange(kept.Max(), 0.9985, 0.999);
        // As many units in each tenth of the range, and no two neighbors close together.
        for (int tenth = 0; tenth < 10; tenth++)
            Assert.InRange(kept.Count(a => a >= 0.9 + 0.0099 * tenth && a < 0.9 + 0.0099 * (tenth + 1)), 198, 202);
        Assert.All(kept.Zip(kept.Skip(1)), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0.037, 0.062));
    }

    /// <summary>Between steps where the recurrence gate shuts, the state of an RgLru stays as it is, for thousands of steps.</summary>
    [Fact]
    public void A_shut_recurrence_gate_keeps_the_state_and_takes_nothing_in()
    {
        using var probe = new Probe(new RgLru<Hid>(3), "Scan", [2000], seed: 1);
        foreach ((string name, double[] values) in probe.Parameters)
            Array.Fill(values, name == "br" ? -80 : 0);
        float[] h = probe.Run(probe.Method.Forward, gradients: false).Results[0];
        for (int unit = 0; unit < 3; unit++)
            Assert.Equal(probe.States![0][0][unit], h[1999 * 3 + unit], 1e-6);
    }

    [Fact]
    public void Periods_of_a_PhasedLstm_are_from_1_to_20_at_first()
    {
        var layer = new PhasedLstm<In, Hid>(1, 500, seed: 3);
        double[] periods = [.. layer.Parameters["T"].ToArray().Select(t => Math.Exp(t + 1.5))];
        Assert.InRange(periods.Min(), 1, 1.02);
        Assert.InRange(periods.Max(), 19.4, Math.Exp(3));
        Assert.All(layer.Parameters["s"].ToArray(), s => Assert.InRange(s, -0.5f, 0.5f));
        Assert.All(layer.Parameters["r"].ToArray(), r => Assert.Equal(0.05f, r));
    }

    [Fact]
    public void The_first_values_are_those_of_the_papers()
    {
        Assert.All(new Highway<Hid>(9).Parameters["bt"].ToArray(), b => Assert.Equal(-2, b));
        var sru = new Sru<In, Hid>(50, 200, seed: 2);
        double Variance(string name) => sru.Parameters[name].ToArray().Average(v => (double)v * v);
        Assert.InRange(Variance("vf"), 0.4, 0.6);
        Assert.InRange(Variance("Wx") / Variance("W"), 2.7, 3.3);
        var qrnn = new Qrnn<In, Hid>(50, 200, seed: 2);
        Assert.InRange(qrnn.Parameters["Vz"].ToArray().Average(v => (double)v * v) / qrnn.Parameters["Wz"].ToArray().Average(v => (double)v * v), 0.9, 1.1);
        var fast = new FastGrnn<In, Hid>(2, 3);
        Assert.Equal((1f, -4f), (fast.Parameters["zeta"][0], fast.Parameters["nu"][0]));
        Assert.All(new Ugrnn<In, Hid>(2, 3).Parameters["bg"].ToArray(), b => Assert.Equal(1, b));
        // Three matrices of a kernel have as much weight as one of an LSTM; rows of normalized weights have the length 1.
        var conv = new ConvLstm<In, Hid>(6, 9, seed: 2);
        Assert.Equal(9, Enumerable.Range(0, 3).Sum(k => conv.Parameters[$"Ug.{k}"].ToArray().Sum(v => (double)v * v)), 1e-4);
        Assert.All(new MLstm<In, Hid>(2, 16).Parameters["scale"].ToArray(), s => Assert.Equal(0.25f, s));
        Assert.Equal((3f, 0f, 0f), (new MLstm<In, Hid>(2, 3).Parameters["bf"][0], new MLstm<In, Hid>(2, 3).Parameters["wi"][1], new MLstm<In, Hid>(2, 3).Parameters["wf"][0]));
        Assert.All(new AttentiveGru<In, Hid, Mem>(2, 3, 4).Parameters["va"].ToArray(), v => Assert.Equal(0, v));
        Assert.All(new WeightNormLstm<In, Hid>(2, 3).Parameters["ui"].ToArray(), u => Assert.Equal(1, u));
    }
}

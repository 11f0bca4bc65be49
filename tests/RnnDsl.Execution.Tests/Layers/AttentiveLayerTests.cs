using RnnDsl.CompilerServices;

namespace RnnDsl.Execution.Tests.Layers;

/// <summary>Layers of the library that look into a memory, against the equations of their papers, written anew over plain arrays.</summary>
public class AttentiveLayerTests
{
    sealed class In : Dim;
    sealed class Hid : Dim;
    sealed class Mem : Dim;

    public static TheoryData<string, int, int, int, string> Cases()
    {
        var cases = new TheoryData<string, int, int, int, string>();
        foreach (string layer in new[] { "AttentiveGru", "AttentiveLstm" })
            foreach ((int input, int units, int memory, string lengths) in new[] { (1, 1, 1, "1"), (3, 1, 4, "4,2"), (1, 3, 2, "7"), (3, 3, 17, "1,1"), (3, 17, 5, "6,5,1"), (17, 17, 17, "9,3"), (17, 3, 8, "30,2") })
                cases.Add(layer, input, units, memory, lengths);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Values_streams_and_gradients_are_the_papers(string name, int input, int units, int memory, string lengths)
    {
        foreach (bool withStates in new[] { true, false })
        {
            int seed = input + 100 * units + memory;
            Module layer = name == "AttentiveGru" ? new AttentiveGru<In, Hid, Mem>(input, units, memory) : new AttentiveLstm<In, Hid, Mem>(input, units, memory);
            using var probe = new Probe(layer, "Scan", [.. lengths.Split(',').Select(int.Parse)], seed, withStates);
            var paper = new PaperRun(probe, (p, x, s, example, _) => (name == "AttentiveGru" ? (PaperLook)AttentiveGru : AttentiveLstm)(p, x, Steps(probe.Inputs[example][1], memory), s));
            (double[][] results, double[][][] finals) = probe.Reference();
            paper.Values(results, finals, 1e-11, "uncompiled");
            Compare(probe.Run(probe.Method.Forward, gradients: false), "forward");
            if (probe.Method.Step is { } stream)
                Compare(probe.RunSteps(stream), "stream");
            CompiledRun run = probe.Run(probe.Method.Training!, gradients: true);
            Compare(run, "training");
            paper.Gradients(run, seed);

            void Compare(CompiledRun run, string what) => paper.Values(PaperRun.Doubles(run.Results), PaperRun.Doubles(run.Finals), 1e-5, what);
        }
    }

    /// <summary>Scores of some hundreds: a step takes one step of the memory, and no other.</summary>
    [Theory]
    [InlineData("AttentiveGru")]
    [InlineData("AttentiveLstm")]
    public void Scores_of_hundreds_give_the_papers_values_and_finite_gradients(string name)
    {
        Module layer = name == "AttentiveGru" ? new AttentiveGru<In, Hid, Mem>(2, 5, 4) : new AttentiveLstm<In, Hid, Mem>(2, 5, 4);
        using var probe = new Probe(layer, "Scan", [9, 9, 4, 1], seed: 7, withStates: false);
        foreach (string parameter in new[] { "va", "Wa" })
            if (probe.Parameters.TryGetValue(parameter, out double[]? values))
                for (int i = 0; i < values.Length; i++)
                    values[i] = (float)(values[i] * 1000);
        var paper = new PaperRun(probe, (p, x, s, example, _) => (name == "AttentiveGru" ? (PaperLook)AttentiveGru : AttentiveLstm)(p, x, Steps(probe.Inputs[example][1], 4), s));
        (double[][] results, double[][][] finals) = probe.Reference();
        paper.Values(results, finals, 1e-11, "uncompiled");
        CompiledRun training = probe.Run(probe.Method.Training!, gradients: true);
        // Scores of hundreds are off by 1e-4 in single precision.
        paper.Values(PaperRun.Doubles(training.Results), PaperRun.Doubles(training.Finals), 1e-3, "training");
        Assert.All(training.Gradients.Values.Concat(training.InputGradients.SelectMany(g => g)), g => Assert.All(g, d => Assert.True(float.IsFinite(d), $"{d}")));
    }

    /// <summary>The translators of the two papers, in small: where they start, and what they look into.</summary>
    [Fact]
    public void Translators_equal_their_equations()
    {
        System.Reflection.Assembly assembly = Compiled.Load("""
            using RnnDsl;
            using static RnnDsl.Ops;

            [Model]
            public partial class Searching : Model
            {
                class Source : Dim; class Target : Dim; class Hidden : Dim;
                BiGru<Source, Hidden> encoder;
                AttentiveGru<Target, Hidden, Cat<Hidden, Hidden>> decoder;
                Mat<Hidden, Hidden> Ws;
                Linear<Hidden, Target> head;

                Seq<Target> Predict(Seq<Source> x, Seq<Target> y)
                {
                    var memory = encoder.Run(x);
                    return head.Map(decoder.Scan(Previous(y), memory, Start(Tanh(Ws * Right(First(memory))))));
                }
                Scalar Loss(Seq<Source> x, Seq<Target> y) => MeanSquaredError(Predict(x, y), y);
            }

            [Model]
            public partial class Fed : Model
            {
                class Source : Dim; class Target : Dim; class Hidden : Dim;
                Lstm<Source, Hidden> encoder;
                AttentiveLstm<Target, Hidden, Hidden> decoder;
                Linear<Hidden, Target> head;

                Seq<Target> Predict(Seq<Source> x, Seq<Target> y) => head.Map(decoder.Scan(Previous(y), encoder.Scan(x), encoder.End(x)));
                Scalar Loss(Seq<Source> x, Seq<Target> y) => MeanSquaredError(Predict(x, y), y);
            }
            """);
        foreach (string name in new[] { "Searching", "Fed" })
            foreach (string method in new[] { "Predict", "Loss" })
                foreach (int[] lengths in new[] { new[] { 1 }, [6, 3, 3, 1] })
                    Checks.All(Compiled.Make(assembly, name, [], 3, 2, 5), method, lengths, seed: 3);
    }

    delegate double[] PaperLook(PaperNumbers p, double[] x, double[][] memory, Dictionary<string, double[]> states);

    static double[][] Steps(double[] memory, int width) => [.. Enumerable.Range(0, memory.Length / width).Select(t => memory[(t * width)..((t + 1) * width)])];

    static double Sigma(double x) => 1 / (1 + Math.Exp(-x));

    static double[] Units(int count, Func<int, double> unit) => [.. Enumerable.Range(0, count).Select(unit)];

    /// <summary>The mean of the memory, weighted by the softmax of the scores.</summary>
    static double[] Found(double[][] memory, double[] scores)
    {
        double largest = scores.Max(), sum = scores.Sum(score => Math.Exp(score - largest));
        return Units(memory[0].Length, unit => memory.Select((m, j) => Math.Exp(scores[j] - largest) / sum * m[unit]).Sum());
    }

    /// <summary>Bahdanau et al. 2015, appendix A.2.2, with biases.</summary>
    static double[] AttentiveGru(PaperNumbers p, double[] x, double[][] memory, Dictionary<string, double[]> s)
    {
        double[] h = s["h"], asked = p.Times("Wa", h);
        double[] context = Found(memory, [.. memory.Select(m => p.Times("Ua", m).Select((u, j) => p["va"][j] * Math.Tanh(asked[j] + u)).Sum())]);
        double[] Potential(string gate, double[] past) => PaperNumbers.Plus(p.Gate(gate, x, past), p.Times("C" + gate, context));
        double[] z = [.. Potential("z", h).Select(Sigma)], r = [.. Potential("r", h).Select(Sigma)], n = Potential("n", Units(h.Length, j => r[j] * h[j]));
        return s["h"] = Units(h.Length, j => (1 - z[j]) * h[j] + z[j] * Math.Tanh(n[j]));
    }

    /// <summary>Luong et al. 2015, equations 5, 7 and 8 ("general"), and section 3.3: the attentional vector is a part of the next input.</summary>
    static double[] AttentiveLstm(PaperNumbers p, double[] x, double[][] memory, Dictionary<string, double[]> s)
    {
        double[] h = s["h"], c = s["c"], fed = s["a"];
        double[] Potential(string gate) => PaperNumbers.Plus(p.Gate(gate, x, h), p.Times("F" + gate, fed));
        double[] i = Potential("i"), f = Potential("f"), g = Potential("g"), o = Potential("o");
        double[] next = Units(h.Length, j => Sigma(f[j]) * c[j] + Sigma(i[j]) * Math.Tanh(g[j])), output = Units(h.Length, j => Sigma(o[j]) * Math.Tanh(next[j]));
        double[] asked = p.Times("Wa", output);
        double[] context = Found(memory, [.. memory.Select(m => m.Select((u, j) => u * asked[j]).Sum())]);
        (s["c"], s["h"]) = (next, output);
        return s["a"] = [.. PaperNumbers.Plus(p.Times("Wm", context), p.Times("Wh", output)).Select(Math.Tanh)];
    }
}

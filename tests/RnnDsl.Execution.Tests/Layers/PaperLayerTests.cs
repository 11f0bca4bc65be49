using System.Reflection;
using Module = RnnDsl.Execution.Module;

namespace RnnDsl.Execution.Tests.Layers;

/// <summary>Layers of the library against the equations of their papers, written anew in <see cref="PaperLayers"/>.</summary>
public class PaperLayerTests
{
    public static TheoryData<string, int, int, string> Cases()
    {
        var cases = new TheoryData<string, int, int, string>();
        foreach (string layer in PaperLayers.All.Keys)
            foreach ((int input, int units, string lengths) in new[] { (1, 1, "1"), (3, 1, "4,2"), (1, 3, "7"), (3, 3, "1,1"), (3, 17, "6,5,1"), (17, 17, "9,3"), (17, 3, "30,2") })
                cases.Add(layer, input, units, lengths);
        return cases;
    }

    static int[] Lengths(string text) => [.. text.Split(',').Select(int.Parse)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Values_streams_and_gradients_are_the_papers(string name, int input, int units, string lengths) =>
        Check(PaperLayers.All[name], PaperLayers.All[name].Make(input, units), "Scan", Lengths(lengths), input + 100 * units, withStates: true, prefix: "", reversed: false, directions: 3);

    [Theory]
    [MemberData(nameof(Cases))]
    public void So_they_are_from_the_layers_own_first_states(string name, int input, int units, string lengths) =>
        Check(PaperLayers.All[name], PaperLayers.All[name].Make(input, units), "Scan", Lengths(lengths), input + 100 * units + 1, withStates: false, prefix: "", reversed: false, directions: 1);

    /// <summary>A model for each layer that scans it from the last step to the first.</summary>
    static readonly Lazy<Assembly> Reversed = new(() => Compiled.Load("using RnnDsl;\nusing static RnnDsl.Ops;\n" + string.Concat(PaperLayers.All.Select(layer => $$"""
        [Model]
        public partial class {{layer.Key}}Reversed : Model
        {
            {{(layer.Value.Input == "Hid" ? "" : "class In : Dim; ")}}class Hid : Dim; {{(layer.Value.Type.Contains("Mem", StringComparison.Ordinal) ? "[Size(5)] class Mem : Dim;" : "")}}
            {{layer.Value.Type}} layer;
            Seq<{{layer.Value.Output}}> Predict(Seq<{{layer.Value.Input}}> x) => layer.ScanReversed(x);
            Scalar Loss(Seq<{{layer.Value.Input}}> x, Seq<{{layer.Value.Output}}> y) => SumOverSteps(Dot(Predict(x), y));
        }

        """))));

    [Theory]
    [MemberData(nameof(Cases))]
    public void So_they_are_from_the_last_step_to_the_first(string name, int input, int units, string lengths)
    {
        PaperLayer layer = PaperLayers.All[name];
        Module model = Compiled.Make(Reversed.Value, name + "Reversed", [], layer.Input == "Hid" ? [units] : [input, units]);
        Check(layer, model, "Predict", Lengths(lengths), input + 100 * units + 2, withStates: true, prefix: "layer.", reversed: true, directions: 1);
    }

    static void Check(PaperLayer layer, Module module, string method, int[] lengths, int seed, bool withStates, string prefix, bool reversed, int directions)
    {
        using var probe = new Probe(module, method, lengths, seed, withStates);
        layer.Prepare(probe, prefix);
        var paper = new PaperRun(probe, layer, prefix, reversed);
        (double[][] results, double[][][] finals) = probe.Reference();
        paper.Values(results, finals, 1e-11, "uncompiled");
        Compare(probe.Run(probe.Method.Forward, gradients: false), "forward");
        if (probe.Method.Step is { } stream)
            Compare(probe.RunSteps(stream), "stream");
        else
            Assert.True(reversed);
        // See ZoneoutTests and WeightDropTests.
        if (layer.Drops)
            return;
        if (probe.Method.Training is { } training)
        {
            CompiledRun run = probe.Run(training, gradients: true);
            Compare(run, "training");
            paper.Gradients(run, seed, directions);
            return;
        }
        using var loss = new Probe(module, "Loss", lengths, seed, withStates);
        layer.Prepare(loss, prefix);
        new PaperRun(loss, layer, prefix, reversed).Gradients(loss.Run(loss.Method.Training!, gradients: true), seed, directions);

        void Compare(CompiledRun run, string what) => paper.Values(PaperRun.Doubles(run.Results), PaperRun.Doubles(run.Finals), 1e-5, what);
    }
}

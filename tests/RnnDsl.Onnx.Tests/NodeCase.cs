using Microsoft.ML.OnnxRuntime;
using RnnDsl.Onnx.Protobuf;
using Module = RnnDsl.Execution.Module;

namespace RnnDsl.Onnx.Tests;

/// <summary>
/// A node with random sizes, weights and attributes. ONNX Runtime computes it; so does a model with the weights that were loaded from it. ONNX Runtime has no
/// layout 1: a file with that layout is loaded too, and what it would compute is computed with the axes exchanged.
/// </summary>
sealed class NodeCase
{
    static readonly int[] OperatorSets = [14, 17, 21, 22];

    readonly NodeVariant variant;
    readonly Random random;
    readonly string direction, what;
    readonly int input, hidden, batch, steps, directions;
    readonly float[] x;
    readonly int[] lengths;
    readonly bool givesLengths, batchFirst;
    readonly Dictionary<string, (string How, float[] Values)> initial = [];
    readonly Dictionary<string, (float[] Values, long[] Shape)> weights = [];
    readonly List<AttributeProto> attributes = [];

    public NodeCase(NodeVariant variant, int seed, string what)
    {
        this.variant = variant;
        this.what = what;
        random = new Random(seed);
        bool Often() => random.Next(3) > 0;
        direction = new[] { "forward", "reverse", "bidirectional" }[random.Next(3)];
        directions = direction == "bidirectional" ? 2 : 1;
        (input, hidden, batch, steps) = (1 + random.Next(5), 1 + random.Next(9), 1 + random.Next(4), 1 + random.Next(6));
        x = Draw.Floats(random, steps * batch * input);
        givesLengths = Often();
        batchFirst = random.Next(4) == 0;
        lengths = [.. Enumerable.Range(0, batch).Select(_ => givesLengths ? 1 + random.Next(steps) : steps)];
        int gates = variant.Gates;
        Weight("W", 0.8, gates * hidden, input);
        Weight("R", 0.4, gates * hidden, hidden);
        if (Often())
            Weight("B", 0.5, 2 * gates * hidden);
        if (variant.Peepholes && Often())
            Weight("P", 0.5, 3 * hidden);
        // A first state that is left out, one of zeros, one that is an input, and one that the file fixes.
        foreach (string state in new[] { "h", "c" }.Take(variant.States))
            initial.Add(state, (new[] { "none", "zero", "input", "fixed" }[random.Next(4)], Draw.Floats(random, directions * batch * hidden, 0.8)));
        Attributes(Often);
    }

    void Weight(string name, double scale, params long[] shape) => weights.Add(name,
        (Draw.Floats(random, (int)shape.Aggregate((long)directions, (a, b) => a * b), scale), [directions, .. shape]));

    void Attributes(Func<bool> often)
    {
        if (direction != "forward" || often())
            attributes.Add(AttributeProto.Of("direction", direction));
        attributes.Add(AttributeProto.Of("hidden_size", hidden));
        if (variant.Op == "GRU" && (variant.ResetsAfter || often()))
            attributes.Add(AttributeProto.Of("linear_before_reset", variant.ResetsAfter ? 1 : 0));
        if (variant.Coupled)
            attributes.Add(AttributeProto.Of("input_forget", 1));
        if (variant.Bound == "clip" ? often() : variant.Bound.Length > 0)
            attributes.Add(AttributeProto.Of("clip", variant.Bound == "clip" ? 0.2f + random.NextSingle() : float.Parse(variant.Bound, System.Globalization.CultureInfo.InvariantCulture)));
        if (Equations.StandardCells.UsualActivations(variant.Op switch
            { "LSTM" => Equations.StandardForm.Lstm, "GRU" => Equations.StandardForm.Gru, _ => Equations.StandardForm.Elman }).SequenceEqual(variant.Activations) && often())
            return;
        Equations.Activation[] all = [.. Enumerable.Repeat(variant.Activations, directions).SelectMany(a => a)];
        // Names may be written in any case; ONNX Runtime's RNN takes another for tanh, so that there they are as specified.
        attributes.Add(AttributeProto.Of("activations", all.Select(a => variant.Op == "RNN" ? a.Name : (random.Next(3) switch
            { 0 => a.Name.ToUpperInvariant(), 1 => a.Name.ToLowerInvariant(), _ => a.Name }))));
        // Defaults may be left out.
        if (all.All(a => (a.Alpha == (a.DefaultAlpha ?? 0) || !a.HasAlpha) && (a.Beta == (a.DefaultBeta ?? 0) || !a.HasBeta) && a.Name is not ("Affine" or "ScaledTanh")) && often())
            return;
        float[] alphas = [.. all.Where(a => a.HasAlpha).Select(a => a.Alpha)], betas = [.. all.Where(a => a.HasBeta).Select(a => a.Beta)];
        if (alphas.Length > 0)
            attributes.Add(AttributeProto.Of("activation_alpha", alphas));
        if (betas.Length > 0)
            attributes.Add(AttributeProto.Of("activation_beta", betas));
    }

    string[] Outputs => variant.States == 2 ? ["Y", "Y_h", "Y_c"] : ["Y", "Y_h"];

    byte[] Write(bool batchFirst, int operatorSet)
    {
        var model = new OnnxModel(operatorSet);
        string Optional(string name) => weights.TryGetValue(name, out var weight) ? model.Tensor(name, weight.Values, weight.Shape) : "";
        List<string> inputs =
        [
            batchFirst ? model.Input("X", "batch", "length", $"{input}") : model.Input("X", "length", "batch", $"{input}"),
            Optional("W"), Optional("R"), Optional("B"), givesLengths ? model.Lengths("lengths") : "",
        ];
        foreach ((string state, (string how, float[] values)) in initial)
        {
            string name = "initial_" + state;
            float[] laid = batchFirst ? Swap(values) : values;
            long[] shape = batchFirst ? [batch, directions, hidden] : [directions, batch, hidden];
            inputs.Add(how switch
            {
                "none" => "",
                "zero" => model.Tensor(name, new float[values.Length], shape),
                "input" => model.Input(name, [.. shape.Select(s => $"{s}")]),
                _ => model.Tensor(name, laid, shape),
            });
        }
        if (variant.Op == "LSTM")
            inputs.Add(Optional("P"));
        model.Node(variant.Op, "layer", [.. inputs], Outputs, [.. attributes, .. batchFirst ? [AttributeProto.Of("layout", 1)] : Array.Empty<AttributeProto>()]);
        foreach (string output in Outputs)
            model.Output(output);
        return model.ToBytes();
    }

    /// <summary>From [directions, batch, hidden] to [batch, directions, hidden].</summary>
    float[] Swap(float[] values) => [.. Enumerable.Range(0, batch).SelectMany(b => Enumerable.Range(0, directions).SelectMany(d =>
        values.AsSpan((d * batch + b) * hidden, hidden).ToArray()))];

    /// <summary>Compares, with a model of "forward" and "backward" made for the sizes.</summary>
    public void Check(Func<int, int, Module> make)
    {
        List<(string, Array, long[])> feeds = [("X", x, [steps, batch, input])];
        if (givesLengths)
            feeds.Add(("lengths", lengths, [batch]));
        foreach ((string state, (string how, float[] values)) in initial.Where(i => i.Value.How == "input"))
            feeds.Add(("initial_" + state, values, [directions, batch, hidden]));
        int operatorSet = OperatorSets[random.Next(OperatorSets.Length)];
        using InferenceSession session = Runtime.Open(Write(batchFirst: false, operatorSet));
        float[][] expected = Runtime.Run(session, feeds, Outputs);

        Module module = make(input, hidden);
        Draw.Parameters(module, 3);
        OnnxMap? map = direction switch
        {
            "forward" => new() { ["forward"] = "layer" },
            "reverse" => new() { ["backward"] = new("layer", Reverse: true) },
            _ => null,
        };
        LoadReport report = OnnxImport.Load(module, Write(batchFirst, operatorSet), map);
        string[] cells = direction switch { "forward" => ["forward"], "reverse" => ["backward"], _ => ["forward", "backward"] };
        Assert.Equal(cells, report.Loaded);
        float[][] starts = [.. module.Method("Predict").States.Select(s => Start(s.Name, report, cells))];
        float[] dense = [.. lengths.SelectMany((length, b) => Enumerable.Range(0, length).SelectMany(t => x.AsSpan((t * batch + b) * input, input).ToArray()))];
        Product.Result actual = Product.Run(module, "Predict", [dense], lengths, starts);
        for (int d = 0; d < directions; d++)
        {
            int half = cells[d] == "forward" ? 0 : 1, row = 0;
            for (int b = 0; b < batch; b++)
                for (int t = 0; t < lengths[b]; t++, row++)
                    Close.Assert(expected[0].AsSpan(((t * directions + d) * batch + b) * hidden, hidden).ToArray(),
                        actual.Output.AsSpan((2 * row + half) * hidden, hidden).ToArray(), $"{what}, direction {d}, example {b}, step {t}");
            for (int s = 0; s < variant.States; s++)
                Close.Assert(expected[1 + s].AsSpan(d * batch * hidden, batch * hidden).ToArray(), actual.Finals[half * variant.States + s], $"{what}, direction {d}, state {s}");
        }
    }

    /// <summary>The first state of one direction: the caller's, the file's, or zeros.</summary>
    float[] Start(string state, LoadReport report, string[] cells)
    {
        string[] parts = state.Split('.');
        int at = Array.IndexOf(cells, parts[0]);
        if (at >= 0 && initial[parts[1]] is ("input", float[] given))
            return given.AsSpan(at * batch * hidden, batch * hidden).ToArray();
        return report.InitialStates.TryGetValue(state, out float[]? constant) ? constant : new float[batch * hidden];
    }
}

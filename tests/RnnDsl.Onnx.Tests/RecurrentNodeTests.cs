using Microsoft.ML.OnnxRuntime;
using RnnDsl.Onnx.Protobuf;
using Module = RnnDsl.Execution.Module;

namespace RnnDsl.Onnx.Tests;

/// <summary>Nodes with random attributes and weights: what ONNX Runtime computes, the product computes with the imported weights.</summary>
public class RecurrentNodeTests
{
    const int Input = 3, Hidden = 4;

    static readonly int[] OperatorSets = [14, 17, 21, 22];

    /// <summary>Operator, gates, and a model with both directions.</summary>
    static (string Op, int Gates, Func<Module> Make) Kind(string kind) => kind switch
    {
        "Lstm" => ("LSTM", 4, () => new BothLstm(Input, Hidden)),
        "PeepholeLstm" => ("LSTM", 4, () => new BothPeepholeLstm(Input, Hidden)),
        "Gru" => ("GRU", 3, () => new BothGru(Input, Hidden)),
        "GruResetBefore" => ("GRU", 3, () => new BothGruResetBefore(Input, Hidden)),
        "Elman" => ("RNN", 1, () => new BothElman(Input, Hidden)),
        _ => ("RNN", 1, () => new BothElmanRelu(Input, Hidden)),
    };

    [Theory]
    [InlineData("Lstm")]
    [InlineData("PeepholeLstm")]
    [InlineData("Gru")]
    [InlineData("GruResetBefore")]
    [InlineData("Elman")]
    [InlineData("ElmanRelu")]
    public void Random_nodes_give_the_same(string kind)
    {
        for (int seed = 0; seed < 24; seed++)
            Check(kind, new Random(100 * kind.Length + seed), $"{kind}, seed {seed}");
    }

    static void Check(string kind, Random random, string what)
    {
        (string op, int gates, Func<Module> make) = Kind(kind);
        string direction = new[] { "forward", "reverse", "bidirectional" }[random.Next(3)];
        int directions = direction == "bidirectional" ? 2 : 1, batch = 1 + random.Next(4), steps = 1 + random.Next(6), states = op == "LSTM" ? 2 : 1;
        var model = new OnnxModel(OperatorSets[random.Next(OperatorSets.Length)]);
        var feeds = new List<(string, Array, long[])>();
        bool Often() => random.Next(3) > 0;

        float[] x = Draw.Floats(random, steps * batch * Input);
        List<string> inputs =
        [
            model.Input("X", "length", "batch", $"{Input}"),
            model.Tensor("W", Draw.Floats(random, directions * gates * Hidden * Input, 0.8), directions, gates * Hidden, Input),
            model.Tensor("R", Draw.Floats(random, directions * gates * Hidden * Hidden, 0.6), directions, gates * Hidden, Hidden),
            Often() ? model.Tensor("B", Draw.Floats(random, directions * 2 * gates * Hidden, 0.5), directions, 2 * gates * Hidden) : "",
        ];
        feeds.Add(("X", x, [steps, batch, Input]));
        int[] lengths = [.. Enumerable.Repeat(steps, batch)];
        if (Often())
        {
            lengths = [.. lengths.Select(_ => 1 + random.Next(steps))];
            inputs.Add(model.Lengths("lengths"));
            feeds.Add(("lengths", lengths, [batch]));
        }
        else
            inputs.Add("");
        // A first state that is left out, one of zeros, one that is an input, and one that the file fixes.
        var initial = new Dictionary<string, float[]>();
        foreach (string state in new[] { "h", "c" }.Take(states))
            inputs.Add(FirstState(model, feeds, initial, random, state, directions, batch));
        if (kind == "PeepholeLstm" && Often())
        {
            while (inputs.Count < 7)
                inputs.Add("");
            inputs.Add(model.Tensor("P", Draw.Floats(random, directions * 3 * Hidden, 0.5), directions, 3 * Hidden));
        }
        List<AttributeProto> attributes = [];
        if (direction != "forward" || Often())
            attributes.Add(AttributeProto.Of("direction", direction));
        attributes.Add(AttributeProto.Of("hidden_size", Hidden));
        if (kind == "Gru")
            attributes.Add(AttributeProto.Of("linear_before_reset", 1));
        string[] usual = op switch { "LSTM" => ["Sigmoid", "Tanh", "Tanh"], "GRU" => ["Sigmoid", "Tanh"], _ => [kind == "ElmanRelu" ? "Relu" : "Tanh"] };
        if (kind == "ElmanRelu" || random.Next(2) == 0)
            attributes.Add(AttributeProto.Of("activations", Enumerable.Repeat(usual, directions).SelectMany(a => a)));
        string[] outputs = ["Y", "Y_h", "Y_c"];
        model.Node(op, "layer", [.. inputs], outputs[..(states + 1)], [.. attributes]);
        foreach (string output in outputs[..(states + 1)])
            model.Output(output);
        byte[] bytes = model.ToBytes();

        using InferenceSession session = Runtime.Open(bytes);
        float[][] expected = Runtime.Run(session, feeds, outputs[..(states + 1)]);

        Module module = make();
        Draw.Parameters(module, 3);
        OnnxMap? map = direction switch
        {
            "forward" => new() { ["forward"] = "layer" },
            "reverse" => new() { ["backward"] = new("layer", Reverse: true) },
            _ => null,
        };
        LoadReport report = OnnxImport.Load(module, bytes, map);
        string[] cells = direction switch { "forward" => ["forward"], "reverse" => ["backward"], _ => ["forward", "backward"] };
        Assert.Equal(cells, report.Loaded);
        float[][] starts = [.. module.Method("Predict").States.Select(s => Start(s.Name, report, initial, cells, batch))];
        float[] dense = [.. lengths.SelectMany((length, b) => Enumerable.Range(0, length).SelectMany(t => x.AsSpan((t * batch + b) * Input, Input).ToArray()))];
        Product.Result actual = Product.Run(module, "Predict", [dense], lengths, starts);
        for (int d = 0; d < directions; d++)
        {
            int half = cells[d] == "forward" ? 0 : 1, row = 0;
            for (int b = 0; b < batch; b++)
                for (int t = 0; t < lengths[b]; t++, row++)
                    Close.Assert(expected[0].AsSpan(((t * directions + d) * batch + b) * Hidden, Hidden).ToArray(),
                        actual.Output.AsSpan((2 * row + half) * Hidden, Hidden).ToArray(), $"{what}, direction {d}, example {b}, step {t}");
            for (int s = 0; s < states; s++)
                Close.Assert(expected[1 + s].AsSpan(d * batch * Hidden, batch * Hidden).ToArray(), actual.Finals[half * states + s], $"{what}, direction {d}, state {s}");
        }
    }

    static string FirstState(OnnxModel model, List<(string, Array, long[])> feeds, Dictionary<string, float[]> initial, Random random, string state,
        int directions, int batch)
    {
        string name = "initial_" + state;
        float[] values = Draw.Floats(random, directions * batch * Hidden, 0.8);
        long[] shape = [directions, batch, Hidden];
        switch (random.Next(4))
        {
            case 0:
                return "";
            case 1:
                return model.Tensor(name, new float[values.Length], shape);
            case 2:
                initial.Add(state, values);
                feeds.Add((name, values, shape));
                return model.Input(name, $"{directions}", "batch", $"{Hidden}");
            default:
                return model.Tensor(name, values, shape);
        }
    }

    /// <summary>The first state of one direction: the caller's, the file's, or zeros.</summary>
    static float[] Start(string state, LoadReport report, Dictionary<string, float[]> initial, string[] cells, int batch)
    {
        string[] parts = state.Split('.');
        int direction = Array.IndexOf(cells, parts[0]);
        if (direction >= 0 && initial.TryGetValue(parts[1], out float[]? given))
            return given.AsSpan(direction * batch * Hidden, batch * Hidden).ToArray();
        return report.InitialStates.TryGetValue(state, out float[]? constant) ? constant : new float[batch * Hidden];
    }
}

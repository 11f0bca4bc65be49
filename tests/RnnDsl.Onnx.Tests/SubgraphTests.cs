using RnnDsl.Onnx.Protobuf;
using Module = RnnDsl.Execution.Module;

namespace RnnDsl.Onnx.Tests;

/// <summary>Layers inside of branches and loops, as exporters write models with decisions; and nodes that are hard to name.</summary>
public class SubgraphTests
{
    static Module Lstm() => new Lstm<In, Hid>(3, 4);

    static float[] Some(int seed, int count) => Draw.Floats(new Random(seed), count);

    static NodeProto Layer(string name, string w, string r, params string[] outputs)
    {
        var node = new NodeProto { OpType = "LSTM", Name = name };
        node.Input.AddRange(["X", w, r]);
        node.Output.AddRange(outputs);
        node.Attribute.Add(AttributeProto.Of("hidden_size", 4));
        return node;
    }

    /// <summary>A branch with an LSTM, whose R is its own and whose W is that of the model.</summary>
    static GraphProto Branch(string name, int seed, string layer)
    {
        var graph = new GraphProto { Name = name };
        graph.Initializer.Add(TensorProto.Of("R", Some(seed, 64), 1, 16, 4));
        graph.Node.Add(Layer(layer, "W", "R", "Y"));
        graph.Output.Add(new ValueInfoProto { Name = "Y" });
        return graph;
    }

    static OnnxModel Model(string inThen, string inElse)
    {
        var model = new OnnxModel();
        model.Input("X", "length", "batch", "3");
        model.Input("given");
        model.Tensor("W", Some(1, 48), 1, 16, 3);
        model.Node("If", "decide", ["given"], ["Y"], AttributeProto.Of("then_branch", Branch("t", 2, inThen)), AttributeProto.Of("else_branch", Branch("e", 3, inElse)));
        return model;
    }

    static string Refusal(OnnxModel model, OnnxMap? map = null) => Assert.Throws<InvalidDataException>(() => OnnxImport.Load(Lstm(), model.ToBytes(), map)).Message;

    [Fact]
    public void Layers_in_branches_are_named_with_their_place()
    {
        OnnxModel model = Model("a", "b");
        Assert.Contains("The file has node 'a' (LSTM) in then_branch of node 'decide' (If), node 'b' (LSTM) in else_branch of node 'decide' (If); the model has the cell", Refusal(model).Replace("; the model has  (Lstm", "; the model has the cell (Lstm", StringComparison.Ordinal));
        Assert.Contains("There are: decide/then_branch/a, decide/else_branch/b", Refusal(model, new() { [""] = "none" }));
    }

    [Theory]
    [InlineData("a", 2)]
    [InlineData("b", 3)]
    [InlineData("decide/then_branch/a", 2)]
    [InlineData("decide/else_branch/b", 3)]
    public void A_map_takes_a_layer_out_of_a_branch(string name, int seed)
    {
        Module taken = Lstm(), expected = Lstm();
        LoadReport report = OnnxImport.Load(taken, Model("a", "b").ToBytes(), new() { [""] = name });
        Assert.StartsWith(seed == 2 ? "node 'b' (LSTM) in else_branch" : "node 'a' (LSTM) in then_branch", Assert.Single(report.Unused));
        // The same layer, not in a branch.
        var plain = new OnnxModel();
        plain.Input("X");
        plain.Tensor("W", Some(1, 48), 1, 16, 3);
        plain.Tensor("R", Some(seed, 64), 1, 16, 4);
        plain.Graph.Node.Add(Layer("l", "W", "R", "Y"));
        OnnxImport.Load(expected, plain.ToBytes());
        Assert.Equal(expected.Parameters.Snapshot(), taken.Parameters.Snapshot());
    }

    [Fact]
    public void Two_layers_of_one_name_are_told_apart_by_their_places_or_outputs()
    {
        string message = Refusal(Model("same", "same"), new() { [""] = "same" });
        Assert.Contains("has 2 layers 'same': say 'decide/then_branch/same' or 'decide/else_branch/same'", message);
        OnnxImport.Load(Lstm(), Model("same", "same").ToBytes(), new() { [""] = "decide/else_branch/same" });
        var model = new OnnxModel();
        model.Input("X");
        model.Tensor("W", Some(1, 48), 1, 16, 3);
        model.Tensor("R", Some(2, 64), 1, 16, 4);
        model.Graph.Node.AddRange([Layer("same", "W", "R", "y1"), Layer("same", "W", "R", "", "y2")]);
        Assert.Contains("has 2 layers 'same': say 'y1' or 'y2'", Refusal(model, new() { [""] = "same" }));
        OnnxImport.Load(Lstm(), model.ToBytes(), new() { [""] = "y2" });
    }

    [Theory]
    [InlineData("", "", "last")]
    [InlineData("", "", "last", "cell")]
    [InlineData("", "y", "last")]
    [InlineData("named", "", "last")]
    public void A_node_may_be_called_by_any_of_its_outputs(string name, params string[] outputs)
    {
        var model = new OnnxModel();
        model.Input("X");
        model.Tensor("W", Some(1, 48), 1, 16, 3);
        model.Tensor("R", Some(2, 64), 1, 16, 4);
        model.Graph.Node.Add(Layer(name, "W", "R", outputs));
        foreach (string way in outputs.Append(name).Where(o => o.Length > 0))
            Assert.Empty(OnnxImport.Load(Lstm(), model.ToBytes(), new() { [""] = way }).Untouched);
        Assert.Contains($"There are: {(name.Length > 0 ? name : outputs.First(o => o.Length > 0))}.", Refusal(model, new() { [""] = "none" }));
    }

    [Fact]
    public void Layers_in_loops_are_taken_and_their_first_states_are_not_guessed()
    {
        GraphProto body = Branch("b", 4, "inside");
        foreach (string input in new[] { "i", "going", "h0" })
            body.Input.Add(new ValueInfoProto { Name = input });
        var model = new OnnxModel();
        model.Input("X");
        model.Tensor("W", Some(1, 48), 1, 16, 3);
        model.Node("Loop", "", ["", "", "start"], ["out"], AttributeProto.Of("body", body));
        OnnxImport.Load(Lstm(), model.ToBytes(), new() { [""] = "out/body/inside" });
        body.Node[0].Input.AddRange(["", "", "h0"]);
        Assert.Contains("its initial_h 'h0' is an input of the graph: it is neither a constant", Refusal(model, new() { [""] = "inside" }).Replace("in body of node 'out' (Loop): ", "", StringComparison.Ordinal));
        // A single parameter may come from a branch, too.
        Module linear = new Linear<In, Hid>(4, 16);
        OnnxModel plain = Model("a", "b");
        plain.Graph.Node[^1].Attribute[0].Graphs[0].Initializer.Add(TensorProto.Of("V", Some(9, 64), 16, 4));
        Assert.Equal(["W"], OnnxImport.Load(linear, plain.ToBytes(), new() { ["W"] = "decide/then_branch/V" }).Loaded);
    }
}

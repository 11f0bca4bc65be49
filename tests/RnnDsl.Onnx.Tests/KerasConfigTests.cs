using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using RnnDsl.Execution.Tests;
using RnnDsl.Keras;
using Module = RnnDsl.Execution.Module;

namespace RnnDsl.Onnx.Tests;

/// <summary>What the config of a Keras model says of its layers is compared with the cells that get their weights.</summary>
public class KerasConfigTests : TensorFiles
{
    const string Usings = "using RnnDsl;\nusing static RnnDsl.Ops;\n";

    static JsonObject Layer(string className, string name, object settings, params (string, JsonNode?)[] more)
    {
        JsonObject config = JsonSerializer.SerializeToNode(settings)!.AsObject();
        config["name"] = name;
        foreach ((string key, JsonNode? value) in more)
            config[key] = value;
        return new() { ["class_name"] = className, ["config"] = config };
    }

    static JsonObject Sequential(params JsonNode[] layers) => new()
    {
        ["class_name"] = "Sequential", ["config"] = new JsonObject { ["name"] = "sequential", ["layers"] = new JsonArray([Layer("InputLayer", "input", new { }), .. layers]) },
    };

    static object Lstm(string activation = "tanh", string gates = "sigmoid", bool bias = true, bool back = false) =>
        new { units = 5, activation, recurrent_activation = gates, use_bias = bias, go_backwards = back, return_sequences = true, unit_forget_bias = true, dropout = 0.1, implementation = 2 };

    static object Gru(bool after = true, bool bias = true) => new { units = 5, activation = "tanh", recurrent_activation = "sigmoid", use_bias = bias, reset_after = after };

    void Weights(string path, int gates, int input = 3, int bias = 1)
    {
        Add(path + "/kernel", input, 5 * gates);
        if (gates > 0)
            Add(path + "/recurrent_kernel", 5, 5 * gates);
        if (bias > 0)
            Add(path + "/bias", bias == 2 ? [2, 5 * gates] : [5 * gates]);
    }

    /// <summary>A file of a whole model, as model.save("model.h5") writes it.</summary>
    string Whole(JsonNode config, string version = "3.4.1") => Hdf($"model{Random.Next()}.h5", ("keras_version", version), ("backend", "tensorflow"), ("model_config", config.ToJsonString()));

    /// <summary>An archive, as model.save("model.keras") writes it.</summary>
    string Archive(JsonNode config, string version = "3.4.1")
    {
        string weights = Hdf("inner.h5"), path = At($"model{Random.Next()}.keras");
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        void Text(string name, string text)
        {
            using var writer = new StreamWriter(archive.CreateEntry(name).Open());
            writer.Write(text);
        }
        Text("metadata.json", $$"""{"keras_version": "{{version}}", "date_saved": "2024-01-01"}""");
        Text("config.json", config.ToJsonString());
        archive.CreateEntryFromFile(weights, "model.weights.h5");
        return path;
    }

    static LoadReport Load(Module module, string path, string layer) => KerasWeights.Load(module, path, new() { [""] = layer });

    static void Refused(Module module, string path, string layer, params string[] words)
    {
        float[] before = module.Parameters.Snapshot();
        string message = Assert.Throws<InvalidDataException>(() => Load(module, path, layer)).Message;
        Assert.All(words, word => Assert.True(message.Contains(word, StringComparison.Ordinal), $"'{word}' is not in: {message}"));
        Assert.Equal(before, module.Parameters.Snapshot());
    }

    static readonly Func<Module> Cell = () => new Lstm<In, Hid>(3, 5);

    [Theory]
    [InlineData("tanh", "hard_sigmoid", "2.1.6", "HardSigmoid(0.2, 0.5), Tanh, Tanh instead of Sigmoid, Tanh, Tanh", "write Clip(0.2 * x + 0.5, 0, 1) for Sigmoid(x) in its gates")]
    [InlineData("tanh", "hard_sigmoid", "3.0.0", "HardSigmoid(0.16666667, 0.5)", "Clip(0.16666667 * x + 0.5, 0, 1)")]
    [InlineData("relu", "sigmoid", "2.15.0", "Sigmoid, Relu, Relu", "Relu(x) for Tanh(x) in its candidate, Relu(x) for Tanh(x) of its memory")]
    [InlineData("elu", "sigmoid", "3.4.1", "Elu(1)", "Elu(x, 1)")]
    [InlineData("leaky_relu", "sigmoid", "3.4.1", "LeakyRelu(0.2)", "LeakyRelu(x, 0.2)")]
    [InlineData("linear", "sigmoid", "3.4.1", "Affine(1, 0)", "copy the cell Lstm")]
    [InlineData("selu", "sigmoid", "3.4.1", "its activation is selu", "no cell")]
    [InlineData("tanh", "my_own_gate", "3.4.1", "its activation is my_own_gate", "no cell")]
    public void Activations_that_differ_from_the_cells_are_refused_with_the_way_out(string activation, string gates, string version, params string[] words)
    {
        Weights("model_weights/encoder/sequential/encoder/lstm_cell", 4);
        Refused(Cell(), Whole(Sequential(Layer("LSTM", "encoder", Lstm(activation, gates))), version), "encoder", ["Layer 'encoder' (LSTM)", .. words]);
    }

    [Theory]
    [InlineData("2.1.6", 0.2)]
    [InlineData("3.4.1", 1.0 / 6)]
    public void A_cell_with_the_layers_activations_takes_the_weights_and_one_of_the_other_version_does_not(string version, double slope)
    {
        Weights("model_weights/encoder/encoder/lstm_cell", 4);
        string path = Whole(Sequential(Layer("LSTM", "encoder", Lstm("relu", "hard_sigmoid"))), version);
        foreach (double own in new[] { 0.2, 1.0 / 6 })
        {
            NodeVariant variant = NodeVariant.Of("Lstm") with { Activations = [new("HardSigmoid", (float)own, 0.5f), new("Relu"), new("Relu")] };
            Module cell = Compiled.Make(Compiled.Load(Usings + variant.Source("Hard")), "Hard`2", [typeof(In), typeof(Hid)], 3, 5);
            if (own == slope)
                Assert.Empty(Load(cell, path, "encoder").Untouched);
            else
                Refused(cell, path, "encoder", "its activations are HardSigmoid");
        }
    }

    [Fact]
    public void Layers_that_are_as_the_cells_are_loaded_from_every_kind_of_file()
    {
        JsonObject gru = Layer("GRU", "second", Gru()), lstm = Layer("LSTM", "first", Lstm());
        Weights("model_weights/first/sequential/first/lstm_cell", 4);
        Weights("model_weights/second/sequential/second/gru_cell", 3, bias: 2);
        string whole = Whole(Sequential(lstm, gru));
        Load(Cell(), whole, "first");
        Load(new Gru<In, Hid>(3, 5), whole, "second");
        // Keras before 2.2: the layers stand there without a name around them.
        string old = Whole(new JsonObject { ["class_name"] = "Sequential", ["config"] = new JsonArray(lstm.DeepClone(), gru.DeepClone()) }, "2.1.6");
        Load(Cell(), old, "first");
        Refused(Cell(), Whole(new JsonObject { ["class_name"] = "Sequential", ["config"] = new JsonArray(Layer("LSTM", "first", Lstm("relu"))) }, "2.1.6"), "first", "Relu");
        Tensors.Clear();
        Weights("layers/lstm/cell", 4);
        Weights("layers/gru/cell", 3, bias: 2);
        string archive = Archive(Sequential(lstm.DeepClone(), gru.DeepClone()));
        Load(Cell(), archive, "layers/lstm");
        Load(new Gru<In, Hid>(3, 5), archive, "gru");
        Refused(Cell(), Archive(Sequential(Layer("LSTM", "first", Lstm("relu")), gru.DeepClone())), "lstm", "Layer 'first'", "Relu");
    }

    [Fact]
    public void Layers_of_an_archive_are_counted_by_their_class()
    {
        foreach (string layer in new[] { "lstm", "lstm_1", "lstm_2", "bidirectional/forward_layer", "bidirectional/backward_layer", "rnn", "time_distributed/layer", "functional/layers/lstm" })
            Weights($"layers/{layer}{(layer.StartsWith("time", StringComparison.Ordinal) ? "" : "/cell")}", layer.StartsWith("time", StringComparison.Ordinal) ? 1 : 4);
        string[] kinds = ["relu", "tanh", "elu"];
        JsonObject inner = Sequential(Layer("LSTM", "inner", Lstm("softsign")));
        inner["class_name"] = "Functional";
        JsonNode[] layers =
        [
            .. kinds.Select(k => Layer("LSTM", "of_" + k, Lstm(k))),
            Layer("Bidirectional", "both", new { merge_mode = "concat" }, ("layer", Layer("LSTM", "half", Lstm("softplus")))),
            Layer("RNN", "around", new { go_backwards = true }, ("cell", Layer("LSTMCell", "in", Lstm()))),
            Layer("TimeDistributed", "each", new { }, ("layer", Layer("Dense", "head", new { units = 5, activation = "softmax", use_bias = true }))),
            inner,
        ];
        string path = Archive(Sequential(layers));
        Refused(Cell(), path, "layers/lstm", "Layer 'of_relu'", "Relu");
        Load(Cell(), path, "layers/lstm_1");
        Refused(Cell(), path, "layers/lstm_2", "Layer 'of_elu'", "Elu");
        Refused(Cell(), path, "layers/bidirectional/forward_layer", "Layer 'half'", "Softplus");
        Refused(Cell(), path, "backward_layer", "Layer 'half'", "Softplus");
        Refused(Cell(), path, "layers/rnn", "Layer 'in' (LSTMCell)", "from the last step to the first");
        Refused(new Linear<In, Hid>(3, 5), path, "time_distributed/layer", "Layer 'head' (Dense)", "softmax");
        Refused(Cell(), path, "layers/functional/layers/lstm", "Layer 'inner'", "Softsign");
    }

    [Fact]
    public void Whoever_writes_paths_of_Windows_into_an_archive_is_understood()
    {
        Weights("layers\\lstm\\cell", 4);
        Load(Cell(), Archive(Sequential(Layer("LSTM", "first", Lstm()))), "layers/lstm");
        Refused(Cell(), Archive(Sequential(Layer("LSTM", "first", Lstm("relu")))), "layers/lstm", "Relu");
    }

    [Fact]
    public void A_layer_that_the_config_does_not_tell_has_to_fit_whichever_it_is()
    {
        Weights("_layer_checkpoint_dependencies/lstm/cell", 4);
        Weights("_layer_checkpoint_dependencies/lstm_2/cell", 4);
        Load(Cell(), Archive(Sequential(Layer("LSTM", "a", Lstm()), Layer("LSTM", "b", Lstm()))), "_layer_checkpoint_dependencies/lstm_2");
        Refused(Cell(), Archive(Sequential(Layer("LSTM", "a", Lstm()), Layer("LSTM", "b", Lstm("relu")))), "_layer_checkpoint_dependencies/lstm_2", "does not tell", "'b' (LSTM)", "Relu");
        // A model's own class says nothing of its layers.
        Load(Cell(), Archive(new JsonObject { ["class_name"] = "MyModel", ["config"] = new JsonObject() }), "_layer_checkpoint_dependencies/lstm");
    }

    [Fact]
    public void Every_other_entry_that_changes_numbers_is_compared()
    {
        Weights("model_weights/a/a", 3, bias: 0);
        string before = Whole(Sequential(Layer("GRU", "a", Gru(after: false, bias: false)))), after = Whole(Sequential(Layer("GRU", "a", Gru(bias: false))));
        Refused(new Gru<In, Hid>(3, 5), before, "a", "reset_after=False", "use GruResetBefore");
        Refused(new GruResetBefore<In, Hid>(3, 5), after, "a", "reset_after=True", "use Gru");
        Load(new GruResetBefore<In, Hid>(3, 5), before, "a");
        Load(new Gru<In, Hid>(3, 5), after, "a");
        Refused(new Gru<In, Hid>(3, 5), Whole(Sequential(Layer("GRU", "a", Gru()))), "a", "has a bias (use_bias), which the file does not hold");
        Tensors.Clear();
        Weights("model_weights/a/a", 4);
        Refused(Cell(), Whole(Sequential(Layer("LSTM", "a", Lstm(bias: false)))), "a", "has no bias (use_bias=False), but the file holds one");
        Refused(Cell(), Whole(Sequential(Layer("LayerNormLSTM", "a", Lstm()))), "a", "Layer 'a' (LayerNormLSTM): what a layer of this class computes is not known");
        Refused(Cell(), Whole(Sequential(Layer("WeightNormalization", "a", new { }, ("layer", Layer("LSTM", "b", Lstm()))))), "a", "Layer 'b' (LSTM in WeightNormalization): what a layer of this class");
        Refused(Cell(), Whole(Sequential(Layer("RNN", "a", new { }, ("cell", Layer("ResidualWrapper", "c", new { }, ("cell", Layer("LSTMCell", "b", Lstm()))))))), "a", "LSTMCell in ResidualWrapper");
        Refused(Cell(), Whole(Sequential(Layer("CuDNNLSTM", "a", new { units = 5 })), "2.3.1"), "a", "CuDNNLSTM keeps its weights in another order");
        Refused(Cell(), Whole(Sequential(Layer("LSTM", "a", Lstm(back: true)))), "a", "runs from the last step to the first (go_backwards)", "ScanReversed");
        Refused(Cell(), Whole(JsonNode.Parse("[1, 2]")!), "a", "config of its model is damaged");
        Refused(Cell(), Hdf("text.h5", ("model_config", "{\"class_name\": ")), "a", "config of its model is damaged");
    }

    [Fact]
    public void Directions_are_compared_with_the_models_scans()
    {
        foreach (string half in new[] { "forward_a", "backward_a" })
            Weights($"model_weights/both/both/{half}/lstm_cell", 4);
        Weights("model_weights/top/top", 3, 10, 2);
        Weights("model_weights/back/back", 3, 10, 2);
        Weights("model_weights/head/head", 1, 10);
        Tensors.Remove("model_weights/head/head/recurrent_kernel");
        string Path(bool back, params (string, JsonNode?)[] more) => Whole(Sequential(
            Layer("Bidirectional", "both", new { }, [("layer", Layer("LSTM", "a", Lstm(back: back))), .. more]), Layer("GRU", "top", Gru()),
            Layer("GRU", "back", new { units = 5, go_backwards = true, reset_after = true }), Layer("Dense", "head", new { activation = "linear" })));
        KerasMap map = new() { ["forward"] = "forward_a", ["backward"] = "backward_a", ["top"] = "top", ["back"] = "model_weights/back", ["head"] = "head" };
        LoadReport Into(string path, KerasMap map) => KerasWeights.Load(new Stacked(3, 5, 5), path, map);
        string usual = Path(back: false);
        Assert.Empty(Into(usual, map).Untouched);
        Assert.Empty(Into(Path(false, ("backward_layer", Layer("LSTM", "b", Lstm(back: true)))), map).Untouched);
        void Wrong(string path, KerasMap map, string word) => Assert.Contains(word, Assert.Throws<InvalidDataException>(() => Into(path, map)).Message);
        Wrong(Path(back: true), map, "from the last step to the first");
        Wrong(usual, new() { ["forward"] = "backward_a" }, "from the last step to the first");
        Wrong(usual, new() { ["backward"] = "forward_a" }, "the model scans backward the other way");
        Wrong(usual, new() { ["top"] = "model_weights/back" }, "use ScanReversed");
        Wrong(usual, new() { ["back"] = "top" }, "the model scans back the other way");
        // A cell by itself can be a half that was named as such.
        Load(Cell(), usual, "backward_a");
    }

    [Theory]
    [InlineData("linear", "head.Map(x)", true)]
    [InlineData("linear", "Softmax(head.Map(x))", true)]
    [InlineData("softmax", "Softmax(head.Map(x))", true)]
    [InlineData("softmax", "head.Map(x)", false)]
    [InlineData("softmax", "Sigmoid(head.Map(x))", false)]
    [InlineData("sigmoid", "Sigmoid(head.Map(x))", true)]
    [InlineData("relu", "Relu(head.Map(x))", true)]
    [InlineData("relu", "Max(head.Map(x), 0) + x", true)]
    [InlineData("relu", "LeakyRelu(head.Map(x), 0.1)", false)]
    [InlineData("relu", "head.Map(Relu(x))", false)]
    [InlineData("tanh", "Tanh(2 * head.Map(x))", false)]
    [InlineData("silu", "Silu(head.Map(x))", true)]
    [InlineData("exponential", "Exp(head.Map(x))", true)]
    [InlineData("hard_sigmoid", "Clip(head.Map(x) / 6 + 0.5, 0, 1)", true)]
    [InlineData("hard_sigmoid", "Clip(0.2 * head.Map(x) + 0.5, 0, 1)", false)]
    [InlineData("gelu", "Gelu(head.Map(x))", false)]        // Keras has the exact one
    [InlineData("my_own", "head.Map(x)", false)]
    public void The_activation_of_a_dense_layer_has_to_be_in_the_models_equations(string activation, string equation, bool loaded)
    {
        Add("model_weights/dense/dense/kernel", 3, 3);
        Add("model_weights/dense/dense/bias", 3);
        string path = Whole(Sequential(Layer("Dense", "dense", new { units = 3, activation })));
        Module model = Compiled.Make(Compiled.Load(Usings + $$"""
            [Model]
            public partial class Headed : Model
            {
                class D : Dim;
                Linear<D, D> head;
                Vec<D> Predict(Vec<D> x) => {{equation}};
            }
            """), "Headed", [], 3);
        KerasMap map = new() { ["head"] = "dense" };
        if (loaded)
            Assert.Empty(KerasWeights.Load(model, path, map).Untouched);
        else
            Assert.Contains($"its activation is {activation}, and no method of the model applies it to what head", Assert.Throws<InvalidDataException>(() => KerasWeights.Load(model, path, map)).Message);
    }

    [Theory]
    [InlineData("softmax", "CrossEntropy", true)]
    [InlineData("sigmoid", "BinaryCrossEntropy", true)]
    [InlineData("sigmoid", "CrossEntropy", false)]
    [InlineData("softmax", "MeanSquaredError", false)]
    public void A_loss_that_takes_logits_holds_the_activation(string activation, string loss, bool loaded)
    {
        Add("layers/dense/vars/0", 3, 3);
        string path = Archive(Sequential(Layer("Dense", "dense", new { units = 3, activation, use_bias = false })));
        Module model = Compiled.Make(Compiled.Load(Usings + $$"""
            [Model]
            public partial class Classifier : Model
            {
                class D : Dim;
                Linear<D, D> head;
                Vec<D> Predict(Seq<D> x) => head.Map(Last(x));
                Scalar Loss(Seq<D> x, Vec<D> y) => {{loss}}(Predict(x), y);
            }
            """), "Classifier", [], 3);
        Exception? error = Record.Exception(() => KerasWeights.Load(model, path, new() { ["head"] = "dense" }));
        Assert.Equal(loaded, error is null);
        if (error is not null)
            Assert.Contains($"its activation is {activation}", Assert.IsType<InvalidDataException>(error).Message);
    }
}

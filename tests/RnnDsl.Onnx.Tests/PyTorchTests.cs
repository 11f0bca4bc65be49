using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Execution.Tests;
using Module = RnnDsl.Execution.Module;

namespace RnnDsl.Onnx.Tests;

/// <summary>Weights of PyTorch, against its own numbers and against its equations.</summary>
public class PyTorchTests : TensorFiles
{
    static readonly int[] Lengths = [6, 1, 4];

    void Recurrent(string prefix, int gates, int input, int hidden, string suffix = "_l0", bool bias = true)
    {
        Add($"{prefix}weight_ih{suffix}", gates * hidden, input);
        Add($"{prefix}weight_hh{suffix}", gates * hidden, hidden);
        if (bias)
        {
            Add($"{prefix}bias_ih{suffix}", gates * hidden);
            Add($"{prefix}bias_hh{suffix}", gates * hidden);
        }
    }

    public static TheoryData<string> Fixtures() =>
        [.. TorchFixture.Names("lstm-i"), .. TorchFixture.Names("gru-i"), .. TorchFixture.Names("rnn-"), "lstm-lengths-falling", "gru-lengths-mixed"];

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void A_layer_gives_what_PyTorch_gave(string name)
    {
        TorchFixture fixture = TorchFixture.Load(name);
        int batch = fixture.Size("batch"), input = fixture.Size("input"), hidden = fixture.Size("hidden");
        int[] lengths = fixture.Has("lengths") ? [.. fixture.Doubles("lengths").Select(l => (int)l)] : [.. Enumerable.Repeat(fixture.Size("steps"), batch)];
        foreach (string array in new[] { "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0" })
            Tensors.Add(array, ([.. fixture.Shape(array).Select(s => (long)s)], fixture.Floats(array)));
        Module cell = name[..3] switch
        {
            "lst" => new Lstm<In, Hid>(input, hidden),
            "gru" => new Gru<In, Hid>(input, hidden),
            _ => name.Contains("relu") ? new ElmanRelu<In, Hid>(input, hidden) : new Elman<In, Hid>(input, hidden),
        };
        Assert.Empty(PyTorchWeights.Load(cell, Safetensors()).Untouched);
        float[] Rows(string array, int width) => [.. lengths.SelectMany((length, b) =>
            Enumerable.Range(0, length).SelectMany(t => fixture.Floats(array).Skip((t * batch + b) * width).Take(width)))];
        float[][] states = cell is Lstm<In, Hid> ? [fixture.Floats("h0"), fixture.Floats("c0")] : [fixture.Floats("h0")];
        Product.Result result = Product.Run(cell, "Scan", [Rows("x", input)], lengths, states);
        Close.Assert(Rows("y", hidden), result.Output, "y");
        Close.Assert(fixture.Floats("hn"), result.Finals[0], "hn");
    }

    [Fact]
    public void Two_layers_and_a_head_give_what_PyTorch_gave()
    {
        TorchFixture fixture = TorchFixture.Load("forecaster");
        foreach (string array in fixture.ArrayNames.Where(n => n.Contains("weight") || n.Contains("bias")).Where(n => !n.StartsWith('d')))
            Tensors.Add(array.StartsWith("head") ? array : "lstm." + array, ([.. fixture.Shape(array).Select(s => (long)s)], fixture.Floats(array)));
        int[] shape = fixture.Shape("x");
        var model = new TwoLayers(shape[2], fixture.Size("hidden"), fixture.Shape("target")[1]);
        PyTorchWeights.Load(model, Safetensors(), new() { ["first"] = "lstm", ["second"] = new("lstm", 1), ["head"] = "head" });
        float[] x = [.. Enumerable.Range(0, shape[1]).SelectMany(b => Enumerable.Range(0, shape[0]).SelectMany(t =>
            fixture.Floats("x").Skip((t * shape[1] + b) * shape[2]).Take(shape[2])))];
        Close.Assert(fixture.Floats("prediction"), Product.Run(model, "Predict", [x], [.. Enumerable.Repeat(shape[0], shape[1])]).Output, "prediction");
    }

    [Theory]
    [InlineData("lstm", true)]
    [InlineData("lstm", false)]
    [InlineData("peephole", true)]
    [InlineData("gru", true)]
    [InlineData("gru", false)]
    [InlineData("tanh", true)]
    [InlineData("relu", true)]
    [InlineData("relu", false)]
    public void A_layer_equals_its_equations(string kind, bool bias)
    {
        (int gates, Module cell) = kind switch
        {
            "lstm" => (4, (Module)new Lstm<In, Hid>(3, 5)),
            "peephole" => (4, new PeepholeLstm<In, Hid>(3, 5)),
            "gru" => (3, new Gru<In, Hid>(3, 5)),
            "tanh" => (1, new Elman<In, Hid>(3, 5)),
            _ => (1, new ElmanRelu<In, Hid>(3, 5)),
        };
        Recurrent("net.", gates, 3, 5, bias: bias);
        Draw.Parameters(cell, 1);
        LoadReport report = PyTorchWeights.Load(cell, Safetensors(), new() { [""] = "net" });
        Assert.Equal([""], report.Loaded);
        Assert.Empty(report.Untouched);
        Assert.Empty(report.Unused);
        (float[] x, double[][][] steps) = Sequences(Lengths, 3);
        var reference = new TorchReference(Tensors);
        Close.Assert(Flat(steps.Select(s => reference.Run(kind == "peephole" ? "lstm" : kind, "net.", 1, s))), Product.Run(cell, "Scan", [x], Lengths).Output, kind);
    }

    void Projected(string prefix, int input, int hidden, int projection, bool bias, string suffix = "_l0")
    {
        Add($"{prefix}weight_ih{suffix}", 4 * hidden, input);
        Add($"{prefix}weight_hh{suffix}", 4 * hidden, projection);
        Add($"{prefix}weight_hr{suffix}", projection, hidden);
        if (bias)
        {
            Add($"{prefix}bias_ih{suffix}", 4 * hidden);
            Add($"{prefix}bias_hh{suffix}", 4 * hidden);
        }
    }

    [Theory]
    [InlineData(3, 5, 2, true)]
    [InlineData(3, 5, 2, false)]
    [InlineData(2, 4, 4, true)]
    [InlineData(1, 17, 1, true)]
    public void An_lstm_that_projects_equals_its_equations(int input, int hidden, int projection, bool bias)
    {
        Projected("net.", input, hidden, projection, bias);
        var cell = new ProjectedLstm<In, Hid, Mem>(input, hidden, projection);
        Draw.Parameters(cell, 1);
        LoadReport report = PyTorchWeights.Load(cell, Safetensors(), new() { [""] = "net" });
        Assert.Empty(report.Untouched);
        Assert.Empty(report.Unused);
        (float[] x, double[][][] steps) = Sequences(Lengths, input);
        var reference = new TorchReference(Tensors);
        Close.Assert(Flat(steps.Select(s => reference.Run("lstm", "net.", 1, s))), Product.Run(cell, "Scan", [x], Lengths).Output, "projected");
    }

    [Fact]
    public void An_lstm_that_does_not_project_is_none_for_a_cell_that_does()
    {
        Recurrent("plain.", 4, 3, 5);
        Projected("wide.", 3, 6, 2, bias: true);
        var cell = new ProjectedLstm<In, Hid, Mem>(3, 5, 2);
        float[] before = cell.Parameters.Snapshot();
        string path = Safetensors();
        Assert.Contains("'plain.weight_hh_l0' is [20, 5], but the cell (ProjectedLstm of 3 inputs and 2 units) needs [20, 2]", Assert.Throws<InvalidDataException>(() => PyTorchWeights.Load(cell, path, new() { [""] = "plain" })).Message);
        Assert.Contains("'wide.weight_ih_l0'", Assert.Throws<InvalidDataException>(() => PyTorchWeights.Load(cell, path, new() { [""] = "wide" })).Message);
        Assert.Equal(before, cell.Parameters.Snapshot());
    }

    [Fact]
    public void Both_directions_stacked_with_a_head_equal_their_equations()
    {
        Recurrent("lstm.", 4, 3, 5);
        Recurrent("lstm.", 4, 3, 5, "_l0_reverse");
        Recurrent("gru.", 3, 10, 5);
        Recurrent("gru.", 3, 10, 5, "_l0_reverse");
        Add("head.weight", 4, 10);
        Add("head.bias", 4);
        Add("other.weight", 2);
        var model = new Stacked(3, 5, 4);
        LoadReport report = PyTorchWeights.Load(model, Safetensors(), new()
        {
            ["forward"] = "lstm", ["backward"] = new("lstm", Reverse: true), ["top"] = "gru", ["back"] = new("gru", Reverse: true), ["head"] = "head",
        });
        Assert.Equal(["other.weight"], report.Unused);
        (float[] x, double[][][] steps) = Sequences(Lengths, 3);
        var reference = new TorchReference(Tensors);
        float[] expected = Flat(steps.Select(s => reference.Run("gru", "gru.", 1, reference.Run("lstm", "lstm.", 1, s))
            .Select(z => Softmax(reference.Affine("head.weight", "head.bias", z))).ToArray()));
        Close.Assert(expected, Product.Run(model, "Smooth", [x], Lengths).Output, "Smooth");
    }

    static double[] Softmax(double[] x)
    {
        double sum = x.Sum(Math.Exp);
        return [.. x.Select(v => Math.Exp(v) / sum)];
    }

    [Fact]
    public void Own_names_cells_and_single_parameters_are_found()
    {
        Recurrent("first.", 4, 3, 5, "");
        Recurrent("second.", 4, 5, 5);
        Add("head.weight", 2, 5);
        var model = new TwoLayers(3, 5, 2);
        LoadReport report = PyTorchWeights.Load(model, Safetensors());
        Assert.Equal(["first", "second", "head"], report.Loaded);
        Assert.True(model.Parameters["head.b"].IndexOfAnyExcept(0f) < 0);

        Add("second.weight_hh_l0_f", 5, 5);
        Add("offset", 2);
        report = PyTorchWeights.Load(model, Safetensors(), new() { ["second.Wf"] = "second.weight_hh_l0_f", ["head.b"] = "offset" });
        Assert.Equal(Tensors["offset"].Values, model.Parameters["head.b"].ToArray());
        Assert.Equal(Tensors["second.weight_hh_l0_f"].Values, model.Parameters["second.Wf"].ToArray());
        Assert.Contains("second.Wi", report.Untouched);
    }

    [Fact]
    public void What_does_not_fit_is_named_and_nothing_is_loaded()
    {
        Recurrent("lstm.", 4, 3, 5);
        Recurrent("wide.", 4, 5, 6);
        Recurrent("gru.", 3, 5, 5);
        Recurrent("projected.", 4, 3, 5);
        Add("projected.weight_hr_l0", 2, 5);
        Recurrent("half.", 4, 5, 5);
        Tensors.Remove("half.bias_hh_l0");
        Recurrent("broken.", 4, 5, 5);
        Tensors["broken.weight_hh_l0"].Values[7] = float.NaN;
        Add("plain", 5, 3);
        var model = new TwoLayers(3, 5, 2);
        string path = Safetensors();
        float[] before = model.Parameters.Snapshot();
        void Refused<T>(TorchMap map, params string[] words) where T : Exception
        {
            string message = Assert.Throws<T>(() => PyTorchWeights.Load(model, path, map)).Message;
            Assert.All(words, w => Assert.Contains(w, message));
            Assert.DoesNotContain('\n', message);
            Assert.Equal(before, model.Parameters.Snapshot());
        }
        Refused<InvalidDataException>(new() { ["first"] = "lstm", ["second"] = "wide" }, "'wide.weight_ih_l0'", "[24, 5]", "[20, 5]", "second (Lstm of 5 inputs and 5 units)");
        Refused<InvalidDataException>(new() { ["first"] = "lstm", ["second"] = "gru" }, "gru.weight_hh_l0", "a GRU", "Lstm");
        Refused<InvalidDataException>(new() { ["first"] = "projected" }, "projected.weight_hr_l0", "proj_size", "use ProjectedLstm");
        Refused<InvalidDataException>(new() { ["first"] = "lstm", ["second"] = "half" }, "'half.bias_hh_l0'");
        Refused<InvalidDataException>(new() { ["first"] = "lstm", ["second"] = "broken" }, "'broken.weight_hh_l0' is NaN at index 7");
        Refused<InvalidDataException>(new() { ["first"] = new("lstm", 1) }, "'lstm.weight_hh_l1'", "Did you mean 'lstm.weight_hh_l0'?");
        Refused<ArgumentException>(new() { ["secnod"] = "lstm" }, "no cell or parameter 'secnod'", "Did you mean 'second'?");
        Refused<ArgumentException>(new() { ["first"] = "lstm", ["first.Wi"] = "plain" }, "'first.Wi' would be loaded twice");
        var beforeProduct = new GruResetBefore<In, Hid>(5, 5);
        Assert.Contains("use Gru", Assert.Throws<InvalidDataException>(() => PyTorchWeights.Load(beforeProduct, path, new() { [""] = "gru" })).Message);
        Assert.Contains("'Wf'", Assert.Throws<ArgumentException>(() => PyTorchWeights.Load(new CoupledLstm<In, Hid>(3, 5), path, new() { [""] = "lstm" })).Message);
    }
}

using System.IO.Compression;
using RnnDsl.Execution.Tests;
using RnnDsl.Keras;
using Module = RnnDsl.Execution.Module;

namespace RnnDsl.Onnx.Tests;

/// <summary>Weights of Keras, against its equations in its own layout.</summary>
public class KerasTests : TensorFiles
{
    static readonly int[] Lengths = [6, 1, 4];

    void Recurrent(string layer, int gates, int input, int units, string? bias = "one")
    {
        Add(layer + "/0", input, gates * units);
        Add(layer + "/1", units, gates * units);
        if (bias is not null)
            Add(layer + "/2", bias == "two" ? [2, gates * units] : [gates * units]);
    }

    /// <summary>keras.layers.LSTM (i, f, c, o), GRU (z, r, h) and SimpleRNN as their sources compute them: rows times kernels.</summary>
    double[][] Run(string kind, string layer, double[][] x)
    {
        (long[] _, float[] kernel) = Tensors[layer + "/0"];
        (long[] shape, float[] recurrent) = Tensors[layer + "/1"];
        float[]? bias = Tensors.TryGetValue(layer + "/2", out var found) ? found.Values : null;
        int units = (int)shape[0], width = (int)shape[1];
        double[] Times(double[] row, float[] matrix, int from, int to) =>
            [.. Enumerable.Range(from, to - from).Select(j => row.Select((v, i) => v * matrix[i * width + j]).Sum())];
        var h = new double[units];
        var c = new double[units];
        var outputs = new List<double[]>();
        foreach (double[] step in x)
        {
            double[] a = [.. Times(step, kernel, 0, width).Select((v, j) => v + (bias?[j] ?? 0))], b = Times(h, recurrent, 0, width);
            if (kind == "gru after" && bias is not null)
                b = [.. b.Select((v, j) => v + bias[width + j])];
            double Gate(int g, int u) => TorchReference.Sigmoid(a[g * units + u] + b[g * units + u]);
            double[] candidate = kind == "gru before"
                ? Times([.. h.Select((v, u) => v * Gate(1, u))], recurrent, 2 * units, 3 * units) : [];
            var next = new double[units];
            for (int u = 0; u < units; u++)
                switch (kind)
                {
                    case "lstm":
                        c[u] = Gate(1, u) * c[u] + Gate(0, u) * Math.Tanh(a[2 * units + u] + b[2 * units + u]);
                        next[u] = Gate(3, u) * Math.Tanh(c[u]);
                        break;
                    case "gru after":
                        next[u] = Gate(0, u) * h[u] + (1 - Gate(0, u)) * Math.Tanh(a[2 * units + u] + Gate(1, u) * b[2 * units + u]);
                        break;
                    case "gru before":
                        next[u] = Gate(0, u) * h[u] + (1 - Gate(0, u)) * Math.Tanh(a[2 * units + u] + candidate[u]);
                        break;
                    default:
                        next[u] = kind == "relu" ? Math.Max(0, a[u] + b[u]) : Math.Tanh(a[u] + b[u]);
                        break;
                }
            outputs.Add(h = next);
        }
        return [.. outputs];
    }

    static (int Gates, Module Cell) Make(string kind) => kind switch
    {
        "lstm" => (4, new Lstm<In, Hid>(3, 5)),
        "gru after" => (3, new Gru<In, Hid>(3, 5)),
        "gru before" => (3, new GruResetBefore<In, Hid>(3, 5)),
        "tanh" => (1, new Elman<In, Hid>(3, 5)),
        _ => (1, new ElmanRelu<In, Hid>(3, 5)),
    };

    [Theory]
    [InlineData("lstm", "one")]
    [InlineData("lstm", null)]
    [InlineData("gru after", "two")]
    [InlineData("gru after", null)]
    [InlineData("gru before", "one")]
    [InlineData("gru before", null)]
    [InlineData("tanh", "one")]
    [InlineData("relu", null)]
    public void A_layer_equals_its_equations(string kind, string? bias)
    {
        (int gates, Module cell) = Make(kind);
        const string Layer = "layers/rnn/cell/vars";
        Recurrent(Layer, gates, 3, 5, bias);
        (float[] x, double[][][] steps) = Sequences(Lengths, 3);
        float[] expected = Flat(steps.Select(s => Run(kind, Layer, s)));
        foreach (string path in new[] { Safetensors(), Hdf(), Named("sequential/rnn/rnn_cell/", ""), Named("sequential/rnn/rnn_cell/", ":0") })
        {
            Draw.Parameters(cell, 5);
            LoadReport report = KerasWeights.Load(cell, path, new() { [""] = path.Contains("named") ? "sequential/rnn/rnn_cell" : "layers/rnn" });
            Assert.Empty(report.Untouched);
            Assert.Empty(report.Unused);
            Close.Assert(expected, Product.Run(cell, "Scan", [x], Lengths).Output, kind);
        }
    }

    [Fact]
    public void Bidirectional_layers_and_a_dense_one_in_HDF5()
    {
        Recurrent("layers/bidirectional/forward_layer/cell/vars", 4, 3, 5);
        Recurrent("layers/bidirectional/backward_layer/cell/vars", 4, 3, 5);
        Recurrent("layers/bidirectional_1/forward_layer/cell/vars", 3, 10, 5, "two");
        Recurrent("layers/bidirectional_1/backward_layer/cell/vars", 3, 10, 5, "two");
        Add("layers/dense/vars/0", 10, 4);
        Add("layers/dense/vars/1", 4);
        var model = new Stacked(3, 5, 4);
        LoadReport report = KerasWeights.Load(model, Hdf(), new()
        {
            ["forward"] = "layers/bidirectional/forward_layer", ["backward"] = "layers/bidirectional/backward_layer",
            ["top"] = "layers/bidirectional_1/forward_layer", ["back"] = "layers/bidirectional_1/backward_layer", ["head"] = "layers/dense",
        });
        Assert.Empty(report.Untouched);
        (float[] x, double[][][] steps) = Sequences(Lengths, 3);
        double[][] Both(string kind, string layer, double[][] s) => [.. Run(kind, layer + "/forward_layer/cell/vars", s)
            .Zip(Run(kind, layer + "/backward_layer/cell/vars", [.. s.Reverse()]).Reverse(), (a, b) => (double[])[.. a, .. b])];
        double[] Dense(double[] z) => [.. Enumerable.Range(0, 4).Select(j =>
            z.Select((v, i) => v * Tensors["layers/dense/vars/0"].Values[i * 4 + j]).Sum() + Tensors["layers/dense/vars/1"].Values[j])];
        float[] expected = Flat(steps.Select(s => Both("gru after", "layers/bidirectional_1", Both("lstm", "layers/bidirectional", s)) is var z
            ? new[] { Dense([.. z[^1][..5], .. z[0][5..]]) } : []));
        Close.Assert(expected, Product.Run(model, "Predict", [x], Lengths).Output, "Predict");
    }

    [Fact]
    public void What_does_not_fit_is_named_and_nothing_is_loaded()
    {
        Recurrent("after", 3, 3, 5, "two");
        Recurrent("before", 3, 3, 5);
        Recurrent("lstm", 4, 3, 5);
        string path = Named("", "");
        void Refused(Module module, string layer, params string[] words)
        {
            float[] before = module.Parameters.Snapshot();
            string message = Assert.Throws<InvalidDataException>(() => KerasWeights.Load(module, path, new() { [""] = layer })).Message;
            Assert.All(words, w => Assert.Contains(w, message));
            Assert.Equal(before, module.Parameters.Snapshot());
        }
        Refused(new Gru<In, Hid>(3, 5), "before", "'before/bias'", "use GruResetBefore");
        Refused(new GruResetBefore<In, Hid>(3, 5), "after", "'after/bias'", "use Gru");
        Refused(new Gru<In, Hid>(3, 5), "lstm", "is of an LSTM");
        Refused(new Lstm<In, Hid>(3, 4), "lstm", "[3, 20]", "[3, 16]");
        Refused(new Lstm<In, Hid>(3, 5), "none", "'none/cell/vars/0'");
    }

    [Theory]
    [InlineData("model_weights/{0}/sequential/{0}/cell_1/", "")]        // model.save("model.h5") of Keras 3
    [InlineData("model_weights/{0}/{0}/cell_1/", ":0")]                 // of Keras 2
    [InlineData("{0}/{0}/", ":0")]                                      // save_weights of Keras 2
    public void Files_of_whole_models_are_searched_for_the_layer(string group, string suffix)
    {
        foreach (string layer in new[] { "lstm", "lstm_1", "bidirectional/forward_lstm", "bidirectional/backward_lstm" })
            foreach ((string role, long[] shape) in new (string, long[])[] { ("kernel", [3, 20]), ("recurrent_kernel", [5, 20]), ("bias", [20]) })
                Add(string.Format(group, layer) + role + suffix, shape);
        Add("optimizer_weights/lstm/kernel" + suffix, 3, 20);
        string path = Hdf("model.h5");
        foreach (string layer in new[] { "lstm", "lstm_1", "forward_lstm", "bidirectional/backward_lstm" })
        {
            var cell = new Lstm<In, Hid>(3, 5);
            KerasWeights.Load(cell, path, new() { [""] = layer });
            float[] kernel = Tensors.First(t => t.Key.Contains($"{layer}/") && t.Key.EndsWith("kernel" + suffix, StringComparison.Ordinal)).Value.Values;
            Assert.Equal(kernel[3], cell.Parameters["Wi"][3 * 3]);
        }
        Assert.Contains("has 2 layers 'bidirectional'", Assert.Throws<InvalidDataException>(() =>
            KerasWeights.Load(new Lstm<In, Hid>(3, 5), path, new() { [""] = "bidirectional" })).Message);
    }

    [Fact]
    public void A_keras_file_holds_the_weights_in_an_archive()
    {
        Recurrent("layers/gru/cell/vars", 3, 3, 5, "two");
        string weights = Hdf(), path = At("model.keras"), empty = At("empty.keras");
        using (ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create))
            archive.CreateEntryFromFile(weights, "model.weights.h5");
        // A bit of the weights, which a sum in the archive's list belongs to.
        string broken = At("broken.keras");
        using (ZipArchive archive = ZipFile.Open(broken, ZipArchiveMode.Create))
            archive.CreateEntryFromFile(weights, "model.weights.h5", CompressionLevel.NoCompression);
        byte[] stored = File.ReadAllBytes(broken);
        stored[stored.Length / 2] ^= 4;
        File.WriteAllBytes(broken, stored);
        ZipFile.Open(empty, ZipArchiveMode.Create).Dispose();
        Module loaded = new Gru<In, Hid>(3, 5), expected = new Gru<In, Hid>(3, 5);
        KerasWeights.Load(expected, weights, new() { [""] = "layers/gru" });
        KerasWeights.Load(loaded, path, new() { [""] = "gru" });
        Assert.Equal(expected.Parameters.Snapshot(), loaded.Parameters.Snapshot());
        Assert.Contains("broken.keras: It is damaged: its 'model.weights.h5' does not have the checksum", Assert.Throws<InvalidDataException>(() => KerasWeights.Load(loaded, broken, new() { [""] = "gru" })).Message);
        Assert.Contains("empty.keras: It holds no 'model.weights.h5'", Assert.Throws<InvalidDataException>(() => KerasWeights.Load(loaded, empty, new() { [""] = "gru" })).Message);
        File.WriteAllText(empty, "no archive");
        Assert.Contains("empty.keras: ", Assert.Throws<InvalidDataException>(() => KerasWeights.Load(loaded, empty, new() { [""] = "gru" })).Message);
    }

    [Fact]
    public void What_kind_of_file_it_is_its_first_bytes_say()
    {
        Recurrent("layers/lstm/cell/vars", 4, 3, 5);
        string hdf = Hdf(), safetensors = Safetensors(), archive = At("model.zip");
        using (ZipArchive zip = ZipFile.Open(archive, ZipArchiveMode.Create))
            zip.CreateEntryFromFile(hdf, "model.weights.h5");
        Module expected = new Lstm<In, Hid>(3, 5);
        KerasWeights.Load(expected, hdf, new() { [""] = "layers/lstm" });
        foreach (string source in new[] { hdf, safetensors, archive })
            foreach (string extension in new[] { ".h5", ".hdf5", ".keras", ".safetensors", "" })
            {
                string path = At("renamed" + extension);
                File.Copy(source, path, overwrite: true);
                Module loaded = new Lstm<In, Hid>(3, 5);
                Exception? error = Record.Exception(() => KerasWeights.Load(loaded, path, new() { [""] = "layers/lstm" }));
                if (source == safetensors && extension is (".h5" or ".hdf5" or ".keras"))
                    Assert.Contains("begins neither as an HDF5 file nor as a zip archive", Assert.IsType<InvalidDataException>(error).Message);
                else
                    Assert.Equal(expected.Parameters.Snapshot(), loaded.Parameters.Snapshot());
            }
    }

    [Fact]
    public void Types_that_are_not_read_are_named_and_only_where_they_are_asked_for()
    {
        Recurrent("layers/lstm/cell/vars", 4, 3, 5);
        void Refused(string type, Func<float[], ulong[], PureHDF.H5Dataset> dataset)
        {
            string message = Assert.Throws<InvalidDataException>(() => KerasWeights.Load(new Lstm<In, Hid>(3, 5), Hdf("typed.h5", dataset), new() { [""] = "layers/lstm" })).Message;
            Assert.Contains($"Data set 'layers/lstm/cell/vars/0' holds {type}, which is not read as weights: save it as float32.", message);
        }
        Refused("int32", (v, shape) => new PureHDF.H5Dataset<int[]>([.. v.Select(x => (int)x)], fileDims: shape));
        Refused("int8", (v, shape) => new PureHDF.H5Dataset<sbyte[]>([.. v.Select(x => (sbyte)x)], fileDims: shape));
        Refused("uint16", (v, shape) => new PureHDF.H5Dataset<ushort[]>([.. v.Select(x => (ushort)Math.Abs(x))], fileDims: shape));
        string none = At("none.h5");
        new PureHDF.H5File().Write(none);
        Assert.Contains("There is none at all.", Assert.Throws<InvalidDataException>(() => KerasWeights.Load(new Lstm<In, Hid>(3, 5), none, new() { [""] = "layers/lstm" })).Message);
        int count = 0;
        Module loaded = new Lstm<In, Hid>(3, 5);
        Add("optimizer/iterations", 1);
        LoadReport report = KerasWeights.Load(loaded, Hdf("one.h5", (v, shape) => ++count < 4 ? new PureHDF.H5Dataset<float[]>(v, fileDims: shape)
            : new PureHDF.H5Dataset<long[]>([7], fileDims: shape)), new() { [""] = "layers/lstm" });
        Assert.Equal(["optimizer/iterations"], report.Unused);
    }

    [Theory]
    [InlineData(4, 40, "CuDNNLSTM")]
    [InlineData(3, 30, "CuDNNGRU")]
    public void Layouts_for_the_GPU_are_called_by_their_name(int gates, int biases, string name)
    {
        Recurrent("layers/rnn/cell/vars", gates, 3, 5, null);
        Add("layers/rnn/cell/vars/2", biases);
        foreach (Module cell in gates == 4 ? new Module[] { new Lstm<In, Hid>(3, 5) } : [new Gru<In, Hid>(3, 5), new GruResetBefore<In, Hid>(3, 5)])
            Assert.Contains($"{name} keeps its weights in another order", Assert.Throws<InvalidDataException>(() => KerasWeights.Load(cell, Hdf(), new() { [""] = "layers/rnn" })).Message);
    }

    [Theory]
    [InlineData("model.weights.h5", 160)]
    [InlineData("config.json", 30)]
    [InlineData("metadata.json", 30)]
    public void An_archive_that_unpacks_to_far_more_than_it_is_long_is_refused_before_the_work(string entry, int mebibytes)
    {
        Recurrent("layers/lstm/cell/vars", 4, 3, 5);
        string weights = Hdf(), path = At("bomb.keras");
        using (ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            if (entry != "model.weights.h5")
                archive.CreateEntryFromFile(weights, "model.weights.h5");
            if (entry == "metadata.json")
                using (var writer = new StreamWriter(archive.CreateEntry("config.json").Open()))
                    writer.Write("""{"class_name": "Model", "config": {}}""");
            using Stream stream = archive.CreateEntry(entry, CompressionLevel.Fastest).Open();
            var zeros = new byte[1 << 20];
            for (int i = 0; i < mebibytes; i++)
                stream.Write(zeros);
        }
        Assert.InRange(new FileInfo(path).Length, 1, 2 << 20);
        Module lstm = new Lstm<In, Hid>(3, 5);
        string Refusal(string what)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            string message = Assert.Throws<InvalidDataException>(() => KerasWeights.Load(lstm, path, new() { [""] = "layers/lstm" })).Message;
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
            Assert.Contains(what, message);
            return message;
        }
        Refusal($"Its '{entry}' unpacks to {mebibytes << 20} bytes, more than the");
        // The list of contents understates it.
        byte[] bytes = File.ReadAllBytes(path);
        int list = bytes.AsSpan().LastIndexOf("PK\x01\x02"u8);
        Assert.Equal(mebibytes << 20, BitConverter.ToInt32(bytes, list + 24));
        BitConverter.GetBytes(1000).CopyTo(bytes, list + 24);
        File.WriteAllBytes(path, bytes);
        Refusal("bomb.keras: ");
    }

    [Fact]
    public void Cells_with_other_activations_take_the_weights_too()
    {
        // The file does not say which activations the layer has; the cell does.
        Recurrent("layers/rnn/cell/vars", 1, 3, 5);
        Module loaded = Compiled.Make(Compiled.Load("using RnnDsl;\nusing static RnnDsl.Ops;\n" +
            (NodeVariant.Of("Elman") with { Activations = [new("Elu", 1)] }).Source("EluRnn")), "EluRnn`2", [typeof(In), typeof(Hid)], 3, 5);
        Assert.Empty(KerasWeights.Load(loaded, Safetensors(), new() { [""] = "layers/rnn" }).Untouched);
        Assert.Contains("a cell of its own kind", Assert.Throws<ArgumentException>(() => PyTorchWeights.Load(loaded, Safetensors(), new() { [""] = "" })).Message);
    }

    [Fact]
    public void A_damaged_HDF5_file_is_one_clear_error()
    {
        Recurrent("layers/rnn/cell/vars", 4, 3, 5);
        byte[] whole = File.ReadAllBytes(Hdf());
        var cell = new Lstm<In, Hid>(3, 5);
        string path = At("damaged.h5");
        for (int i = 0; i < 60; i++)
        {
            byte[] damaged = Random.Next(3) == 0 ? whole[..Random.Next(whole.Length)] : [.. whole];
            for (int n = 0; n < 4 && damaged.Length > 0; n++)
                damaged[Random.Next(Math.Min(damaged.Length, 3000))] = (byte)Random.Next(256);
            File.WriteAllBytes(path, damaged);
            if (Record.Exception(() => KerasWeights.Load(cell, path, new() { [""] = "layers/rnn" })) is { } error)
                Assert.Contains("damaged.h5", Assert.IsType<InvalidDataException>(error).Message);
        }
        Assert.Throws<FileNotFoundException>(() => KerasWeights.Load(cell, At("missing.h5"), new() { [""] = "layers/rnn" }));
    }

    /// <summary>The tensors under the names that Keras gives its variables.</summary>
    string Named(string prefix, string suffix)
    {
        string path = Safetensors();
        var original = Tensors.ToDictionary(t => t.Key, t => t.Value);
        Tensors.Clear();
        foreach ((string name, var tensor) in original)
        {
            string layer = prefix.Length > 0 ? prefix : name[..^1];
            Tensors.Add(layer + new[] { "kernel", "recurrent_kernel", "bias" }[name[^1] - '0'] + suffix, tensor);
        }
        string named = Safetensors($"named{suffix.Length}.safetensors");
        Tensors.Clear();
        foreach ((string name, var tensor) in original)
            Tensors.Add(name, tensor);
        return named;
    }
}

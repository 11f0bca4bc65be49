using System.IO.Compression;
using System.Text;
using PureHDF;
using RnnDsl.Data;
using RnnDsl.Keras;
using RnnDsl.Onnx;
using RnnDsl.Prediction;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Training;
using RnnDsl.Tuning;
using Xunit.Abstractions;

namespace RnnDsl.Fuzz.Tests;

/// <summary>A damaged file of any kind is read or refused with one line, soon and without much memory.</summary>
public class FuzzTests(ITestOutputHelper log)
{
    static Tagger Model() => new(feature: 6, hidden: 7, tag: 4, seed: 3);

    readonly Tagger model = Model();

    /// <summary>Loads into a model, which stays as it was if the file is refused, and else holds finite numbers.</summary>
    Action<string> Into(Action<Tagger, string> load)
    {
        float[] before = model.Parameters.Snapshot();
        return path =>
        {
            try
            {
                load(model, path);
                Assert.DoesNotContain(model.Parameters.Snapshot(), value => !float.IsFinite(value));
                model.Parameters.Restore(before);
            }
            catch (InvalidDataException)
            {
                Assert.Equal(before, model.Parameters.Snapshot());
                throw;
            }
        };
    }

    static byte[] Saved(Action<string> save)
    {
        string path = Path.GetTempFileName();
        save(path);
        // With the checksum all damage would be found at once, and nothing else be tried.
        byte[] bytes = Unchecked.Read(path);
        File.Delete(path);
        return bytes;
    }

    static byte[] Weights(params (string Name, long[] Shape)[] tensors)
    {
        using var stream = new MemoryStream();
        SafetensorsFile.Write(stream, tensors, i => Enumerable.Range(0, (int)tensors[i].Shape.Aggregate(1L, (a, b) => a * b)).Select(n => n % 7 * 0.1f).ToArray(), []);
        return stream.ToArray();
    }

    static byte[] SafetensorsDamage(Random random, byte[] whole, byte[] other) => new Damage(random).Safetensors(whole, other);

    static byte[] AnyDamage(Random random, byte[] whole, byte[] other) => new Damage(random).Bytes(whole, other);

    [Fact]
    public void Models()
    {
        var scaler = new Scaler(["a", "b"], [1, 2], [3, 4]);
        byte[][] samples =
        [
            .. new[] { StoredPrecision.Float32, StoredPrecision.BFloat16, StoredPrecision.Int8 }.Select(precision =>
                Saved(path => ModelFile.Save(path, Model(), scaler, new Dictionary<string, string> { ["note"] = "é\"" }, precision, [("x", 1.5f), ("h_before", 1)]))),
        ];
        new Fuzzer(log).Run(".safetensors", samples, SafetensorsDamage, Into((to, path) =>
        {
            ModelFile.ReadInfo(path);
            ModelFile.Load(path, to);
        }));
    }

    [Fact]
    public void Adapters()
    {
        float[] before = model.Parameters.Snapshot();
        var adapters = new LowRankAdapters(model, [("*", 2)], alsoTrain: ["*.b*"]);
        foreach (ref float value in adapters.Parameters.Values)
            value += 0.1f;
        byte[] sample = Saved(adapters.ToAdapter().Save), other = Saved(ModelAdapter.Difference(model, new float[before.Length]).Save);
        adapters.Remove();
        new Fuzzer(log).Run(".safetensors", [sample, other], SafetensorsDamage, path =>
        {
            ModelAdapter adapter = ModelAdapter.Load(path);
            var stack = new AdapterStack(model);
            try
            {
                stack.Set(adapter);
            }
            catch (ArgumentException)
            {
                // A name or a shape is another one.
            }
            stack.Clear();
            Assert.Equal(before, model.Parameters.Snapshot());
        });
    }

    [Fact]
    public void Checkpoints()
    {
        var optimizer = new Adam();
        byte[] sample = Saved(path => Checkpoint.Save(path, Model(), optimizer));
        new Fuzzer(log).Run(".safetensors", [sample], SafetensorsDamage, Into((to, path) => Checkpoint.Load(path, to, new Adam())));
    }

    [Fact]
    public void Tensors() => new Fuzzer(log).Run(".safetensors", [Weights(("a", [3, 4]), ("b.c", [5]), ("d", [])), Weights()], SafetensorsDamage, path =>
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        foreach (Tensor tensor in file.Tensors)
            file.Read(tensor, new float[tensor.Length]);
    });

    [Fact]
    public void DataSets() => new Fuzzer(log).Run(".safetensors", [Saved(path => DatasetFile.Write(path, new Dataset(Column.Sequences("x", 2, [[1, 2, 3, 4], [5, 6]]), Column.OneHot("y", 3, [1, 2]),
        Column.Sequences("z", 1, [[[1], [2, 3]], [[4]]]))))], SafetensorsDamage, path =>
    {
        using DatasetFile file = DatasetFile.Open(path);
        foreach (Column column in file.Data.Columns)
            column.ToArray();
    });

    [Fact]
    public void States()
    {
        var predictor = new Predictor(new Gru<In, Hid>(3, 5), "Scan");
        PredictionStream stream = predictor.Start();
        stream.Run(new float[21], new float[35]);
        byte[] state = System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(stream.Snapshot()).ToArray();
        new Fuzzer(log).Run(".state", [state], AnyDamage, path =>
        {
            float[] damaged = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray();
            predictor.Resume(damaged).Run(new float[3], new float[5]);
        }, error => error is ArgumentException);
    }

    [Fact]
    public void Tables()
    {
        string text = "date,Load,\"Wind, mean\"\n" + string.Concat(Enumerable.Range(0, 40).Select(i => FormattableString.Invariant($"2024-01-{i % 28 + 1:D2},{i * 1.5},{(i % 5 == 0 ? "NA" : "-3e2")}\n")));
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        byte[][] samples = [Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(text.Replace(',', ';')), packed.ToArray()];
        new Fuzzer(log).Run(".csv", samples, (random, whole, other) => whole[0] == 0x1f ? AnyDamage(random, whole, other) : new Damage(random).Csv(whole, other),
            path => CsvSeries.Read(path));
    }

    [Fact]
    public void OnnxWithExternalData()
    {
        byte[] whole = Saved(path => OnnxExport.Save(Model(), path));
        // A GRU of 6 inputs and 7 units, whose matrices have external_data (13) and data_location (14).
        byte[] External(string offset, string length)
        {
            static byte[] Field(int number, byte[] content) => [(byte)(number << 3 | 2), .. content.Length < 128 ? [(byte)content.Length] : new[] { (byte)(content.Length & 127 | 128), (byte)(content.Length >> 7) }, .. content];
            byte[] Entry(string key, string value) => Field(13, [.. Field(1, Encoding.UTF8.GetBytes(key)), .. Field(2, Encoding.UTF8.GetBytes(value))]);
            byte[] tensor = [0x08, 1, 0x08, 21, 0x08, 6, 0x10, 1, .. Field(8, "W"u8.ToArray()), .. Entry("location", "case.data"), .. Entry("offset", offset), .. Entry("length", length), 0x70, 1];
            byte[] Node(string op, string attribute) => [.. new[] { "x", "W", "R" }.SelectMany(input => Field(1, Encoding.UTF8.GetBytes(input))), .. Field(2, "y"u8.ToArray()), .. Field(4, Encoding.UTF8.GetBytes(op)),
                .. Field(5, [.. Field(1, Encoding.UTF8.GetBytes(attribute)), 0x18, 1])];
            byte[] recurrent = [0x08, 1, 0x08, 21, 0x08, 7, 0x10, 1, .. Field(8, "R"u8.ToArray()), .. Entry("location", "case.data"), .. Entry("length", "588"), 0x70, 1];
            return Field(7, [.. Field(1, Node("GRU", "linear_before_reset")), .. Field(5, tensor), .. Field(5, recurrent)]);
        }
        new Fuzzer(log).Run(".onnx", [External("8", "504"), External("0", "504"), whole], AnyDamage, Into((to, path) =>
        {
            string data = Path.Combine(Path.GetDirectoryName(path)!, "case.data");
            if (!File.Exists(data))
                File.WriteAllBytes(data, new byte[2000]);
            OnnxImport.Load(to, path, File.ReadAllBytes(path).Length < 400 ? new() { ["encoder"] = "y" } : null);
            File.Delete(data);
        }));
    }

    [Fact]
    public void Onnx() => new Fuzzer(log).Run(".onnx", [Saved(path => OnnxExport.Save(Model(), path)), Saved(path => OnnxExport.Save(Model(), path, new() { States = false }))],
        AnyDamage, Into((to, path) => OnnxImport.Load(to, path)));

    [Fact]
    public void Torch() => new Fuzzer(log).Run(".safetensors",
        [Weights(("gru.weight_ih_l0", [21, 6]), ("gru.weight_hh_l0", [21, 7]), ("gru.bias_ih_l0", [21]), ("gru.bias_hh_l0", [21]), ("head.weight", [4, 7]), ("head.bias", [4]))],
        SafetensorsDamage, Into((to, path) => PyTorchWeights.Load(to, path, new() { ["encoder"] = "gru", ["head"] = "head" })));

    static readonly (string, long[])[] Layers =
        [("layers/gru/cell/vars/0", [6, 21]), ("layers/gru/cell/vars/1", [7, 21]), ("layers/gru/cell/vars/2", [2, 21]), ("layers/dense/vars/0", [7, 4]), ("layers/dense/vars/1", [4])];

    static void LoadKeras(Tagger to, string path) => KerasWeights.Load(to, path, new() { ["encoder"] = "layers/gru", ["head"] = "layers/dense" });

    [Fact]
    public void KerasSafetensors() => new Fuzzer(log).Run(".safetensors", [Weights(Layers)], SafetensorsDamage, Into(LoadKeras));

    [Fact]
    public void KerasArchives() => new Fuzzer(log).Run(".keras", [Archive(CompressionLevel.NoCompression), Archive(CompressionLevel.Fastest)], AnyDamage, Into(LoadKeras));

    const string Config = """
        {"class_name": "Sequential", "config": {"name": "s", "layers": [{"class_name": "GRU", "config": {"name": "gru", "units": 7, "activation": "tanh", "recurrent_activation": "sigmoid",
        "reset_after": true, "use_bias": true}}, {"class_name": "TimeDistributed", "config": {"layer": {"class_name": "Dense", "config": {"activation": {"class_name": "linear", "config": {}}}}}}]}}
        """;

    /// <summary>The text of a config, damaged as JSON.</summary>
    [Fact]
    public void KerasConfigs()
    {
        byte[] weights = Saved(Hdf);
        new Fuzzer(log).Run(".keras", [Encoding.UTF8.GetBytes(Config)], (random, whole, _) => Encoding.UTF8.GetBytes(new Damage(random).Json(Encoding.UTF8.GetString(whole))), path =>
        {
            byte[] config = File.ReadAllBytes(path);
            using (ZipArchive archive = new(File.Create(path), ZipArchiveMode.Create))
                foreach ((string name, byte[] content) in new[] { ("model.weights.h5", weights), ("config.json", config) })
                {
                    using Stream entry = archive.CreateEntry(name, CompressionLevel.Fastest).Open();
                    entry.Write(content);
                }
            Into((to, file) => KerasWeights.Load(to, file, new() { ["encoder"] = "layers/gru" }))(path);
        });
    }

    static byte[] Archive(CompressionLevel level)
    {
        using var content = new MemoryStream();
        using (var archive = new ZipArchive(content, ZipArchiveMode.Create))
            foreach ((string name, byte[] bytes) in new[] { ("config.json", Encoding.UTF8.GetBytes("""{"class_name": "Model", "config": {}}""")), ("model.weights.h5", Saved(Hdf)) })
            {
                using Stream entry = archive.CreateEntry(name, level).Open();
                entry.Write(bytes);
            }
        return content.ToArray();
    }

    /// <summary>A tensor of ONNX by itself: dims 2 and 3 (field 1), floats (field 2), their bytes (field 9).</summary>
    [Fact]
    public void OnnxTensors() => new Fuzzer(log).Run(".pb", [[0x08, 2, 0x08, 3, 0x10, 1, 0x4a, 24, .. new byte[24]]], AnyDamage, path => OnnxTensor.Read(path));

    [Fact]
    public void KerasHdf() => new Fuzzer(log).Run(".h5", [Saved(Hdf), Fixture("h5py.weights.h5"), Fixture("h5py-latest.weights.h5")], AnyDamage, Into(LoadKeras));

    /// <summary>Files of h5py, see HdfTests.</summary>
    static byte[] Fixture(string name, [System.Runtime.CompilerServices.CallerFilePath] string path = "") =>
        File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(path)!, "..", "RnnDsl.Onnx.Tests", "Fixtures", name));

    static void Hdf(string path)
    {
        var file = new H5File();
        file.Attributes["keras_version"] = "3.4.1";
        file.Attributes["model_config"] = """{"class_name": "Model", "config": {}}""";
        foreach ((string name, long[] shape) in Layers)
        {
            string[] parts = name.Split('/');
            IDictionary<string, object> group = file;
            foreach (string part in parts[..^1])
            {
                if (!group.TryGetValue(part, out object? inner))
                    group.Add(part, inner = new H5Group());
                group = (IDictionary<string, object>)inner;
            }
            float[] values = new float[shape.Aggregate(1L, (a, b) => a * b)];
            group.Add(parts[^1], new H5Dataset<float[]>(values, fileDims: [.. shape.Select(s => (ulong)s)]));
        }
        file.Write(path);
    }
}

sealed class In : Dim;
sealed class Hid : Dim;

using Microsoft.ML.OnnxRuntime;
using RnnDsl.Onnx.Protobuf;
using Module = RnnDsl.Execution.Module;

namespace RnnDsl.Onnx.Tests;

/// <summary>Weights that lie in another file beside the model's (external data), as exporters write those of large models.</summary>
public class ExternalDataTests : TensorFiles
{
    static Module Lstm() => new Lstm<In, Hid>(3, 4);

    static byte[] Bytes(float[] values) => System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values).ToArray();

    /// <summary>An LSTM whose W is described so.</summary>
    OnnxModel Model(params (string, string)[] external)
    {
        var model = new OnnxModel();
        model.Graph.Initializer.Add(TensorProto.InFile("W", [1, 16, 3], external));
        model.Node("LSTM", "layer", [model.Input("X", "length", "batch", "3"), "W", model.Tensor("R", Draw.Floats(new Random(1), 64), 1, 16, 4)], ["Y"], AttributeProto.Of("hidden_size", 4));
        model.Output("Y");
        return model;
    }

    void Refused(string word, params (string, string)[] external)
    {
        string path = At("model.onnx");
        File.WriteAllBytes(path, Model(external).ToBytes());
        Module lstm = Lstm();
        float[] before = lstm.Parameters.Snapshot();
        string message = Assert.Throws<InvalidDataException>(() => OnnxImport.Load(lstm, path)).Message;
        Assert.StartsWith(path + ": Tensor 'W' keeps its numbers in another file", message);
        Assert.Contains(word, message);
        Assert.Equal(before, lstm.Parameters.Snapshot());
    }

    [Theory]
    [InlineData("model.onnx.data", 0)]
    [InlineData("weights/part 1.bin", 64)]
    [InlineData("./model.data", 4096)]
    public void Weights_beside_the_file_are_read_as_ONNX_Runtime_reads_them(string location, int offset)
    {
        float[] w = Draw.Floats(Random, 48);
        Directory.CreateDirectory(At("weights"));
        File.WriteAllBytes(At(location), [.. new byte[offset], .. Bytes(w), 1, 2, 3]);
        (string, string)[] entries = [("location", location), ("length", "192"), .. offset > 0 ? new[] { ("offset", $"{offset}") } : []];
        string path = At("model.onnx");
        OnnxModel model = Model(entries);
        model.Tensor("B", Draw.Floats(Random, 32), 1, 32);
        model.Graph.Node[0].Input.Add("B");
        File.WriteAllBytes(path, model.ToBytes());
        Module lstm = Lstm();
        Assert.Empty(OnnxImport.Load(lstm, path).Untouched);
        using var session = new InferenceSession(path);
        float[] x = Draw.Floats(Random, 5 * 3);
        Close.Assert(Runtime.Run(session, [("X", x, [5, 1, 3])], ["Y"])[0], Product.Run(lstm, "Scan", [x], [5]).Output, location);
        // Without a length the shape says it.
        File.WriteAllBytes(path, Model([.. entries.Where(e => e.Item1 != "length")]).ToBytes());
        Module again = Lstm();
        OnnxImport.Load(again, path);
        Assert.Equal(lstm.Parameters["Wi"].ToArray(), again.Parameters["Wi"].ToArray());
    }

    [Fact]
    public void Nothing_outside_of_the_files_folder_is_read()
    {
        // Each would be found, if it were looked for.
        string outside = Directory.CreateTempSubdirectory("rnndsl-outside").FullName, secret = Path.Combine(outside, "secret.bin");
        try
        {
            File.WriteAllBytes(secret, new byte[192]);
            File.WriteAllBytes(At("inside.bin"), new byte[192]);
            string name = Path.GetFileName(Path.GetDirectoryName(At("x")))!, up = "../" + Path.GetFileName(outside) + "/secret.bin";
            Directory.CreateDirectory(At("sub"));
            File.CreateSymbolicLink(At("link.bin"), secret);
            File.CreateSymbolicLink(At("relative.bin"), up);
            File.CreateSymbolicLink(At("dangling.bin"), At("nowhere.bin"));
            Directory.CreateSymbolicLink(At("folder"), outside);
            foreach (string location in new[]
            {
                secret, up, "sub/../" + up, "./../" + Path.GetFileName(outside) + "/secret.bin", "..\\" + Path.GetFileName(outside) + "\\secret.bin", "sub/../inside.bin", "../" + name + "/inside.bin",
                "link.bin", "relative.bin", "dangling.bin", "folder/secret.bin", "./folder/./secret.bin", "", ".", "..", "sub", "/", "\\\\host\\share", "inside.bin\0", "...",
            })
                Refused("which is no path to a file beside the model's or below it", ("location", location));
            Refused("'nowhere.bin', which is not there", ("location", "nowhere.bin"));
            if (OperatingSystem.IsLinux())
            {
                // A pipe would wait for ever.
                using System.Diagnostics.Process pipe = System.Diagnostics.Process.Start("mkfifo", At("pipe"));
                pipe.WaitForExit();
                Refused("has 0 bytes", ("location", "pipe"));
            }
        }
        finally
        {
            Directory.Delete(outside, recursive: true);
        }
    }

    [Fact]
    public void Places_and_lengths_are_checked_before_anything_is_read()
    {
        File.WriteAllBytes(At("data"), new byte[200]);
        (string, string) place = ("location", "data");
        Refused("does not say in which (location)", ("offset", "0"));
        Refused("200 bytes: 192 at 9 are beyond its end", place, ("offset", "9"));
        Refused("are beyond its end", place, ("offset", "9223372036854775807"));
        Refused("its offset '-8' is no count", place, ("offset", "-8"));
        Refused("its offset '1e3' is no count", place, ("offset", "1e3"));
        Refused("its offset '99999999999999999999' is no count", place, ("offset", "99999999999999999999"));
        Refused("its length '' is no count", place, ("length", ""));
        Refused("it has 188 bytes, but its type and shape need 192", place, ("length", "188"));
        Refused("it has 9223372036854775807 bytes", place, ("length", "9223372036854775807"));
        OnnxModel bytes = Model(place);
        Assert.Contains("load it by its path, or save it as one file", Assert.Throws<InvalidDataException>(() => OnnxImport.Load(Lstm(), bytes.ToBytes())).Message);
    }

    [Fact]
    public void What_is_not_asked_for_is_not_read()
    {
        // The product in between has weights in a file that is not there, and others of a type that is not read.
        OnnxModel model = Model(("location", "data"));
        File.WriteAllBytes(At("data"), Bytes(Draw.Floats(Random, 48)));
        model.Graph.Initializer.Add(TensorProto.InFile("V", [1 << 20, 1 << 20], ("location", "nowhere")));
        model.Node("MatMul", "big", ["Y", "V"], ["Z"]);
        File.WriteAllBytes(At("model.onnx"), model.ToBytes());
        LoadReport report = OnnxImport.Load(Lstm(), At("model.onnx"), new() { [""] = "layer" });
        Assert.Equal(["node 'big' (MatMul)"], report.Unused);
    }

    [Fact]
    public void Tensors_that_share_their_numbers_over_and_over_are_refused()
    {
        const int Units = 256;
        File.WriteAllBytes(At("data"), new byte[4 * Units * Units]);
        OnnxModel Sharing(int tensors)
        {
            var model = new OnnxModel();
            foreach (int i in Enumerable.Range(0, tensors))
                model.Graph.Initializer.Add(TensorProto.InFile($"V{i}", [Units, Units], ("location", "data")));
            model.Node("Concat", "all", [.. Enumerable.Range(0, tensors).Select(i => $"V{i}")], ["W"], AttributeProto.Of("axis", 0));
            model.Node("LSTM", "layer", [model.Input("X"), "W", "R"], ["Y"]);
            return model;
        }
        string Refusal(int tensors)
        {
            File.WriteAllBytes(At("model.onnx"), Sharing(tensors).ToBytes());
            return Assert.Throws<InvalidDataException>(() => OnnxImport.Load(Lstm(), At("model.onnx"), new() { [""] = "layer" })).Message;
        }
        Assert.Contains($"W 'W' is [{4 * Units}, {Units}], but [1, 16, 3] is needed", Refusal(4));
        Assert.Contains("more than 4 times as many", Refusal(1000));
    }

    [Fact]
    public void Tensors_by_themselves_may_lie_in_other_files_too()
    {
        File.WriteAllBytes(At("raw"), Bytes([1, 2, 3, 4]));
        File.WriteAllBytes(At("input_0.pb"), TensorProto.InFile("x", [2, 2], ("location", "raw")).ToByteString().ToByteArray());
        Assert.Equal([1f, 2, 3, 4], OnnxTensor.Read(At("input_0.pb")).Values);
    }
}

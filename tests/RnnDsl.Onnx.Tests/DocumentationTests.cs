using System.Reflection;
using RnnDsl.Execution.Tests;
using RnnDsl.Keras;
using RnnDsl.Onnx.Protobuf;

namespace RnnDsl.Onnx.Tests;

/// <summary>The snippets of docs/exchange.md compile and run on files such as they speak of.</summary>
public class DocumentationTests : TensorFiles
{
    [Fact]
    public void Snippets_run()
    {
        foreach (string suffix in new[] { "_l0", "_l0_reverse" })
        {
            Add("gru.weight_ih" + suffix, 15, 3);
            Add("gru.weight_hh" + suffix, 15, 5);
        }
        Add("head.weight", 4, 10);
        Safetensors("tagger.safetensors");
        Tensors.Clear();
        foreach (string direction in new[] { "forward_layer", "backward_layer" })
        {
            Add($"layers/bidirectional/{direction}/cell/vars/0", 3, 15);
            Add($"layers/bidirectional/{direction}/cell/vars/1", 5, 15);
        }
        Add("layers/time_distributed/layer/vars/0", 10, 4);
        Hdf("tagger.weights.h5");
        var model = new OnnxModel();
        model.Node("GRU", "gru", [model.Input("x"), model.Tensor("W", new float[90], 2, 15, 3), model.Tensor("R", new float[150], 2, 15, 5)], ["y"],
            AttributeProto.Of("hidden_size", 5), AttributeProto.Of("direction", "bidirectional"), AttributeProto.Of("linear_before_reset", 1));
        model.Node("Gemm", "Gemm_12", ["y", model.Tensor("V", new float[40], 10, 4)], ["z"]);
        File.WriteAllBytes(At("tagger.onnx"), model.ToBytes());
        Directory.CreateDirectory(At("tagger.data"));
        var open = new OnnxModel();
        open.Node("GRU", "gru", [open.Input("x"), open.Input("W"), open.Input("R")], ["y"],
            AttributeProto.Of("hidden_size", 5), AttributeProto.Of("direction", "bidirectional"), AttributeProto.Of("linear_before_reset", 1));
        open.Node("Gemm", "Gemm_12", ["y", open.Tensor("V", new float[40], 10, 4)], ["z"]);
        File.WriteAllBytes(At("tagger.open.onnx"), open.ToBytes());
        File.WriteAllBytes(At("tagger.data/input_1.pb"), TensorProto.Of("W", new float[90], 2, 15, 3).ToByteString().ToByteArray());
        File.WriteAllBytes(At("tagger.data/input_2.pb"), TensorProto.Of("R", new float[150], 2, 15, 5).ToByteString().ToByteArray());

        string[] blocks = [.. Text().Split("```csharp\n").Skip(1).Select(b => b[..b.IndexOf("```", StringComparison.Ordinal)])];
        Assert.Equal(7, blocks.Length);
        string body = string.Concat(blocks[1..]).Replace("\"tagger.", "folder + \"tagger.").Replace("\"logits.onnx", "folder + \"logits.onnx");
        string source = "using RnnDsl; using RnnDsl.Onnx; using RnnDsl.Keras; using static RnnDsl.Ops;\n" + blocks[0] +
            "public static class Snippets { public static void Run(string folder) {\n" + body + "} }";
        MethodInfo run = Compiled.Load(source, typeof(OnnxExport).Assembly, typeof(KerasWeights).Assembly).GetType("Snippets")!.GetMethod("Run")!;
        run.Invoke(null, [At("") + Path.DirectorySeparatorChar]);

        Assert.Equal(["output", "forward.h.final", "backward.h.final"], Runtime.Open(File.ReadAllBytes(At("tagger.onnx"))).OutputNames);
        Assert.Equal(["x", "lengths"], Runtime.Open(File.ReadAllBytes(At("tagger.padded.onnx"))).InputMetadata.Keys);
        Assert.Equal(["logits"], Runtime.Open(File.ReadAllBytes(At("logits.onnx"))).OutputNames);
    }

    static string Text([System.Runtime.CompilerServices.CallerFilePath] string path = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "docs", "exchange.md")).ReplaceLineEndings("\n");
}

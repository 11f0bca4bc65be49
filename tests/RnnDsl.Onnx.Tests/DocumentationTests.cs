using System.Reflection;
using RnnDsl.Execution.Tests;
using RnnDsl.Keras;

namespace RnnDsl.Onnx.Tests;

/// <summary>The snippets of docs/exchange.md compile, and do what stands there.</summary>
public class DocumentationTests
{
    [Fact]
    public void Snippets_run()
    {
        string[] blocks = [.. Text().Split("```csharp\n").Skip(1).Select(b => b[..b.IndexOf("```", StringComparison.Ordinal)])];
        Assert.Equal(5, blocks.Length);
        string source = "using RnnDsl; using RnnDsl.Onnx; using RnnDsl.Keras; using static RnnDsl.Ops;\n" + blocks[0] +
            "public static class Snippets { public static void Run() {\n" + string.Concat(blocks[1..]) + "} }";
        MethodInfo run = Compiled.Load(source, typeof(OnnxExport).Assembly, typeof(KerasWeights).Assembly).GetType("Snippets")!.GetMethod("Run")!;
        string folder = Directory.CreateTempSubdirectory("rnndsl").FullName, before = Directory.GetCurrentDirectory();
        try
        {
            Directory.SetCurrentDirectory(folder);
            // There is no file yet: the first snippet says so.
            Assert.IsType<FileNotFoundException>(Assert.Throws<TargetInvocationException>(() => run.Invoke(null, [])).InnerException);
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
            Directory.Delete(folder);
        }
    }

    static string Text([System.Runtime.CompilerServices.CallerFilePath] string path = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "docs", "exchange.md")).ReplaceLineEndings("\n");
}

using RnnDsl.CompilerServices;

namespace RnnDsl.Execution.Tests;

/// <summary>The snippets of docs/prediction.md compile and run. Its C program: <c>tests/RnnDsl.Aot.Tests</c>.</summary>
public class DocumentationTests
{
    [Fact]
    public void Snippets_about_prediction_run()
    {
        string[] blocks = [.. Text().Split("```csharp\n").Skip(1).Select(b => b[..b.IndexOf("```", StringComparison.Ordinal)])];
        Assert.Equal(6, blocks.Length);
        string source = "using System; using System.Linq; using System.Threading.Tasks; using RnnDsl; using RnnDsl.Prediction; using RnnDsl.Sequences; using RnnDsl.Storage; using static RnnDsl.Ops;\n"
            + blocks[0] + """
            public static class Snippets
            {
                public static float[] Run(string folder)
                {
                    ModelFile.Save(folder + "forecaster.safetensors", new Forecaster(seed: 1), new Scaler(["Load"], [50], [10]));

            """ + string.Concat(blocks[1..]).Replace("\"forecaster.", "folder + \"forecaster.") + "return answers; } }";
        string folder = Directory.CreateTempSubdirectory("rnndsl-docs-").FullName;
        try
        {
            System.Reflection.MethodInfo run = Compiled.Load(source).GetType("Snippets")!.GetMethod("Run")!;
            var answers = (float[])run.Invoke(null, [folder + Path.DirectorySeparatorChar])!;
            Assert.Equal(12_000, answers.Length);
            Assert.Equal(answers[..12], answers[^12..]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static string Text([System.Runtime.CompilerServices.CallerFilePath] string path = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "docs", "prediction.md")).ReplaceLineEndings("\n");
}

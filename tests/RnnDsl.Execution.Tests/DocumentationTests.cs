using RnnDsl.CompilerServices;

namespace RnnDsl.Execution.Tests;

/// <summary>The snippets of docs/prediction.md compile and run, and one of docs/language.md. Its C program: <c>tests/RnnDsl.Aot.Tests</c>.</summary>
public class DocumentationTests
{
    [Fact]
    public void Snippets_about_prediction_run()
    {
        string[] blocks = [.. Text().Split("```csharp\n").Skip(1).Select(b => b[..b.IndexOf("```", StringComparison.Ordinal)])];
        Assert.Equal(10, blocks.Length);
        string source = "using System; using System.Linq; using System.Threading.Tasks; using RnnDsl; using RnnDsl.Prediction; using RnnDsl.Sequences; using RnnDsl.Storage; using static RnnDsl.Ops;\n"
            + string.Concat(blocks.Where(IsModel)) + """
            public static class Snippets
            {
                public static float[] Run(string folder)
                {
                    float Off(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();
                    ModelFile.Save(folder + "forecaster.safetensors", new Forecaster(seed: 1), new Scaler(["Load"], [50], [10]));

            """ + string.Concat(blocks.Where(b => !IsModel(b))).Replace("\"forecaster.", "folder + \"forecaster.") + """
                if (!(Off(next, forecasts[0]) < 1e-3f) || !(Off(many[1][1], forecasts[1]) < 1e-4f))
                    throw new InvalidOperationException("Calls of one method differ.");
                return answers; } }
                """;
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

    static bool IsModel(string block) => block.StartsWith("[Model]", StringComparison.Ordinal);

    [Fact]
    public void The_cell_of_computed_parameters_in_the_language_equals_its_equations()
    {
        string block = Text("language.md").Split("```csharp\n").Single(b => b.Contains("class Reservoir"));
        System.Reflection.Assembly assembly = Compiled.Load("using RnnDsl; using static RnnDsl.Ops;\n" + block[..block.IndexOf("```", StringComparison.Ordinal)]);
        Checks.All(Compiled.Make(assembly, "Reservoir`2", [typeof(Dim), typeof(Dim)], 3, 5), "Scan", [6, 2], seed: 1);
    }

    [Theory]
    [InlineData("FastWeights", 2, "Scan")]
    [InlineData("Looking", 3, "Scan")]
    [InlineData("Translator", 0, "Logits", "Loss")]
    [InlineData("LetterTagger", 0, "Scores", "Loss")]
    [InlineData("LstmTagger", 0, "Scores", "Loss")]
    [InlineData("GruTagger", 0, "Loss")]
    public void Snippets_of_the_language_equal_their_equations(string type, int dims, params string[] methods)
    {
        string block = Text("language.md").Split("```csharp\n").Single(b => b.Contains($"public partial class {type}", StringComparison.Ordinal));
        System.Reflection.Assembly assembly = Compiled.Load("using RnnDsl; using static RnnDsl.Ops;\n" + block[..block.IndexOf("```", StringComparison.Ordinal)]);
        string name = dims == 0 ? type : $"{type}`{dims}";
        int sizes = assembly.GetType(name)!.GetConstructors().Single().GetParameters().Count(p => p.ParameterType == typeof(int) && !p.HasDefaultValue);
        foreach (string method in methods)
            Checks.All(Compiled.Make(assembly, name, [.. Enumerable.Repeat(typeof(Dim), dims)], [.. Enumerable.Range(3, sizes).Select(n => (object)n)]), method, [6, 3, 2], seed: 1, withStates: dims > 0);
    }

    static string Text(string name = "prediction.md", [System.Runtime.CompilerServices.CallerFilePath] string path = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "docs", name)).ReplaceLineEndings("\n");
}

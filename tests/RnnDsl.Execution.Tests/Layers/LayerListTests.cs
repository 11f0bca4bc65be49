using System.Reflection;
using System.Text.RegularExpressions;
using Module = RnnDsl.Execution.Module;

namespace RnnDsl.Execution.Tests.Layers;

/// <summary>docs/layers.md names what the library has, and its snippet runs.</summary>
public class LayerListTests
{
    static string[] Library() =>
    [
        .. typeof(Lstm<,>).Assembly.GetExportedTypes().Where(t => t is { IsAbstract: false, BaseType.IsGenericType: true } && (t.BaseType.GetGenericTypeDefinition() == typeof(Cell<,>) || t.BaseType.GetGenericTypeDefinition() == typeof(Cell<,,>)))
            .Select(t => t.Name[..t.Name.IndexOf('`')]).Order(StringComparer.Ordinal),
    ];

    [Fact]
    public void The_page_names_each_layer_once()
    {
        string[] rows = [.. Text().Split('\n').Where(l => l.StartsWith("| `", StringComparison.Ordinal)).Select(l => l.Split('|')[1])];
        Assert.Equal(Library(), rows.SelectMany(row => Regex.Matches(row, @"`(\w+)[<`]").Select(m => m.Groups[1].Value)).Order(StringComparer.Ordinal));
    }

    /// <summary>Embedding has its tests with one-hot inputs, ZoneoutLstm and WeightDropLstm with their masks, HierarchicalLstm with its choices.</summary>
    [Fact]
    public void Each_layer_is_compiled_and_compared() =>
        Assert.Equal(Library(), CellTests.Cells.Keys.Concat(["Embedding", "HierarchicalLstm", "WeightDropLstm", "ZoneoutLstm"]).Intersect(Library()).Order(StringComparer.Ordinal));

    [Fact]
    public void The_snippet_equals_its_equations()
    {
        string snippet = Regex.Match(Text(), "```csharp\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        Assembly assembly = Compiled.Load("using RnnDsl; using static RnnDsl.Ops;\n" + snippet);
        Module model = Compiled.Make(assembly, "Events", [], 3, 5, 2);
        Assert.Equal(["time", "x"], model.Method("Predict").Inputs.Select(i => i.Name));
        Checks.All(model, "Predict", [5, 3, 1], seed: 4);
        Checks.All(model, "Loss", [5, 3, 1], seed: 4);
    }

    static string Text([System.Runtime.CompilerServices.CallerFilePath] string path = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "..", "docs", "layers.md")).ReplaceLineEndings("\n");
}

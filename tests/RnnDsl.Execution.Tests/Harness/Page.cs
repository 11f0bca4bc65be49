using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RnnDsl.Execution.Tests;

/// <summary>A page of docs as a program: its classes stand at the top, and the statements of each snippet are a method.</summary>
/// <remarks>A snippet may use the names of <see cref="Known"/> without declaring them: they are parameters of its method. What a snippet prints goes to a writer of
/// the program. A block of text right behind a snippet is what that prints.</remarks>
internal sealed partial class Page
{
    /// <summary>What snippets go on with, and its type; M stands for the first model of the page.</summary>
    static readonly (string Name, string Type)[] Known =
    [
        ("model", "M"), ("data", "ForecastData"), ("series", "TimeSeries"), ("table", "TimeSeries"), ("trainer", "Trainer"), ("history", "History"), ("executor", "Executor"),
        ("newer", "DatasetParts"), ("tasks", "ContinualTask[]"),
    ];

    const string Usings = """
        using System; using System.Collections.Generic; using System.IO; using System.Linq;
        using RnnDsl; using RnnDsl.Audio; using RnnDsl.Continual; using RnnDsl.Data; using RnnDsl.Distributed; using RnnDsl.Execution; using RnnDsl.Keras; using RnnDsl.Metrics; using RnnDsl.Onnx; using RnnDsl.Plots; using RnnDsl.Prediction; using RnnDsl.Runs; using RnnDsl.Search; using RnnDsl.Sequences; using RnnDsl.Storage;
        using RnnDsl.Terminal; using RnnDsl.Text; using RnnDsl.Training; using RnnDsl.Tuning;
        using static RnnDsl.Ops;

        """;

    readonly List<(string Text, string? Shown)> snippets = [];

    public Page(string name, [System.Runtime.CompilerServices.CallerFilePath] string path = "")
    {
        Text = File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "docs", name)).ReplaceLineEndings("\n");
        foreach (Match match in Snippet().Matches(Text))
            snippets.Add((match.Groups["code"].Value, match.Groups["shown"] is { Success: true } shown ? shown.Value : null));
    }

    /// <summary>All that stands on the page.</summary>
    public string Text { get; }

    /// <summary>The numbers of the snippets whose output is shown.</summary>
    public IEnumerable<int> Shown => Enumerable.Range(0, snippets.Count).Where(i => snippets[i].Shown is not null);

    /// <summary>How many snippets it has.</summary>
    public int Count => snippets.Count;

    /// <summary>Compiles the page; a warning fails.</summary>
    /// <param name="folder">Where the files are that its snippets read and write.</param>
    public Assembly Load(string folder = "")
    {
        var types = new List<string>();
        var methods = new List<string>();
        foreach ((CompilationUnitSyntax code, int number) in snippets.Select((s, i) => (CSharpSyntaxTree.ParseText(s.Text, new CSharpParseOptions(LanguageVersion.CSharp14)).GetCompilationUnitRoot(), i)))
        {
            types.AddRange(code.Members.Where(m => m is not GlobalStatementSyntax).Select(m => m.ToFullString()));
            string statements = FileName().Replace(string.Concat(code.Members.OfType<GlobalStatementSyntax>().Select(s => s.ToFullString())),
                file => SymbolDisplay.FormatLiteral(Path.Combine(folder, file.Groups[1].Value), quote: true));
            methods.Add($"public static void Snippet{number}({string.Join(", ", Parameters(code))})\n{{\n{statements}\n}}\n");
        }
        string model = Model().Match(string.Concat(types)).Groups[1].Value;
        return Compiled.Load(Usings + (model.Length > 0 ? $"using M = {model};\n" : "") + string.Concat(types)
            + "public static class Snippets\n{\npublic static readonly StringWriter Console = new(System.Globalization.CultureInfo.InvariantCulture);\n" + string.Concat(methods) + "}\n",
            typeof(Data.CsvSeries).Assembly, typeof(Text.TextEncoder).Assembly, typeof(Audio.Sound).Assembly, typeof(Keras.KerasWeights).Assembly, typeof(Onnx.PyTorchWeights).Assembly, typeof(Terminal.Tables).Assembly, typeof(Plots.HistoryPlot).Assembly, typeof(Runs.RunRecord).Assembly, typeof(Spectre.Console.IAnsiConsole).Assembly,
            typeof(Distributed.MpiCommunicator).Assembly);
    }

    /// <summary>Runs a snippet, and gives what the page shows beside what is printed.</summary>
    /// <param name="program">The page, compiled.</param>
    /// <param name="number">Of the snippet.</param>
    /// <param name="known">What the snippet goes on with, by name.</param>
    public (string? Shown, string Printed) Run(Assembly program, int number, IReadOnlyDictionary<string, object>? known = null)
    {
        Type snippetsOf = program.GetType("Snippets", throwOnError: true)!;
        var console = (StringWriter)snippetsOf.GetField("Console")!.GetValue(null)!;
        console.GetStringBuilder().Clear();
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            System.Reflection.MethodInfo snippet = snippetsOf.GetMethod($"Snippet{number}")!;
            snippet.Invoke(null, [.. snippet.GetParameters().Select(p => known![p.Name!])]);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
        return (snippets[number].Shown, console.ToString().ReplaceLineEndings("\n"));
    }

    /// <summary>The known names that the statements use and do not declare.</summary>
    static IEnumerable<string> Parameters(CompilationUnitSyntax code)
    {
        SyntaxNode[] nodes = [.. code.Members.OfType<GlobalStatementSyntax>().SelectMany(s => s.DescendantNodes())];
        HashSet<string> declared = [.. nodes.OfType<VariableDeclaratorSyntax>().Select(d => d.Identifier.Text), .. nodes.OfType<SingleVariableDesignationSyntax>().Select(d => d.Identifier.Text),
            .. nodes.OfType<ParameterSyntax>().Select(p => p.Identifier.Text), .. nodes.OfType<ForEachStatementSyntax>().Select(f => f.Identifier.Text)];
        HashSet<string> used = [.. nodes.OfType<IdentifierNameSyntax>().Select(n => n.Identifier.Text)];
        return Known.Where(k => used.Contains(k.Name) && !declared.Contains(k.Name)).Select(k => $"{k.Type} {k.Name}");
    }

    [GeneratedRegex("""```csharp\n(?<code>.*?)\n```\n(?:\n```text\n(?<shown>.*?)```)?""", RegexOptions.Singleline)]
    private static partial Regex Snippet();

    [GeneratedRegex(@"""(\w[\w.]*\.(?:csv|safetensors|onnx|h5|conll|txt|wav|raw|jsonl)|(?:runs|parts)(?:/[\w.-]+)?)""")]
    private static partial Regex FileName();

    [GeneratedRegex("""partial class (\w+) : Model\b""")]
    private static partial Regex Model();
}

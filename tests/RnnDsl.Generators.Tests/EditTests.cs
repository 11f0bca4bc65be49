using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using RnnDsl.Generators.Parsing;

namespace RnnDsl.Generators.Tests;

/// <summary>Whatever is edited, a driver that has seen the text before gives what a new one gives.</summary>
public class EditTests
{
    static readonly string[] Files =
    [
        """
        using RnnDsl;
        using static RnnDsl.Ops;
        [Cell]
        public partial class Leaky<Input, Hidden> : Cell<Input, Hidden>
        {
            [State] Vec<Hidden> h;
            Mat<Hidden, Input> W;
            Mat<Hidden, Hidden> U;

            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                var a = Tanh(W * x + U * h);
                return h = Mix(a);
            }

            Vec<Hidden> Mix(Vec<Hidden> a) => 0.5 * a + 0.5 * h;
        }
        """,
        """
        using RnnDsl;
        public static class Sizes { public const int Hidden = 8; public static int Other() => 1; }
        [Size(Sizes.Hidden)] public class Hidden : Dim;
        public class Feature : Dim;
        """,
        """
        using RnnDsl;
        using static RnnDsl.Ops;
        [Model]
        public partial class Sum : Model
        {
            Leaky<Feature, Hidden> cell;
            Vec<Hidden> Predict(Seq<Feature> x) => Last(cell.Scan(x));
            Scalar Loss(Seq<Feature> x, Vec<Hidden> y) => MeanSquaredError(Predict(x), y);
        }
        """,
    ];

    /// <summary>File, what it says, what it says then; one after the other.</summary>
    static readonly (int File, string From, string To)[] Edits =
    [
        (0, "Tanh(W * x + U * h)", "Sigmoid(W * x + U * h)"),
        (0, "0.5 * a + 0.5 * h", "0.25 * a + 0.75 * h"),
        (1, "Other() => 1", "Other() => 2"),
        (1, "Hidden = 8", "Hidden = 16"),
        (1, "[Size(Sizes.Hidden)] ", ""),
        (0, "return h = Mix(a);", "var unused = a; return h = Mix(a);"),
        (1, "public static class", "// a comment\npublic static class"),
        (0, "var unused = a; ", ""),
        (0, "W * x", "W * h"),
        (2, "Last(cell", "Mean(cell"),
        (0, "W * h", "W * x"),
        (0, "[Cell]", "// moved\n\n[Cell]"),
        (0, "[State] ", ""),
        (0, "Vec<Hidden> h;", "[State] Vec<Hidden> h;"),
        (2, "Predict(x), y", "Predict(x) + 1, y"),
    ];

    [Fact]
    public void An_edit_gives_what_a_new_build_gives()
    {
        string[] texts = [.. Files];
        CSharpCompilation compilation = GeneratorHarness.Compile("").RemoveAllSyntaxTrees().AddSyntaxTrees(texts.Select(Tree));
        GeneratorDriver driver = GeneratorHarness.Driver().RunGenerators(compilation);
        Assert.Equal(2, driver.GetRunResult().GeneratedTrees.Length);
        foreach ((int file, string from, string to) in Edits)
        {
            Assert.Contains(from, texts[file]);
            texts[file] = texts[file].Replace(from, to);
            compilation = compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[file], Tree(texts[file], file));
            driver = driver.RunGenerators(compilation);
            Assert.Equal(Results(GeneratorHarness.Driver().RunGenerators(compilation)), Results(driver));
        }
    }

    [Fact]
    public void A_letter_in_one_class_reads_no_other_again()
    {
        CSharpCompilation compilation = GeneratorHarness.Compile("").RemoveAllSyntaxTrees().AddSyntaxTrees(Files.Select(Tree));
        GeneratorDriver driver = GeneratorHarness.Driver().RunGenerators(compilation);
        int[] Read(int file, string from, string to)
        {
            driver = GeneratorHarness.Driver().RunGenerators(compilation);
            GeneratorDriver edited = driver.RunGenerators(compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[file], Tree(Files[file].Replace(from, to), file)));
            // Not equal, but the very same: it was not read again.
            ParsedModule[] before = Parsed(driver), after = Parsed(edited);
            return [.. Enumerable.Range(0, before.Length).Where(i => !ReferenceEquals(before[i], after[i]))];
        }
        Assert.Equal([1], Read(2, "Last(cell", "Mean(cell"));
        Assert.Equal([0, 1], Read(0, "0.5 * h", "0.6 * h"));
        Assert.Empty(Read(1, "=> 1", "=> 3"));
    }

    [Fact]
    public void A_body_filled_in_where_a_stub_was_is_seen_by_models_in_other_files()
    {
        const string Body = "{\n        var a = Tanh(W * x + U * h);\n        return h = Mix(a);\n    }";
        Assert.Contains(Body, Files[0]);
        foreach (string stub in new[] { "{ throw new System.NotImplementedException(); }", "{ }", "=> throw new System.NotImplementedException();" })
        {
            string[] texts = [Files[0].Replace(Body, stub), Files[1], Files[2]];
            CSharpCompilation compilation = GeneratorHarness.Compile("").RemoveAllSyntaxTrees().AddSyntaxTrees(texts.Select(Tree));
            GeneratorDriver driver = GeneratorHarness.Driver().RunGenerators(compilation);
            Assert.DoesNotContain(": CompiledProgram", Results(driver));
            compilation = compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[0], Tree(Files[0], 0));
            driver = driver.RunGenerators(compilation);
            Assert.Contains("PredictForward", Results(driver));
            Assert.Equal(Results(GeneratorHarness.Driver().RunGenerators(compilation)), Results(driver));
        }
    }

    /// <summary>Static helpers and models that are layers, too, may still be stubs in their own files.</summary>
    [Fact]
    public void A_helper_or_layer_filled_in_in_another_file_is_seen()
    {
        const string User = """
            using RnnDsl;
            using static RnnDsl.Ops;
            [Model]
            public partial class User : Model
            {
                class Feature : Dim;
                Inner<Feature> inner;
                public Vec<Feature> Predict(Vec<Feature> x) => Helpers.Mix(inner.Of(x));
            }
            """;
        string Other(string mix, string of) => $$"""
            using RnnDsl;
            using static RnnDsl.Ops;
            public static class Helpers
            {
                public static Vec<D> Mix<D>(Vec<D> a) {{mix}}
            }
            [Model]
            public partial class Inner<A> : Model
            {
                Linear<A, A> head;
                public Vec<A> Of(Vec<A> x) {{of}}
            }
            """;
        foreach (string stub in new[] { "{ throw new System.NotImplementedException(); }", "{ }" })
            foreach ((string mix, string of) in new[] { (stub, "{ return head.Map(x); }"), ("{ return a + a; }", stub), (stub, stub) })
            {
                CSharpCompilation compilation = GeneratorHarness.Compile("").RemoveAllSyntaxTrees().AddSyntaxTrees(Tree(Other(mix, of), 0), Tree(User, 1));
                GeneratorDriver driver = GeneratorHarness.Driver().RunGenerators(compilation);
                compilation = compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[0], Tree(Other("{ return a + a; }", "{ return head.Map(x); }"), 0));
                driver = driver.RunGenerators(compilation);
                Assert.Contains("PredictForward", Results(driver));
                Assert.Equal(Results(GeneratorHarness.Driver().RunGenerators(compilation)), Results(driver));
            }
    }

    [Fact]
    public void An_edit_in_a_second_part_of_a_class_keeps_its_warnings_where_they_belong()
    {
        string[] texts =
        [
            "using RnnDsl;\n[Cell]\npublic partial class Parts<A, B> : Cell<A, B>\n{\n    Mat<B, A> W;\n    protected override Vec<B> Step(Vec<A> x) => W * x;\n}",
            "using RnnDsl;\npublic partial class Parts<A, B>\n{\n    static int Other()\n    {\n        return 1;\n    }\n\n    Vec<B> unused;\n}",
        ];
        CSharpCompilation compilation = GeneratorHarness.Compile("").RemoveAllSyntaxTrees().AddSyntaxTrees(texts.Select(Tree));
        GeneratorDriver driver = GeneratorHarness.Driver().RunGenerators(compilation);
        foreach (string body in new[] { "return 2;", "\n\n        return 12345;", "" })
        {
            compilation = compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[1], Tree(texts[1].Replace("return 1;", body), 1));
            driver = driver.RunGenerators(compilation);
            GeneratorRunResult result = driver.GetRunResult().Results.Single();
            Assert.Null(result.Exception);
            Diagnostic warning = Assert.Single(result.Diagnostics);
            Assert.Equal("RNN2007", warning.Id);
            Assert.Equal("unused", compilation.SyntaxTrees[1].GetText().ToString(warning.Location.SourceSpan));
            Assert.Same(compilation.SyntaxTrees[1], warning.Location.SourceTree);
        }
    }

    [Fact]
    public void Forks_of_one_driver_may_run_at_once()
    {
        CSharpCompilation compilation = GeneratorHarness.Compile("").RemoveAllSyntaxTrees().AddSyntaxTrees(Files.Select(Tree));
        GeneratorDriver driver = GeneratorHarness.Driver().RunGenerators(compilation);
        CSharpCompilation[] edited = [.. Edits.Where(e => Files[e.File].Contains(e.From)).Select(e =>
            compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[e.File], Tree(Files[e.File].Replace(e.From, e.To), e.File)))];
        string[] expected = [.. edited.Select(c => Results(GeneratorHarness.Driver().RunGenerators(c)))];
        GeneratorDriver[] forks = [.. edited.Select(_ => driver)];
        // Each fork goes from text to text, and all of them meet at the same classes.
        for (int round = 0; round < 10; round++)
            Parallel.For(0, forks.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
            {
                int text = round % 2 == 0 ? (i + round) % edited.Length : round % edited.Length;
                forks[i] = forks[i].RunGenerators(edited[text]);
                Assert.Null(forks[i].GetRunResult().Results.Single().Exception);
                Assert.Equal(expected[text], Results(forks[i]));
            });
    }

    static ParsedModule[] Parsed(GeneratorDriver driver) =>
    [
        .. driver.GetRunResult().Results.Single().TrackedSteps[RnnDslGenerator.ParseStep].SelectMany(s => s.Outputs).Select(o => (ParsedModule)o.Value),
    ];

    static SyntaxTree Tree(string text, int file) => CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.CSharp14), $"File{file}.cs");

    static string Results(GeneratorDriver driver)
    {
        GeneratorDriverRunResult result = driver.GetRunResult();
        return string.Join("\n", result.Diagnostics.Select(d => d.ToString()).Order().Concat(result.GeneratedTrees.OrderBy(t => t.FilePath).Select(t => t.ToString())));
    }
}

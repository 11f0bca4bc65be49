using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace RnnDsl.Generators.Tests;

/// <summary>What stands at declarations does no harm in the generated part, and messages say what is true.</summary>
public class DeclarationTests
{
    /// <summary>Generated code uses obsolete and experimental members as the user's declarations do, without a warning of its own.</summary>
    [Fact]
    public void Attributes_of_members_give_no_warnings_in_generated_code()
    {
        GeneratorRun run = GeneratorHarness.Run("""
            #nullable disable warnings
            [Obsolete("old")] public class Old : Dim;
            [System.Diagnostics.CodeAnalysis.Experimental("NEW1")] public class New : Dim;
            [Obsolete("old", DiagnosticId = "MY001"), Cell] public partial class Layer<A, B> : Cell<A, B> { Mat<B, A> W; protected override Vec<B> Step(Vec<A> x) => W * x; }
            #pragma warning disable CS0612, CS0618, MY001, NEW1
            [Model]
            public unsafe partial class M : Model
            {
                public class @event : Dim;
                [Obsolete] Vec<Old> b;
                [Obsolete(DiagnosticId = "MY002")] Scalar s;
                [System.Diagnostics.CodeAnalysis.Experimental("NEW2")] Mat<New, Old> @class;
                [Obsolete] Layer<New, Old>? layer = null!;
                Layer<Old, @event>? @int;
            #pragma warning disable CS0612, CS0618, MY002, NEW2
                [Obsolete] public Vec<Old> Predict(Vec<Old> x) => layer!.Map(@class * x) + b * s;
                public Vec<@event> @return(Vec<Old> @string) => @int!.Map(Predict(@string));
                public Scalar Loss(Vec<Old> x, Vec<Old> y) => MeanSquaredError(Predict(x), y);
            }
            """);
        Assert.Empty(run.Diagnostics);
        Assert.DoesNotContain(run.CSharp, d => d.Id != "CS0227");
    }

    /// <summary>The half silences warnings, so that only those for these tests show that it has none of its own.</summary>
    [Fact]
    public void Generated_code_has_no_warnings_to_silence()
    {
        GeneratorRun run = GeneratorHarness.Run(Sources.Forecaster);
        Compilation all = run.Output.WithOptions(run.Output.Options.WithReportSuppressedDiagnostics(true));
        Assert.DoesNotContain(all.GetDiagnostics(), d => d.Severity >= DiagnosticSeverity.Warning && d.Location.SourceTree?.FilePath != "Source.cs" && d.Id != "CS8618");
    }

    /// <summary>An element of an array has a path in files, and is named in messages as equations write it.</summary>
    [Fact]
    public void Elements_of_arrays_are_named_as_they_are_written()
    {
        const string Layers = "class A : Dim; class B : Dim; [Count(2)] Gru<A, A>[] deep; [Count(2)] Inner<A>[] inner; Linear<B, A> head;\n";
        const string Inner = "[Model] partial class Inner<D> : Model { Linear<D, D> only; public Vec<D> Run(Vec<D> x) => only.Map(x); }\n";
        string Of(string method) => Message(WrongPrograms.Model(Layers + "Vec<A> All(Seq<A> x) => Last(deep[0].Scan(x)) + inner[0].Run(inner[1].Run(Last(x)));\n"
            + "Seq<A> Used(Seq<A> x, Seq<B> y) => deep[1].Scan(x) + head.Map(y);\n" + method) + Inner);
        Assert.StartsWith("deep[1].Scan takes a sequence of A", Of("Seq<A> Wrong(Seq<B> x) => deep[1].Scan(x);"), StringComparison.Ordinal);
        Assert.StartsWith("deep[0] is Gru", Of("Seq<A> Wrong(Seq<A> x) => deep[0].Map(x);"), StringComparison.Ordinal);
        Assert.StartsWith("inner[1].Run takes a vector of A", Of("Vec<A> Wrong(Vec<B> x) => inner[1].Run(x);"), StringComparison.Ordinal);
        Assert.Contains("R[0] (Hidden×Hidden) would fit", Message(WrongPrograms.Cell("[State, Count(2)] Vec<Hidden>[] h; Mat<Hidden, Input> W; [Count(2)] Mat<Hidden, Hidden>[] R;\n"
            + "protected override Vec<Hidden> Step(Vec<Input> x) { h[0] = R[0] * h[0]; h[1] = R[1] * h[1] + W * h[0]; return h[1] + W * x; }")), StringComparison.Ordinal);
        foreach ((string product, string hint) in new[] { ("W * V * x", ". Transpose(V) would fit"), ("W * U * x", ". Transpose(W) would fit"), ("W * W * x", ". Transpose(W) would fit") })
            Assert.EndsWith(hint, Message(WrongPrograms.Cell("[State] Vec<Hidden> h; Mat<Hidden, Input> W, V; Mat<Hidden, Hidden> U;\n"
                + $"protected override Vec<Hidden> Step(Vec<Input> x) => h = U * h + V * x + {product};")), StringComparison.Ordinal);
        Assert.StartsWith("h[1] is a vector of Hidden and cannot hold x", Message(WrongPrograms.Cell("[State, Count(2)] Vec<Hidden>[] h;\n"
            + "protected override Vec<Hidden> Step(Vec<Input> x) { h[0] = h[0] + h[1]; h[1] = x; return h[0]; }")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Seq<Cat<Word, Feature>> Of([OneHot] Seq<Word> x, Seq<Feature> y) => Concat(x, y);",
        "Concat(x, y) needs the one-hot vector of Word written out, one number for each unit at every step; a matrix or table that multiplies it would read one column or row instead")]
    [InlineData("Seq<Word> Of([OneHot] Seq<Word> x, Seq<Feature> y) => norm[1].Map(x);", ". LayerNorm reads its input unit by unit; give it what an Embedding makes of the vector")]
    public void Where_a_one_hot_vector_is_written_out_it_says_what_that_costs(string method, string said) => Assert.EndsWith(said, Message(WrongPrograms.Model(
        "class Word : Dim; class Feature : Dim; [Count(2)] LayerNorm<Word>[] norm; Vec<Word> Used(Vec<Word> x) => norm[0].Map(norm[1].Map(x));\n" + method)), StringComparison.Ordinal);

    static string Message(string source) => Assert.Single(GeneratorHarness.Run(source).Diagnostics).GetMessage();

    [Theory]
    [InlineData("b * U * h", "Write b * (U * h)")]
    [InlineData("(b * U) * h", "Write b * (U * h)")]
    [InlineData("b * b * U * h", "Write b * b * (U * h)")]
    [InlineData("b * U * 2 * h", "Write b * (U * 2 * h)")]
    [InlineData("h * U", "Write U * h")]
    public void Advice_for_a_product_in_the_wrong_order_is_to_write_what_was_meant(string product, string advice) =>
        Assert.Contains(advice, Message(WrongPrograms.Cell($"[State] Vec<Hidden> h; Vec<Hidden> b; Mat<Hidden, Hidden> U; Mat<Hidden, Input> W;\n"
            + $"protected override Vec<Hidden> Step(Vec<Input> x) => h = W * x + b + U * h + {product};")), StringComparison.Ordinal);

    /// <summary>Of what is beside a mistake that C# reports, nothing is said that follows from it.</summary>
    [Theory]
    [InlineData("var v = W * x; return Missing(v) + h;")]
    [InlineData("var v = W * x; int n = 2.5; return W * x + h;")]
    [InlineData("var v = W * x; return W * ;")]
    [InlineData("var v = W * x return W * x;")]
    [InlineData("Vec<Hidden> v = W * x; string s = v; return W * x;")]
    public void Nothing_follows_from_a_mistake_that_CSharp_reports(string body)
    {
        GeneratorRun run = GeneratorHarness.Run(WrongPrograms.Cell($"[State] Vec<Hidden> h; Vec<Hidden> b; Mat<Hidden, Input> W;\nprotected override Vec<Hidden> Step(Vec<Input> x) {{ {body} }}"));
        Assert.Empty(run.Diagnostics);
        Assert.Contains(run.CSharp, d => d.Severity == DiagnosticSeverity.Error);
    }
}

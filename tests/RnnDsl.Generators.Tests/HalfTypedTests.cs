using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace RnnDsl.Generators.Tests;

/// <summary>What an editor hands over while somebody types: the generator neither fails nor breaks its own text.</summary>
public class HalfTypedTests
{
    const string Whole = """
        namespace N
        {
            [Cell] partial class C<A, B> : Cell<A, Cat<B, A>>
            {
                [State, Init(0.5)] Vec<B> h;
                Mat<B, A> W; Linear<A, B> lin; const double K = 2;
                Vec<B> G(Vec<B> v, double s = 2) { var y = Tanh(v * s); return y; }
                protected override Vec<Cat<B, A>> Step(Vec<A> x)
                {
                    Vec<B> z = lin.Map(x);
                    z += Sum(x) * K;
                    h = G(W * x + h, 3) + z.Slice(0, h);
                    return Concat(h, (x));
                }
            }
            [Model] partial class M : Model
            {
                class F : Dim; [Size(3)] class H : Dim;
                C<F, H> c;
                static Seq<D> S<D>(Seq<D> x, Scalar k) => x * k;
                Scalar L(Seq<F> x, Vec<F> y) => MeanSquaredError(Last(S(Right(c.Scan(x)), 2)), y);
            }
        }
        """;

    [Fact]
    public void A_whole_program_is_right() => GeneratorHarness.Valid(Whole);

    [Theory]
    [InlineData("cut before")]
    [InlineData("without")]
    [InlineData("a word before")]
    public void Half_typed_states_are_survived(string edit)
    {
        // Every twelfth token; which, depends on the edit and on the day.
        int first = edit.Length + DateTime.UtcNow.DayOfYear;
        SyntaxToken[] tokens = [.. CSharpSyntaxTree.ParseText(Whole).GetRoot().DescendantTokens().Where((t, i) => t.Span.Length > 0 && (i + first) % 12 == 0)];
        var problems = new List<string>();
        foreach (SyntaxToken token in tokens)
        {
            string before = Whole[..token.SpanStart], after = Whole[token.Span.End..];
            string source = edit switch { "cut before" => before, "without" => before + after, _ => before + "word " + token + after };
            foreach (string problem in Problems(source))
                problems.Add($"{edit} '{token}' at {token.SpanStart}: {problem}");
        }
        Assert.Empty(problems);
    }

    [Fact]
    public void A_choice_in_place_of_a_comparison_is_survived() => Assert.Empty(Problems("""
        [Model] partial class M : Model { [Size(3)] class D : Dim; Vec<D> p; Seq<D> A(Seq<D> x) => Where(Where(x > p, x, 0), x, p); }
        """));

    static IEnumerable<string> Problems(string source)
    {
        CSharpCompilation compilation = GeneratorHarness.Compile(source);
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new RnnDslGenerator().AsSourceGenerator()], parseOptions: (CSharpParseOptions)compilation.SyntaxTrees[0].Options);
        driver.RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out var reported);
        // CS8785 is the compiler's word for a generator that failed.
        return reported.Where(d => d.Id is "CS8785" or "RNN9999")
            .Concat(output.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning && d.Location.SourceTree is { } tree
                && tree.FilePath is not ("Source.cs" or "Usings.cs")))
            .Select(d => d.ToString());
    }
}

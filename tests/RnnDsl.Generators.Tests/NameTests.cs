using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace RnnDsl.Generators.Tests;

/// <summary>Names that collide with something only in generated code.</summary>
public class NameTests
{
    const string Body = "{ Mat<B, A> W; [State] Vec<B> h; protected override Vec<B> Step(Vec<A> x) => h = Tanh(W * x) + Exp(h); }";

    [Fact]
    public void Files_are_told_apart_without_their_case_and_without_strange_letters()
    {
        GeneratorRun run = GeneratorHarness.Valid($$"""
            namespace @namespace.Names { [Cell] public partial class Same<A, B> : Cell<A, B> {{Body}} }
            namespace @namespace.names { [Cell] public partial class Same<A, B> : Cell<A, B> {{Body}} }
            [Cell] public partial class Same<A, B> : Cell<A, B> {{Body}}
            [Cell] public partial class SAME<A, B> : Cell<A, B> {{Body}}
            [Cell] public partial class Größe<A, B> : Cell<A, B> {{Body}}
            """);
        Assert.Equal(["Gr-00f6-00dfe`2.g.cs", "SAME`2.g.cs", "Same`2-2.g.cs", "namespace.Names.Same`2.g.cs", "namespace.names-2.Same`2.g.cs"],
            run.Generated.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("V", "T")]
    [InlineData("m", "s")]
    [InlineData("J", "R")]
    [InlineData("Rows", "Batch")]
    [InlineData("Vec", "Cell")]
    [InlineData("System", "RnnDsl")]
    [InlineData("PA", "A")]
    [InlineData("_", "__")]
    [InlineData("@int", "@class")]
    public void Type_parameters_may_be_called_anything(string a, string b) => GeneratorHarness.Valid($$"""
        [Cell]
        public partial class C<{{a}}, {{b}}> : Cell<{{a}}, {{b}}>
        {
            Mat<{{b}}, {{a}}> W;
            [State] Vec<{{b}}> h;
            protected override Vec<{{b}}> Step(Vec<{{a}}> x) => h = Tanh(W * x) + h;
        }
        """);

    [Theory]
    [InlineData("Loop", "LoopTraining")]
    [InlineData("Each", "EachStep")]
    [InlineData("Weight", "WeightForward")]
    [InlineData("Forward", "ForwardForward")]
    [InlineData("Backward", "Memory")]
    [InlineData("Sums", "Parameters")]
    [InlineData("Condition", "Given")]
    public void Methods_and_their_inputs_may_have_the_names_of_what_is_generated(string method, string input) => GeneratorHarness.Valid($$"""
        [Model]
        public partial class M : Model
        {
            class A : Dim; class B : Dim;
            Gru<A, B> first; Gru<B, B> second;
            Seq<B> {{method}}(Seq<A> {{input}}) => second.ScanReversed(first.Scan({{input}}));
            Scalar {{method}}Loss(Seq<A> {{input}}, Seq<B> y) => MeanSquaredError({{method}}({{input}}), y);
            Scalar Loop2(Seq<A> x, Seq<B> {{input}}) => MeanSquaredError(second.Scan(first.Scan(x)), {{input}});
        }
        """);

    [Fact]
    public void Neighbors_and_members_may_have_the_names_of_the_runtimes_types() => GeneratorHarness.Valid($$"""
        namespace My.Gemm
        {
            class Floats; class Shard; class Layout; class Simd512; class Panels; class CompiledProgram;
            [Cell] public partial class K<A, B> : Cell<A, B> {{Body}}
        }
        [Cell]
        public partial class C<A, B> : Cell<A, B>
        {
            const double Floats = 1, Layout = 4;
            class Carry;
            static void Panels() { }
            Mat<B, A> Rows, Math;
            [State] Vec<B> Simd512, Simd256;

            protected override Vec<B> Step(Vec<A> x)
            {
                var VectorMath = Tanh(Math * x);
                Simd256 = VectorMath + Simd256;
                return Simd512 = Rows * x * Floats * Layout + Simd512 + Simd256;
            }
        }
        """);

    [Theory]
    [InlineData("const int Rows = 3, Shard = 1; _ = Rows + Shard;")]
    [InlineData("(int Floats, int Layout) = (1, 2); _ = Floats + Layout;")]
    [InlineData("_ = int.TryParse(\"1\", out int Gemm); Carry(); void Carry() => _ = Gemm;")]
    public void A_programs_own_statements_may_have_the_names_of_the_runtimes_types(string statements)
    {
        CSharpCompilation compilation = GeneratorHarness.Compile($"[Cell] public partial class C<A, B> : Cell<A, B> {Body}")
            .WithOptions(new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        SyntaxTree program = CSharpSyntaxTree.ParseText("return;", GeneratorHarness.ParseOptions, "Program.cs");
        compilation = compilation.AddSyntaxTrees(program);
        GeneratorDriver driver = GeneratorHarness.Driver().RunGenerators(compilation);
        // The statements are no declarations, but an edit of them counts.
        compilation = compilation.ReplaceSyntaxTree(program, program.WithChangedText(SourceText.From(statements)));
        driver.RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out _);
        Assert.Empty(output.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning && d.Id != "CS1591"));
    }

    const string Conditional = """
        [Cell]
        public partial class Looker<A, B, M> : Cell<A, B, M>
        {
            Mat<B, A> Given, W;
            Mat<B, M> U;
            [State] Vec<B> Under;
            [State] Seq steps_1;
            protected override Vec<B> Step(Vec<A> x, Seq<M> memory)
            {
                var given_memory_0 = SoftmaxOverSteps(Dot(U * memory, Under) - steps_1);
                steps_1 += given_memory_0;
                var lengths = Tanh(Given * x);
                return Under = lengths + W * x + SumOverSteps(given_memory_0 * (U * memory));
            }
        }

        [Model]
        public partial class Translator : Model
        {
            class Given : Dim;
            class Steps_0 : Dim;
            class GivenPlaces : Dim;
            Lstm<Given, Steps_0> encoder;
            Looker<GivenPlaces, Steps_0, Steps_0> given;
            Seq<Steps_0> Logits(Seq<Given> given_memory_0, Seq<GivenPlaces> steps_1) => given.Scan(steps_1, encoder.Scan(given_memory_0), Start(encoder.End(given_memory_0).Vector<Steps_0>(0)));
            MEMBER
        }
        """;

    [Fact]
    public void Names_of_conditional_streams_may_be_the_users() => GeneratorHarness.Valid(Conditional.Replace("MEMBER", "", StringComparison.Ordinal));

    [Theory]
    [InlineData("class LogitsStep1;", "LogitsStep1")]
    [InlineData("const int LogitsCondition1 = 3;", "LogitsCondition1")]
    public void Members_with_the_names_of_programs_of_conditional_streams_are_told(string member, string name)
    {
        GeneratorRun run = GeneratorHarness.Run(Conditional.Replace("MEMBER", member, StringComparison.Ordinal));
        Diagnostic collision = Assert.Single(run.Diagnostics, d => d.Id == "RNN2011");
        Assert.Contains(name, collision.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_may_be_declared_nullable() => GeneratorHarness.Valid("""
        [Model]
        public partial class M : Model
        {
            class F : Dim;
            class H : Dim;
            Gru<F, H>? g;
            Linear<H, F>? head;

            Vec<F> Predict(Seq<F> x) => head!.Map(Last(g!.Scan(x)));
            Scalar Loss(Seq<F> x, Vec<F> y) => MeanSquaredError(Predict(x), y);
        }
        """);

    [Fact]
    public void A_fixed_dimension_is_one_whoever_brings_it() => GeneratorHarness.Valid("""
        [Size(6)] public class Slots : Dim;

        [Cell]
        public partial class Into<A> : Cell<A, Slots>
        {
            Mat<Slots, A> W;
            protected override Vec<Slots> Step(Vec<A> x) => W * x;
        }

        [Model]
        public partial class M : Model
        {
            class Feature : Dim;
            Into<Feature> into;
            Linear<Slots, Feature> head;
            Vec<Slots> b;
            Seq<Feature> Predict(Seq<Feature> x) => head.Map(into.Map(x) + b);
        }
        """);

    [Fact]
    public void Every_scan_of_a_layer_carries_states_of_its_own()
    {
        GeneratorRun run = GeneratorHarness.Valid("""
            [Model]
            public partial class M : Model
            {
                class Feature : Dim;
                Gru<Feature, Feature> cell;
                Seq<Feature> Predict(Seq<Feature> x) => cell.Scan(cell.Scan(cell.Scan(x)));
            }
            """);
        foreach (string state in new[] { "\"cell.h\"", "\"cell.h#2\"", "\"cell.h#3\"" })
            Assert.Contains($"Description.State({state}, featureSize", run.Generated.Values.Single());
    }
}

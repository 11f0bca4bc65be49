using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Tests;

/// <summary>Helpers, and equations of any length and depth.</summary>
public class HelperTests
{
    [Fact]
    public void Helpers_that_call_helpers_twice_share_what_they_compute()
    {
        var source = new StringBuilder("[Cell]\npublic partial class Doubling<A> : Cell<A, A>\n{\n    static Vec<A> F0(Vec<A> x) => Tanh(x);\n");
        for (int i = 1; i <= 60; i++)
            source.AppendLine($"    static Vec<A> F{i}(Vec<A> x) => F{i - 1}(x) * F{i - 1}(x);");
        GeneratorRun run = GeneratorHarness.Valid(source.Append("    protected override Vec<A> Step(Vec<A> x) => F60(x);\n}").ToString());
        Assert.InRange(run.Models.Single().Cell!.Step.Nodes.Count, 61, 63);
    }

    /// <summary>A call is shared only while nothing that it depends on has changed, and never its effects.</summary>
    [Fact]
    public void Calls_of_a_helper_that_reads_or_assigns_a_state_are_each_their_own()
    {
        const string Members = """
            [State] Vec<A> h;
            Vec<A> Read(Vec<A> v) => v * h;
            Vec<A> Assign(Vec<A> v) => h = Tanh(v + h);
            void Change(Vec<A> v) { h = h + v; }
            """;
        Graph StepOf(string body) => GeneratorHarness.Valid($"[Cell]\npublic partial class C<A> : Cell<A, A>\n{{\n{Members}\nprotected override Vec<A> Step(Vec<A> x)\n{{\n{body}\n}}\n}}").Models.Single().Cell!.Step;
        int Count(Graph graph, Op op) => graph.Nodes.Count(n => n.Op == op);
        Assert.Equal(2, Count(StepOf("var a = Read(x); Change(x); Change(x); return a + Read(x) + Assign(x);"), Op.Multiply));
        Assert.Equal(2, Count(StepOf("Change(x); return Assign(x) + Assign(x) + Read(x);"), Op.Tanh));
        Assert.Equal(1, Count(StepOf("Change(x); return Read(x) + Read(x) + Tanh(Assign(x)) * 0;"), Op.Multiply) - 1);
    }

    /// <summary>Each dropout draws for itself.</summary>
    [Fact]
    public void Calls_of_a_helper_that_drops_units_are_each_their_own() => Assert.Equal(2, GeneratorHarness.Valid("""
        [Cell]
        public partial class C<A> : Cell<A, A>
        {
            static Vec<A> Drop(Vec<A> v) => Dropout(v, 0.5);
            protected override Vec<A> Step(Vec<A> x) => Drop(x) + Drop(x);
        }
        """).Models.Single().Cell!.Step.Nodes.Count(n => n.Op == Op.Dropout));

    /// <summary>Type parameters of helpers may stand for parts of concatenations, come from the call, or be those of the caller.</summary>
    [Fact]
    public void Generic_helpers_take_any_dimension() => GeneratorHarness.Valid("""
        [Model]
        public partial class M : Model
        {
            class Feature : Dim; class Hidden : Dim;
            Linear<Feature, Hidden> one; Vec<Hidden> b; Vec<Feature> c; Vec<Cat<Feature, Hidden>> both; Mat<Cat<Hidden, Feature>, Feature> W;
            static Vec<A> First<A, B>(Vec<Cat<A, B>> v) => Left(v);
            static Seq<B> Second<A, B>(Seq<Cat<A, B>> v) => Right(v);
            static Vec<Cat<B, A>> Swapped<A, B>(Vec<Cat<A, B>> v) => Concat(Right(v), Left(v));
            static Vec<Cat<A, B>> Twice<A, B>(Vec<Cat<A, B>> v) => Swapped(Swapped<A, B>(v));
            static Vec<Cat<D, D>> Own<D>(Vec<D> v) { Vec<Cat<D, D>> w = Concat(v, v); return Twice(w); }
            static Vec<R> Mapped<R, C>(Mat<R, C> m, Vec<C> v) => m * v;
            static T Same<T>(T value) => value;
            static Vec<A> Nested<A, B, C>(Vec<Cat<Cat<A, B>, C>> v) => First(First(v));
            Vec<Feature> Predict(Vec<Feature> x) => First(Twice(both)) * x + First(Own(x)) + Right(Mapped(W, x)) + Same(x) + Nested(Concat(Concat(x, b), c)) * Same(2.0);
            Seq<Hidden> Each(Seq<Feature> x) => Second(Concat(x, one.Map(x))) * Same<Scalar>(2);
        }
        """);

    [Fact]
    public void Partial_helpers_have_the_body_of_their_other_part() => GeneratorHarness.Valid("""
        [Cell]
        public partial class C<A> : Cell<A, A>
        {
            private partial Vec<A> Gate(Vec<A> v);
            private partial Vec<A> Gate(Vec<A> v) => Sigmoid(v) * v;
            protected override Vec<A> Step(Vec<A> x) => Gate(x);
        }
        """);

    /// <summary>Arguments are computed in the order in which they are written, as C# does.</summary>
    [Fact]
    public void Arguments_that_assign_are_computed_in_the_order_of_the_text()
    {
        Graph step = GeneratorHarness.Valid("""
            [Cell]
            public partial class C<A> : Cell<A, A>
            {
                [State] Vec<A> h;
                static Vec<A> Minus(Vec<A> a, Vec<A> b) => a - b;
                protected override Vec<A> Step(Vec<A> x) => Minus(b: h = Tanh(x + h), a: h);
            }
            """).Models.Single().Cell!.Step;
        Node minus = step.Nodes.Single(n => n.Op == Op.Subtract);
        Assert.Equal(minus.Inputs[0], minus.Inputs[1]);
    }

    static string Terms(int count, bool statements) => "[Cell]\npublic partial class C<A> : Cell<A, A>\n{\n    class Free : Dim;\n    Vec<Free> wrong;\n    Vec<A> a, b;\n"
        + "    protected override Vec<A> Step(Vec<A> x)\n    {\n        var y = x * a + b;\n        "
        + (statements ? string.Concat(Enumerable.Range(0, count).Select(i => $"y = Tanh(y * {i}.5 + b);\n"))
            : $"y = y{string.Concat(Enumerable.Range(0, count).Select(i => $" + {i}.5 * Tanh(a * {i} + b)"))};\n") + "        return y;\n    }\n}\n";

    /// <summary>The class has a mistake, so that no pass runs: what the parser alone allocates doubles with the size of its text.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Parsing_is_linear_in_the_length_of_the_equations(bool statements)
    {
        long[] allocated = [.. new[] { 500, 1000, 2000 }.Select(count =>
        {
            CSharpCompilation compilation = GeneratorHarness.Compile(Terms(count, statements));
            long before = GC.GetAllocatedBytesForCurrentThread();
            GeneratorDriverRunResult result = GeneratorHarness.Driver().RunGenerators(compilation).GetRunResult();
            Assert.Equal("RNN2010", Assert.Single(result.Diagnostics).Id);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        })];
        Assert.True(allocated[2] - allocated[1] < 2.3 * (allocated[1] - allocated[0]), string.Join(' ', allocated));
    }

    /// <summary>A long sum is no deep one; what is too deep is reported, and does not end the compiler.</summary>
    [Theory]
    [InlineData(5_000, 0, "RNN2010")]
    [InlineData(0, 3_000, "RNN2010 RNN3002")]
    public void Neither_length_nor_depth_ends_the_compiler(int terms, int depth, string expected)
    {
        string nested = string.Concat(Enumerable.Repeat("Tanh(", depth)) + "x" + new string(')', depth);
        string source = Terms(0, statements: false).Replace("y = y;", $"y = {nested}{string.Concat(Enumerable.Repeat(" + a", terms))};");
        CSharpCompilation? compilation = null;
        var large = new Thread(() => compilation = GeneratorHarness.Compile(source), 256 << 20);
        large.Start();
        large.Join();
        string reported = "";
        var small = new Thread(() => reported = string.Join(' ', GeneratorHarness.Driver().RunGenerators(compilation!).GetRunResult().Diagnostics.Select(d => d.Id).Distinct()), 1 << 20);
        small.Start();
        small.Join();
        Assert.Equal(expected, reported);
    }
}

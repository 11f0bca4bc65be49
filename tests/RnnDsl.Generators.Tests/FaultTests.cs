using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using RnnDsl.Generators.Emit;
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Parsing;

namespace RnnDsl.Generators.Tests;

/// <summary>Whatever fails in the generator, it stays: an exception that leaves it would end it for the whole project (CS8785).</summary>
public class FaultTests
{
    static ModuleModel Model => GeneratorHarness.Run(Sources.Peephole).Models.Single();

    [Fact]
    public void A_fault_of_a_pass_is_told_and_the_frame_of_the_half_is_written()
    {
        ModuleModel model = Model;
        var broken = new Graph(model.Cell!.Step.Nodes.Select(n => n with { Inputs = new([99999]) }), model.Cell.Step.Results, []);
        GeneratedHalf half = HalfWriter.Write(model with { Cell = model.Cell with { Step = broken } });
        Assert.NotNull(half.Failure);
        Assert.Contains("partial class Peephole<Input, Hidden>", half.Text);
        Assert.DoesNotContain("CompiledProgram", half.Text);
    }

    [Fact]
    public void A_fault_in_writing_the_frame_is_told_too()
    {
        ModuleModel model = Model;
        GeneratedHalf half = HalfWriter.Write(model with { Dims = new([new DimDecl("", "", null)]) });
        Assert.NotNull(half.Failure);
        Assert.Equal("", half.Text);
    }

    [Fact]
    public void A_diagnostic_that_cannot_be_reported_becomes_a_fault_on_the_class()
    {
        SyntaxTree present = CSharpSyntaxTree.ParseText("class C;"), past = CSharpSyntaxTree.ParseText("class D;");
        Diagnostic At(SyntaxTree tree) => Diagnostic.Create(Diagnostics.Descriptors.UnusedMember, Location.Create(tree, new(6, 1)), "Parameter", "p");
        var reported = new List<Diagnostic>();
        void Report(Diagnostic diagnostic)
        {
            if (diagnostic.Location.SourceTree != present)
                throw new ArgumentException("It is not part of the compilation.");
            reported.Add(diagnostic);
        }
        RnnDslGenerator.Report(Report, new ParsedModule(null, [At(past), At(present)], "C", Location.Create(present, new(6, 1))), []);
        Assert.Equal(["RNN9999", "RNN2007"], reported.Select(d => d.Id));
        Assert.Contains("RNN2007 could not be reported", reported[0].GetMessage());
    }

    [Theory]
    [InlineData("partial class Outer { [M] } partial struct Outer { [M] }")]
    [InlineData("namespace Outer { [M] } class Outer { [M] }")]
    [InlineData("partial class Outer { [M] } partial class Outer { [M] }")]
    [InlineData("namespace A { class Outer { [M] } } namespace A.Outer { [M] }")]
    [InlineData("[M] [M]")]
    [InlineData("partial class Inner { [M] } [M]")]
    public void Classes_declared_twice_do_not_end_the_generator(string program)
    {
        const string Inner = "[Model] partial class Inner : Model { class Own : Dim; Vec<Own> b; Vec<Own> Predict(Vec<Own> x) => x + b; }";
        GeneratorDriverRunResult result = GeneratorHarness.Driver().RunGenerators(GeneratorHarness.Compile(program.Replace("[M]", Inner))).GetRunResult();
        Assert.Null(result.Results.Single().Exception);
        Assert.NotEmpty(result.GeneratedTrees);
    }

    [Fact]
    public void A_class_called_Passes_does_not_meet_the_passes_of_the_class_around_it()
    {
        GeneratorRun run = GeneratorHarness.Run("""
            [Model]
            public partial class Whole : Model
            {
                public class Own : Dim;
                Vec<Own> b;
                Vec<Own> Predict(Vec<Own> x) => x + b;

                [Model]
                public partial class Passes : Model
                {
                    Vec<Own> b;
                    Vec<Own> Predict(Vec<Own> x) => x + b;
                }
            }
            """, new Dictionary<string, string> { ["build_property.RnnDslEmitPasses"] = "true" });
        Assert.Equal(4, run.Generated.Count);
    }

    [Fact]
    public void A_chain_of_any_length_has_its_components_found_on_a_small_stack()
    {
        const int Length = 300_000;
        // Against the order of the nodes, so that the first asks for all others.
        var graph = new Graph(Enumerable.Range(0, Length).Select(i => new Node(i, i == 0 ? Op.Shift : Op.Tanh, new([(i + 1) % Length]), Shape.Scalar, Space.Sequence)), [], []);
        Components? components = null;
        OnSmallStack(() => components = new Components(graph));
        Assert.Equal(Length, Assert.Single(components!.Members).Count);
        Assert.True(components.IsLoop(0));
    }

    [Fact]
    public void Components_are_what_reaches_itself_and_come_after_what_they_need()
    {
        var random = new Random(1);
        for (int trial = 0; trial < 200; trial++)
        {
            int count = random.Next(1, 25);
            Node[] nodes = [.. Enumerable.Range(0, count).Select(i => random.Next(4) == 0 ? new Node(i, Op.Shift, new([random.Next(count)]), Shape.Scalar, Space.Sequence)
                : new Node(i, Op.Add, i == 0 ? default : new([random.Next(i), random.Next(i)]), Shape.Scalar, Space.Sequence))];
            var components = new Components(new Graph(nodes, [], []));
            var reaches = new bool[count, count];
            foreach (Node node in nodes)
                foreach (int input in node.Inputs)
                    reaches[node.Id, input] = true;
            for (int k = 0; k < count; k++)
                for (int i = 0; i < count; i++)
                    for (int j = 0; j < count; j++)
                        reaches[i, j] |= reaches[i, k] && reaches[k, j];
            for (int i = 0; i < count; i++)
                for (int j = 0; j < count; j++)
                {
                    Assert.Equal(i == j || (reaches[i, j] && reaches[j, i]), components.Of[i] == components.Of[j]);
                    Assert.True(!reaches[i, j] || components.Of[j] <= components.Of[i]);
                }
            Assert.All(components.Members, (members, c) => Assert.Equal(members.Any(m => nodes[m].Op == Op.Shift), components.IsLoop(c)));
        }
    }

    [Theory]
    [InlineData("class C { int M() { return 1; } }", "class C { int M() { return 2 + 3; } }", true)]
    [InlineData("class C { int M() => 1; }", "class C { /* words */ int M() => 2; }", true)]
    [InlineData("class C { int P { get { return 1; } } }", "class C { int P { get { return 2; } } }", true)]
    [InlineData("class C { const int N = 1; }", "class C { const int N = 2; }", false)]
    [InlineData("enum E { A = 1 }", "enum E { A = 2 }", false)]
    [InlineData("class C { void M(int n = 1) { } }", "class C { void M(int n = 2) { } }", false)]
    [InlineData("[Size(1)] class C;", "[Size(2)] class C;", false)]
    [InlineData("class C { int M() { return 1; } }", "class C { int M() => 1; }", false)]
    [InlineData("class C { int M() { return 1; } }", "class C { int M(); }", false)]
    [InlineData("int x = 1; { int y = 1; }", "int x = 1; { int z = 1; }", false)]
    [InlineData("class C { int M() { return 1; } int N; }", "class C { int M() { return 1; int N; }", false)]
    [InlineData("class C { int M() { } }", "class D { int M() { } }", false)]
    public void An_outline_is_all_that_other_files_can_see(string before, string after, bool same) =>
        Assert.Equal(same, Outline.IsSame(CSharpSyntaxTree.ParseText(before), CSharpSyntaxTree.ParseText(after)));

    [Fact]
    public void Outlines_of_long_expressions_are_compared_on_a_small_stack()
    {
        SyntaxTree[] trees = [.. new[] { "1", "2" }.Select(last => CSharpSyntaxTree.ParseText($"class C {{ const int N = {string.Concat(Enumerable.Repeat("1 + ", 50_000))}{last}; }}"))];
        bool same = true;
        OnSmallStack(() => same = Outline.IsSame(trees[0], trees[1]));
        Assert.False(same);
    }

    static void OnSmallStack(Action action)
    {
        Exception? fault = null;
        var thread = new Thread(() => fault = Record.Exception(action), 256 * 1024);
        thread.Start();
        thread.Join();
        Assert.Null(fault);
    }
}

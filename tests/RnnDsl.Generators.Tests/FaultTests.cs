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
        GeneratedClass half = PartialClassWriter.Write(model with { Cell = model.Cell with { Step = broken } });
        Assert.NotNull(half.Failure);
        Assert.Contains("partial class Peephole<Input, Hidden>", half.Text);
        Assert.DoesNotContain("CompiledProgram", half.Text);
    }

    [Fact]
    public void A_fault_in_writing_the_frame_is_told_too()
    {
        ModuleModel model = Model;
        GeneratedClass half = PartialClassWriter.Write(model with { Dims = new([new DimDecl("", "", null)]) });
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
}

using Microsoft.CodeAnalysis;
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Parsing;
using static RnnDsl.Generators.Tests.WrongPrograms;

namespace RnnDsl.Generators.Tests;

/// <summary>[Fixed] and [Init] with methods: which method is found, what is said where none is, and what becomes of it.</summary>
public class ComputedParameterTests
{
    static string Message(string field, string method) => Assert.Single(GeneratorHarness.Run(Cell($$"""
        {{field}};
        {{method}}
        protected override Vec<Hidden> Step(Vec<Input> x) => A * x;
        """)).Diagnostics.Where(d => d.Id == "RNN2015")).GetMessage(System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public void Messages_name_the_forms_that_are_allowed()
    {
        const string Forms = "static double F(int row, int column) or (int row, int column, int rows, int columns)";
        Assert.Equal($"A cannot be computed by F: C has no method of this name that it can call; Hidden×Input is computed by {Forms}", Message("[Fixed(\"F\")] Mat<Hidden, Input> A", ""));
        Assert.Equal($"A cannot be computed by F: it takes (int row, int column, int size); Hidden×Input is computed by {Forms}",
            Message("[Init(nameof(F))] Mat<Hidden, Input> A", "static double F(int row, int column, int size) => 0;"));
        Assert.Equal($"A cannot be computed by F: it is not static; Hidden×Input is computed by {Forms}", Message("[Fixed(nameof(F))] Mat<Hidden, Input> A", "double F(int row, int column) => 0;"));
        Assert.Equal($"A cannot be computed by F: it is generic; Hidden×Input is computed by {Forms}", Message("[Fixed(nameof(F))] Mat<Hidden, Input> A", "static double F<T>(int row, int column) => 0;"));
        Assert.Equal($"A cannot be computed by F: it returns float; Hidden×Input is computed by {Forms}", Message("[Fixed(nameof(F))] Mat<Hidden, Input> A", "static float F(int row, int column) => 0;"));
        Assert.Equal($"A cannot be computed by F: no method of this name fits; Hidden×Input is computed by {Forms}",
            Message("[Fixed(nameof(F))] Mat<Hidden, Input> A", "static double F(int row) => 0; static double F() => 0;"));
        Assert.Equal("A cannot be computed: the attribute names no method; Hidden×Input is computed by " + Forms, Message("[Fixed(null!)] Mat<Hidden, Input> A", ""));
        Assert.Contains("a vector of Input is computed by static double F(int unit) or (int unit, int size)", Message("[Fixed(\"F\")] Vec<Input> A", ""));
        Assert.Contains("a scalar is computed by static double F()", Message("[Fixed(\"F\")] Scalar A", ""));
        Assert.Contains("Hidden×Hidden is computed by static double F(int row, int column) or (int row, int column, int size) or (int row, int column, int rows, int columns)",
            Message("[Fixed(\"F\")] Mat<Hidden, Hidden> A", ""));
        Assert.Equal("A cannot be computed by F: [Init] gives it other first values; leave one of both out",
            Message("[Fixed(nameof(F)), Init(1)] Mat<Hidden, Input> A", "static double F(int row, int column) => 0;"));
    }

    [Fact]
    public void A_method_is_found_wherever_the_class_can_call_it()
    {
        GeneratorRun run = GeneratorHarness.Valid("""
            using static Elsewhere;

            static class Elsewhere { public static double Outside(int row, int column) => 1; }

            partial class Around<T>
            {
                static double Around1(int unit) => 2;

                [Cell]
                partial class Inner<Input, @class> : Cell<Input, @class>
                {
                    [Fixed(nameof(Outside))] Mat<@class, Input> A;
                    [Fixed(nameof(Around1))] Vec<@class> b;
                    [Fixed(nameof(@long))] Vec<@class> c;
                    [Init(nameof(Several))] Mat<@class, @class> U;
                    [State] Vec<@class> h;
                    static double @long(int unit) => 3;
                    static double Several(int row, int column) => 4;
                    static double Several(int row, int column, int size) => 5;
                    static double Several(string name) => 6;
                    protected override Vec<@class> Step(Vec<Input> x) => h = A * x + b + c + U * h;
                }
            }
            """);
        string text = Assert.Single(run.Generated.Values);
        foreach (string call in new[] { "global::Elsewhere.Outside(row, column)", "global::Around<T>.Around1(row)", ".@long(row)", ".Several(row, column, classSize)" })
            Assert.Contains(call, text);
    }

    const string Computed = """
        [Fixed(nameof(F))] Mat<Hidden, Hidden> A;
        [Init(nameof(F))] Mat<Hidden, Hidden> U;
        [State] Vec<Hidden> h;
        static double F(int row, int column, int size) => 0.1 * row;
        """;

    [Fact]
    public void What_is_fixed_has_no_gradient_and_another_text()
    {
        string Source(string members) => Cell(members + "\nMat<Hidden, Input> W;\nprotected override Vec<Hidden> Step(Vec<Input> x) => h = Tanh(W * x + A * h + U * h);");
        GeneratorRun run = GeneratorHarness.Valid(Source(Computed)), plain = GeneratorHarness.Valid(Source("Mat<Hidden, Hidden> A, U; [State] Vec<Hidden> h;"));
        string text = Assert.Single(run.Generated.Values), other = Assert.Single(plain.Generated.Values);
        Assert.Contains("g_A", other);
        Assert.DoesNotContain("g_A", text);
        Assert.Contains("g_U", text);
        Assert.Contains("not trained: Hidden·Hidden.", text);
        Assert.Contains("version 3\n", text.Replace(" ", "").Replace("version", "version "));
        Assert.Contains("parameter A mat[Hidden,Hidden] Constant 0 fixed computed", text);
        Assert.Contains("parameter U mat[Hidden,Hidden] Constant 0 computed", text);
        Assert.Contains("version 2", other);
        CellModel cell = run.Models.Single().Cell!, read = CellModelText.Parse(CellModelText.Write(cell));
        Assert.Equal(CellModelText.Write(cell), CellModelText.Write(read));
        Assert.Equal([true, false, false], read.Parameters.Select(p => p.IsFixed));
        Assert.Equal([true, true, false], read.Parameters.Select(p => p.Function is not null));
    }

    [Fact]
    public void The_number_of_the_step_needs_no_new_text()
    {
        GeneratorRun run = GeneratorHarness.Valid(Cell("""
            Mat<Hidden, Input> W;
            Vec<Hidden> Shift() => Sin(StepNumber) * (W * Of());
            Vec<Input> p;
            Vec<Input> Of() => p * this.StepNumber;
            protected override Vec<Hidden> Step(Vec<Input> x) => W * x + Shift();
            """));
        CellModel cell = run.Models.Single().Cell!;
        Assert.Equal([StateDecl.OfSteps], cell.States);
        Assert.Equal(InitialKind.Xavier, cell.Parameters.First().Initial);
        Assert.StartsWith("version 2\n", CellModelText.Write(cell));
        Assert.Equal(cell, CellModelText.Parse(CellModelText.Write(cell)));
    }

    [Fact]
    public void A_field_of_that_name_is_the_users_own()
    {
        GeneratorRun run = GeneratorHarness.Run(Cell("""
            [State] Vec<Hidden> StepNumber;
            Mat<Hidden, Input> W;
            Mat<Hidden, Hidden> U;
            protected override Vec<Hidden> Step(Vec<Input> x) => StepNumber = Tanh(W * x + U * StepNumber);
            """));
        Assert.Empty(run.Diagnostics);
        Assert.Equal(["CS0108"], run.CSharp.Select(d => d.Id));
        CellModel cell = run.Models.Single().Cell!;
        Assert.False(Assert.Single(cell.States).CountsSteps);
        Assert.Equal(InitialKind.Orthogonal, cell.Parameters.Single(p => p.Name == "U").Initial);
    }
}

using System.Text.RegularExpressions;
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Parsing;

namespace RnnDsl.Generators.Tests;

/// <summary>What the equations become: the text that a cell carries for other assemblies, and the graph of a model's methods.</summary>
public class ParsingTests
{
    [Theory]
    [InlineData("Peephole", Sources.Peephole)]
    [InlineData("Helpers", Sources.Helpers)]
    [InlineData("Shapes", Sources.Shapes)]
    [InlineData("Nested", Sources.Nested)]
    public void Cells_have_the_graph_of_their_equations(string name, string source)
    {
        CellModel cell = GeneratorHarness.Run(source).Models.Single(m => m.Type.Name == name).Cell!;
        string text = CellModelText.Write(cell);
        Goldens.Verify(name, text);
        Assert.Equal(cell, CellModelText.Parse(text));
    }

    [Theory]
    [InlineData(Sources.Peephole)]
    [InlineData(Sources.Helpers)]
    [InlineData(Sources.Shapes)]
    [InlineData(Sources.Nested)]
    [InlineData(Sources.Forecaster)]
    [InlineData(Sources.SameNames)]
    [InlineData(Sources.Dropped)]
    public void Right_programs_compile_without_a_warning(string source) => GeneratorHarness.Valid(source);

    [Fact]
    public void Methods_of_a_model_call_its_layers() =>
        Goldens.Verify("Forecaster", string.Concat(GeneratorHarness.Run(Sources.Forecaster).Models.Single().Methods.Select(m => $"{m.Name}\n{m.Graph}")));

    [Fact]
    public void Each_scan_of_a_layer_has_states_of_its_own()
    {
        string half = GeneratorHarness.Run(Sources.SameNames).Generated["SameNames.g.cs"];
        Assert.Equal(["layer.h", "layer.h#2", "layer.h#3"], Regex.Matches(half, @"State\(""(layer\.h[^""]*)"",").Select(m => m.Groups[1].Value));
    }

    [Fact]
    public void Each_dropout_has_a_number_of_its_own_and_none_in_forward_programs()
    {
        GeneratorRun run = GeneratorHarness.Run(Sources.Dropped);
        CellModel cell = run.Models.Single(m => m.Cell is not null).Cell!;
        string text = CellModelText.Write(cell);
        Assert.Contains("Dropout 0.25 %0 '0'", text);
        Assert.Equal(cell, CellModelText.Parse(text));
        string half = run.Generated["Dropped.g.cs"];
        Assert.Equal(["0, 0.5", "1, 0.5", "2, 0.25", "3, 0.25"],
            Regex.Matches(half, @"DropoutMask \w+ = new\(s\.Noise, ([^)]*)\)").Select(m => m.Groups[1].Value).Distinct().Order());
        int training = half.IndexOf("class LossTraining", StringComparison.Ordinal);
        int end = half.IndexOf("class PredictForward", StringComparison.Ordinal);
        Assert.All(Regex.Matches(half, "V.Drop"), m => Assert.True(m.Index > training && (end < training || m.Index < end)));
    }

    [Fact]
    public void A_model_carries_its_equations_as_text()
    {
        GeneratorRun run = GeneratorHarness.Run(Sources.Forecaster);
        ModuleModel model = run.Models.Single();
        string text = ModelText.Write(model);
        Assert.Equal(new ModelText(model.Type.Name, model.Dims, model.Parameters, model.Layers, model.Methods.Select(m => m with { Counts = null }).ToEquatable()), ModelText.Parse(text));
        string written = text.Replace("\n", "\n    ").TrimEnd();
        Assert.Contains($"[global::RnnDsl.ModelGraph(\"\"\"\n    {written}\n    \"\"\")]\npartial class Forecaster", run.Generated["My.Models.Forecaster.g.cs"]);
    }

    /// <summary>Stored parameters are known by the equations as they stand; whoever computes them gets the forms that lose no digits.</summary>
    [Fact]
    public void A_logarithm_of_a_sigmoid_is_better_computed_and_known_as_it_stands()
    {
        GeneratorRun run = GeneratorHarness.Valid("""
            [Model]
            public partial class M : Model
            {
                public class Feature : Dim;
                public Vec<Feature> Predict(Vec<Feature> x) { var p = Sigmoid(x); return Log(p) * 1e39 * 1e-39; }
            }
            """);
        string graph = run.Models.Single().Methods.Single().Graph.ToString();
        Assert.Contains("= Sigmoid", graph);
        Assert.Contains("1E+39", graph);
        string half = run.Generated.Values.Single();
        string text = half[half.IndexOf("ModelGraph", StringComparison.Ordinal)..half.IndexOf("partial class", StringComparison.Ordinal)];
        Assert.Contains("= Softplus", text);
        Assert.DoesNotContain("= Log", text);
        Assert.DoesNotContain("1E+39", text);
        Assert.DoesNotContain("VectorMath.Log", half);
    }

    [Fact]
    public void A_model_calls_its_layers()
    {
        var properties = new Dictionary<string, string> { ["build_property.RnnDslEmitPasses"] = "true" };
        GeneratorRun run = GeneratorHarness.Run(Sources.Forecaster, properties);
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CSharp);
        string half = run.Generated["My.Models.Forecaster.g.cs"];
        Assert.Contains("public Forecaster(int feature, int hidden, int horizon, int seed = 0)", half);
        Assert.Contains("this.encoder = new(feature, hidden);", half);
        Assert.Contains("Description.Parameter(\"encoder.Ui\", 2, hiddenSize, hiddenSize, global::RnnDsl.Initial.Orthogonal, 1),", half);
        Assert.Contains("// Predict after ", run.Generated["My.Models.Forecaster.Passes.g.cs"]);
    }

    [Theory]
    [InlineData("h = z * h + (1 - z) * x", true, true)]
    [InlineData("h = Relu(u * h + x)", true, true)]
    [InlineData("h = Tanh(u * h + x)", false, true)]
    [InlineData("h = U * h + x", false, false)]
    [InlineData("h = h * Sum(x * h)", false, false)]
    public void States_stay_in_registers_where_a_unit_depends_on_itself_alone(string equation, bool forward, bool backward)
    {
        var properties = new Dictionary<string, string> { ["build_property.RnnDslEmitPasses"] = "true" };
        GeneratorRun run = GeneratorHarness.Run($$"""
            using RnnDsl;
            using static RnnDsl.Ops;
            [Cell]
            public partial class Unit<A> : Cell<A, A>
            {
                [State] Vec<A> h;
                Mat<A, A> U, Z;
                Vec<A> u;

                protected override Vec<A> Step(Vec<A> x)
                {
                    var z = Sigmoid(Z * x + u);
                    {{equation}};
                    return h + z;
                }
            }
            """, properties);
        Assert.Empty(run.CSharp);
        string passes = run.Generated.Single(g => g.Key.EndsWith(".Passes.g.cs", StringComparison.Ordinal)).Value;
        // The gradient of tanh takes no more than products.
        Assert.Equal(forward, passes.Contains("stage Loop forward, states in registers"));
        Assert.Equal(backward, passes.Contains("stage Loop backward, states in registers"));
    }

    [Fact]
    public void Types_of_one_name_do_not_collide()
    {
        const string Step = "{ Mat<B, A> W; protected override Vec<B> Step(Vec<A> x) => W * x; }";
        GeneratorRun run = GeneratorHarness.Valid($$"""
            namespace One { [Cell] public partial class Same<A, B> : Cell<A, B> {{Step}} }
            namespace Two { [Cell] public partial class Same<A, B> : Cell<A, B> {{Step}} }
            namespace Two { public partial class Outer<T> { [Cell] public partial class Same<A, B> : Cell<A, B> {{Step}} } }
            namespace Two
            {
                [Cell]
                public partial class Same<A> : Cell<A, A> { Vec<A> b; protected override Vec<A> Step(Vec<A> x) => x + b; }
            }
            """);
        Assert.Equal(["One.Same`2.g.cs", "Two.Outer`1.Same`2.g.cs", "Two.Same`1.g.cs", "Two.Same`2.g.cs"], run.Generated.Keys.Order(StringComparer.Ordinal));
    }

    /// <summary>Names that the generated programs use themselves.</summary>
    [Fact]
    public void Dimensions_may_have_the_names_of_the_runtimes_types() => GeneratorHarness.Valid("""
        [Model]
        public partial class Gemm : Model
        {
            class Rows : Dim;
            class Layout : Dim;
            class Floats : Dim;

            Lstm<Rows, Layout> cell;
            Linear<Layout, Floats> head;

            Vec<Floats> Predict(Seq<Rows> s) => head.Map(Last(cell.Scan(s)));
            Scalar Loss(Seq<Rows> s, Vec<Floats> m) => MeanSquaredError(Predict(s), m);
        }
        """);

    /// <summary>The text that stands for how generated code reads: every change of it shows in review.</summary>
    [Fact]
    public void The_generated_half_of_the_lstm_is_as_reviewed()
    {
        GeneratorRun run = GeneratorHarness.Valid("""
            [Cell]
            public partial class Lstm<Input, Hidden> : Cell<Input, Hidden>
            {
                [State] Vec<Hidden> h, c;
                Mat<Hidden, Input> Wi, Wf, Wg, Wo;
                Mat<Hidden, Hidden> Ui, Uf, Ug, Uo;
                Vec<Hidden> bi, bg, bo;
                [Init(1)] Vec<Hidden> bf;

                protected override Vec<Hidden> Step(Vec<Input> x)
                {
                    var i = Sigmoid(Wi * x + Ui * h + bi);
                    var f = Sigmoid(Wf * x + Uf * h + bf);
                    var g = Tanh(Wg * x + Ug * h + bg);
                    var o = Sigmoid(Wo * x + Uo * h + bo);
                    c = f * c + i * g;
                    return h = o * Tanh(c);
                }
            }
            """);
        Goldens.Verify("Lstm", run.Generated.Values.Single(), "cs");
    }

    /// <summary>The first thing that anybody tries.</summary>
    [Fact]
    public void The_readmes_example_compiles()
    {
        string readme = File.ReadAllText(Path.Combine(Goldens.RepositoryRoot, "README.md")).ReplaceLineEndings("\n");
        string source = readme.Split("```csharp\n")[1].Split("```")[0];
        GeneratorHarness.Valid("using RnnDsl.Execution; using RnnDsl.Metrics; using RnnDsl.Sequences; using RnnDsl.Storage; using RnnDsl.Training;\n" + source);
    }

    [Fact]
    public void Every_operation_has_a_row_and_its_derivative_a_line()
    {
        string page = File.ReadAllText(Path.Combine(Goldens.RepositoryRoot, "docs", "derivatives.md"));
        foreach (Op op in Enum.GetValues<Op>())
        {
            Assert.Equal(op, Ops.OpTable.Get(op).Op);
            Assert.Matches($@"\b{op}\b", page);
            if (Ops.OpTable.Get(op).Kind == Ops.OpKind.Elementwise)
                Assert.True(Ops.OpTable.Get(op) is { Vector: not null, Scalar: not null, Notation: not null }, $"{op} has no template.");
        }
    }
}

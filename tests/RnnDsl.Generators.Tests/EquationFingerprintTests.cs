using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Tests;

/// <summary>What changes the fingerprint of a cell's equations, and what does not.</summary>
public class EquationFingerprintTests
{
    const string Cell = """
        [Cell]
        public partial class C<Input, Hidden> : Cell<Input, Hidden>
        {
            [State] Vec<Hidden> h, c;
            [State] [Init(0.5)] Scalar level;
            Mat<Hidden, Input> Wi, Wf, Wg;
            Mat<Hidden, Hidden> Ui, Uf, Ug;
            Vec<Hidden> bi, bf, bg;
            LayerNorm<Hidden> norm;
            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                var i = Sigmoid(Wi * x + Ui * h + bi);
                var f = Sigmoid(Wf * x + Uf * h + bf);
                c = f * c + i * Tanh(norm.Map(Wg * x + Ug * h) + bg);
                level = 0.9 * level + 0.1 * Mean(c);
                return h = Tanh(c) * (1 - 0.25 * level) / (2 + Abs(c));
            }
        }
        """;

    static CellModel Parse(string source) => GeneratorHarness.Run(source).Models.Single(m => m.Cell?.Name == "C").Cell!;

    static string Values(string source) => EquationFingerprint.Of(Parse(source), training: false);

    static string Edited(string from, string to)
    {
        Assert.Contains(from, Cell);
        return Cell.Replace(from, to);
    }

    [Theory]
    [InlineData("Wi, Wf, Wg;", "Wg, Wf, Wi;")]
    [InlineData("Vec<Hidden> h, c;", "Vec<Hidden> c, h;")]
    [InlineData("Wi * x + Ui * h + bi", "bi + (Ui * h + Wi * x)")]
    [InlineData("f * c + i * Tanh(norm.Map(Wg * x + Ug * h) + bg)", "i * Tanh(norm.Map(Ug * h + Wg * x) + bg) + c * f")]
    [InlineData("1 - 0.25 * level", "-(level * 0.25 - 1)")]
    [InlineData("1 - 0.25 * level", "1 + -0.25 * level")]
    [InlineData("Tanh(c) * (1 - 0.25 * level) / (2 + Abs(c))", "(1 - 0.25 * level) / (2 + Abs(c)) * Tanh(c)")]
    [InlineData("Mean(c)", "(Mean(c) * 1)")]
    [InlineData("Ui * h", "Ui * Dropout(h, 0.1)")]
    [InlineData("Ui * h", "Ui * VariationalDropout(h, 0.1)")]
    [InlineData("Tanh(c) *", "Tanh(StopGradient(c)) *")]
    [InlineData("var i = Sigmoid(Wi * x + Ui * h + bi);", "var gate = Wi * x + Ui * h + bi; var i = Sigmoid(gate);")]
    [InlineData("[Init(0.5)] Scalar level;", "[Init(0.5)] Scalar level; Vec<Hidden> Sum2(Vec<Hidden> a, Vec<Hidden> b) => a + b; const double Unused = 3;")]
    [InlineData("Vec<Hidden> bi, bf, bg;", "[Init(1)] Vec<Hidden> bi, bf, bg;")]
    public void Ways_to_write_the_same_have_one_fingerprint(string from, string to) => Assert.Equal(Values(Cell), Values(Edited(from, to)));

    [Fact]
    public void Names_of_states_dimensions_classes_and_parameterless_layers_do_not_matter()
    {
        Assert.Equal(Values(Cell), Values(Cell.Replace("level", "mean").Replace("Hidden", "Units").Replace("Input", "Features").Replace(" h,", " hidden,").Replace(" h)", " hidden)")
            .Replace(" h ", " hidden ")));
        string model = Cell + " [Model] public partial class M : Model { class A : Dim; class B : Dim; C<A, B> first; C<B, B> second; Seq<B> P(Seq<A> x) => second.Scan(first.Scan(x)); }";
        ModuleModel parsed = GeneratorHarness.Run(model).Models.Single(m => m.Cell is null);
        Assert.Equal([Values(Cell), Values(Cell)], parsed.Layers.Select(l => EquationFingerprint.Of(l.Cell, training: false)));
    }

    [Theory]
    [InlineData("Sigmoid(Wi * x + Ui * h + bi)", "Sigmoid(Wf * x + Ui * h + bi)")]
    [InlineData("Tanh(norm", "Relu(norm")]
    [InlineData("f * c + i", "i * c + f")]
    [InlineData("bi);", "bf);")]
    [InlineData("0.9 * level", "0.8 * level")]
    [InlineData("0.1 * Mean(c)", "0.10000000000000002 * Mean(c)")]
    [InlineData("[Init(0.5)]", "[Init(0.25)]")]
    [InlineData("norm.Map(Wg * x + Ug * h)", "(Wg * x + Ug * h)")]
    [InlineData("norm.Map(Wg * x + Ug * h)", "norm.Map(Wg * x) + Ug * h")]
    [InlineData("norm", "other")]
    [InlineData("1 - 0.25", "1 + 0.25")]
    [InlineData("(2 + Abs(c))", "(1 + Abs(c))")]
    [InlineData("Mean(c)", "Sum(c)")]
    [InlineData("Mean(c)", "Max(c)")]
    [InlineData("Tanh(c) *", "Tanh(h) *")]
    [InlineData("/ (2 + Abs(c))", "* (2 + Abs(c))")]
    [InlineData("Ug * h", "Transpose(Ug) * h")]
    public void Other_equations_have_another_fingerprint(string from, string to) => Assert.NotEqual(Values(Cell), Values(Edited(from, to)));

    [Fact]
    public void States_that_take_each_others_parts_are_told_apart()
    {
        static string Twisted(string a, string b) => $$"""
            [Cell]
            public partial class C<Input, Hidden> : Cell<Input, Hidden>
            {
                [State] Vec<Hidden> p, q, r;
                Mat<Hidden, Input> W;
                Vec<Hidden> u, v;
                protected override Vec<Hidden> Step(Vec<Input> x)
                {
                    var before = p;
                    p = Tanh(u * {{a}} + W * x);
                    q = Tanh(v * {{b}} + W * x);
                    r = r * 0.5 + before;
                    return p + r * 2;
                }
            }
            """;
        string[] all = [.. new[] { ("q", "p"), ("q", "r"), ("q", "q"), ("p", "q"), ("r", "q") }.Select(s => Values(Twisted(s.Item1, s.Item2)))];
        Assert.Equal(all.Length, all.Distinct().Count());
        // A state that the result does not depend on does not count.
        Assert.Equal(Values(Twisted("p", "q")), Values(Twisted("p", "r")));
        Assert.Equal(Values(Twisted("r", "q")), Values(Twisted("r", "p")));
    }

    [Fact]
    public void Dropouts_and_stopped_gradients_count_in_training_alone()
    {
        foreach (string to in new[] { "Ui * Dropout(h, 0.1)", "Ui * Dropout(h, 0.2)", "Ui * VariationalDropout(h, 0.1)", "Ui * StopGradient(h)" })
            Assert.NotEqual(EquationFingerprint.Of(Parse(Cell), training: true), EquationFingerprint.Of(Parse(Edited("Ui * h", to)), training: true));
    }

    /// <summary>Halves of a vector, the sides of outer products and sums, and rows and columns that are scaled: earlier versions gave both of a pair one fingerprint, by which files of that time are known.</summary>
    [Theory]
    [InlineData("var c = C * x; return h = Tanh(Left(c)) + h * Right(c);", "var c = C * x; return h = Tanh(Right(c)) + h * Left(c);")]
    [InlineData("S = 0.5 * S + Outer(W * x, V * x); return S * x;", "S = 0.5 * S + Outer(V * x, W * x); return S * x;")]
    [InlineData("S = 0.5 * S + OuterSum(W * x, V * x); return S * x;", "S = 0.5 * S + OuterSum(V * x, W * x); return S * x;")]
    [InlineData("S = ScaleRows(S, W * x) + Outer(x, x); return S * x;", "S = ScaleColumns(S, W * x) + Outer(x, x); return S * x;")]
    public void Sides_and_halves_matter(string one, string other)
    {
        static Fingerprints Of(string step) => EquationFingerprint.Of(Parse("using RnnDsl; using static RnnDsl.Ops; [Cell] public partial class C<H> : Cell<H, H> { Mat<H, H> W, V; Mat<Cat<H, H>, H> C;" +
            (step.Contains("S =", StringComparison.Ordinal) ? "[State] Mat<H, H> S;" : "[State] Vec<H> h;") + $" protected override Vec<H> Step(Vec<H> x) {{ {step} }} }}"));
        Fingerprints first = Of(one), second = Of(other);
        Assert.NotEqual(first.Values, second.Values);
        Assert.NotNull(first.Earlier);
        Assert.NotEqual(first.Values, first.Earlier.Value.Values);
        Assert.Null(EquationFingerprint.Of(Parse(Cell)).Earlier);
    }
}

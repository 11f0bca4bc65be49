using System.Reflection;

namespace RnnDsl.Execution.Tests;

/// <summary>Equations whose compiled numbers were once others than the uncompiled ones.</summary>
public class LanguageTests
{
    sealed class A : Dim;
    sealed class B : Dim;

    /// <summary>Logarithms of exponentials, and constants beyond single precision.</summary>
    static readonly string[] Expressions =
    [
        "Log(Sigmoid(x))", "LogSigmoid(x)", "Log(1 - Sigmoid(x))", "Log(Sigmoid(-x))", "Log(P(x))", "Log(Exp(x))", "Log(1 + Exp(x))", "Log(Exp(x) + 1)", "Log(Softmax(x))", "LogSoftmax(x)",
        "Log(Sigmoid(x) * Sigmoid(x))", "Log(Square(Sigmoid(x)))", "Log(Sigmoid(x) / (1 - Sigmoid(x)))", "Log(Exp(x) * 3)", "Log(2 / Exp(x))", "Log(Max(Sigmoid(x), 1e-30))", "Log(Clip(Sigmoid(x), 1e-30, 0.999))",
        "Log(StopGradient(Sigmoid(x)))", "Log(Left(Softmax(Concat(x, x))))", "Log(Sigmoid(x)) + Log(1 - Sigmoid(x))", "Sqrt(Square(x * 1e30)) * 1e-30", "Sqrt(Square(x))",
        "x * 1e39 * 1e-39", "1e-46 * x * 1e46", "x / 1e39 * 1e39", "x * 1e45 / 1e45", "1e39 * (1e-39 * x)", "-(x * 1e39) * 1e-39", "x / 1e-45 / 1e45", "x * 1e100 * 1e-50 * 1e-50", "Min(x, 1e300)", "Max(x, double.MinValue)",
        "x * F()", "x * (1 / G(2.5f))", "x * Math.Sqrt(2)", "x * S", "x + T", "x * (1 / 3)", "x * H(7)",
    ];

    static readonly Lazy<Assembly> Program = new(() => Compiled.Load($$"""
        using System;
        using RnnDsl;
        using static RnnDsl.Ops;
        [Model]
        public partial class Expressions : Model
        {
            public class Feature : Dim;
            const double S = 1 / 3.0;
            static readonly float T = MathF.Sqrt(2) / 3;
            static Vec<D> P<D>(Vec<D> v) { var p = Sigmoid(v); return p; }
            static int F() => 3;
            static double G(float n, int m = 3) => n * m;
            static Scalar H(int n) => n / 2.0;
            {{string.Join("\n", Expressions.Select((e, i) => $"public Vec<Feature> M{i}(Vec<Feature> x) => {e};"))}}
        }
        #pragma warning disable RNN2006
        [Cell]
        public partial class Unread<A, B> : Cell<A, B>
        {
            [State] Vec<B> h, kept; [State, Init(0.5)] Scalar s; [State] Vec<A> last;
            Mat<B, A> W; Mat<B, B> U;
            protected override Vec<B> Step(Vec<A> x)
            {
                h = Tanh(W * x);
                kept = kept * 0.5 + h;
                s = Sum(kept);
                last = x;
                return h + U * kept;
            }
        }
        [Cell]
        public partial class OnlyUnread<A, B> : Cell<A, B>
        {
            [State] Vec<B> h;
            Mat<B, A> W;
            protected override Vec<B> Step(Vec<A> x) => h = W * x;
        }
        [Cell]
        public partial class UnreadSpread<A, B> : Cell<A, B>
        {
            [State] Vec<B> h, g; [State] Scalar s;
            Mat<B, A> W; Scalar p; Vec<B> b;
            protected override Vec<B> Step(Vec<A> x)
            {
                s = p;
                h = b;
                g = b * p;
                return W * x + p;
            }
        }
        #pragma warning restore RNN2006
        [Cell]
        public partial class Logs<A, B> : Cell<A, B>
        {
            [State] Vec<B> h;
            Mat<B, A> W; Mat<B, B> U;
            protected override Vec<B> Step(Vec<A> x)
            {
                var p = Sigmoid(6 * (W * x) + U * h);
                var q = Softmax(p + h);
                h = Tanh(Log(p) + Log(1 - p) + Sqrt(Square(h + 0.5)));
                return Log(q) + Log(p * q) + LogSigmoid(h) + Log(1 + Exp(h));
            }
        }
        [Model]
        public partial class Scanned : Model
        {
            public class Feature : Dim;
            Gru<Feature, Feature> encoder, encoder2, encoder22; Elman<Feature, Feature> encode;
            public Vec<Feature> Predict(Seq<Feature> x) => Last(encode.Scan(x)) + Last(encoder.Scan(x)) - Last(encoder.Scan(2 * x)) * Last(encoder2.Scan(x))
                + Last(encoder2.Scan(3 * x)) + Last(encoder22.Scan(x)) * Last(encoder.Scan(4 * x)) + Last(encode.Scan(-x)) + Last(encoder.Scan(x));
        }
        """));

    [Fact]
    public void Expressions_have_the_values_of_their_equations_with_all_digits()
    {
        double[] inputs = [-100, -88, -50, -30, -20, -15, -10, -8, -7, -6, -3, -1, -0.1, 0.1, 0.5, 1, 2, 5, 9, 12, 18, 60, 90];
        Module module = Compiled.Make(Program.Value, "Expressions", [], inputs.Length);
        var wrong = new List<string>();
        for (int i = 0; i < Expressions.Length; i++)
        {
            using var probe = new Probe(module, $"M{i}", [1], seed: 1);
            for (int j = 0; j < inputs.Length; j++)
                probe.Inputs[0][0][j] = (float)inputs[j];
            double[] expected = probe.Reference().Results[0];
            float[] actual = probe.Run(probe.Method.Forward, gradients: false).Results[0];
            for (int j = 0; j < inputs.Length; j++)
                // Uncompiled, the logarithm of a value near 1 has an absolute error too, and 1 − σ(x) loses its digits from 30 on.
                if (!double.IsInfinity(expected[j]) && !(Math.Abs(expected[j] - actual[j]) <= 4e-6 * Math.Abs(expected[j]) + 1e-12))
                    wrong.Add($"{Expressions[i]} at {inputs[j]}: {expected[j]:G9} uncompiled, {actual[j]:G9} compiled");
        }
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("Unread")]
    [InlineData("OnlyUnread")]
    [InlineData("UnreadSpread")]
    [InlineData("Logs")]
    public void Cells_equal_their_equations(string cell)
    {
        foreach ((int input, int hidden, int[] lengths) in new[] { (1, 1, new[] { 1 }), (3, 8, [2, 1]), (5, 17, [30, 7, 1]) })
            Checks.All(Compiled.Make(Program.Value, cell + "`2", [typeof(A), typeof(B)], input, hidden), "Scan", lengths, seed: input + hidden);
    }

    /// <summary>Each scan takes the states that are named after it, whatever the names of the fields.</summary>
    [Fact]
    public void States_go_to_the_scans_that_they_are_of() => Checks.All(Compiled.Make(Program.Value, "Scanned", [], 3), "Predict", [4, 3, 1], seed: 3);
}

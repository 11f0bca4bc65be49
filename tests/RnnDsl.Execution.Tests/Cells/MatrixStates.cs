using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests.Cells;

/// <summary>Memories that are matrices: written by outer products, read by products in both directions, faded by numbers, rows and columns.</summary>
[Cell]
public partial class MatrixMemory<TIn, TOut> : Cell<TIn, TOut>
{
    Mat<TOut, TIn> Wk, Wv, Wq;
    Mat<TIn, TOut> Wback;
    Vec<TOut> decay;
    Scalar fade;
    [State] Mat<TOut, TOut> S;
    [State, Init(0.5)] Mat<TOut, TIn> Wide;

    protected override Vec<TOut> Step(Vec<TIn> x)
    {
        var k = Wk * x;
        var v = Wv * x;
        var q = Tanh(Wq * x);
        S = ScaleColumns(Sigmoid(fade) * S, Sigmoid(decay)) + Outer(v, k);
        Wide = ScaleRows(Wide, Sigmoid(k)) + Outer(q, x);
        var y = S * q + Transpose(S) * v + Wide * (Wback * q);
        return Tanh(y) + Wk * (Transpose(Wide) * k);
    }
}

/// <summary>A state that is read before and after it is replaced, and sums, largest entries and logarithms over the sides of matrices.</summary>
[Cell]
public partial class MatrixSides<TIn, TOut> : Cell<TIn, TOut>
{
    Mat<TOut, TIn> W;
    Mat<TOut, TOut> U, mask;
    [State] Vec<TOut> h;
    [State] Mat<TOut, TOut> S;

    protected override Vec<TOut> Step(Vec<TIn> x)
    {
        var before = S * h;
        var pairs = OuterSum(W * x, h);
        S = 0.5 * Hadamard(S, Sigmoid(mask)) + Tanh(pairs) / 4 - Transpose(S) * 0.1;
        var most = LogSumExpOverRows(S + U) - LogSumExpOverColumns(pairs);
        h = Tanh(before + S * (W * x) + 0.1 * most + SumOverColumns(S) - 0.2 * MaxOverRows(S - U) + 0.1 * MaxOverColumns(pairs));
        return h + Sum(Square(S)) / 8 - 0.1 * SumOverRows(Abs(S)) + 0.1 * Max(S);
    }
}

/// <summary>The delta rule: what the memory holds for a key is replaced.</summary>
[Cell]
public partial class DeltaMemory<TIn, TOut> : Cell<TIn, TOut>
{
    Mat<TOut, TIn> Wk, Wv, Wq;
    Vec<TIn> rate;
    [State] Mat<TOut, TOut> S;

    protected override Vec<TOut> Step(Vec<TIn> x)
    {
        var k = Wk * x;
        k = k / Sqrt(Dot(k, k) + 0.01);
        var v = Wv * x;
        S += Sigmoid(Dot(rate, x)) * Outer(v - S * k, k);
        return S * (Wq * x);
    }
}

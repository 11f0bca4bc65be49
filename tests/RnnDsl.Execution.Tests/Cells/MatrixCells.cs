using RnnDsl;
using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests.Cells;

/// <summary>Matrices that are computed: of one parameter and its transposed, of two, of scalars and numbers; read by products of states, inputs and parameters.</summary>
[Cell]
public partial class MatrixCell<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h;
    Mat<Hidden, Input> W, V;
    Mat<Hidden, Hidden> U, M;
    Vec<Hidden> b, g;
    Scalar s;

    Mat<Hidden, Hidden> Skew() => U - Transpose(U);

    static Mat<R, C> Masked<R, C>(Mat<R, C> a, Mat<R, C> mask) => Hadamard(a, Sigmoid(mask));

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var masked = Masked(U, M);
        Mat<Hidden, Input> both = 0.5 * W + s * V / (2 - s);
        // U also multiplies as it is, and so does W in a sum of products.
        h = Tanh(Skew() * h + masked * (0.3 * h) + Clip(M, -0.4, 0.4) * b + 0.2 * (U * h) + both * x + W * x);
        return g / Sqrt(0.1 + SumOverColumns(Square(V))) * (V * x) + Transpose(masked) * h + 0.1 * Max(Abs(U)) + SumOverRows(Tanh(M)) * b;
    }
}

/// <summary>Every function of matrices.</summary>
[Cell]
public partial class MatrixOperations<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h;
    Mat<Hidden, Input> A, B;
    Scalar s;
    Vec<Hidden> b;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var a = Relu(A) + LeakyRelu(B, 0.2) - Elu(A) + Gelu(B) / 2 - Silu(A) + 0.1 * Softplus(B);
        var c = Sin(A) + Cos(B) + 0.1 * Mod(A + 25, 50) + LogSigmoid(B) - Exp(0.3 * Tanh(A)) + Log(1.5 + Square(B)) + Sqrt(0.5 + Square(A));
        var d = Where(A > B, Hadamard(A, B), Hadamard(B, B)) + Where(A <= 0.1, 0.1 * A, s) + Min(A, B) + Max(B, s) + Max(A, 0.2) + Where(0.3 < B, 0.3, B) + Floor(3 * A);
        var e = 1 / (1.5 + Square(B)) + (1 - A) / (2 + Sigmoid(B)) - -Square(A);
        h = Tanh((a + 0.3 * c) * x + Transpose(Transpose(d)) * x + b) + 0.2 * h;
        return h + 0.1 * (e * x) + Mean(Abs(A)) - 0.1 * Sum(A);
    }
}

/// <summary>Products of matrices: of parameters and of what is computed of them, of three, of one with itself, transposed on either side, in a helper of any dimensions.</summary>
[Cell]
public partial class MatrixProducts<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h;
    Mat<Hidden, Input> A, B;
    Mat<Hidden, Hidden> U, M;
    Vec<Input> p;
    Vec<Hidden> b;

    static Mat<R, R> Gram<R, C>(Mat<R, C> a) => a * Transpose(a);

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var square = 0.2 * U * U;
        var three = 0.1 * (A * Transpose(B)) * (U - Transpose(U));
        square *= Tanh(M);
        h = Tanh((square + three) * h + Gram(Tanh(A)) / 4 * b + A * (Transpose(A) * B) * (0.1 * x));
        return h + A * (0.3 * (Transpose(A) * B) * x * p) + 0.1 * Sum(Square(Transpose(B) * A)) * b;
    }
}

/// <summary>Matrices of matrices and sums of them, over layers that have such matrices themselves.</summary>
[Model]
public partial class MatrixModel : Model
{
    class Feature : Dim;
    class Hidden : Dim;
    class Horizon : Dim;

    MatrixCell<Feature, Hidden> encoder;
    AntisymmetricRnn<Hidden, Hidden> upper;
    Mat<Horizon, Hidden> H, K;
    Mat<Hidden, Horizon> back;
    Vec<Hidden> p;
    Scalar s;

    Vec<Horizon> Predict(Seq<Feature> x)
    {
        var a = upper.Scan(encoder.Scan(x));
        return (H + Transpose(back)) * Last(a) + Hadamard(H, K) * (MeanOverSteps(a) + p) + (K - s * H) * Tanh(p);
    }

    Seq<Hidden> Every(Seq<Feature> x) => Transpose(H - K) * ((H - K) * encoder.Scan(x));

    Scalar Loss(Seq<Feature> x, Vec<Horizon> y) =>
        MeanSquaredError(Predict(x), y) + 0.01 * Sum(Square(H)) + 0.1 * Mean(Square(H - Transpose(back))) + 0.05 * Max(Abs(K)) + 0.01 * Sum(Square(SumOverRows(back)));

    Scalar Penalty(Vec<Horizon> y) => Sum(Square(H)) + MeanSquaredError(SumOverColumns(H), y);
}

/// <summary>Drops entries of its matrices: weight drop. The one that also multiplies as it is has a gradient of both.</summary>
[Cell]
public partial class WeightDrop<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h;
    Mat<Hidden, Input> W;
    Mat<Hidden, Hidden> U;
    Vec<Hidden> b;

    protected override Vec<Hidden> Step(Vec<Input> x) => h = Tanh(Dropout(W, 0.3) * x + Dropout(U, 0.5) * h + 0.3 * (U * h) + Dropout(Tanh(U), 0.5) * b);
}

/// <summary>The same with masks that are given.</summary>
[Cell]
public partial class MaskedWeights<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h;
    Mat<Hidden, Input> W, first;
    Mat<Hidden, Hidden> U, second, third;
    Vec<Hidden> b;

    protected override Vec<Hidden> Step(Vec<Input> x) => h = Tanh(Hadamard(W, first) * x + Hadamard(U, second) * h + 0.3 * (U * h) + Hadamard(Tanh(U), third) * b);
}

/// <summary>A loss over a cell with dropped weights.</summary>
[Model]
public partial class WeightDropModel : Model
{
    class Feature : Dim;
    class Hidden : Dim;
    class Horizon : Dim;

    WeightDrop<Feature, Hidden> encoder;
    AntisymmetricRnn<Hidden, Hidden> upper;
    Linear<Hidden, Horizon> head;
    Mat<Hidden, Hidden> M;

    Vec<Horizon> Predict(Seq<Feature> x) => head.Map(Dropout(M - Transpose(M), 0.2) * Last(upper.Scan(encoder.Scan(x))));

    Scalar Loss(Seq<Feature> x, Vec<Horizon> y) => MeanSquaredError(Predict(x), y) + 0.001 * Sum(Square(M));
}

/// <summary>Words look into matrices that are computed, by rows and by columns; one table is read as it is too, another is only added.</summary>
[Model]
public partial class MatrixWords : Model
{
    class Word : Dim;
    class Feature : Dim;
    class Tag : Dim;

    Mat<Word, Feature> table, special, added;
    Mat<Feature, Word> columns;
    Mat<Tag, Feature> head;
    AntisymmetricRnn<Word, Feature> letters;

    Seq<Tag> Scores([OneHot] Seq<Word> x)
    {
        var sum = Transpose(table + added) * x;
        var other = Transpose(Hadamard(table, Sigmoid(special))) * x + Transpose(table) * x;
        return head * (sum + other + (columns - Transpose(special)) * x + letters.Scan(x));
    }

    Scalar Loss([OneHot] Seq<Word> x, [OneHot] Seq<Tag> y) => CrossEntropy(Scores(x), y) + 0.01 * Sum(Square(columns));
}

/// <summary>A table that is only added to another: both have a gradient of the rows that are read.</summary>
[Model]
public partial class AddedTables : Model
{
    class Word : Dim;
    class Feature : Dim;

    Mat<Word, Feature> table, added;

    Seq<Feature> Words([OneHot] Seq<Word> x) => Transpose(table + added) * x;

    Scalar Loss([OneHot] Seq<Word> x, Seq<Feature> y) => MeanSquaredError(Words(x), y);
}

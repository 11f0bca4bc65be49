using RnnDsl;
using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests.Cells;

/// <summary>Peepholes from the new memory as well, and a forget gate coupled to the input gate by a helper.</summary>
[Cell]
public partial class CoupledPeephole<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h, c;
    Mat<Hidden, Input> Wi, Wg, Wo;
    Mat<Hidden, Hidden> Ui, Ug, Uo;
    Vec<Hidden> pi, po, bi, bg, bo;

    Vec<Hidden> Gate(Mat<Hidden, Input> w, Mat<Hidden, Hidden> u, Vec<Hidden> peephole, Vec<Hidden> memory, Vec<Hidden> bias, Vec<Input> x) =>
        Sigmoid(w * x + u * h + peephole * memory + bias);

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var i = Gate(Wi, Ui, pi, c, bi, x);
        c = (1 - i) * c + i * Tanh(Wg * x + Ug * h + bg);
        var o = Gate(Wo, Uo, po, c, bo, x);
        return h = o * Tanh(c);
    }
}

/// <summary>Output other than a state, and both states in it.</summary>
[Cell]
public partial class TwoOutputs<Input, Hidden> : Cell<Input, Cat<Hidden, Hidden>>
{
    [State] Vec<Hidden> h, slow;
    Mat<Hidden, Input> W;
    Mat<Hidden, Hidden> U;
    Vec<Hidden> b, rate;

    protected override Vec<Cat<Hidden, Hidden>> Step(Vec<Input> x)
    {
        h = Tanh(W * x + U * h + b);
        var a = Sigmoid(rate);
        slow = a * slow + (1 - a) * h;
        return Concat(Relu(h), slow - h);
    }
}

/// <summary>A vector recurrence, clipped, with a scalar parameter and a scalar state.</summary>
[Cell]
public partial class Leaky<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> v;
    [State] [Init(0.5)] Scalar level;
    Mat<Hidden, Input> W;
    Vec<Hidden> u;
    Scalar gain;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        level = 0.9 * level + 0.1 * Mean(v);
        v = Clip(u * v + W * x, -0.8, 0.8) * (1 + gain * level);
        return v + level;
    }
}

/// <summary>Layer norm as a layer inside, and as an operation.</summary>
[Cell]
public partial class Normed<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h;
    Mat<Hidden, Input> W;
    Mat<Hidden, Hidden> U;
    LayerNorm<Hidden> norm;
    Vec<Hidden> gain;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var z = norm.Map(W * x + U * h);
        h = Tanh(z) + 0.1 * gain * Normalize(h + z);
        return h;
    }
}

/// <summary>No state, softmax attention over its own units.</summary>
[Cell]
public partial class Stateless<Input, Output> : Cell<Input, Output>
{
    Mat<Output, Input> W, V;
    Vec<Output> b;

    protected override Vec<Output> Step(Vec<Input> x) => Softmax(W * x + b) * Gelu(V * x) + LogSoftmax(V * x);
}

/// <summary>No recurrent matrix: everything but the last line leaves the loop.</summary>
[Cell]
public partial class Diagonal<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> c;
    Mat<Hidden, Input> Wf, Wx, Wr;
    Vec<Hidden> bf, br;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var f = Sigmoid(Wf * x + bf);
        var r = Sigmoid(Wr * x + br);
        c = f * c + (1 - f) * (Wx * x);
        return r * Tanh(c) + (1 - r) * Silu(Wx * x);
    }
}

/// <summary>Two states that turn into each other, unit by unit, as one complex number does.</summary>
[Cell]
public partial class Rotation<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> re, im;
    Mat<Hidden, Input> W, V;
    Vec<Hidden> a, b;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var before = re;
        re = a * re - b * im + W * x;
        im = a * im + b * before + V * x;
        return Tanh(re) * im;
    }
}

/// <summary>States that become each other, and the last input as a state: delays without a cycle.</summary>
[Cell]
public partial class Delays<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> a, b;
    [State] Vec<Input> last;
    Mat<Hidden, Input> W;
    Mat<Hidden, Hidden> U;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var kept = a;
        a = b;
        b = kept * 0.5 + Tanh(W * (x - last) + U * a);
        last = x;
        return a - b;
    }
}

/// <summary>Every elementwise operation, away from the kinks.</summary>
[Cell]
public partial class AllOperations<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h;
    Mat<Hidden, Input> W;
    Mat<Hidden, Hidden> U;
    Vec<Hidden> p, q;
    Scalar s;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var z = W * x + Transpose(U) * h;
        var positive = Exp(0.3 * z) + Square(p) + 0.5;
        var y = Log(positive) + Sqrt(positive) - Abs(q + 3) / positive;
        y += LeakyRelu(z + 5) + LeakyRelu(z - 5, 0.2) + Elu(z - 4) + Elu(z + 4, 0.5) + Softplus(z) + LogSigmoid(z);
        y += Sin(2 * z) * Cos(3 * p) + Mod(z + 20.25, 0.5 * Floor(Square(q) + 100.5)) + 0.1 * Floor(0.01 * z + 7.5);
        y -= Min(p, z + 6) + Max(z, q + 6);
        y *= 0.1 + 0.01 * (Dot(p, z) + Sum(q) + Max(p + 4 * q) - s);
        h = Tanh(0.2 * y);
        return -h / (1 + Square(s)) + Relu(z + 3) - Right(Concat(p, z)) + Left(Concat(h, x));
    }
}

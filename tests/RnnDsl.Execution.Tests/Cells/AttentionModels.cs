using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests.Cells;

/// <summary>Looks from the steps of one sequence into others: by products, additive, over itself, with what is scaled and masked.</summary>
[Model]
public partial class Looks : Model
{
    internal class Source : Dim;
    internal class Target : Dim;
    internal class Hidden : Dim;
    internal class Key : Dim;

    Lstm<Source, Hidden> encoder;
    Gru<Target, Hidden> decoder;
    Mat<Key, Hidden> Wk, Wq, Wa, Ua;
    Vec<Key> v;
    Scalar sharp;
    Linear<Cat<Hidden, Hidden>, Target> head;

    internal Seq<Target> Dots(Seq<Source> x, Seq<Target> y)
    {
        var memory = encoder.Scan(x);
        var h = decoder.Scan(Previous(y));
        return head.Map(Concat(h, Each(h, q => Attend(q, memory, memory))));
    }

    internal Scalar DotsLoss(Seq<Source> x, Seq<Target> y) => MeanSquaredError(Dots(x, y), y);

    internal Seq<Target> General(Seq<Source> x, Seq<Target> y)
    {
        var memory = encoder.Scan(x);
        var h = decoder.Scan(Previous(y));
        var looked = Each(h, q =>
        {
            var scores = Dot(Wk * memory, Wq * q) * Exp(sharp);
            var weights = SoftmaxOverSteps(scores);
            return SumOverSteps(weights * memory) + MaxOverSteps(memory * q) * 0.1;
        });
        return head.Map(Concat(h, looked));
    }

    internal Scalar GeneralLoss(Seq<Source> x, Seq<Target> y) => MeanSquaredError(General(x, y), y);

    Vec<Hidden> Weigh(Vec<Hidden> q, Seq<Hidden> memory)
    {
        var scores = Dot(v, Tanh(Wa * memory + Ua * q));
        return SumOverSteps(SoftmaxOverSteps(scores) * memory);
    }

    internal Seq<Target> Additive(Seq<Source> x, Seq<Target> y)
    {
        var memory = encoder.Scan(x);
        var h = decoder.Scan(Previous(y));
        return head.Map(Concat(h, Each(h, q => Weigh(q, memory))));
    }

    internal Scalar AdditiveLoss(Seq<Source> x, Seq<Target> y) => MeanSquaredError(Additive(x, y), y);

    internal Seq<Hidden> Self(Seq<Source> x)
    {
        var h = encoder.Scan(x);
        return Each(h, q => Attend(Tanh(q), h, h) + MeanOverSteps(Sigmoid(h - q)));
    }

    internal Scalar SelfLoss(Seq<Source> x, Seq<Hidden> y) => MeanSquaredError(Self(x), y) + 0.01 * Sum(Square(Last(Self(x))));

    internal Seq Strength(Seq<Source> x, Seq<Target> y)
    {
        var memory = encoder.Scan(x);
        var mean = MeanOverSteps(memory);
        return Each(decoder.Scan(y), q => LogSumExpOverSteps(Dot(memory, q + mean)) + Mean(q));
    }

    internal Scalar StrengthLoss(Seq<Source> x, Seq<Target> y) => MeanOverSteps(Square(Strength(x, y)));
}

/// <summary>A recurrence that attention feeds (Bahdanau et al. 2015): at each step it looks into the memory with its state, and takes what it finds.</summary>
[Cell]
public partial class AttentionCell<TIn, TOut, TMemory> : Cell<TIn, TOut, TMemory>
{
    Mat<TOut, TIn> Wz, Wn;
    Mat<TOut, TOut> Uz, Un;
    Mat<TOut, TMemory> Cz, Cn;
    Mat<TOut, TOut> Wa;
    Mat<TOut, TMemory> Ua;
    Vec<TOut> v, bz, bn;
    [State] Vec<TOut> h;
    [State] Vec<TMemory> found;

    protected override Vec<TOut> Step(Vec<TIn> x, Seq<TMemory> memory)
    {
        var scores = Dot(v, Tanh(Ua * memory + Wa * h));
        found = SumOverSteps(SoftmaxOverSteps(scores) * memory) + 0.1 * found;
        var z = Sigmoid(Wz * x + Uz * h + Cz * found + bz);
        var n = Tanh(Wn * x + Un * h + Cn * found + bn);
        h = (1 - z) * h + z * n;
        return h;
    }
}

/// <summary>An encoder, and a decoder that looks into it and starts where it ends.</summary>
[Model]
public partial class AttentiveTranslator : Model
{
    internal class Source : Dim;
    internal class Target : Dim;
    internal class Hidden : Dim;

    Gru<Source, Hidden> encoder;
    AttentionCell<Target, Hidden, Hidden> decoder;
    Linear<Hidden, Target> head;

    internal Seq<Target> Predict(Seq<Source> x, Seq<Target> y) => head.Map(decoder.Scan(Previous(y), Tanh(encoder.Scan(x)), encoder.End(x)));

    internal Scalar Loss(Seq<Source> x, Seq<Target> y) => MeanSquaredError(Predict(x, y), y);
}

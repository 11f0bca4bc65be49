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

/// <summary>Looks without a recurrence: several heads, keys that are not the values, masks, two memories, hops, and weights that are more than a softmax.</summary>
[Model]
public partial class Heads : Model
{
    internal class Source : Dim;
    internal class Target : Dim;
    internal class Hidden : Dim;
    internal class Key : Dim;

    Linear<Source, Hidden> source;
    Linear<Target, Hidden> target;
    [Count(2)] Mat<Key, Hidden>[] keys, queries;
    [Count(2)] Mat<Hidden, Hidden>[] values;
    Vec<Hidden> seen;
    Scalar sharp;

    Seq<Hidden> Multihead(Seq<Hidden> from, Seq<Hidden> memory)
    {
        var hidden = from;
        for (int head = 0; head < 2; head++)
        {
            var k = keys[head] * memory;
            var v = values[head] * memory;
            hidden = hidden + Each(queries[head] * from, q => Attend(q * 0.7, k, v));
        }
        return hidden;
    }

    internal Seq<Hidden> Across(Seq<Source> x, Seq<Target> y) => Multihead(target.Map(y), Tanh(source.Map(x)));

    internal Scalar AcrossLoss(Seq<Source> x, Seq<Target> y) => MeanOverSteps(Sum(Square(Across(x, y))));

    internal Seq<Hidden> Own(Seq<Source> x)
    {
        var h = source.Map(x);
        return Multihead(Multihead(h, h), h);
    }

    internal Scalar OwnLoss(Seq<Source> x) => Sum(MeanOverSteps(Own(x) * Own(x))) + Sum(Square(Last(Own(x))));

    internal Seq<Hidden> Masked(Seq<Source> x, Seq<Target> y)
    {
        var memory = source.Map(x);
        var asks = target.Map(y);
        var mask = Softplus(Dot(seen, memory));
        var first = Each(asks, q =>
        {
            var scores = Exp(sharp) * Dot(memory, q) - mask;
            var weights = SoftmaxOverSteps(scores) * Sigmoid(scores);
            return SumOverSteps(weights * Tanh(memory)) + LogSumExpOverSteps(scores) * q;
        });
        return Each(asks + first, q => Attend(q, memory, memory) + Attend(q, first, asks) + MaxOverSteps(Dot(memory, q)) * seen);
    }

    internal Scalar MaskedLoss(Seq<Source> x, Seq<Target> y) => MeanOverSteps(Sum(Square(Masked(x, y)))) + MeanOverSteps(Dot(seen, Masked(x, y)));

    Vec<Hidden> Inside(Seq<Source> part)
    {
        var h = source.Map(part);
        return Mean(Each(h, q => Attend(q, h, h)));
    }

    internal Seq<Hidden> Nested(Seqs<Source> parts)
    {
        var whole = Each(parts, Inside);
        return whole + Each(whole, q => Attend(q, whole, whole));
    }

    internal Scalar NestedLoss(Seqs<Source> parts) => MeanOverSteps(Sum(Square(Nested(parts))));
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

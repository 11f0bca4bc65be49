using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests.Cells;

/// <summary>A pyramid over long sequences (Chan et al. 2016): between layers neighbors are joined, so that each has half the steps of the one below.</summary>
[Model]
public partial class Pyramid : Model
{
    internal class Sound : Dim;
    internal class Hidden : Dim;
    internal class Symbol : Dim;

    BiLstm<Sound, Hidden> first;
    BiLstm<Cat<Cat<Hidden, Hidden>, Cat<Hidden, Hidden>>, Hidden> second;
    Gru<Cat<Cat<Hidden, Hidden>, Cat<Hidden, Hidden>>, Hidden> third;
    Linear<Hidden, Symbol> head;

    internal Seq<Symbol> Scores(Seq<Sound> x) => head.Map(third.Scan(JoinPairs(second.Run(JoinPairs(first.Run(x))))));

    /// <summary>Targets have a quarter of the sound's steps.</summary>
    internal Scalar Loss(Seq<Sound> x, [OneHot] Seq<Symbol> y) => CrossEntropy(Scores(x), y);

    /// <summary>The same, with the targets before the sound.</summary>
    internal Scalar Turned([OneHot] Seq<Symbol> y, Seq<Sound> x) => CrossEntropy(Scores(x), y) + 0.01 * Mean(Square(Last(Scores(x))));
}

/// <summary>Each k-th step in all places where a sequence may stand.</summary>
[Model]
public partial class ThinnedForms : Model
{
    internal class Feature : Dim;
    internal class Hidden : Dim;

    Lstm<Feature, Hidden> below;
    Gru<Hidden, Hidden> above;
    Linear<Hidden, Feature> back;
    Elman<Feature, Hidden> letters;
    Mat<Hidden, Feature> W;
    Vec<Hidden> b;
    Scalar k;

    /// <summary>Two rates side by side, means and ends of each, a value that is the same at all steps, and a scan backwards.</summary>
    internal Vec<Hidden> Rates(Seq<Feature> x, Vec<Hidden> u)
    {
        var h = below.Scan(x);
        var third = Every(h, 3);
        return MeanOverSteps(Every(h, 2)) + Last(above.ScanReversed(third + u)) - MeanOverSteps(third * SoftmaxOverSteps(Dot(third, b))) + First(Every(Previous(h), 2)) + MeanOverSteps(third) * k + MaxOverSteps(Tanh(Every(h, 4)));
    }

    internal Scalar RatesLoss(Seq<Feature> x, Vec<Hidden> u, Vec<Hidden> y) => MeanSquaredError(Rates(x, u), y) + 0.1 * MeanOverSteps(Dot(Every(x, 3), Every(x, 3)));

    /// <summary>Some steps look at all, and all at some.</summary>
    internal Seq<Hidden> Looks(Seq<Feature> x)
    {
        var h = below.Scan(x);
        var some = Every(h, 3);
        var looked = above.Scan(Each(some, q => Attend(q, h, h)));
        return Each(h, q => Attend(q, looked, Every(h, 3) + looked)) + k * Each(h, q => SumOverSteps(Sigmoid(Dot(Every(h, 2), q)) * Every(h, 2)));
    }

    internal Scalar LooksLoss(Seq<Feature> x, Seq<Hidden> y) => MeanSquaredError(Looks(x), y);

    /// <summary>Two sequences of a length each: the one has each second step of the other.</summary>
    internal Seq<Hidden> Tied(Seq<Feature> x, Seq<Hidden> half) => above.Scan(half + Every(W * x + b, 2));

    internal Scalar TiedLoss(Seq<Feature> x, Seq<Hidden> half, Seq<Hidden> y) => MeanSquaredError(Tied(x, half), y);

    /// <summary>Steps of steps, and a sequence of numbers.</summary>
    internal Seq<Feature> Again(Seq<Feature> x) => back.Map(Every(Every(below.Scan(x), 2), 3)) * Every(Every(Sum(x), 2), 3);

    internal Scalar AgainLoss(Seq<Feature> x, Seq<Feature> y) => MeanSquaredError(Again(x), y);

    /// <summary>Within sequences that stand at each step of another.</summary>
    internal Seq<Hidden> Within(Seqs<Feature> words) => Each(words, word => Last(letters.Scan(Every(word, 2))) + MeanOverSteps(Every(W * word, 3)));

    internal Scalar WithinLoss(Seqs<Feature> words, Seq<Hidden> y) => MeanSquaredError(Within(words), y);

    /// <summary>What is the same at all steps is the same at some.</summary>
    internal Vec<Hidden> Same(Seq<Feature> x, Vec<Hidden> u) => Last(above.Scan(Every(Tanh(u + 0 * (W * x)), 2) * MeanOverSteps(Every(Sigmoid(b + 0 * (W * x)), 2))));

    internal Scalar SameLoss(Seq<Feature> x, Vec<Hidden> u, Vec<Hidden> y) => MeanSquaredError(Same(x, u), y);

    /// <summary>Of one-hot vectors too.</summary>
    internal Vec<Hidden> OneHots([OneHot] Seq<Feature> x) => MeanOverSteps(Every(W * x, 2) + W * Every(x, 2)) + Last(below.Scan(Every(x, 2)));

    internal Scalar OneHotsLoss([OneHot] Seq<Feature> x, Vec<Hidden> y) => MeanSquaredError(OneHots(x), y);
}

/// <summary>A model that takes steps of what it is given, to be a layer.</summary>
[Model]
public partial class SomeSteps<A, B> : Model
{
    Lstm<A, B> below;
    Mat<B, A> W;
    Vec<B> b;

    public Vec<B> Means(Seq<A> x) => MeanOverSteps(Every(W * x, 4)) + MeanOverSteps(Every(below.Scan(x), 2)) * Mean(Square(MeanOverSteps(Every(x, 3))));

    public Seq<B> Looks(Seq<A> x, Seq<B> half) => Each(Every(below.Scan(x), 2) + half, q => Attend(q, Every(W * x, 3), Every(W * x, 3) + b));

    public Vec<B> Ends(Seq<A> x) => Last(Every(Next(Every(W * x, 2)), 2)) + MaxOverSteps(Every(below.ScanReversed(x), 3));

    public Scalar Loss(Seq<A> x, Seq<B> y) => MeanSquaredError(Every(W * x, 3), y);
}

/// <summary>What a layer does with steps of its inputs, in a model that gives it sequences of several lengths.</summary>
[Model]
public partial class SomeStepsWithin : Model
{
    internal class Feature : Dim;
    internal class Hidden : Dim;

    SomeSteps<Feature, Hidden> inner;
    Mat<Feature, Hidden> V;
    Scalar k;

    internal Vec<Hidden> Means(Seq<Hidden> other, Seq<Feature> x) => k * inner.Means(x) + inner.Means(Every(2 * x, 2)) - inner.Means(V * other);

    internal Seq<Hidden> Looks(Seq<Hidden> half, Seq<Feature> x) => inner.Looks(x, half) + Every(inner.Looks(x, Tanh(half)), 1) * k;

    internal Vec<Hidden> Ends(Seq<Feature> x) => inner.Ends(x) - k * inner.Ends(Every(2 * x, 3));

    internal Scalar MeansLoss(Seq<Hidden> other, Seq<Feature> x, Seq<Hidden> y) => MeanSquaredError(inner.Means(x), Mean(y)) + inner.Loss(x, y) + k * Sum(Means(other, x));

    internal Scalar LooksLoss(Seq<Hidden> half, Seq<Feature> x) => MeanOverSteps(Square(Sum(Looks(half, x))));

    internal Scalar EndsLoss(Seq<Feature> x) => Sum(Square(Ends(x)));
}

/// <summary>A cell that does not hear its input: of the axis that it goes along only its states are left.</summary>
[Cell]
public partial class Deaf<Input, Hidden> : Cell<Input, Hidden>
{
    [State, Init(0.25)] Vec<Hidden> h;
    Mat<Hidden, Hidden> U;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var before = h;
        h = Tanh(U * h);
        return before;
    }
}

/// <summary>Scans of it over some steps, and over sequences at every step.</summary>
[Model]
public partial class DeafModel : Model
{
    internal class Feature : Dim;
    internal class Hidden : Dim;

    [Count(2)] Deaf<Feature, Hidden>[] deaf;
    Gru<Hidden, Hidden> above;
    Mat<Hidden, Feature> W;
    Vec<Hidden> p;

    internal Vec<Hidden> Begun(Seq<Feature> x) => First(above.Scan(deaf[0].Scan(Every(x, 4)), Start(Tanh(p)))) + Last(W * x);

    internal Vec<Hidden> Ended(Seq<Feature> x) => Last(deaf[0].Scan(Every(x, 3))) - MeanOverSteps(above.ScanReversed(deaf[1].Scan(Every(x, 2)))) + Last(W * x);

    internal Seq<Hidden> Within(Seqs<Feature> words) => Each(words, word => Last(above.Scan(deaf[0].Scan(word))) + First(deaf[1].Scan(Every(word, 2))));

    internal Scalar BegunLoss(Seq<Feature> x, Vec<Hidden> y) => MeanSquaredError(Begun(x), y);

    internal Scalar EndedLoss(Seq<Feature> x, Vec<Hidden> y) => MeanSquaredError(Ended(x), y);

    internal Scalar WithinLoss(Seqs<Feature> words, Seq<Hidden> y) => MeanSquaredError(Within(words), y);
}

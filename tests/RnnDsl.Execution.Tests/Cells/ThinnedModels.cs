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

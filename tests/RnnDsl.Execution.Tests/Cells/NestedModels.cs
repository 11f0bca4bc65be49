using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests.Cells;

/// <summary>Letters in words: what both directions make of each word's letters stands beside the word.</summary>
[Model]
public partial class LetterTagger : Model
{
    internal class Word : Dim;
    internal class Letter : Dim;
    internal class Vector : Dim;
    internal class Spelling : Dim;
    internal class Hidden : Dim;
    internal class Tag : Dim;

    Embedding<Word, Vector> words;
    Embedding<Letter, Vector> letters;
    BiLstm<Vector, Spelling> spelling;
    Gru<Cat<Vector, Cat<Spelling, Spelling>>, Hidden> context;
    Linear<Hidden, Tag> head;

    Vec<Cat<Spelling, Spelling>> Spell(Seq<Letter> word) => spelling.Ends(letters.Map(word));

    internal Seq<Tag> Scores([OneHot] Seq<Word> x, [OneHot] Seqs<Letter> spelled) => head.Map(context.Scan(Concat(words.Map(x), Each(spelled, Spell))));

    internal Scalar Loss([OneHot] Seq<Word> x, [OneHot] Seqs<Letter> spelled, [OneHot] Seq<Tag> y) => CrossEntropy(Scores(x, spelled), y);
}

/// <summary>Sequences at every step in other forms: alone, of vectors, with what stands outside, and beside a sequence.</summary>
[Model]
public partial class NestedForms : Model
{
    internal class Feature : Dim;
    internal class Hidden : Dim;

    Lstm<Feature, Hidden> inner;
    Gru<Hidden, Hidden> outer;
    Linear<Hidden, Feature> back;
    Mat<Hidden, Feature> W;
    Mat<Hidden, Hidden> U;
    Vec<Hidden> b;
    Scalar k;

    /// <summary>A document: each sentence's vector, then one of all.</summary>
    internal Vec<Hidden> Document(Seqs<Feature> sentences) => Last(outer.Scan(Each(sentences, s => MeanOverSteps(inner.Scan(s)))));

    internal Scalar DocumentLoss(Seqs<Feature> sentences, Vec<Hidden> y) => MeanSquaredError(Document(sentences), y);

    internal Seq<Hidden> Weighed(Seqs<Feature> x, Vec<Hidden> u)
    {
        return Each(x, s =>
        {
            var h = Tanh(W * s + u);
            return SumOverSteps(SoftmaxOverSteps(Dot(h, u + b)) * h) + u * k;
        });
    }

    internal Scalar WeighedLoss(Seqs<Feature> x, Vec<Hidden> u, Seq<Hidden> y) => MeanSquaredError(Weighed(x, u), y) + 0.1 * Sum(Square(Last(Weighed(x, u))));

    internal Seq<Hidden> Beside(Seqs<Feature> x, Seq<Hidden> y)
    {
        var h = outer.Scan(y);
        var found = Each(x, h, (s, q) => SumOverSteps(SoftmaxOverSteps(Dot(W * s, q)) * (W * s)) + Last(inner.ScanReversed(s)));
        return found + U * h;
    }

    internal Scalar BesideLoss(Seqs<Feature> x, Seq<Hidden> y) => MeanAbsoluteError(Beside(x, y), y);

    /// <summary>Beside a sequence of vectors or scalars, of which it makes scalars, vectors and sequences.</summary>
    internal Seq<Hidden> AllBeside(Seqs<Feature> x, Seq<Hidden> y)
    {
        Seq counted = Each(x, y, (s, v) => Dot(W * Last(s), v) + Max(First(s)));
        Seqs<Hidden> shifted = Each(x, counted, (s, c) => Tanh(W * s + c * b));
        Seq<Hidden> gated = Each(Each(shifted, y, (s, v) => s * Sigmoid(v)), counted, (s, c) => c * Last(s) + MeanOverSteps(s));
        return gated * Each(shifted, counted, (s, c) => c + Mean(MaxOverSteps(s)));
    }

    /// <summary>Functions that do not read the sequence at the step, which still says how many steps there are.</summary>
    internal Seq<Hidden> Unread(Seqs<Feature> x, Seq<Hidden> y) => Each(x, y, (s, v) => v * b) + Each(x, s => b * Sum(b)) * y + Each(y, Each(x, s => 2 * b), (v, w) => w * k);

    internal Scalar UnreadLoss(Seqs<Feature> x, Seq<Hidden> y) => Mean(Square(MeanOverSteps(Each(x, y, (s, v) => v * b) + Each(x, s => b)))) + SumOverSteps(Each(x, y, (s, v) => k * Sum(v)));

    internal Scalar AllBesideLoss(Seqs<Feature> x, Seq<Hidden> y) => Mean(Square(MeanOverSteps(AllBeside(x, y))));

    internal Seq Counted(Seqs<Feature> x) => Each(x, s => Mean(MaxOverSteps(s)) + k * Sum(First(s)));

    internal Scalar CountedLoss(Seqs<Feature> x) => MeanOverSteps(Square(Counted(x)));

    internal Seq<Hidden> Twice(Seqs<Feature> x) => Each(Each(x, s => inner.Scan(s)), h => Last(Each(h, q => Attend(q, h, h))) + Sum(W * First(back.Map(h))) * b);

    internal Scalar TwiceLoss(Seqs<Feature> x, Seq<Hidden> y) => MeanSquaredError(Twice(x), y);

    /// <summary>A parameter that sequences at every step read, and examples beside them.</summary>
    internal Seq<Hidden> Shared(Seqs<Feature> x, Seq<Hidden> y) => Each(x, s => b * Last(inner.Scan(s))) + outer.Scan(y, Start(b));

    /// <summary>One layer within the sequences at every step, where its states are theirs, and over the steps, where they are the example's.</summary>
    internal Seq<Hidden> Both(Seqs<Hidden> x) => outer.Scan(Each(x, s => outer.End(s).Vector<Hidden>(0)));

    internal Scalar BothLoss(Seqs<Hidden> x, Seq<Hidden> y) => MeanSquaredError(Both(x), y) + MeanOverSteps(Square(Dot(outer.Scan(y), b)));

    internal Scalar SharedLoss(Seqs<Feature> x, Seq<Hidden> y) => MeanSquaredError(Shared(x, y), y);

    /// <summary>A field and a lambda's parameter that are called as sequences outside are.</summary>
    internal Seq<Hidden> SameNames(Seqs<Feature> x, Seq<Hidden> inner, Seq<Hidden> y) => Each(x, y => Last(this.inner.Scan(y))) + inner + Each(Each(x, s => First(s)), x => W * x) * y;

    /// <summary>The length of a step's own sequence, where each of some of its steps looks at it.</summary>
    internal Seq<Feature> OfFirst(Seqs<Feature> x) => Each(x, s => First(Each(W * Every(s, 2), q => MeanOverSteps(s - Transpose(W) * q))));

    internal Scalar OfFirstLoss(Seqs<Feature> x) => MeanOverSteps(Dot(OfFirst(x), OfFirst(x)));

    internal Scalar SameNamesLoss(Seqs<Feature> x, Seq<Hidden> inner, Seq<Hidden> y) => MeanSquaredError(SameNames(x, inner, y), y);
}

/// <summary>Names that generated code could take for its own.</summary>
[Model]
public partial class StepsNames : Model
{
    internal class Steps_0 : Dim;
    internal class Steps_1 : Dim;

    Mat<Steps_0, Steps_1> steps_2;

    internal Seq<Steps_0> Look(Seq<Steps_1> x, Seq<Steps_0> y)
    {
        var steps_0 = steps_2 * x;
        return Each(y, row => { var steps_1 = Tanh(row); return Attend(steps_1, steps_0, steps_0) + steps_1; });
    }

    internal Scalar Loss(Seq<Steps_1> x, Seq<Steps_0> y) => MeanSquaredError(Look(x, y), y);
}

using static RnnDsl.Ops;

namespace RnnDsl.Examples.Recommendation;

/// <summary>
/// Scores the next item of a session: GRU4Rec (Hidasi et al. 2016; Hidasi &amp; Karatzoglou 2018) with the state of the user (<see cref="UserSessions{Input, Begin, Session, User}"/>). An item's vector is a row of a table, which is
/// learned for each item by itself, plus what a matrix makes of the item's text and attributes, which is the same for all items. The vectors of items that are read are those of the items that are scored.
/// </summary>
/// <remarks><code>
/// eᵢ = Tableᵢ + A·fᵢ                      an item that was never seen has only the second part
/// [h; u] = UserSessions(e of the step's item)
/// q = W·[h; u; e] + b                     what is asked for
/// score of item i = eᵢ·q + biasᵢ
/// </code>
/// The three losses are methods; a trainer names one. A step without a label (−1) does not count. At some steps of the training the items are scored without their rows of the table, so that texts and attributes learn to tell
/// by themselves (as in Volkovs et al. 2017).</remarks>
[Model]
public partial class SessionModel : Model
{
    class Item : Dim;
    class Feature : Dim;
    class Vector : Dim;
    [Size(1)] class Begin : Dim;
    class Session : Dim;
    class User : Dim;

    /// <summary>Share of units that are dropped in the training: of items' vectors, and of what the states say.</summary>
    const double Drop = 0.2;

    /// <summary>Share of the training's steps at which texts and attributes score alone.</summary>
    const double DropTable = 0.1;

    /// <summary>How much large scores of negatives cost in BPR-max.</summary>
    const double ScorePenalty = 0.01;

    [Init(Initial.Normal, 0.1)] Mat<Item, Vector> Table;
    [Fixed] Mat<Item, Feature> Features;
    Mat<Vector, Feature> A;
    Vec<Item> bias;
    UserSessions<Vector, Begin, Session, User> sessions;
    Linear<Cat<Cat<Session, User>, Vector>, Vector> head;

    Seq<Vector> Texts([OneHot] Seq<Item> items) => A * (Transpose(Features) * items);

    Seq<Vector> Vectors([OneHot] Seq<Item> items) => Transpose(Table) * items + Texts(items);

    /// <summary>1 at each step; in the training 0 at some.</summary>
    Seq Keep([OneHot] Seq<Item> items, [OneHot] Seq<Begin> begins) => Sum(Dropout(begins + Sum(items), DropTable));

    /// <summary>The two parts of items' vectors, side by side.</summary>
    Seq<Cat<Vector, Vector>> Parted([OneHot] Seq<Item> items) => Concat(Transpose(Table) * items, Texts(items));

    /// <summary>What is asked of the two parts.</summary>
    Seq<Cat<Vector, Vector>> AskParted([OneHot] Seq<Item> items, [OneHot] Seq<Begin> begins)
    {
        var q = Ask(Vectors(items), begins);
        return Concat(Keep(items, begins) * q, q);
    }

    Seq<Vector> Ask(Seq<Vector> items, [OneHot] Seq<Begin> begins)
    {
        var read = Dropout(items, Drop);
        return head.Map(Concat(Dropout(sessions.Scan(Concat(read, begins)), Drop), read));
    }

    /// <summary>What is asked for after each step, also after items that the table does not have (−1): their features stand in <paramref name="features"/>.</summary>
    Seq<Vector> Query([OneHot] Seq<Item> items, Seq<Feature> features, [OneHot] Seq<Begin> begins) => Ask(Transpose(Table) * items + A * features, begins);

    /// <summary>The cross-entropy of a softmax over all items.</summary>
    Scalar FullSoftmax([OneHot] Seq<Item> items, [OneHot] Seq<Begin> begins, [OneHot] Seq<Item> y)
    {
        var q = Ask(Vectors(items), begins);
        return CrossEntropy(Table * (Keep(items, begins) * q) + Features * (Transpose(A) * q) + bias, y);
    }

    /// <summary>The cross-entropy of a softmax over the right item and negatives, which an example's steps share (Jean et al. 2015). What a negative was drawn by is taken off its score, and a negative that is the right item does not count.</summary>
    /// <param name="items">The item of each step; −1 where a session begins.</param>
    /// <param name="begins">0 where a session begins, else −1.</param>
    /// <param name="y">The next item; −1 where a session ends.</param>
    /// <param name="label">Its number again, as a quantity.</param>
    /// <param name="weight">1 divided by the mean number of labels of an example, so that all steps count alike.</param>
    /// <param name="negatives">Items that were drawn.</param>
    /// <param name="negative">Their numbers again, as quantities.</param>
    /// <param name="expected">Logarithms of how often each of them was expected among the negatives.</param>
    Scalar SampledSoftmax([OneHot] Seq<Item> items, [OneHot] Seq<Begin> begins, [OneHot] Seq<Item> y, Seq label, Scalar weight, [OneHot] Seq<Item> negatives, Seq negative, Seq expected)
    {
        var q = AskParted(items, begins);
        var right = Dot(Parted(y), q) + Dot(y, bias);
        var drawn = Parted(negatives);
        var start = Dot(negatives, bias) - expected;
        var others = Each(q, label, (asked, own) => LogSumExpOverSteps(Where(Abs(negative - own) < 0.5, -1e4, Dot(drawn, asked) + start)));
        return weight * SumOverSteps(Sum(y) * Softplus(others - right));
    }

    /// <summary>BPR-max (Hidasi &amp; Karatzoglou 2018, equation 10): the logarithm of the probability that the right item is before a negative, where negatives with high scores count more, and a penalty of these scores.</summary>
    Scalar BprMax([OneHot] Seq<Item> items, [OneHot] Seq<Begin> begins, [OneHot] Seq<Item> y, Scalar weight, [OneHot] Seq<Item> negatives)
    {
        var q = AskParted(items, begins);
        var right = Dot(Parted(y), q) + Dot(y, bias);
        var drawn = Parted(negatives);
        var start = Dot(negatives, bias);
        var losses = Each(q, right, (asked, own) =>
        {
            var scores = Dot(drawn, asked) + start;
            var shares = SoftmaxOverSteps(scores);
            return ScorePenalty * SumOverSteps(shares * Square(scores)) - Log(SumOverSteps(shares * Sigmoid(own - scores)) + 1e-12);
        });
        return weight * SumOverSteps(Sum(y) * losses);
    }
}

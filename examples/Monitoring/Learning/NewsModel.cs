using static RnnDsl.Ops;

namespace RnnDsl.Examples.Monitoring;

/// <summary>
/// A language model of words, which foresees the next word of a text (Merity, Keskar &amp; Socher 2018), and two classifiers that read its states (Howard &amp; Ruder 2018): the topic of a text, and its sentiment.
/// </summary>
[Model]
public partial class NewsModel : Model
{
    class Word : Dim;
    class Vector : Dim;
    class Hidden : Dim;
    class Topic : Dim;
    class Sentiment : Dim;

    /// <summary>The vectors of the words that are read. The same vectors score the word that comes next (Press &amp; Wolf 2017).</summary>
    [Init(Initial.Normal, 0.1)] Mat<Word, Vector> words;

    Lstm<Vector, Hidden> lower;
    Lstm<Hidden, Vector> upper;
    Vec<Word> frequency;
    Linear<Cat<Cat<Vector, Vector>, Cat<Hidden, Vector>>, Topic> topic;
    Linear<Cat<Cat<Vector, Vector>, Cat<Hidden, Vector>>, Sentiment> sentiment;

    Seq<Vector> Look([OneHot] Seq<Word> words) => Dropout(Transpose(this.words) * words, 0.2);

    /// <summary>
    /// What was read, as the classifiers see it: the mean and the largest values of the words' vectors, the mean of the lower layer and the last state of the upper one. A lower layer knows more of the words themselves, an upper one
    /// more of what they lead to (Peters et al. 2018).
    /// </summary>
    Vec<Cat<Cat<Vector, Vector>, Cat<Hidden, Vector>>> Gathered([OneHot] Seq<Word> words)
    {
        var vectors = Look(words);
        var below = Dropout(lower.Scan(vectors), 0.2);
        return Dropout(Concat(Concat(MeanOverSteps(vectors), MaxOverSteps(vectors)), Concat(MeanOverSteps(below), Last(upper.Scan(below)))), 0.3);
    }

    /// <summary>Of the language model: mean of −ln p(next word).</summary>
    Scalar LanguageLoss([OneHot] Seq<Word> words, [OneHot] Seq<Word> next) => CrossEntropy(this.words * Dropout(upper.Scan(Dropout(lower.Scan(Look(words)), 0.2)), 0.2) + frequency, next);

    /// <summary>Of the classifiers. A text without a topic, or without a sentiment, does not count there.</summary>
    Scalar Loss([OneHot] Seq<Word> words, [OneHot] Vec<Topic> topic, [OneHot] Vec<Sentiment> sentiment)
    {
        var read = Gathered(words);
        return CrossEntropy(this.topic.Map(read), topic) + CrossEntropy(this.sentiment.Map(read), sentiment);
    }

    /// <summary>Probabilities of the topics, then of the sentiments.</summary>
    Vec<Cat<Topic, Sentiment>> Predict([OneHot] Seq<Word> words)
    {
        var read = Gathered(words);
        return Concat(Softmax(topic.Map(read)), Softmax(sentiment.Map(read)));
    }
}

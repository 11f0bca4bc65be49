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
    Linear<Cat<Vector, Cat<Vector, Vector>>, Topic> topic;
    Linear<Cat<Vector, Cat<Vector, Vector>>, Sentiment> sentiment;

    Seq<Vector> Read([OneHot] Seq<Word> words) => upper.Scan(Dropout(lower.Scan(Dropout(Transpose(this.words) * words, 0.2)), 0.2));

    /// <summary>What was read, as the classifiers see it: the last state, the largest and the mean value of each unit.</summary>
    Vec<Cat<Vector, Cat<Vector, Vector>>> Gathered([OneHot] Seq<Word> words)
    {
        var states = Read(words);
        return Dropout(Concat(Last(states), Concat(MaxOverSteps(states), MeanOverSteps(states))), 0.3);
    }

    /// <summary>Of the language model: mean of −ln p(next word).</summary>
    Scalar LanguageLoss([OneHot] Seq<Word> words, [OneHot] Seq<Word> next) => CrossEntropy(this.words * Dropout(Read(words), 0.2) + frequency, next);

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

using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Sequences;
using RnnDsl.Training;
using static RnnDsl.Ops;

namespace RnnDsl.Distributed.Tests;

/// <summary>Reads a table by rows, drops units, answers at each step.</summary>
[Model]
public partial class Tagger : Model
{
    class Word : Dim;
    class Vector : Dim;
    class Hidden : Dim;
    class Tag : Dim;

    Embedding<Word, Vector> table;
    Gru<Vector, Hidden> encoder;
    Linear<Hidden, Tag> head;

    Seq<Tag> Predict([OneHot] Seq<Word> x) => head.Map(Dropout(encoder.Scan(table.Map(x)), 0.2));

    Scalar Loss([OneHot] Seq<Word> x, [OneHot] Seq<Tag> y) => CrossEntropy(Predict(x), y);
}

/// <summary>Dense parameters alone.</summary>
[Model]
public partial class Regressor : Model
{
    class Feature : Dim;
    class Hidden : Dim;
    class Result : Dim;

    Lstm<Feature, Hidden> encoder;
    Linear<Hidden, Result> head;

    Vec<Result> Predict(Seq<Feature> x) => head.Map(Last(encoder.Scan(x)));

    Scalar Loss(Seq<Feature> x, Vec<Result> y) => MeanSquaredError(Predict(x), y);
}

/// <summary>The trainings of the tests.</summary>
public static class Trainings
{
    public static Tagger NewTagger(int words = 60) => new(word: words, vector: 8, hidden: 12, tag: 4, seed: 5);

    public static Regressor NewRegressor(int hidden = 24) => new(feature: 3, hidden: hidden, result: 2, seed: 7);

    public static Dataset Texts(int count, int seed, int words = 60)
    {
        var random = new RandomStream(seed, "texts");
        var x = new int[count][];
        for (int i = 0; i < count; i++)
            x[i] = [.. Enumerable.Range(0, 3 + random.Below(20)).Select(_ => random.Below(words))];
        return new Dataset(Column.OneHot("x", words, x), Column.OneHot("y", 4, [.. x.Select(text => text.Select((word, at) => (word + (at > 0 ? text[at - 1] : 0)) % 4).ToArray())]));
    }

    public static Dataset Series(int count, int seed)
    {
        var random = new RandomStream(seed, "series");
        float[][] x = new float[count][], y = new float[count][];
        for (int i = 0; i < count; i++)
        {
            x[i] = [.. Enumerable.Range(0, 3 * (5 + random.Below(15))).Select(_ => (float)random.Uniform(1))];
            y[i] = [x[i].Sum() / 4, x[i][^1]];
        }
        return new Dataset(Column.Sequences("x", 3, x), Column.Vectors("y", y));
    }
}

using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests.Cells;

/// <summary>Methods with inputs and results of all kinds, called with arrays.</summary>
[Model]
public partial class Called : Model
{
    class Feature : Dim;
    class Hidden : Dim;
    class Symbol : Dim;

    Lstm<Feature, Hidden> encoder;
    Gru<Symbol, Hidden> decoder;
    Linear<Hidden, Symbol> head;
    Mat<Hidden, Hidden> bridge;
    Mat<Hidden, Feature> W;
    Vec<Symbol> bias;

    Vec<Symbol> Predict(Seq<Feature> x) => Softmax(head.Map(Last(encoder.Scan(x))));

    Seq<Symbol> Tags(Seq<Feature> x, Vec<Hidden> u, Scalar k) => Softmax(head.Map(encoder.Scan(x) + k * u));

    Seq Levels(Seq x) => 2 * x + Previous(x);

    Seq<Symbol> Logits(Seq<Feature> source, [OneHot] Seq<Symbol> before) =>
        head.Map(decoder.Scan(before, Start(Tanh(bridge * Last(encoder.Scan(source))))));

    Seq<Symbol> Letters([OneHot] Seqs<Symbol> words, [OneHot] Vec<Symbol> topic) => Each(words, word => head.Map(Last(decoder.Scan(word)))) + bias * topic;

    (Seq<Symbol> Tags, Vec<Hidden> Summary) Both(Seq<Feature> inputScaler) => (head.Map(encoder.Scan(inputScaler)), Mean(W * inputScaler));

    Scalar Loss(Seq<Feature> x, [OneHot] Vec<Symbol> y) => CrossEntropy(head.Map(Last(encoder.Scan(x))), y);

    /// <summary>See <see cref="Predict"/>: the name of a method is also that of its calls.</summary>
    double Own(float[][] x) => Predict(x)[0] + x.Length;

    /// <summary>A member that the class has already.</summary>
    static float[] Level(Seq x) => [(float)x.Steps];

    Vec<Hidden> Level(Vec<Hidden> x) => x;

    internal double RunOwn(float[][] x) => Own(x) + Level(new Seq([1, 2]))[0];
}

/// <summary>Says a class of the rows of a table.</summary>
[Model]
public partial class RowClasses : Model
{
    class Feature : Dim;
    class Hidden : Dim;
    class Class : Dim;

    Gru<Feature, Hidden> memory;
    Linear<Hidden, Class> head;

    Vec<Class> Predict(Seq<Feature> x) => Softmax(head.Map(Last(memory.Scan(x))));
}

/// <summary>Says numbers of the rows of a table, after each of them.</summary>
[Model]
public partial class RowNumbers : Model
{
    class Feature : Dim;
    class Hidden : Dim;
    class Horizon : Dim;

    Gru<Feature, Hidden> memory;
    Linear<Hidden, Horizon> head;

    Vec<Horizon> Predict(Seq<Feature> x) => head.Map(Last(memory.Scan(x)));
}

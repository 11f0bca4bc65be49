using static RnnDsl.Ops;

namespace RnnDsl.Examples.Searching;

public class Feature : Dim;
public class Hidden : Dim;
public class Answer : Dim;

/// <summary>A leaky integrator, whose units have rates of their own: a cell of the example.</summary>
[Cell]
public partial class Leaky<Input, State> : Cell<Input, State>
{
    [State] Vec<State> h;

    Mat<State, Input> W;
    Mat<State, State> U;
    Vec<State> b, leak;

    protected override Vec<State> Step(Vec<Input> x) => h = h + Sigmoid(leak) * (Tanh(W * x + U * h + b) - h);
}

/// <summary>Says of which class a sequence is, over any cell.</summary>
public abstract partial class ClassifierOf<TCell> : Model where TCell : Cell<Feature, Hidden>
{
    TCell encoder;
    Linear<Hidden, Answer> head;

    public Vec<Answer> Scores(Seq<Feature> x) => head.Map(MeanOverSteps(encoder.Scan(x)));

    public Vec<Answer> Predict(Seq<Feature> x) => Softmax(Scores(x));

    public Scalar Loss(Seq<Feature> x, [OneHot] Vec<Answer> y) => CrossEntropy(Scores(x), y);
}

[Model] public partial class LstmClassifier : ClassifierOf<Lstm<Feature, Hidden>>;
[Model] public partial class GruClassifier : ClassifierOf<Gru<Feature, Hidden>>;
[Model] public partial class LeakyClassifier : ClassifierOf<Leaky<Feature, Hidden>>;

/// <summary>Says the next values of a series, over any cell: how much they will differ from the last one.</summary>
public abstract partial class ForecasterOf<TCell> : Model where TCell : Cell<Feature, Hidden>
{
    TCell encoder;
    Linear<Hidden, Answer> head;
    Linear<Feature, Answer> last;

    public Vec<Answer> Predict(Seq<Feature> x) => head.Map(Last(encoder.Scan(x))) + last.Map(Last(x));

    public Scalar Loss(Seq<Feature> x, Vec<Answer> y) => MeanSquaredError(Predict(x), y);
}

[Model] public partial class LstmForecaster : ForecasterOf<Lstm<Feature, Hidden>>;
[Model] public partial class GruForecaster : ForecasterOf<Gru<Feature, Hidden>>;
[Model] public partial class LeakyForecaster : ForecasterOf<Leaky<Feature, Hidden>>;

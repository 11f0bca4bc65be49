using RnnDsl;
using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests.Cells;

/// <summary>A model whose dimensions are type parameters: a layer of others.</summary>
[Model]
public partial class TwoWays<Input, Hidden> : Model
{
    Lstm<Input, Hidden> forward, backward;
    Scalar gain;

    public Seq<Cat<Hidden, Hidden>> Run(Seq<Input> x) => Concat(forward.Scan(x), (1 + gain) * backward.ScanReversed(x));

    public Vec<Cat<Hidden, Hidden>> Ends(Seq<Input> x) => Concat(Last(forward.Scan(x)), First(backward.ScanReversed(x)));
}

/// <summary>A model with a dimension of its own, over a model: two deep.</summary>
[Model]
public partial class Reader<Input, Output> : Model
{
    [Size(3)]
    public class Inner : Dim;

    TwoWays<Input, Inner> ways;
    Linear<Cat<Inner, Inner>, Output> join;
    Vec<Output> shift;

    public Seq<Output> Read(Seq<Input> x) => Tanh(join.Map(ways.Run(x)) + shift);

    public Vec<Output> Summary(Seq<Input> x) => join.Map(ways.Ends(x));

    public Scalar Distance(Seq<Output> p, Seq<Output> y) => MeanSquaredError(p, y);
}

/// <summary>Three deep; layers and a model used twice, over sequences of lengths of their own; a dimension that is asked for inside of a layer.</summary>
[Model]
public partial class Library : Model
{
    public class Word : Dim;
    public class Hidden : Dim;

    Reader<Word, Hidden> reader;
    Asked asked;
    [Count(3)] Gru<Hidden, Hidden>[] deep;
    [Count(2)] readonly TwoWays<Cat<Hidden, Word>, Hidden>[] twice;
    [Count(2)] Mat<Hidden, Cat<Hidden, Hidden>>[] R;
    [Count(2)] Vec<Hidden>[] b;
    Linear<Hidden, Asked.Answer> head;

    const int Depth = 3;

    Seq<Hidden> Stack(Seq<Hidden> h)
    {
        foreach (var layer in deep)
            h = h + layer.Scan(h);
        for (int l = Depth - 1; l >= 0; l--)
        {
            if (l == 1)
                continue;
            h = l < 2 ? Residual(deep[l], h) : 0.5 * h;
        }
        return h;
    }

    static Seq<Hidden> Residual(Gru<Hidden, Hidden> layer, Seq<Hidden> h) => h - 0.5 * layer.ScanReversed(h);

    (Seq<Hidden> Steps, Vec<Hidden> Whole) Understand(Seq<Word> x)
    {
        Seq<Hidden> h = Stack(reader.Read(x));
        int used = 0;
        foreach (var ways in twice)
        {
            var (left, right) = Halves.Of(ways.Run(Concat(h, x)));
            h = h + Tanh(R[used++] * Concat(left, right) + b[^1]);
        }
        return (h, reader.Summary(x) + b[0]);
    }

    public Seq<Hidden> Steps(Seq<Word> x) => Understand(x).Steps;

    public Vec<Asked.Answer> Answer(Seq<Word> x, Seq<Word> other)
    {
        (Seq<Hidden> steps, var whole) = Understand(x);
        var read = Understand(other);
        return head.Map(Last(steps) * read.Whole + whole) + asked.Bias(Mean(read.Item1));
    }

    public Scalar Loss(Seq<Word> x, Seq<Word> other, Vec<Asked.Answer> y, Seq<Hidden> z) =>
        MeanSquaredError(Answer(x, other), y) + 0.3 * reader.Distance(Steps(other), z);
}

/// <summary>A model whose own dimensions are asked for by the models that contain it.</summary>
[Model]
public partial class Asked : Model
{
    public class Answer : Dim;

    [Size(2)]
    public class Narrow : Dim;

    Mat<Answer, Narrow> W;
    Mat<Narrow, Library.Hidden> V;

    public Vec<Answer> Bias(Vec<Library.Hidden> v) => W * Tanh(V * v);
}

/// <summary>Equations of another class.</summary>
public static class Halves
{
    public static (Seq<A> Left, Seq<B> Right) Of<A, B>(Seq<Cat<A, B>> x) => (Left(x), Right(x));

    /// <summary>A number that depends on a number.</summary>
    public static double Weight(int place)
    {
        double weight = 1;
        while (place > 0)
        {
            weight /= 2;
            place--;
        }
        return weight;
    }
}

/// <summary>Type parameters of the class are dimensions too.</summary>
public static class Gates<D>
{
    public static Vec<D> Between(Vec<D> gate, Vec<D> a, Vec<D> b) => gate * a + (1 - gate) * b;
}

/// <summary>Arrays in a cell: matrices, vectors, scalars, layers without states, and states that wait.</summary>
[Cell]
public partial class Waiting<Input, Hidden> : Cell<Input, Hidden>
{
    const int Taps = 3;

    [State, Count(Taps)] Vec<Hidden>[] past;
    [State, Count(2), Init(0.25)] Scalar[] level;
    [State] Vec<Hidden> h;
    [Count(Taps)] Mat<Hidden, Hidden>[] U;
    [Count(2)] Linear<Hidden, Hidden>[] mix;
    [Count(2), Init(0.5)] Scalar[] rate;
    Mat<Hidden, Input> W;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var sum = W * x;
        for (int t = 0; t < past.Length; ++t)
            sum += Halves.Weight(t) * (U[t] * past[t]);
        for (int t = Taps - 1; t > 0; t--)
            past[t] = past[t - 1];
        past[0] = h;
        (level[0], level[1]) = (level[1], 0.5 * level[0] + rate[0] * Mean(sum));
        var gate = Sigmoid(mix[0].Map(sum) + level[1]);
        h = Gates<Hidden>.Between(gate, h, Tanh(mix[^1].Map(sum) + rate[1] * level[0]));
        return h + 0.1 * past[Taps - 1];
    }
}

/// <summary>A cell over a model without time.</summary>
[Model]
public partial class Perceptron<Input, Output> : Model
{
    [Size(5)]
    class Middle : Dim;

    Linear<Input, Middle> first;
    Linear<Middle, Output> second;

    public Vec<Output> Of(Vec<Input> x) => second.Map(Relu(first.Map(x)) + Square(first.Map(x)));
}

[Cell]
public partial class Residual<Units> : Cell<Units, Units>
{
    Perceptron<Units, Units> block;
    [State] Vec<Units> h;

    protected override Vec<Units> Step(Vec<Units> x) => h = 0.5 * h + Tanh(block.Of(x + h));
}

/// <summary>Words as numbers of units through the methods of a layer.</summary>
[Model]
public partial class WordReader : Model
{
    public class Word : Dim;
    public class Feature : Dim;
    public class Tag : Dim;

    Embedding<Word, Feature> words;
    TwoWays<Feature, Feature> context;
    Scorer<Cat<Feature, Feature>, Tag> scorer;
    TwoWays<Word, Feature> letters;

    public Seq<Tag> Scores([OneHot] Seq<Word> x) => scorer.Scores(context.Run(words.Map(x)) + letters.Run(Previous(x)));

    public Scalar Loss([OneHot] Seq<Word> x, [OneHot] Seq<Tag> y) => scorer.Loss(Scores(x), y);
}

[Model]
public partial class Scorer<Input, Tag> : Model
{
    Linear<Input, Tag> head;

    public Seq<Tag> Scores(Seq<Input> x) => head.Map(x);

    public Scalar Loss(Seq<Tag> scores, [OneHot] Seq<Tag> y) => CrossEntropy(scores, y) + 0.1 * MeanOverSteps(Dot(Sigmoid(scores), y));
}

/// <summary>Models of the library, which is another assembly, as layers; what they give is taken apart.</summary>
[Model]
public partial class Both : Model
{
    public class Feature : Dim;
    public class Hidden : Dim;

    BiLstm<Feature, Hidden> bottom;
    [Count(2)] BiGru<Cat<Hidden, Hidden>, Cat<Hidden, Hidden>>[] top;
    Linear<Hidden, Hidden> head;

    public Seq<Hidden> Predict(Seq<Feature> x)
    {
        var h = bottom.Run(x);
        foreach (var layer in top)
            h = Left(layer.Run(h)) - Right(layer.Run(h));
        return head.Map(Left(h) * Right(h));
    }

    public Scalar Loss(Seq<Feature> x, Seq<Hidden> y, Vec<Hidden> z) => MeanSquaredError(Predict(x), y) + MeanAbsoluteError(Right(bottom.Ends(x)), z);
}

/// <summary>Methods that return tuples: what is known at each step and what of the whole, and two losses.</summary>
[Model]
public partial class Answers<Input, Answer> : Model
    where Input : Dim
    where Answer : Dim
{
    Gru<Input, Answer> encoder;
    Linear<Answer, Answer> head;

    public (Seq<Answer> Steps, Vec<Answer> Whole) Read(Seq<Input> x)
    {
        var h = encoder.Scan(x);
        return (head.Map(h), Tanh(head.Map(Last(h))));
    }

    public (Scalar, Scalar) Losses(Seq<Input> x, Vec<Answer> y)
    {
        var (steps, whole) = Read(x);
        return (MeanSquaredError(whole, y), Mean(Square(SumOverSteps(steps))));
    }
}

/// <summary>A model that takes the tuple of a layer apart.</summary>
[Model]
public partial class Asker : Model
{
    class Feature : Dim;
    class Hidden : Dim;

    Answers<Feature, Hidden> answers;

    Seq<Hidden> Mixed(Seq<Feature> x)
    {
        var (steps, whole) = answers.Read(x);
        return steps * whole;
    }

    Scalar Loss(Seq<Feature> x, Vec<Hidden> y)
    {
        var losses = answers.Losses(x, y);
        return losses.Item1 + 0.1 * losses.Item2 + Mean(Square(answers.Read(x).Whole));
    }
}

/// <summary>A sequence that is read, and one of another length that goes on from what reading left: all states, some, one that is made of others, learnt ones, in both directions.</summary>
[Model]
public partial class Continued : Model
{
    class Feature : Dim;
    class Hidden : Dim;

    Lstm<Feature, Hidden> reader, writer;
    Gru<Feature, Hidden> other;
    Leaky<Feature, Hidden> leaky;
    Linear<Hidden, Hidden> bridge;
    Vec<Hidden> first;

    States Read(Seq<Feature> x) => reader.End(x);

    Seq<Hidden> Write(Seq<Feature> y, States states) => writer.Scan(start: states, x: y);

    Seq<Hidden> Whole(Seq<Feature> x, Seq<Feature> y) => Write(y, Read(x)) - 0.5 * Write(y, Start(first));

    Seq<Hidden> Partly(Seq<Feature> x, Seq<Feature> y)
    {
        var h = reader.Scan(x);
        return writer.Scan(y, Start(Tanh(bridge.Map(Last(h))))) + other.ScanReversed(y, Start(reader.End(x).Vector<Hidden>(1) * first));
    }

    Vec<Hidden> Learnt(Seq<Feature> x)
    {
        var left = other.EndReversed(x, Start(first));
        return left.Vector<Hidden>(0) + Last(leaky.Scan(x, Start(first, 0.5)));
    }

    Seq<Hidden> Streamed(Seq<Feature> x) => other.Scan(x, Start(first)) * reader.End(x).Vector<Hidden>(0);

    Scalar Loss(Seq<Feature> x, Seq<Feature> y, Vec<Hidden> z) =>
        Mean(Mean(Square(Whole(x, y)))) + Mean(Mean(Square(Partly(x, y)))) + MeanSquaredError(Learnt(x), z) + Mean(Mean(Square(reader.Scan(x))));
}

/// <summary>A scan that carries its states, and one that starts from a learnt vector.</summary>
[Model]
public partial class LearntStart : Model
{
    class Feature : Dim;
    class Hidden : Dim;

    Gru<Feature, Hidden> carried, begun;
    Vec<Hidden> first;

    Seq<Hidden> Predict(Seq<Feature> x) => carried.Scan(x) + begun.Scan(x, Start(first));

    Scalar Loss(Seq<Feature> x, Seq<Hidden> y) => MeanSquaredError(Predict(x), y);
}

using RnnDsl.Sequences;
using RnnDsl.Training;
using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests.Training;

/// <summary>Losses of all the ways in which a target reaches a cross-entropy.</summary>
[Model]
public partial class Tagger : Model
{
    class Feature : Dim;
    class Hidden : Dim;
    class Tag : Dim;

    Elman<Feature, Hidden> encoder;
    Linear<Hidden, Tag> head;

    Vec<Tag> Logits(Seq<Feature> x) => head.Map(Last(encoder.Scan(x)));

    Scalar Binary(Seq<Feature> x, Vec<Tag> y) => BinaryCrossEntropy(Logits(x), y);

    Scalar Classes(Seq<Feature> x, Vec<Tag> y) => CrossEntropy(Logits(x), y);

    Scalar Steps(Seq<Feature> x, Seq<Tag> y) => CrossEntropy(head.Map(encoder.Scan(x)), y);

    Scalar BinarySteps(Seq<Feature> x, Seq<Tag> y)
    {
        var scores = head.Map(encoder.Scan(x));
        var target = y;
        return 0.5 * BinaryCrossEntropy(targets: target, logits: scores) + 0.1 * MeanSquaredError(scores, y);
    }

    static Scalar Helper<D>(Vec<D> scores, Vec<D> wanted) where D : Dim => BinaryCrossEntropy(scores, wanted);

    Scalar Helped(Seq<Feature> x, Vec<Tag> y) => Helper(Logits(x), y);

    Scalar Through(Seq<Feature> x, Vec<Tag> y) => Classes(x, y) + Binary(x, y);

    Scalar Squares(Seq<Feature> x, Vec<Tag> y) => MeanSquaredError(Logits(x), y);

    Scalar Weighed(Seq<Feature> x, Vec<Tag> y) => -Dot(y, LogSoftmax(Logits(x)));
}

/// <summary>A trainer looks once whether targets are what a cross-entropy takes; compiled programs do not.</summary>
[Collection("Alone")]
public class TargetTests
{
    const int Width = 3;

    static Dataset Data(string method, Func<int, float[]> target, int count = 20)
    {
        bool steps = method.EndsWith("Steps", StringComparison.Ordinal);
        float[][] targets = [.. Enumerable.Range(0, count).Select(target)];
        return new Dataset(
            new Column { Name = "x", Kind = ValueKind.Sequence, Width = 2, Values = new float[count * 8], Stride = 2, Starts = [.. Enumerable.Range(0, count).Select(i => 8 * i)], Lengths = [.. Enumerable.Repeat(4, count)] },
            new Column
            {
                Name = "y", Kind = steps ? ValueKind.Sequence : ValueKind.Vector, Width = Width, Values = targets.SelectMany(values => steps ? [.. values, .. values, .. values, .. values] : values).ToArray(), Stride = Width,
                Starts = [.. Enumerable.Range(0, count).Select(i => (steps ? 4 : 1) * Width * i)], Lengths = [.. Enumerable.Repeat(steps ? 4 : 1, count)],
            });
    }

    static readonly float[] OneHot = [0, 1, 0], Soft = [0.25f, 0.25f, 0.5f], Any = [1, 1, 0], Scaled = [-0.7f, 1.4f, 0.3f], Large = [2, 0, -1], Nothing = [0, 0, 0];

    [Theory]
    [InlineData("Binary", "BinaryCrossEntropy")]
    [InlineData("BinarySteps", "BinaryCrossEntropy")]
    [InlineData("Helped", "BinaryCrossEntropy")]
    [InlineData("Classes", "CrossEntropy")]
    [InlineData("Steps", "CrossEntropy")]
    [InlineData("Through", "CrossEntropy")]
    public void Targets_that_a_cross_entropy_does_not_take_are_refused(string method, string loss)
    {
        var model = new Tagger(2, 4, Width, seed: 1);
        bool distribution = loss == "CrossEntropy";
        foreach ((float[] target, bool fits) in new[] { (OneHot, true), (Soft, true), (Any, !distribution), (Nothing, !distribution), (Scaled, false), (Large, false) })
            foreach (int bad in new[] { 0, 13, 19 })
            {
                Dataset data = Data(method, i => i == bad ? target : OneHot), good = Data(method, _ => OneHot);
                using var trainer = new Trainer(model, new Sgd(0.01)) { Method = method, Epochs = 1, BatchSize = 8 };
                foreach ((Action train, string where) in new (Action, string)[]
                    {
                        (() => trainer.Fit(data), ""), (() => trainer.Fit(good, data), "The validation data: "), (() => trainer.TrainStep(data, [1, 2]), ""), (() => trainer.TrainStep(data.Select([bad, 2]), [0]), ""),
                    })
                    if (fits)
                        train();
                    else
                        Assert.Matches($@"^{where}Column 'y', example \d+(, step 0)?: the targets? .*{loss} takes .* \(in Tagger\.{method}\)\.$", Assert.Throws<ArgumentException>(train).Message);
            }
    }

    [Theory]
    [InlineData("Squares")]
    [InlineData("Weighed")]
    public void Other_losses_take_any_target(string method)
    {
        using var trainer = new Trainer(new Tagger(2, 4, Width, seed: 1), new Sgd(0.001)) { Method = method, Epochs = 1 };
        trainer.Fit(Data(method, i => i % 2 == 0 ? Scaled : Large));
    }

    [Fact]
    public void Chunks_are_looked_at_before_they_are_cut()
    {
        using var trainer = new Trainer(new Tagger(2, 4, Width, seed: 1), new Sgd(0.001)) { Method = "Steps", Epochs = 1, ChunkSteps = 2 };
        trainer.Fit(Data("Steps", _ => Soft));
        Assert.Contains("example 7, step 0", Assert.Throws<ArgumentException>(() => trainer.Fit(Data("Steps", i => i == 7 ? Large : Soft))).Message);
    }

    [Fact]
    public void A_step_pays_nothing_for_it()
    {
        Dataset data = Data("Classes", _ => Soft, 32);
        using var trainer = new Trainer(new Tagger(2, 4, Width, seed: 1), new Sgd(0.001)) { Method = "Classes", Threads = 1 };
        int[] examples = [.. Enumerable.Range(0, 32)];
        trainer.TrainStep(data, examples);
        Assert.Equal(0, Allocations.Least(100, () => trainer.TrainStep(data, examples)));
        // What has been looked at is not looked at again, not even in a part of it or in an order of its own.
        float[] buffer = System.Runtime.InteropServices.MemoryMarshal.TryGetArray(data["y"].Values, out ArraySegment<float> values) ? values.Array! : [];
        buffer[0] = 7;
        trainer.TrainStep(data.Select([0, 1]), [0, 1]);
    }

    [Fact]
    public void A_class_of_a_series_is_trained_on_as_it_is()
    {
        var random = new Random(2);
        var series = new TimeSeries(["a", "on"], [.. Enumerable.Range(0, 400).Select(i => i % 2 == 0 ? 50 + 10 * random.NextSingle() : random.Next(2))]);
        var windows = new WindowOptions { Length = 4, Targets = ["on"] };
        ForecastData data = ForecastData.Create(series, windows, new ChronologicalSplit(120, 40, 40));
        var model = new Tagger(2, 4, 1, seed: 1);
        using var trainer = new Trainer(model, new Adam(0.05)) { Method = "Binary", Epochs = 30, KeepBest = false };
        Assert.All(trainer.Fit(data.Train, data.Validation).Epochs, epoch => Assert.InRange(epoch.TrainLoss, 0, 2));
        DatasetParts scaled = Windows.Create(StandardScaler.Fit(series, 120).Apply(series), windows, new ChronologicalSplit(120, 40, 40));
        Assert.Contains("do not scale classes", Assert.Throws<ArgumentException>(() => trainer.Fit(scaled.Train)).Message);
    }
}

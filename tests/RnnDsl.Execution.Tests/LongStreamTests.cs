using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Prediction;
using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests;

[Model]
public partial class MeansModel : Model
{
    public class Feature : Dim;

    Vec<Feature> gain;

    Vec<Feature> Average(Seq<Feature> x) => gain * Mean(x);

    Vec<Feature> Start(Seq<Feature> x) => gain * First(x);
}

/// <summary>Streams that run for longer than a float counts.</summary>
public class LongStreamTests
{
    const int Limit = 1 << 24;

    readonly MeansModel model = new(2);

    public LongStreamTests() => model.Parameters["gain"].Fill(1);

    /// <summary>A snapshot after so many steps, in which each state holds its value for that; in a float nothing beyond 24 bits.</summary>
    static float[] After(Predictor predictor, int steps, float value, bool rounding) =>
    [
        .. predictor.Program.States.Where(s => rounding || !s.IsRounding).SelectMany(s => Enumerable.Repeat(s.IsRounding ? 0 : s.Width == 1 ? steps : steps * value, s.Width)), 0,
    ];

    [Theory]
    [InlineData(true), InlineData(false)]
    public void A_mean_goes_on_beyond_two_to_the_24_steps(bool rounding)
    {
        // Without the states of rounding: a snapshot of a program that had none.
        var predictor = new Predictor(model, "Average");
        const int more = 3_000_000;
        PredictionStream stream = predictor.Resume(After(predictor, Limit, 3, rounding));
        var answer = new float[2];
        float[] x = [5, 3.7f];
        for (int step = 0; step < more; step++)
            stream.Step(x, answer);
        for (int i = 0; i < 2; i++)
            Assert.Equal((3.0 * Limit + (double)x[i] * more) / (Limit + more), answer[i], 1e-5);
    }

    [Fact]
    public void Snapshots_carry_on_what_rounding_took()
    {
        var predictor = new Predictor(model, "Average");
        PredictionStream stream = predictor.Resume(After(predictor, Limit, 3, rounding: true));
        float[] first = new float[2], second = new float[2];
        for (int step = 0; step < 1001; step++)
            stream.Step([5, 3.7f], first);
        PredictionStream resumed = predictor.Resume(stream.Snapshot());
        for (int step = 0; step < 1000; step++)
        {
            stream.Step([5, 3.7f], first);
            resumed.Step([5, 3.7f], second);
            Assert.Equal(first, second);
        }
        Assert.Throws<ArgumentException>(() => predictor.Resume(new float[predictor.StateLength - 1]));
    }

    [Fact]
    public void The_first_value_is_kept_for_ever()
    {
        var predictor = new Predictor(model, "Start");
        PredictionStream stream = predictor.Start();
        var answer = new float[2];
        stream.Step([7, -7], answer);
        for (int step = 0; step < 100; step++)
            stream.Step([1, 1], answer);
        Assert.Equal([7, -7], answer);
    }
}

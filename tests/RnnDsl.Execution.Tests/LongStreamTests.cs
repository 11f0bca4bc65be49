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
    public void States_that_become_infinite_are_told_once_and_with_the_numbers_of_their_streams()
    {
        var predictor = new Predictor(model, "Average");
        PredictionStream[] streams = [.. Enumerable.Range(0, 20).Select(_ => predictor.Start())];
        PredictionStream alone = predictor.Start();
        var answers = new float[2 * streams.Length];
        var faults = new List<string>();
        for (int step = 0; step < 40; step++)
        {
            Note(() => predictor.Step(streams, [.. Enumerable.Range(0, answers.Length).Select(i => i / 2 is 2 or 5 or 17 ? 3e38f : 1)], answers));
            Note(() => alone.Step([1, 3e38f], answers.AsSpan(0, 2)));
        }
        Assert.Equal(2, faults.Count);
        Assert.StartsWith("Streams 2, 5, 17: State 'sum", faults[0], StringComparison.Ordinal);
        Assert.StartsWith("State 'sum", faults[1], StringComparison.Ordinal);
        Assert.All(faults, fault => Assert.Contains("will not become finite again: Reset the stream", fault, StringComparison.Ordinal));

        void Note(Action step)
        {
            try
            {
                step();
            }
            catch (InvalidOperationException fault)
            {
                faults.Add(fault.Message);
            }
        }
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

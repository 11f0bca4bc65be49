using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Prediction;

namespace RnnDsl.Execution.Tests;

/// <summary>Many streams for a while. <c>benchmarks</c> has the long form (<c>soak</c>).</summary>
[Collection("Alone")]
public class SoakTests
{
    [Fact]
    public void Ten_thousand_streams_cause_no_collection()
    {
        const int Streams = 10_000, Steps = 20;
        var predictor = new Predictor(new Forecaster(2, 9, 3, seed: 4));
        PredictionStream[] streams = [.. Enumerable.Range(0, Streams).Select(_ => predictor.Start())];
        var random = new Random(6);
        float[] x = [.. Enumerable.Range(0, Streams * 2).Select(_ => random.NextSingle() * 2 - 1)], y = new float[Streams * 3];
        predictor.Step(streams, x, y);

        (int collections, long allocated) = (GC.CollectionCount(0), GC.GetAllocatedBytesForCurrentThread());
        for (int step = 1; step < Steps; step++)
            predictor.Step(streams, x, y);
        Assert.Equal(allocated, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(collections, GC.CollectionCount(0));

        // None was mixed up with another.
        foreach (int i in new[] { 0, 4711, Streams - 1 })
        {
            PredictionStream alone = predictor.Start();
            var answer = new float[3];
            for (int step = 0; step < Steps; step++)
                alone.Step(x.AsSpan(i * 2, 2), answer);
            Assert.Equal(answer, y[(i * 3)..(i * 3 + 3)]);
        }
    }
}

using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Prediction;
using RnnDsl.Sequences;

namespace RnnDsl.Execution.Tests;

/// <summary>Streams: what each step answers is also compared with the equations for every cell and model in <see cref="Checks"/>.</summary>
public class PredictorTests
{
    readonly Forecaster model = new(2, 9, 3, seed: 4);
    readonly Random random = new(5);

    float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 1)];

    [Fact]
    public void Every_answer_is_the_methods_own_on_the_steps_so_far()
    {
        float[] x = Numbers(7 * 2);
        PredictionStream stream = new Predictor(model).Start();
        for (int steps = 1; steps <= 7; steps++)
        {
            var data = new Dataset(new Column
            {
                Name = "x", Kind = ValueKind.Sequence, Width = 2, Stride = 2, Values = x, Starts = [0], Lengths = [steps],
            });
            using var executor = new Executor(model, "Predict");
            float[] expected = executor.Predict(data), answer = new float[3];
            stream.Step(x.AsSpan((steps - 1) * 2, 2), answer);
            for (int i = 0; i < 3; i++)
                Assert.Equal(expected[i], answer[i], 1e-5 * Math.Max(1, Math.Abs(expected[i])));
        }
    }

    [Fact]
    public void A_run_is_the_same_steps()
    {
        float[] x = Numbers(5 * 2), together = new float[5 * 3], single = new float[5 * 3];
        var predictor = new Predictor(model);
        predictor.Start().Run(x, together);
        PredictionStream stream = predictor.Start();
        for (int t = 0; t < 5; t++)
            stream.Step(x.AsSpan(t * 2, 2), single.AsSpan(t * 3, 3));
        Assert.Equal(single, together);
    }

    [Fact]
    public void Snapshots_into_memory_that_is_there_allocate_nothing()
    {
        PredictionStream stream = new Predictor(model).Start();
        float[] state = new float[stream.StateLength];
        stream.Snapshot(state);
        stream.Restore(state);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            stream.Snapshot(state);
            stream.Restore(state);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_value_that_the_scaler_takes_to_infinity_and_a_model_that_has_diverged_are_refused()
    {
        PredictionStream stream = new Predictor(model, inputs: new Scaler(["a", "b"], [0, 0], [1, 1e-3])).Start();
        float[] y = new float[3], before = stream.Snapshot();
        Assert.Contains("Input 1 of Forecaster.Predict is Infinity when it is scaled", Assert.Throws<ArgumentException>(() => stream.Step([0, 1e38f], y)).Message.Replace("∞", "Infinity"));
        Assert.Equal(before, stream.Snapshot());
        stream.Step([0, 1], y);

        var broken = new Forecaster(2, 5, 3, seed: 1);
        broken.Parameters.Of(broken.Parameters.Slices[0])[2] = float.NaN;
        Assert.Contains($"parameter '{broken.Parameters.Slices[0].Name}' is not a finite number at index 2", Assert.Throws<InvalidOperationException>(() => new Predictor(broken)).Message);
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        PredictionStream stream = new Predictor(model).Start();
        float[] x = Numbers(2), y = new float[3];
        stream.Step(x, y);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            stream.Step(x, y);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_state_is_a_value()
    {
        var predictor = new Predictor(model);
        PredictionStream stream = predictor.Start();
        float[] x = Numbers(3 * 2), first = new float[9], again = new float[9];
        stream.Run(Numbers(4), new float[6]);
        float[] snapshot = stream.Snapshot();
        PredictionStream fork = stream.Fork();
        stream.Run(x, first);

        fork.Run(x, again);
        Assert.Equal(first, again);
        predictor.Resume(snapshot).Run(x, again);
        Assert.Equal(first, again);
        stream.Restore(snapshot);
        stream.Run(x, again);
        Assert.Equal(first, again);
        stream.Reset();
        Assert.Equal(predictor.Start().Snapshot(), stream.Snapshot());
        Assert.NotEqual(predictor.Start().Snapshot(), snapshot);
    }

    [Fact]
    public void Many_streams_share_the_weights_and_keep_their_states()
    {
        var predictor = new Predictor(model);
        PredictionStream[] streams = [.. Enumerable.Range(0, 20).Select(_ => predictor.Start())];
        float[] x = Numbers(20 * 2), y = new float[20 * 3], alone = new float[3];
        for (int step = 0; step < 3; step++)
            predictor.Step(streams, x, y);
        PredictionStream last = predictor.Start();
        for (int step = 0; step < 3; step++)
            last.Step(x.AsSpan(38, 2), alone);
        Assert.Equal(alone, y[57..]);
        Assert.Contains("20 streams take 40 inputs", Assert.Throws<ArgumentException>(() => predictor.Step(streams, x[1..], y)).Message);
        Assert.Contains("another predictor", Assert.Throws<ArgumentException>(() => new Predictor(model).Step(streams, x, y)).Message);
    }

    [Theory]
    [InlineData(WeightFormat.Float32, 160)]
    [InlineData(WeightFormat.Int8, 520)]
    public void Streams_that_step_together_give_the_bits_of_each_alone(WeightFormat weights, int units)
    {
        var large = new Forecaster(5, units, 3, seed: 8);
        var predictor = new Predictor(large, weights: weights);
        foreach (int count in new[] { 1, 2, 3, 4, 7, 16, 21 })
        {
            PredictionStream[] together = [.. Enumerable.Range(0, count).Select(_ => predictor.Start())], alone = [.. together.Select(_ => predictor.Start())];
            for (int step = 0; step < 3; step++)
            {
                // Streams that have gone different ways.
                alone[step % count].Step(Numbers(5), new float[3]);
                together[step % count].CopyFrom(alone[step % count]);
                float[] x = Numbers(count * 5), y = new float[count * 3], expected = new float[3];
                predictor.Step(together, x, y);
                for (int i = 0; i < count; i++)
                {
                    alone[i].Step(x.AsSpan(i * 5, 5), expected);
                    Assert.Equal(expected, y[(i * 3)..(i * 3 + 3)]);
                    Assert.Equal(alone[i].Snapshot(), together[i].Snapshot());
                }
            }
        }
    }

    [Fact]
    public void A_bad_input_keeps_all_streams_of_a_step_as_they_were()
    {
        var predictor = new Predictor(new Forecaster(2, 200, 3, seed: 8));
        PredictionStream[] streams = [.. Enumerable.Range(0, 6).Select(_ => predictor.Start())];
        float[] x = Numbers(12), y = new float[18];
        predictor.Step(streams, x, y);
        float[][] before = [.. streams.Select(s => s.Snapshot())];
        x[7] = float.NaN;
        Assert.StartsWith("Stream 3: Input 1 of Forecaster.Predict is NaN", Assert.Throws<ArgumentException>(() => predictor.Step(streams, x, y)).Message);
        Assert.Contains("Stream 4 is named twice", Assert.Throws<ArgumentException>(() => predictor.Step([.. streams[..4], streams[0], streams[5]], Numbers(12), y)).Message);
        Assert.Equal(before, streams.Select(s => s.Snapshot()));
        predictor.Step(streams, Numbers(12), y);
        Assert.All(streams, stream => stream.Step(Numbers(2), new float[3]));
    }

    [Fact]
    public void Streams_on_threads_of_their_own_do_not_disturb_each_other()
    {
        var predictor = new Predictor(model);
        float[] x = Numbers(500 * 2), expected = new float[500 * 3];
        predictor.Start().Run(x, expected);
        Parallel.For(0, 8, _ =>
        {
            var y = new float[500 * 3];
            predictor.Start().Run(x, y);
            Assert.Equal(expected, y);
        });
    }

    [Fact]
    public void Raw_values_go_in_and_answers_come_in_the_datas_units()
    {
        var inputs = new Scaler(["a", "b"], [10, -3], [4, 0.5]);
        var target = new Scaler(["a"], [10], [4]);
        float[] raw = [12, -2.5f], scaled = [0.5f, 1], answer = new float[3], expected = new float[3];
        new Predictor(model, inputs: inputs, outputs: target).Start().Step(raw, answer);
        new Predictor(model).Start().Step(scaled, expected);
        target.Invert(expected);
        Assert.Equal(expected, answer);
        Assert.Contains("3 outputs, but their scaler has 2 columns (a, b)",
            Assert.Throws<ArgumentException>(() => new Predictor(model, outputs: inputs)).Message);
    }

    [Fact]
    public void Bad_input_is_named_and_leaves_the_stream_as_it_was()
    {
        PredictionStream stream = new Predictor(model).Start();
        stream.Step(Numbers(2), new float[3]);
        float[] before = stream.Snapshot();
        Assert.Contains("Input 1 of Forecaster.Predict is NaN", Assert.Throws<ArgumentException>(() => stream.Step([1, float.NaN], new float[3])).Message);
        Assert.Contains("takes 2 values a step and gives 3, not 3 and 3", Assert.Throws<ArgumentException>(() => stream.Step(new float[3], new float[3])).Message);
        Assert.Contains("Infinity", Assert.Throws<ArgumentException>(() => stream.Step([float.PositiveInfinity, 1], new float[3])).Message.Replace("∞", "Infinity"));
        Assert.Contains("has 36 values, not 1".Replace("36", before.Length.ToString()), Assert.Throws<ArgumentException>(() => stream.Restore([1])).Message);
        Assert.Contains("is NaN at index 0", Assert.Throws<ArgumentException>(() => stream.Restore([float.NaN, .. before[1..]])).Message);
        foreach (float wrong in new[] { -1, 16, 0.5f })
            Assert.Contains("not in a count of steps", Assert.Throws<ArgumentException>(() => stream.Restore([.. before[..^1], wrong])).Message);
        Assert.Equal(before, stream.Snapshot());
    }

    [Fact]
    public void What_cannot_stream_says_why()
    {
        Assert.Contains("scans in reverse", Assert.Throws<InvalidOperationException>(() => new Predictor(new Tagger(2, 3, 4), "Logits")).Message);
        Assert.Contains("is a loss", Assert.Throws<InvalidOperationException>(() => new Predictor(model, "Loss")).Message);
    }

    [Fact]
    public void Later_training_does_not_reach_a_predictor()
    {
        var own = new Forecaster(2, 9, 3, seed: 4);
        float[] x = Numbers(2), before = new float[3], after = new float[3];
        var predictor = new Predictor(own);
        predictor.Start().Step(x, before);
        own.Parameters.Values.Clear();
        own.Parameters.MarkChanged();
        predictor.Start().Step(x, after);
        Assert.Equal(before, after);
    }
}

using RnnDsl.Execution;
using RnnDsl.Prediction;
using RnnDsl.Sequences;

namespace RnnDsl.Tests.Training;

/// <summary>States that are carried on and have become NaN or infinite.</summary>
public sealed class BrokenStateTests : IDisposable
{
    readonly GateModule module = new();

    public void Dispose() => module.Dispose();

    static int Told(PredictionStream stream, int steps)
    {
        int told = 0;
        for (int i = 0; i < steps; i++)
            try
            {
                stream.Step([1], new float[1]);
            }
            catch (InvalidOperationException e)
            {
                told++;
                Assert.Contains("State 'h' of a stream of Gate.Loss is ∞ at index 0", e.Message.Replace("Infinity", "∞"));
            }
        return told;
    }

    [Fact]
    public void A_stream_tells_once_that_its_state_is_no_longer_finite()
    {
        PredictionStream stream = new Predictor(module, "Loss").Start();
        Assert.Equal(0, Told(stream, 120));
        float[] before = stream.Snapshot();
        Assert.Equal(1, Told(stream, 300));
        Assert.Equal(0, Told(stream.Fork(), 100));
        stream.Restore(before);
        Assert.Equal(0, Told(stream, 7));
        Assert.Equal(1, Told(stream, 300));
        stream.Reset();
        Assert.Equal(0, Told(stream, 120));
        Assert.Equal(1, Told(stream, 60));
    }

    [Fact]
    public void It_is_told_within_sixteen_steps()
    {
        PredictionStream stream = new Predictor(module, "Loss").Start();
        var answer = new float[1];
        int broken = 0;
        Assert.Throws<InvalidOperationException>(() =>
        {
            while (broken < 100)
            {
                stream.Step([1], answer);
                broken += float.IsFinite(answer[0]) ? 0 : 1;
            }
        });
        Assert.InRange(broken, 0, 15);
    }

    [Fact]
    public void Of_many_streams_all_take_the_step_in_which_one_is_found_broken()
    {
        var predictor = new Predictor(module, "Loss");
        PredictionStream[] streams = [predictor.Start(), predictor.Start()];
        float[] answers = new float[2];
        int told = 0;
        for (int i = 1; i <= 200; i++)
            try
            {
                predictor.Step(streams, [1, 0], answers);
            }
            catch (InvalidOperationException)
            {
                told++;
            }
        Assert.Equal(1, told);
        Assert.Equal([0, 200 % 16], streams[1].Snapshot());
    }

    [Fact]
    public void An_executor_refuses_states_that_are_not_finite()
    {
        Dataset data = LeakyModule.Data(2, [3, 3], 1);
        using var executor = new Executor(new LeakyModule(2), "Scan");
        var states = new StateBatch(executor.Method, 2);
        states.Row(0, 1)[1] = float.NaN;
        var output = new float[6];
        executor.Forward(data, [0], output, states);
        Assert.Contains("State 'leaky.h' of example 1 is NaN at index 1", Assert.Throws<ArgumentException>(() => executor.Forward(data, [1], output, states)).Message);
        states.Reset();
        executor.Forward(data, [1], output, states);
    }
}

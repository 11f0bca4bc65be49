using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Prediction;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Execution.Tests;

/// <summary>The number of a step: in both directions, in chunks, in streams, and beyond what a float counts.</summary>
public class StepNumberTests
{
    sealed class In : Dim;
    sealed class Hid : Dim;

    [Theory]
    [InlineData(1, 1, "1"), InlineData(3, 8, "7,2,1"), InlineData(5, 33, "26,26,3")]
    public void Cell_equals_its_equations(int input, int hidden, string lengths)
    {
        int[] all = [.. lengths.Split(',').Select(int.Parse)];
        foreach (bool withStates in new[] { true, false })
        {
            Checks.All(new Counting<In, Hid>(input, hidden), "Scan", all, seed: input, withStates);
            Checks.All(new Position<In>(input), "Scan", all, seed: input, withStates);
            Checks.All(new Steps<In>(input), "Scan", all, seed: input, withStates);
        }
    }

    [Theory]
    [InlineData("Predict"), InlineData("Both"), InlineData("Loss")]
    public void Model_equals_its_equations(string method)
    {
        foreach ((int feature, int hidden, int[] lengths) in new[] { (1, 1, new[] { 1 }), (3, 9, [5, 3, 3]), (2, 17, [30, 2]) })
            Checks.All(new CountingModel(feature, hidden), method, lengths, seed: hidden, withStates: false);
    }

    [Fact]
    public void It_counts_from_0_in_the_direction_of_the_scan()
    {
        var cell = new Steps<In>(1);
        cell.BindReference(cell.Parameters.ToReference());
        var x = new Seq<In>(1, [5, 5, 5, 5]);
        foreach (int _ in new[] { 1, 2 })
        {
            Assert.Equal([0, 1, 2, 3], cell.Scan(x).ToArray());
            Assert.Equal([3, 2, 1, 0], cell.ScanReversed(x).ToArray());
        }
        Assert.Throws<InvalidOperationException>(() => cell.Map(x));
        Assert.Equal(["StepNumber"], cell.Method("Scan").States.Select(s => s.Name));
    }

    [Fact]
    public void Each_scan_counts_for_itself_and_states_start_at_zero()
    {
        var model = new CountingModel(2, 3);
        Assert.Equal(["position.StepNumber", "forward.h", "forward.StepNumber", "clock.h", "clock.StepNumber", "memory.m", "memory.h"],
            model.Method("Predict").States.Select(s => s.Name));
        Assert.All(model.Method("Both").States.Where(s => s.Name.Contains("StepNumber")), s => Assert.Equal((0f, true), (s.Initial, s.IsScalar)));
        Assert.Contains(model.Method("Both").States, s => s is { Name: "position.StepNumber#2", Reverse: true });
    }

    [Fact]
    public void Chunks_of_truncated_backpropagation_go_on_counting()
    {
        var cell = new Steps<In>(1);
        var data = new Dataset(new Column { Name = "x", Kind = ValueKind.Sequence, Width = 1, Stride = 1, Starts = [0], Lengths = [4], Values = new float[4] });
        using var executor = new Executor(cell, "Scan");
        var states = new StateBatch(cell.Method("Scan"), 1);
        var output = new float[4];
        executor.Forward(data, [0], output, states);
        Assert.Equal([0f, 1, 2, 3], output);
        executor.Forward(data, [0], output, states);
        Assert.Equal([4f, 5, 6, 7], output);
    }

    [Fact]
    public void Streams_count_and_their_states_are_saved()
    {
        var predictor = new Predictor(new Steps<In>(1), "Scan");
        PredictionStream stream = predictor.Start();
        var answer = new float[1];
        for (int step = 0; step < 40; step++)
        {
            stream.Step([3], answer);
            Assert.Equal(step, answer[0]);
            stream = predictor.Resume(stream.Snapshot());
        }
        stream.Reset();
        stream.Step([3], answer);
        Assert.Equal(0, answer[0]);
    }

    [Fact]
    public void A_stream_counts_on_beyond_two_to_the_24_steps()
    {
        const int Limit = 1 << 24;
        var predictor = new Predictor(new Steps<In>(1), "Scan");
        float[] state = new float[predictor.StateLength];
        state[predictor.Program.States.ToList().FindIndex(s => s.Name == "StepNumber")] = Limit - 2;
        PredictionStream stream = predictor.Resume(state);
        var answer = new float[1];
        for (int step = Limit - 2; step < Limit + 1000; step++)
        {
            stream.Step([0], answer);
            Assert.InRange(answer[0], step - 1, step + 1);
        }
        Assert.True(answer[0] > Limit + 900);
    }
}

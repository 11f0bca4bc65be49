using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Execution.Tests;

/// <summary>Sequences that equations do not combine step by step have lengths of their own.</summary>
public class AxisTests
{
    [Theory]
    [InlineData("Siamese", "Similarity")]
    [InlineData("Siamese", "Loss")]
    [InlineData("Conditioned", "Predict")]
    [InlineData("Conditioned", "Loss")]
    public void Compiled_model_equals_its_equations(string model, string method)
    {
        foreach ((int source, int target, int hidden, int[] lengths) in new[]
            { (1, 1, 1, new[] { 1 }), (5, 3, 8, [3, 3, 1]), (7, 17, 9, [7, 4, 2, 2]), (9, 5, 16, [26, 26, 25, 3, 1]), (2, 3, 4, [.. Enumerable.Repeat(3, 60), .. Enumerable.Repeat(1, 40)]) })
            foreach (bool withStates in new[] { true, false })
                Checks.All(model == "Siamese" ? new Siamese(source, hidden) : new Conditioned(source, target, hidden), method, lengths, seed: source + hidden, withStates);
    }

    static Column Sequences(string name, int width, params int[] lengths) =>
        Column.Sequences(name, width, [.. lengths.Select((length, i) => Enumerable.Range(0, length * width).Select(k => MathF.Sin(100 * i + k)).ToArray())]);

    static Column Scalars(string name, int count) => Column.Scalars(name, [.. Enumerable.Range(0, count).Select(i => i * 0.1f)]);

    /// <summary>Lengths from 1 to 40, falling in one column where they rise in the other.</summary>
    static Dataset Pairs() => new(Sequences("a", 3, [.. Enumerable.Range(1, 40)]), Sequences("b", 3, [.. Enumerable.Range(1, 40).Select(i => 1 + (41 - i) * 7 % 40)]), Scalars("y", 40));

    [Fact]
    public void Batches_shards_and_threads_change_no_number()
    {
        int[] all = [.. Enumerable.Range(0, 40)];
        float[]? first = null;
        foreach (int threads in new[] { 1, 2, 3, 8 })
        {
            using var executor = new Executor(new Siamese(3, 6, seed: 1), "Loss", new ExecutionOptions { Threads = threads });
            executor.Gradient(Pairs(), all);
            first ??= executor.Gradients.ToArray();
            Assert.Equal(first, executor.Gradients.ToArray());
        }
        using var alone = new Executor(new Siamese(3, 6, seed: 1), "Similarity", new ExecutionOptions { ExamplesPerShard = 1 });
        using var together = new Executor(new Siamese(3, 6, seed: 1), "Similarity", new ExecutionOptions { ExamplesPerShard = 40, Threads = 1 });
        float[] one = alone.Predict(Pairs()), many = together.Predict(Pairs());
        for (int i = 0; i < one.Length; i++)
            Assert.Equal(one[i], many[i], 1e-5);
    }

    [Fact]
    public void An_answer_has_the_length_of_its_own_axis()
    {
        using var executor = new Executor(new Conditioned(3, 2, 5, seed: 1), "Predict");
        float[] answers = executor.Predict(new Dataset(Sequences("s", 3, 9, 1, 4), Sequences("t", 2, 2, 30, 3)));
        Assert.Equal((2 + 30 + 3) * 2, answers.Length);
        float[] last = executor.Predict(new Dataset(Sequences("s", 3, 9, 1, 4), Sequences("t", 2, 2, 30, 3)).Select([2]));
        Assert.Equal(last, answers[^6..]);
    }

    [Fact]
    public void Training_learns_from_pairs()
    {
        using var trainer = new Trainer(new Siamese(3, 6, seed: 1), new Adam(0.01)) { Epochs = 30, BatchSize = 8, BucketByLength = true };
        History history = trainer.Fit(Pairs());
        Assert.True(history.Epochs[^1].TrainLoss < 0.5 * history.Epochs[0].TrainLoss);
    }

    [Fact]
    public void Sequences_that_equations_tie_must_be_of_one_length()
    {
        using var executor = new Executor(new Conditioned(3, 2, 5), "Loss");
        var z = new Column { Name = "z", Kind = ValueKind.Vector, Width = 5, Stride = 5, Values = new float[5], Starts = [0], Lengths = [1] };
        Assert.Contains("'t' and 5 of 'y'", Assert.Throws<ArgumentException>(() =>
            executor.Evaluate(new Dataset(Sequences("s", 3, 9), Sequences("t", 2, 4), Sequences("y", 2, 5), z))).Message);
    }
}

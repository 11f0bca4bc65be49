using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Sequences;

namespace RnnDsl.Execution.Tests.Training;

/// <summary>Training steps that keep matrices of one stretch of steps.</summary>
[Collection("Alone")]
public class StretchTrainingTests
{
    /// <summary>Sequences that are so long that they have stretches without being told to.</summary>
    static Dataset LongSequences()
    {
        var random = new Random(5);
        float[][] Rows(int width) => [.. new[] { 1200, 1200, 1100, 700 }.Select(steps => Enumerable.Range(0, steps * width).Select(_ => random.NextSingle() - 0.5f).ToArray())];
        return new Dataset(Column.Sequences("x", 3, Rows(3)), Column.Sequences("y", 2, Rows(2)));
    }

    static Executor Training(ExecutionOptions options) => new(new MemoryStack(3, 24, 2, seed: 3), "Loss", options with { ExamplesPerShard = 2 }) { Noise = 4711 };

    static long Allocated(Action action)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        action();
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    [Fact]
    public void Bits_do_not_depend_on_threads()
    {
        Dataset data = LongSequences();
        int[] all = [.. Enumerable.Range(0, data.Count)];
        using Executor whole = Training(new() { Threads = 1, ActivationBytes = long.MaxValue });
        double loss = 0;
        long bytes = Allocated(() => loss = whole.Gradient(data, all));
        foreach (int threads in new[] { 1, 2, 3 })
        {
            using Executor executor = Training(new() { Threads = threads });
            long fewer = Allocated(() => Assert.Equal(loss, executor.Gradient(data, all)));
            StretchTests.Same([whole.Gradients.ToArray()], [executor.Gradients.ToArray()], "gradient");
            Assert.True(threads > 1 || fewer < bytes / 3, $"{fewer} bytes in stretches, {bytes} without.");
        }
    }

    /// <summary>Vectors are usually kept for all steps. With less memory they are made again, with the same bits.</summary>
    [Theory]
    [InlineData(nameof(VectorStack), 0.85), InlineData(nameof(LongMemory), 0.25)]
    public void Vectors_of_a_step_are_made_again_if_they_need_more_than_the_activation_bytes(string model, double share)
    {
        Dataset data = LongSequences();
        int[] all = [.. Enumerable.Range(0, data.Count)];
        Executor Of(long? bytes) => new(model == nameof(LongMemory) ? new LongMemory(3, 24, 2, seed: 3) : new VectorStack(3, 24, 2, seed: 3), "Loss", new() { Threads = 1, ExamplesPerShard = 2, ActivationBytes = bytes }) { Noise = 4711 };
        using Executor whole = Of(long.MaxValue);
        double loss = 0;
        long bytes = Allocated(() => loss = whole.Gradient(data, all));
        foreach (long? most in new long?[] { null, 0, 100_000 })
        {
            using Executor executor = Of(most);
            long fewer = Allocated(() => Assert.Equal(loss, executor.Gradient(data, all)));
            StretchTests.Same([whole.Gradients.ToArray()], [executor.Gradients.ToArray()], "gradient");
            Assert.True(most is null ? fewer > 0.9 * bytes : fewer < share * bytes, $"{fewer} bytes with {most}, {bytes} without a limit.");
            Assert.Equal(0, Allocations.LeastOfThread(10, () => executor.Gradient(data, all)));
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => Of(-1));
    }

    [Fact]
    public void A_training_step_allocates_nothing()
    {
        Dataset data = LongSequences();
        int[] all = [.. Enumerable.Range(0, data.Count)];
        using Executor executor = Training(new() { Threads = 1 });
        Assert.Equal(0, Allocations.LeastOfThread(10, () => executor.Gradient(data, all)));
    }
}

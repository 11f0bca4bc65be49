using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Tests.Training;

/// <summary>Batches keep many cores busy, and no bit depends on how many.</summary>
public class ManyThreadsTests
{
    class Input : Dim;
    class Hidden : Dim;

    static int Shards(int examples, int steps, int parameters, ExecutionOptions? options = null)
    {
        Dataset data = LeakyModule.Data(1, [.. Enumerable.Repeat(steps, examples)], 1);
        var plan = new BatchPlan(options ?? new ExecutionOptions(), threads: 3, parameters);
        plan.Build(new LeakyModule(1).Method("Loss"), [data["x"], data["y"]], [.. Enumerable.Range(0, examples)], gradient: true);
        return plan.Shards;
    }

    /// <summary>Parameters of an LSTM.</summary>
    static int Lstm(int inputs, int units) => 4 * units * (inputs + units + 1);

    [Theory]
    [InlineData(64, 1, 32), InlineData(32, 32, 64), InlineData(32, 64, 128), InlineData(64, 64, 128), InlineData(64, 128, 256), InlineData(64, 256, 512)]
    public void A_batch_of_32_or_64_keeps_16_cores_busy(int examples, int inputs, int units) => Assert.Equal(16, Shards(examples, 50, Lstm(inputs, units)));

    [Theory]
    [InlineData(1, 1), InlineData(2, 1), InlineData(3, 2), InlineData(8, 4), InlineData(31, 16), InlineData(256, 16), InlineData(320, 20), InlineData(1024, 64), InlineData(8192, 256)]
    public void Shards_grow_with_the_batch(int examples, int shards) => Assert.Equal(shards, Shards(examples, 20, 100_000));

    [Theory]
    [InlineData(128, 256), InlineData(256, 512)]
    public void Large_weights_are_read_for_four_examples_at_least(int inputs, int units) => Assert.Equal(8, Shards(32, 50, Lstm(inputs, units)));

    [Fact]
    public void Little_work_is_divided_less()
    {
        Assert.Equal(2, Shards(32, 10, 300));
        Assert.Equal(4, Shards(64, 10, 300));
        Assert.Equal(3, Shards(32, 50, 1152));
        Assert.Equal(8, Shards(32, 50, Lstm(1, 32)));
    }

    [Fact]
    public void A_number_of_examples_of_ones_own_is_kept()
    {
        Assert.Equal(2, Shards(32, 50, 100_000, new ExecutionOptions { ExamplesPerShard = 16 }));
        Assert.Equal(8, Shards(32, 50, 100_000, new ExecutionOptions { ExamplesPerShard = 4 }));
        Assert.Equal(3, Shards(64, 50, 100_000, new ExecutionOptions { MaxShards = 3 }));
    }

    /// <summary>Wide enough that norm, limits, optimizer and packing are shared, too.</summary>
    [Theory]
    [InlineData(32), InlineData(33), InlineData(7), InlineData(70)]
    public void Steps_of_a_wide_model_have_the_same_bits_on_any_number_of_threads(int batch)
    {
        Dataset data = LinearModule.Data(batch, 301, 397, 5);
        float[]? expected = null;
        double norm = 0;
        foreach (int threads in new[] { 1, 2, 3, 5, 16 })
        {
            var module = new LinearModule(301, 397);
            using var trainer = new Trainer(module, new AdamW(1e-2)) { Threads = threads, BatchSize = batch, ClipNorm = 0.1, ClipValue = 0.01, Epochs = 3, Seed = 3 };
            trainer.Fit(data);
            expected ??= module.Parameters.Snapshot();
            Assert.Equal(expected, module.Parameters.Snapshot());
            norm = norm == 0 ? trainer.GradientNorm : norm;
            Assert.Equal(norm, trainer.GradientNorm);
        }
    }

    [Fact]
    public void The_tree_of_sums_is_the_same_for_any_number_of_shards_and_threads()
    {
        for (int examples = 1; examples <= 40; examples++)
        {
            Dataset data = LeakyModule.Data(3, LeakyReference.Lengths(new Random(examples), examples, 9), examples);
            float[]? expected = null;
            foreach (int threads in new[] { 1, 2, 4, 9 })
            {
                using var executor = new Executor(new LeakyModule(3), "Loss", new ExecutionOptions { Threads = threads, ExamplesPerShard = 1 });
                executor.Gradient(data, [.. Enumerable.Range(0, examples)]);
                expected ??= executor.Gradients.ToArray();
                Assert.Equal(expected, executor.Gradients.ToArray());
            }
        }
    }

    [Theory]
    [InlineData(300, 257), InlineData(7, 300), InlineData(512, 512)]
    public void Weights_packed_on_many_threads_are_those_packed_on_one(int inputs, int units)
    {
        var cell = new Lstm<Input, Hidden>(inputs, units, seed: 4);
        CompiledProgram program = cell.Method("Scan").Training!;
        float[] Packed(int threads)
        {
            using var workers = new Workers(threads);
            var buffer = new AlignedBuffer();
            buffer.Reserve(program.PreparedFloats);
            new ParallelPacker(workers).Prepare(program, cell.Parameters.Pointer, buffer.Floats);
            Assert.Null(BlockPacker.Current);
            return buffer.Span.ToArray();
        }
        float[] one = Packed(1);
        foreach (int threads in new[] { 2, 3, 8 })
            Assert.Equal(one, Packed(threads));
    }

    /// <summary>Buffers that wait for a neighbor's are few: a thread's own take the logarithm of its shards.</summary>
    [Theory]
    [InlineData(1, 5), InlineData(2, 10), InlineData(8, 16)]
    public void Gradients_take_few_buffers(int threads, int most)
    {
        var module = new LeakyModule(1);
        Dataset data = LeakyModule.Data(1, [.. Enumerable.Repeat(4, 16)], 1);
        using var executor = new Executor(module, "Loss", new ExecutionOptions { Threads = threads, ExamplesPerShard = 1 });
        executor.Gradient(data, [.. Enumerable.Range(0, 16)]);
        Assert.InRange(executor.GradientBuffers, 1, most);
    }
}

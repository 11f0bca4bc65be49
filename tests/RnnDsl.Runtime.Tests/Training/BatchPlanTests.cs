using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Sequences;

namespace RnnDsl.Tests.Training;

public class BatchPlanTests
{
    static BatchPlan Plan(int[] lengths, int[] examples, ExecutionOptions options)
    {
        var module = new LeakyModule(2);
        Dataset data = LeakyModule.Data(2, lengths, 1);
        var plan = new BatchPlan(options);
        plan.Build(module.Method("Loss"), [data["x"], data["y"]], examples, gradient: true);
        return plan;
    }

    [Fact]
    public void Every_example_is_in_one_shard_and_lengths_fall()
    {
        var random = new Random(1);
        for (int trial = 0; trial < 200; trial++)
        {
            int[] lengths = LeakyReference.Lengths(random, random.Next(1, 100), random.Next(1, 30));
            int[] examples = [.. Enumerable.Range(0, lengths.Length).Select(_ => random.Next(lengths.Length))];
            var options = new ExecutionOptions { ExamplesPerShard = random.Next(1, 20), MaxShards = random.Next(1, 9) };
            BatchPlan plan = Plan(lengths, examples, options);
            Assert.InRange(plan.Shards, 1, options.MaxShards);
            Assert.Equal(examples.Sum(e => lengths[e]), plan.RowsOf(0));
            int[] order = [.. Enumerable.Range(0, plan.Shards).SelectMany(s => plan.Shard(s).ToArray())];
            Assert.All(Enumerable.Range(0, plan.Shards), s => Assert.False(plan.Shard(s).IsEmpty));
            // Stable: among equals, the order of the batch.
            Assert.Equal(Enumerable.Range(0, examples.Length).OrderByDescending(i => lengths[examples[i]]), order);
        }
    }

    [Fact]
    public void Shards_have_about_as_many_steps_each()
    {
        int[] lengths = [.. Enumerable.Range(1, 64)];
        BatchPlan plan = Plan(lengths, [.. Enumerable.Range(0, 64)], new ExecutionOptions());
        Assert.Equal(4, plan.Shards);
        for (int s = 0; s < 4; s++)
            Assert.InRange(plan.Shard(s).ToArray().Sum(i => lengths[i]), plan.RowsOf(0) / 4 - 64, plan.RowsOf(0) / 4 + 64);
    }

    [Fact]
    public void One_very_long_example_stands_alone()
    {
        int[] lengths = [.. Enumerable.Repeat(2, 40), 5000];
        BatchPlan plan = Plan(lengths, [.. Enumerable.Range(0, 41)], new ExecutionOptions());
        Assert.Equal([40], plan.Shard(0).ToArray());
        Assert.Equal(2, plan.Shards);
    }

    [Theory]
    [InlineData(32, 1, 0, 2)]
    [InlineData(32, 4, 0, 4)]
    [InlineData(10, 8, 0, 3)]
    [InlineData(64, 1, 1_000_000, 1)]
    [InlineData(64, 2, 1_000_000, 2)]
    public void Without_a_gradient_threads_and_caches_decide(int examples, int threads, int parameters, int shards)
    {
        var module = new LeakyModule(2);
        Dataset data = LeakyModule.Data(2, [.. Enumerable.Repeat(5, examples)], 1);
        var plan = new BatchPlan(new ExecutionOptions(), threads, parameters);
        plan.Build(module.Method("Loss"), [data["x"], data["y"]], [.. Enumerable.Range(0, examples)], gradient: false);
        Assert.Equal(shards, plan.Shards);
    }

    [Theory]
    [InlineData(50, 500_000, 16)]
    [InlineData(12, 500_000, 16)]
    [InlineData(50, 4_000_000, 16)]
    [InlineData(24, 4_000_000, 8)]
    [InlineData(2, 4_000_000, 4)]
    public void Gradients_of_huge_models_are_of_many_steps(int steps, int parameters, int shards)
    {
        var module = new LeakyModule(2);
        Dataset data = LeakyModule.Data(2, [.. Enumerable.Repeat(steps, 64)], 1);
        var plan = new BatchPlan(new ExecutionOptions(), 1, parameters);
        plan.Build(module.Method("Loss"), [data["x"], data["y"]], [.. Enumerable.Range(0, 64)], gradient: true);
        Assert.Equal(shards, plan.Shards);
    }

    [Theory]
    [InlineData(200, 1000, true, 1)]
    [InlineData(200, 5000, true, 4)]
    [InlineData(200, 5000, false, 16)]
    [InlineData(200, 1000, false, 12)]
    [InlineData(10, 1000, false, 1)]
    [InlineData(200, 300_000, false, 4)]
    public void Examples_without_a_recurrence_are_shards_of_their_own(int steps, int parameters, bool hasRecurrence, int shards)
    {
        var module = new LeakyModule(2);
        Dataset data = LeakyModule.Data(2, [.. Enumerable.Repeat(steps, 16)], 1);
        var plan = new BatchPlan(new ExecutionOptions(), 1, parameters, hasRecurrence);
        plan.Build(module.Method("Loss"), [data["x"], data["y"]], [.. Enumerable.Range(0, 16)], gradient: true);
        Assert.Equal(shards, plan.Shards);
    }
}

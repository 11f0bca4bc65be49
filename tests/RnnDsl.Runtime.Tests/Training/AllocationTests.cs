using RnnDsl.Execution;
using RnnDsl.Sequences;
using RnnDsl.Training;
using RnnDsl.Tuning;

namespace RnnDsl.Tests.Training;

[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public class Alone;

/// <summary>Nothing is allocated after the first step of its size, on any thread.</summary>
[Collection(nameof(Alone))]
public class AllocationTests
{
    static readonly Dataset Data = LeakyModule.Data(5, LeakyReference.Lengths(new Random(1), 64, 12), 1);
    static readonly int[] Batch = [.. Enumerable.Range(0, 64)], Small = [3, 4, 5];

    /// <summary>The least of several attempts, because the test runner's own threads allocate now and then; what a step allocated would be
    /// in all of them.</summary>
    static long Allocated(Action action)
    {
        action();
        action();
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 20 && least > 0; attempt++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < 20; i++)
                action();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        return least;
    }

    [Theory]
    [InlineData(1), InlineData(2)]
    public void Training_steps(int threads)
    {
        using var trainer = new Trainer(new LeakyModule(5), new Adam()) { Threads = threads, ClipNorm = 1, ClipValue = 1 };
        Assert.Equal(0, Allocated(() =>
        {
            trainer.TrainStep(Data, Batch);
            trainer.TrainStep(Data, Small);
        }));
    }

    [Theory]
    [InlineData("Sgd"), InlineData("AdamW"), InlineData("RmsProp"), InlineData("AdaGrad")]
    public void Every_optimiser(string name)
    {
        Optimizer optimizer = name switch
        {
            "Sgd" => new Sgd(0.01) { Momentum = 0.9 },
            "AdamW" => new AdamW(),
            "RmsProp" => new RmsProp { Momentum = 0.5 },
            _ => new AdaGrad(),
        };
        using var trainer = new Trainer(new FineTuning(new LeakyModule(5)).Freeze("*.a"), optimizer) { Threads = 1 };
        Assert.Equal(0, Allocated(() => trainer.TrainStep(Data, Small)));
    }

    [Fact]
    public void Adapters()
    {
        var adapters = new LowRankAdapters(new LinearModule(5, 3), 2, 2, ["layer.W"], ["layer.b"]);
        using var trainer = new Trainer(adapters, new Adam()) { Threads = 2 };
        Dataset data = LinearModule.Data(50, 5, 3, 1);
        Assert.Equal(0, Allocated(() => trainer.TrainStep(data, Small)));
    }

    [Fact]
    public void Evaluation_and_prediction()
    {
        var module = new LeakyModule(5);
        using var loss = new Executor(module, "Loss", new ExecutionOptions { Threads = 2 });
        using var scan = new Executor(module, "Scan", new ExecutionOptions { Threads = 2 });
        float[] output = scan.Predict(Data);
        var states = new StateBatch(loss.Method, Data.Count);
        Assert.Equal(0, Allocated(() =>
        {
            loss.Evaluate(Data);
            loss.Loss(Data, Batch, states);
            scan.Predict(Data, output);
        }));
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public void Steps_of_a_fit(bool averages)
    {
        using var trainer = new Trainer(new LeakyModule(5), new Adam()) { Threads = 2, BatchSize = 16, Epochs = 300, Averaging = averages ? WeightAverage.Exponential() : null };
        long least = long.MaxValue, last = 0;
        // Steps 2 and 3 of an epoch have no epoch's start or end between them.
        trainer.StepDone += s =>
        {
            long now = GC.GetTotalAllocatedBytes(precise: true);
            if (s.Step % 4 == 3 && s.Epoch > 3)
                least = Math.Min(least, now - last);
            last = GC.GetTotalAllocatedBytes(precise: true);
        };
        trainer.Fit(Data);
        Assert.Equal(0, least);
    }
}

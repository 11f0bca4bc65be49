using RnnDsl.Execution;
using RnnDsl.Sequences;
using RnnDsl.Training;
using RnnDsl.Tuning;

namespace RnnDsl.Tests.Training;

/// <summary>Settings of a training, drawn from a seed: optimizer, schedule, validation, patience, chunks, frozen parts, adapters, averaging. A few epochs of little data, so noisy that the best
/// epoch is seldom the last.</summary>
sealed class RandomRun
{
    public const int Epochs = 6;

    readonly int seed;
    readonly bool chunks, validates, keepBest, shuffle, byLength, changesRate, unfreezes;
    readonly int? patience;
    readonly int optimizer, schedule, trained, batch;

    public RandomRun(int seed)
    {
        this.seed = seed;
        var random = new Random(seed);
        chunks = random.Next(3) == 0;
        validates = random.Next(4) != 0;
        keepBest = random.Next(4) != 0;
        shuffle = random.Next(4) != 0;
        byLength = random.Next(2) == 0;
        changesRate = random.Next(3) == 0;
        unfreezes = random.Next(2) == 0;
        patience = random.Next(2) == 0 ? random.Next(1, 4) : null;
        optimizer = random.Next(6);
        schedule = random.Next(5);
        trained = random.Next(chunks ? 2 : 4);
        batch = random.Next(5, 12);
        int[] lengths = [.. Enumerable.Range(0, 30).Select(_ => random.Next(1, 10))];
        Data = chunks ? LeakyModule.Data(2, lengths, seed) : LinearModule.Data(60, 5, 3, seed, noise: 1);
        Validation = !validates ? null : chunks ? LeakyModule.Data(2, [5, 3, 9], seed + 1, decay: 0.3f) : LinearModule.Data(12, 5, 3, seed, noise: 1);
    }

    public Dataset Data { get; }

    public Dataset? Validation { get; }

    public override string ToString() =>
        $"seed {seed}: {(chunks ? "chunks" : "examples")}, validation {validates}, best {keepBest}, patience {patience}, optimizer {optimizer}, schedule {schedule}, trained {trained}, batch {batch}, average {Averaging}";

    /// <summary>Some runs have an average, also one that begins later.</summary>
    WeightAverage? Averaging => (seed % 5) switch { 2 => WeightAverage.Exponential(0.8), 4 => WeightAverage.Uniform(fromEpoch: 3), _ => null };

    /// <summary>A model with all that trains it, as at the start.</summary>
    public (Module Model, Optimizer Optimizer, Trainer Trainer) Make(int start = 1)
    {
        Module model = chunks ? new LeakyModule(2, start) : new LinearModule(5, 3, start);
        double rate = chunks ? 0.05 : 0.3;
        Optimizer made = optimizer switch
        {
            0 => new Sgd(rate / 3),
            1 => new Sgd(rate / 5) { Momentum = 0.9 },
            2 => new Adam(rate),
            3 => new AdamW(rate),
            4 => new RmsProp(rate / 4),
            _ => new AdaGrad(rate),
        };
        FineTuning? tuning = null;
        ITrainable trainable = trained switch
        {
            1 => tuning = new FineTuning(model).Freeze(chunks ? "leaky.a" : "layer.b"),
            2 => new LowRankAdapters(model, 2, 4, ["layer.W"], alsoTrain: ["layer.b"], seed: 3),
            3 => tuning = new FineTuning(new LowRankAdapters(model, 1, 1, ["layer.W"], alsoTrain: ["layer.b"], seed: 3)).Scale("layer.b", 0.5).Freeze("layer.W.A"),
            _ => new FineTuning(model),
        };
        var trainer = new Trainer(trainable, made)
        {
            Epochs = Epochs,
            BatchSize = batch,
            Seed = seed,
            Shuffle = shuffle,
            ShuffleBlock = seed % 3 == 0 ? 2 : null,
            BucketByLength = byLength,
            KeepBest = keepBest,
            Averaging = Averaging,
            Patience = patience,
            ChunkSteps = chunks ? 3 : null,
            ClipNorm = seed % 2 == 0 ? 1 : null,
            Threads = 1,
            Schedule = schedule switch
            {
                0 => Schedule.Constant,
                1 => Schedule.Cosine(),
                2 => Schedule.OneCycle(),
                3 => Schedule.WarmUp(1.5, Schedule.Exponential(0.7)),
                _ => Schedule.Step(2, 0.5),
            },
        };
        trainer.EpochDone += report =>
        {
            // A caller may set the rate as it goes, and thaw what was frozen.
            if (changesRate && report.Epoch == 2)
                made.LearningRate *= 0.5;
            if (unfreezes && report.Epoch == 3)
                tuning?.Train("*");
        };
        return (model, made, trainer);
    }

    public static float[] Parameters(Module model) => model.Parameters.Snapshot();
}

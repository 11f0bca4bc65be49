using RnnDsl.Continual;
using RnnDsl.Execution;
using RnnDsl.Training;

namespace RnnDsl.Examples.ContinualLearning;

/// <summary>A stream of tasks, with the model that learns them and what it is scored by.</summary>
sealed record Study(string Name, IReadOnlyList<ContinualTask> Tasks, Func<int, Module> Model, Func<Module, Metric> Score)
{
    public static readonly string[] Strategies = ["naive", "joint", "replay", "ewc", "online-ewc", "lwf", "a-gem"];

    public int Epochs { get; init; } = 10;

    public double Rate { get; init; } = 5e-3;

    /// <summary>λ of both forms of elastic weight consolidation.</summary>
    public double Strength { get; init; } = 100;

    /// <summary>The examples of a memory.</summary>
    public int Examples { get; init; } = 100;

    /// <summary>The column of classes by which a memory is balanced.</summary>
    public string? Balance { get; init; }

    public string Soft { get; init; } = "Predict";

    public int Threads { get; init; }

    public ContinualStrategy Strategy(string name, int seed) => name switch
    {
        "naive" => new NaiveStrategy(),
        "joint" => new JointStrategy(),
        "replay" => new ReplayStrategy(new ExampleMemory(Examples, Balance, seed)),
        "ewc" => new EwcStrategy(Strength, seed: seed),
        "online-ewc" => new OnlineEwcStrategy(Strength, decay: 0.9, seed: seed),
        "lwf" => new LwfStrategy(target: "taught", Soft),
        _ => new AGemStrategy(new ExampleMemory(Examples, Balance, seed), seed: seed),
    };

    /// <summary>Learns all tasks once.</summary>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    public ContinualResult Learn(string strategy, int seed, CancellationToken cancellation)
    {
        Module model = Model(seed);
        var learner = new ContinualLearner(() => new Trainer(model, new AdamW(Rate) { WeightDecay = 0 }) { Epochs = Epochs, BatchSize = 16, ClipNorm = 1, Seed = seed, Threads = Threads }, Strategy(strategy, seed));
        return learner.Learn(Tasks, Score(model), cancellation);
    }
}

/// <summary>The results of several seeds.</summary>
sealed record Medians(IReadOnlyList<ContinualResult> Results)
{
    public double Of(Func<ContinualResult, double> figure) => Median(Results.Select(figure));

    /// <summary>The median of each score.</summary>
    public ContinualResult Matrix()
    {
        ContinualResult first = Results[0];
        var scores = new double[first.Tasks.Count + 1, first.Tasks.Count];
        for (int after = 0; after <= first.Tasks.Count; after++)
            for (int task = 0; task < first.Tasks.Count; task++)
                scores[after, task] = Median(Results.Select(r => r[after, task]));
        return new ContinualResult(first.Tasks, scores, first.Score) { Strategy = first.Strategy };
    }

    static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

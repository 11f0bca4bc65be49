using RnnDsl.Continual;
using RnnDsl.Memory;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Tests.Continual;

/// <summary>Made-up tasks.</summary>
static class Made
{
    public const int Inputs = 8, Classes = 2;

    /// <summary>Two classes on either side of a direction of its own. In other directions, all examples of a task have one mean, so that what is learned there harms other tasks.</summary>
    public static Dataset Task(int task, int count, int seed)
    {
        var truth = new RandomStream(100 + task, "task");
        double[] direction = [.. Enumerable.Range(0, Inputs).Select(_ => truth.Normal())], mean = [.. Enumerable.Range(0, Inputs).Select(_ => truth.Normal())];
        double length = Math.Sqrt(direction.Sum(d => d * d)), along = direction.Zip(mean, (d, m) => d * m).Sum() / (length * length);
        var random = new RandomStream(seed, $"examples of task {task}");
        float[][] x = new float[count][], y = new float[count][];
        for (int e = 0; e < count; e++)
        {
            int label = random.Below(Classes);
            x[e] = new float[Inputs];
            for (int i = 0; i < Inputs; i++)
                x[e][i] = (float)(2 * (mean[i] - along * direction[i]) + (label == 0 ? -1.2 : 1.2) * direction[i] / length + 0.3 * random.Normal());
            y[e] = label == 0 ? [1, 0] : [0, 1];
        }
        return new Dataset(Column.Vectors("x", x), Column.Vectors("y", y));
    }

    public static ContinualTask[] Tasks(int count, int seed) => [.. Enumerable.Range(0, count).Select(t => new ContinualTask($"task {t + 1}", Task(t, 120, seed), Task(t, 200, 1000 + seed)))];

    public static Func<Trainer> Trainer(SoftmaxModule model, int seed = 1, Func<Optimizer>? optimizer = null) =>
        () => new Trainer(model, optimizer?.Invoke() ?? new Adam(0.02)) { Epochs = 25, BatchSize = 20, Seed = seed, Threads = 1 };

    public static ContinualResult Learn(Func<ContinualStrategy> strategy, int seed, int tasks = 3)
    {
        var model = new SoftmaxModule(Inputs, Classes, seed);
        return new ContinualLearner(Trainer(model, seed), strategy()).Learn(Tasks(tasks, seed), Metric.Accuracy(model, "y"));
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}

using System.Globalization;

namespace RnnDsl.Continual;

/// <summary>
/// What a model could do before it learned, and after each task: the matrix R, in which R[i, j] is the score on task j after task i, and R[0, j] the score before learning. More is better.
/// </summary>
public sealed class ContinualResult
{
    readonly double[,] scores;

    /// <summary>A result of given scores.</summary>
    /// <param name="tasks">The names of the T tasks, in the order in which they were learned.</param>
    /// <param name="scores">[T + 1, T]: a row before learning, then a row after each task.</param>
    /// <param name="score">What the score is: "accuracy".</param>
    /// <exception cref="ArgumentException">There are no tasks, the sizes differ, or a score is not finite.</exception>
    public ContinualResult(IReadOnlyList<string> tasks, double[,] scores, string score)
    {
        if (tasks.Count == 0)
            throw new ArgumentException("There are no tasks.", nameof(tasks));
        if (scores.GetLength(0) != tasks.Count + 1 || scores.GetLength(1) != tasks.Count)
            throw new ArgumentException($"{tasks.Count} tasks have {tasks.Count + 1}×{tasks.Count} scores, a row before learning and a row after each task, but there are {scores.GetLength(0)}×{scores.GetLength(1)}.", nameof(scores));
        for (int i = 0; i <= tasks.Count; i++)
            for (int j = 0; j < tasks.Count; j++)
                if (!double.IsFinite(scores[i, j]))
                    throw new ArgumentException(FormattableString.Invariant($"The score of task '{tasks[j]}' in row {i} is {scores[i, j]}: all scores are finite."), nameof(scores));
        (Tasks, this.scores, Score) = (tasks, (double[,])scores.Clone(), score);
    }

    /// <summary>The names of the tasks, in the order in which they were learned.</summary>
    public IReadOnlyList<string> Tasks { get; }

    /// <summary>What the score is: "accuracy".</summary>
    public string Score { get; }

    /// <summary>The name of the strategy, or "".</summary>
    public string Strategy { get; init; } = "";

    /// <summary>The score on a task.</summary>
    /// <param name="after">The number of tasks that were learned: 0 before learning.</param>
    /// <param name="task">The index of the task, from 0.</param>
    public double this[int after, int task] => scores[after, task];

    /// <summary>The mean score on all tasks after the last, (1/T)·Σⱼ R[T, j].</summary>
    public double AverageScore => Enumerable.Range(0, Tasks.Count).Average(j => scores[Tasks.Count, j]);

    /// <summary>How far the score on earlier tasks lies below the best that it was, (1/(T−1))·Σⱼ max₁≤ₗ&lt;T R[l, j] − R[T, j] over all tasks j but the last (Chaudhry et al. 2018, "Riemannian walk"). 0 is best; below 0, later tasks have helped
    /// earlier ones. NaN for a single task, as the other transfers.</summary>
    public double Forgetting => Mean(0, j => Enumerable.Range(1, Tasks.Count - 1).Max(l => scores[l, j]) - scores[Tasks.Count, j]);

    /// <summary>What later tasks changed on earlier ones, (1/(T−1))·Σⱼ R[T, j] − R[j, j] over all tasks j but the last (Lopez-Paz &amp; Ranzato 2017). Below 0 it is forgetting.</summary>
    public double BackwardTransfer => Mean(0, j => scores[Tasks.Count, j] - scores[j + 1, j]);

    /// <summary>What earlier tasks gave to a task before it was learned, (1/(T−1))·Σⱼ R[j−1, j] − R[0, j] over all tasks j but the first (Lopez-Paz &amp; Ranzato 2017).</summary>
    public double ForwardTransfer => Mean(1, j => scores[j, j] - scores[0, j]);

    double Mean(int first, Func<int, double> of) => Tasks.Count < 2 ? double.NaN : Enumerable.Range(first, Tasks.Count - 1).Average(of);

    /// <summary>The matrix, in lines of at most 80 characters. Where the columns of all tasks do not fit side by side, they stand below each other.</summary>
    public string FormatMatrix()
    {
        const int Widest = 80, LongestName = 16;
        string[] heads = [.. Tasks.Select((name, i) => ContinualText.Short(name, 10, i + 1))], names = [.. Tasks.Select((name, i) => ContinualText.Short(name, LongestName, i + 1)).Prepend("before learning")];
        var cells = new string[Tasks.Count + 1, Tasks.Count];
        int cell = heads.Max(h => h.Length), left = names.Max(n => n.Length);
        for (int i = 0; i <= Tasks.Count; i++)
            for (int j = 0; j < Tasks.Count; j++)
                cell = Math.Max(cell, (cells[i, j] = ContinualText.Number(scores[i, j])).Length);
        int columns = Math.Max(1, (Widest - left) / (cell + 1));
        var lines = new List<string> { ContinualText.Short($"{(Strategy.Length > 0 ? $"{Strategy}: " : "")}{Score} on each task, after the task at the left; more is better", Widest, 0) };
        for (int first = 0; first < Tasks.Count; first += columns)
        {
            int[] shown = [.. Enumerable.Range(first, Math.Min(columns, Tasks.Count - first))];
            lines.Add("");
            lines.Add(new string(' ', left) + string.Concat(shown.Select(j => " " + heads[j].PadLeft(cell))));
            for (int i = 0; i <= Tasks.Count; i++)
                lines.Add(names[i].PadRight(left) + string.Concat(shown.Select(j => " " + cells[i, j].PadLeft(cell))));
        }
        return string.Join('\n', lines);
    }

    /// <summary>The matrix and the figures, in lines of at most 80 characters.</summary>
    public override string ToString() => string.Join('\n', [FormatMatrix(), "", .. new[]
    {
        ("average", AverageScore), ("forgetting", Forgetting), ("backward transfer", BackwardTransfer), ("forward transfer", ForwardTransfer),
    }.Select(f => $"{f.Item1,-18} {ContinualText.Number(f.Item2)}")]);
}

/// <summary>Names and numbers in tables.</summary>
static class ContinualText
{
    /// <summary>A name that is at most so long. One that is cut ends in its number, so that two remain two.</summary>
    public static string Short(string name, int longest, int number)
    {
        if (name.Length <= longest)
            return name;
        string end = number > 0 ? $"…{number.ToString(CultureInfo.InvariantCulture)}" : "…";
        return name[..(longest - end.Length)] + end;
    }

    public static string Number(double value) => double.IsNaN(value) ? "-" : Math.Abs(value) switch
    {
        < 1000 => value.ToString("F4", CultureInfo.InvariantCulture),
        _ => value.ToString("G5", CultureInfo.InvariantCulture),
    };
}

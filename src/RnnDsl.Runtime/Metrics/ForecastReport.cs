using System.Globalization;
using System.Text;
using RnnDsl.Sequences;

namespace RnnDsl.Metrics;

/// <summary>The errors of one forecaster: at each step of the horizon, and overall.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="Steps">Errors one step ahead, two steps ahead and so on.</param>
/// <param name="Overall">Errors of all steps together.</param>
public sealed record ForecastScore(string Name, IReadOnlyList<ForecastErrors> Steps, ForecastErrors Overall);

/// <summary>A model's errors beside those of naive forecasts, step by step of the horizon. The first one added is the model.</summary>
public sealed class ForecastReport
{
    const int MostStepsShown = 12;

    readonly float[] actual;
    readonly int targets;
    readonly List<ForecastScore> scores = [];

    /// <summary>A report to which forecasters are added; <see cref="Create"/> adds a model and the naive forecasts.</summary>
    /// <param name="actual">The actual values: [examples × horizon × targets].</param>
    /// <param name="horizon">Steps of each forecast.</param>
    /// <param name="targets">Values per step.</param>
    public ForecastReport(float[] actual, int horizon, int targets = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(targets, 1);
        if (actual.Length == 0 || actual.Length % (horizon * targets) != 0)
            throw new ArgumentException(
                $"{actual.Length} values are not one or more examples of {horizon} steps × {targets} targets.", nameof(actual));
        (this.actual, Horizon, this.targets) = (actual, horizon, targets);
    }

    /// <summary>Steps of each forecast.</summary>
    public int Horizon { get; }

    /// <summary>Number of forecasts compared.</summary>
    public int Examples => actual.Length / (Horizon * targets);

    /// <summary>What the mean absolute error is divided by for MASE (<see cref="Baselines.SeasonalError"/>), if known.</summary>
    public double? MaseScale { get; init; }

    /// <summary>In the order in which they were added: the model first.</summary>
    public IReadOnlyList<ForecastScore> Scores => scores;

    /// <summary>
    /// The report of a model on a part of the data, in the series' units, beside the last value, the season before (if one is given),
    /// and the mean of the training rows.
    /// </summary>
    /// <param name="data">Data with one vector target per example.</param>
    /// <param name="part">One of the data's parts.</param>
    /// <param name="name">Name of the model in the table.</param>
    /// <param name="predictions">As the model gave them, scaled like the targets: [examples × horizon × targets].</param>
    /// <param name="season">Rows per season; 0 for none.</param>
    public static ForecastReport Create(ForecastData data, Dataset part, string name, ReadOnlySpan<float> predictions, int season = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(season);
        Column target = part[data.Options.TargetName], training = data.Train[data.Options.TargetName];
        bool single = target.Stride == 1;
        double? scale = single ? Baselines.SeasonalError(training, Math.Max(1, season)) * (data.TargetScaler?.Scales[0] ?? 1) : null;
        var report = new ForecastReport(data.Targets(part), data.Options.Horizon, target.Stride) { MaseScale = scale };
        AddUnscaled(name, predictions.ToArray());
        AddUnscaled("last value", Baselines.LastValue(target));
        if (season > 1)
            AddUnscaled(FormattableString.Invariant($"season {season}"), Baselines.Seasonal(target, season));
        AddUnscaled("mean", Baselines.Mean(training, target));
        return report;

        void AddUnscaled(string forecaster, float[] values)
        {
            data.Unscale(values);
            report.Add(forecaster, values);
        }
    }

    /// <summary>Adds one more forecaster.</summary>
    /// <param name="name">Its name in the table.</param>
    /// <param name="predicted">[examples × horizon × targets].</param>
    public ForecastReport Add(string name, ReadOnlySpan<float> predicted)
    {
        ForecastErrors.CheckPair(actual, predicted);
        var steps = new ForecastErrors[Horizon];
        var all = new ErrorSums(actual[0]);
        var a = new float[Examples * targets];
        var p = new float[a.Length];
        for (int step = 0; step < Horizon; step++)
        {
            for (int i = 0; i < a.Length; i++)
            {
                int source = (i / targets * Horizon + step) * targets + i % targets;
                (a[i], p[i]) = (actual[source], predicted[source]);
            }
            var sums = new ErrorSums(actual[0]);
            sums.Add(a, p);
            steps[step] = sums.Result();
            all.Merge(sums);
        }
        scores.Add(new ForecastScore(name, steps, all.Result()));
        return this;
    }

    /// <summary>1 − (model's RMSE) / (baseline's RMSE): the model is better if it is above zero. NaN if the baseline makes no error.</summary>
    /// <param name="baseline">Name of a baseline.</param>
    /// <param name="step">Step of the horizon from 0; null for all together.</param>
    public double Skill(string baseline, int? step = null)
    {
        ForecastScore other = scores.FirstOrDefault(score => score.Name == baseline)
            ?? throw new ArgumentException(
                $"The report has no '{baseline}'. {NearestName.Hint(baseline, [.. scores.Select(score => score.Name)])}", nameof(baseline));
        return Skill(Errors(scores[0], step), Errors(other, step));
    }

    /// <summary>Two tables: RMSE by step with the skill against the best baseline of that step, and all errors overall.</summary>
    public override string ToString()
    {
        if (scores.Count == 0)
            return "(nothing measured)";
        var steps = new List<string[]> { (string[])["horizon", .. scores.Select(score => score.Name), "skill"] };
        foreach (int step in ShownSteps())
            steps.Add(StepRow((step + 1).ToString(CultureInfo.InvariantCulture), step));
        steps.Add(StepRow("all", null));

        var overall = new List<string[]> { (string[])["overall", "MAE", "RMSE", "sMAPE %", "R²", "MASE"] };
        foreach (ForecastScore score in scores)
        {
            ForecastErrors e = score.Overall;
            double mase = MaseScale is double scale ? e.Mae / scale : double.NaN;
            overall.Add([score.Name, Number(e.Mae), Number(e.Rmse), Number(e.Smape), Number(e.R2), Number(mase)]);
        }
        return FormattableString.Invariant($"RMSE of {Examples} forecasts; skill = 1 − model / best baseline\n") +
            Table(steps) + "\n" + Table(overall);
    }

    string[] StepRow(string label, int? step)
    {
        double best = double.NaN, model = Errors(scores[0], step).Rmse;
        foreach (ForecastScore score in scores.Skip(1))
            best = double.IsNaN(best) ? Errors(score, step).Rmse : Math.Min(best, Errors(score, step).Rmse);
        string skill = best > 0 ? (100 * (1 - model / best)).ToString("0.0", CultureInfo.InvariantCulture) + " %" : "–";
        return [label, .. scores.Select(score => Number(Errors(score, step).Rmse)), skill];
    }

    /// <summary>All steps, or some of a long horizon: the first, the last, and evenly spaced ones between.</summary>
    IEnumerable<int> ShownSteps()
    {
        int shown = Math.Min(Horizon, MostStepsShown);
        for (int i = 0; i < shown; i++)
            yield return shown == 1 ? 0 : (int)((long)i * (Horizon - 1) / (shown - 1));
    }

    static ForecastErrors Errors(ForecastScore score, int? step) => step is int s ? score.Steps[s] : score.Overall;

    static double Skill(ForecastErrors model, ForecastErrors baseline) => baseline.Mse > 0 ? 1 - model.Rmse / baseline.Rmse : double.NaN;

    /// <summary>Four significant digits; a dash for what is undefined.</summary>
    static string Number(double value)
    {
        if (!double.IsFinite(value))
            return "–";
        string format = Math.Abs(value) switch
        {
            0 or >= 1000 => "0",
            >= 100 => "0.0",
            >= 10 => "0.00",
            >= 1 => "0.000",
            >= 0.01 => "0.0000",
            _ => "0.###E+0",
        };
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>First column to the left, the others to the right.</summary>
    static string Table(List<string[]> rows)
    {
        var text = new StringBuilder();
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
        {
            text.Append(row[0].PadRight(widths[0]));
            for (int i = 1; i < row.Length; i++)
                text.Append("  ").Append(row[i].PadLeft(widths[i]));
            text.Append('\n');
        }
        return text.ToString();
    }
}

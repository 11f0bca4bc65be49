using RnnDsl.Execution;
using RnnDsl.Metrics;
using RnnDsl.Prediction;
using RnnDsl.Sequences;

namespace RnnDsl.Training;

/// <summary>A named number that a <see cref="Trainer"/> computes on the validation data after each epoch. It decides nothing: the loss does.</summary>
/// <param name="name">Its name in reports.</param>
/// <param name="measure">Computes it from examples with inputs and targets.</param>
public sealed class Metric(string name, Func<Dataset, double> measure)
{
    /// <summary>Its name in reports.</summary>
    public string Name => name;

    /// <summary>Its value on some examples.</summary>
    public double Measure(Dataset data) => measure(data);

    /// <summary>The same number with the other sign, called "minus NAME": of an error it makes a score, of which more is better.</summary>
    public Metric Negated => new($"minus {Name}", data => -Measure(data));

    /// <summary>The share of examples, or of their steps, in which the largest value of a method's answer is that of the target's class.</summary>
    /// <param name="model">The model.</param>
    /// <param name="target">The name of the target's column: one-hot, or vectors whose largest value is the class. Steps without a class (−1) do not count.</param>
    /// <param name="method">The name of the method that answers, with a vector for each example or each step.</param>
    public static Metric Accuracy(Module model, string target, string method = "Predict") => new("accuracy", data => AnswerScores.Accuracy(model, method, data, target));

    /// <summary>Minus the root of the mean squared difference of a method's answers and a target, in the target's units; more is better.</summary>
    /// <param name="model">The model.</param>
    /// <param name="target">The name of the target's column.</param>
    /// <param name="method">The name of the method that answers.</param>
    public static Metric MinusRmse(Module model, string target, string method = "Predict") => new("minus RMSE", data => -AnswerScores.Rmse(model, method, data, target));

    /// <summary>The share of targets whose class was predicted.</summary>
    public static Metric Accuracy(TablePredictor predictor) => new("accuracy", data => predictor.Report(data).Accuracy);

    /// <summary>F1, averaged over the classes.</summary>
    public static Metric F1(TablePredictor predictor) => new("F1", data => predictor.Report(data).MacroAverage.F1);

    /// <summary>The root of the mean squared error, in the target's units.</summary>
    public static Metric Rmse(TablePredictor predictor) => new("RMSE", data => predictor.Errors(data).Rmse);

    /// <summary>The root of the mean squared error of forecasts, in the series' units.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">Its data.</param>
    /// <param name="method">The name of the method that forecasts.</param>
    public static Metric Rmse(Module model, ForecastData data, string method = "Predict") => new("RMSE", part => Errors(model, data, method, part).Rmse);

    /// <summary>The relative reduction of the mean squared error against repeating the last value: 1 is perfect, 0 is no better, negative is worse.</summary>
    /// <inheritdoc cref="Rmse(Module, ForecastData, string)"/>
    public static Metric Skill(Module model, ForecastData data, string method = "Predict") => new("skill", part =>
    {
        float[] naive = Baselines.LastValue(part[data.Options.TargetName]);
        data.Unscale(naive);
        return 1 - Errors(model, data, method, part).Mse / ForecastErrors.Measure(data.Targets(part), naive).Mse;
    });

    static ForecastErrors Errors(Module model, ForecastData data, string method, Dataset part)
    {
        using var executor = new Executor(model, method);
        float[] forecasts = executor.Predict(part);
        data.Unscale(forecasts);
        return ForecastErrors.Measure(data.Targets(part), forecasts);
    }
}

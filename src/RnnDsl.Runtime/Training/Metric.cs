using RnnDsl.Execution;
using RnnDsl.Metrics;
using RnnDsl.Prediction;
using RnnDsl.Sequences;

namespace RnnDsl.Training;

/// <summary>A number by name that a <see cref="Trainer"/> computes on the validation data after each epoch. It decides nothing: the loss does.</summary>
/// <param name="name">What reports call it.</param>
/// <param name="measure">Computes it, from examples with inputs and targets.</param>
public sealed class Metric(string name, Func<Dataset, double> measure)
{
    /// <summary>What reports call it.</summary>
    public string Name => name;

    /// <summary>Its value on some examples.</summary>
    public double Measure(Dataset data) => measure(data);

    /// <summary>Share of the targets whose class was said.</summary>
    public static Metric Accuracy(TablePredictor predictor) => new("accuracy", data => predictor.Report(data).Accuracy);

    /// <summary>F1, averaged over the classes.</summary>
    public static Metric F1(TablePredictor predictor) => new("F1", data => predictor.Report(data).MacroAverage.F1);

    /// <summary>Root of the mean squared error, in the target's units.</summary>
    public static Metric Rmse(TablePredictor predictor) => new("RMSE", data => predictor.Errors(data).Rmse);

    /// <summary>Root of the mean squared error of forecasts, in the series' units.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">Its data.</param>
    /// <param name="method">Name of the method that forecasts.</param>
    public static Metric Rmse(Module model, ForecastData data, string method = "Predict") => new("RMSE", part => Errors(model, data, method, part).Rmse);

    /// <summary>By which part the mean squared error is below that of repeating the last value: 1 is perfect, 0 no better than that, negative worse.</summary>
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

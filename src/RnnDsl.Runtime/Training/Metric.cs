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

namespace RnnDsl.Sequences;

/// <summary>
/// A series made ready to train and test a forecaster on: split in time, scaled by what the training rows say, cut into windows.
/// </summary>
public sealed class ForecastData
{
    ForecastData(WindowOptions options, DatasetParts parts, Scaler? scaler)
    {
        (Options, Parts, Scaler) = (options, parts, scaler);
        TargetScaler = scaler?.Select(options.Targets);
    }

    public WindowOptions Options { get; }

    /// <summary>Windows of the three parts, scaled.</summary>
    public DatasetParts Parts { get; }

    public Dataset Train => Parts.Train;
    public Dataset Validation => Parts.Validation;
    public Dataset Test => Parts.Test;

    /// <summary>The scaler of all columns in use, fitted on the training rows; null without scaling.</summary>
    public Scaler? Scaler { get; }

    /// <summary>The scaler of the target columns alone, in their order.</summary>
    public Scaler? TargetScaler { get; }

    /// <exception cref="ArgumentException">A part is too short for one window, or an option does not fit.</exception>
    /// <exception cref="InvalidDataException">A value is missing: see <see cref="Missing.Resolve"/>.</exception>
    public static ForecastData Create(
        TimeSeries series, WindowOptions windows, ChronologicalSplit split, Scaling scaling = Scaling.Standard)
    {
        IReadOnlyList<string> features = windows.Features ?? series.Columns;
        TimeSeries used = series.Select([.. features.Union(windows.Targets)]).Resolve();
        int fitted = Math.Min(split.Train, series.Rows);
        Scaler? scaler = scaling switch
        {
            Scaling.Standard => StandardScaler.Fit(used, fitted),
            Scaling.MinMax => MinMaxScaler.Fit(used, fitted),
            _ => null,
        };
        TimeSeries scaled = scaler is null ? used : scaler.Apply(used);
        return new ForecastData(windows, Windows.Create(scaled, windows with { Features = features }, split), scaler);
    }

    /// <summary>Brings scaled targets or predictions back to the series' units, in place: [… × targets].</summary>
    public void Unscale(Span<float> values) => TargetScaler?.Invert(values);

    /// <summary>The targets of a part in the series' units: [examples × horizon × targets].</summary>
    public float[] Targets(Dataset part)
    {
        float[] values = part[Options.TargetName].ToArray();
        Unscale(values);
        return values;
    }
}

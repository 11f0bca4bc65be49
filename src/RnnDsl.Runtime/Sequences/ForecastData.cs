namespace RnnDsl.Sequences;

/// <summary>
/// A series that is ready to train and test a forecaster: split in time, scaled with the statistics of the training rows, and cut into windows. Columns that hold only 0 and 1 in
/// the training rows are classes: they are not scaled.
/// </summary>
public sealed class ForecastData
{
    readonly TimeSeries series, used;
    IReadOnlyList<string>? findings;

    ForecastData(TimeSeries series, TimeSeries used, WindowOptions options, DatasetParts parts, Scaler? scaler)
    {
        (this.series, this.used, Options, Parts, Scaler) = (series, used, options, parts, scaler);
        TargetScaler = scaler?.Select(options.Targets);
    }

    /// <summary>How windows are cut.</summary>
    public WindowOptions Options { get; }

    /// <summary>Windows of the three parts, scaled.</summary>
    public DatasetParts Parts { get; }

    /// <summary>Windows of the oldest rows, to train on.</summary>
    public Dataset Train => Parts.Train;

    /// <summary>Windows of the next rows, which decide when to stop.</summary>
    public Dataset Validation => Parts.Validation;

    /// <summary>Windows of the newest rows, for the errors that are reported.</summary>
    public Dataset Test => Parts.Test;

    /// <summary>The scaler of all columns in use, fitted on the training rows; null without scaling.</summary>
    public Scaler? Scaler { get; }

    /// <summary>The scaler of the target columns alone, in their order.</summary>
    public Scaler? TargetScaler { get; }

    /// <summary>Findings to look at before training, each a sentence with the name of its column: columns of texts most of which are numbers, problems of the series' times (<see cref="TimeSeries.Findings"/>), numbers that
    /// become equal as floats, and the findings of the <see cref="Scaler"/>.</summary>
    public IReadOnlyList<string> Findings =>
        findings ??= [.. SeriesFindings.Texts(series), .. SeriesFindings.Times(series), .. SeriesFindings.Precision(used), .. Scaler?.Findings ?? []];

    /// <summary>Splits a series, scales it by its training rows, and cuts it into windows.</summary>
    /// <param name="series">The rows, oldest first, without missing values.</param>
    /// <param name="windows">Which columns, how long the windows are, and how far ahead.</param>
    /// <param name="split">How many rows train, validate and test.</param>
    /// <param name="scaling">How columns are scaled: usually to mean 0 and standard deviation 1 over the training rows.</param>
    /// <exception cref="ArgumentException">A part is too short for one window, or an option does not fit.</exception>
    /// <exception cref="InvalidDataException">A value is missing: see <see cref="Missing.Resolve"/>.</exception>
    public static ForecastData Create(
        TimeSeries series, WindowOptions windows, ChronologicalSplit split, Scaling scaling = Scaling.Standard)
    {
        IReadOnlyList<string> features = windows.Features ?? series.Columns;
        TimeSeries used = series.Select([.. features.Union(windows.Targets)]).Resolve();
        int fitted = Math.Min(split.Train, series.Rows);
        Scaler? scaler = Fitting.Of(scaling, used, fitted, [.. windows.Targets]);
        if (scaler is not null)
            scaler = scaler.WithoutClasses(used, fitted);
        TimeSeries scaled = scaler is null ? used : scaler.Apply(used);
        return new ForecastData(series, used, windows, Windows.Create(scaled, windows with { Features = features }, split), scaler);
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

using RnnDsl.Sequences;

namespace RnnDsl.Prediction;

/// <summary>
/// The rows of one group, such as a machine, a shop or a patient, one after another as they come. After each row it gives the model's answer for all rows so far, regardless of the
/// <see cref="TableOptions.Window"/> of the training; <see cref="Reset"/> starts again. It takes one caller at a time. Each group has a stream of its own.
/// </summary>
public sealed class TableStream
{
    readonly TableEncoder encoder;
    readonly float[] answer, left, found;
    TimeSeries? before;

    internal TableStream(TableEncoder encoder, PredictionStream stream)
    {
        (this.encoder, Stream) = (encoder, stream);
        answer = new float[stream.Predictor.OutputWidth];
        (left, found) = (new float[stream.StateLength], new float[stream.StateLength]);
    }

    /// <summary>The stream of encoded steps. Its snapshots can be kept beyond the process.</summary>
    public PredictionStream Stream { get; }

    /// <summary>The class after a row.</summary>
    /// <param name="row">One row with the columns of the training table by name, in any order, such as <c>TimeSeries.From([reading], columns)</c>. Neither target nor group is needed. Where rows have a
    /// group or a time, a row is of the same group as the row before, and not older.</param>
    /// <exception cref="ArgumentException">A column is missing, or there is not exactly one row. The stream is unchanged.</exception>
    /// <exception cref="InvalidDataException">A value is missing, or does not occur in the training rows; or the row is of another group than the row before, or older. The stream is unchanged.</exception>
    /// <exception cref="InvalidOperationException">The target is a number, or the method gives no probabilities.</exception>
    public ClassAnswer Classify(TimeSeries row)
    {
        TablePredictor.CheckTarget(encoder, needsClasses: true);
        return ClassAnswer.Create(encoder.Classes, Step(row));
    }

    /// <summary>The target after a row, in its own units; for a horizon, its first value.</summary>
    /// <inheritdoc cref="Classify"/>
    /// <exception cref="InvalidOperationException">The target is a class.</exception>
    public double Estimate(TimeSeries row) => Forecast(row)[0];

    /// <summary>The target after a row, in its own units: [<see cref="TableOptions.Horizon"/>].</summary>
    /// <inheritdoc cref="Estimate"/>
    public double[] Forecast(TimeSeries row)
    {
        TablePredictor.CheckTarget(encoder, needsClasses: false);
        float[] values = Step(row);
        encoder.Unscale(values);
        return Array.ConvertAll(values, value => (double)value);
    }

    /// <summary>Returns to the state before the first row.</summary>
    public void Reset()
    {
        Stream.Reset();
        before = null;
    }

    float[] Step(TimeSeries row)
    {
        if (row.Rows != 1)
            throw new ArgumentException($"A stream takes one row at a time, and there are {row.Rows}.", nameof(row));
        float[] features = encoder.Rows(row);
        Stream.Snapshot(found);
        // Who restored another state goes on from another row.
        if (before is not null && found.AsSpan().SequenceEqual(left))
            CheckFollows(before, row);
        Stream.Step(features, answer);
        Stream.Snapshot(left);
        before = row;
        return answer;
    }

    /// <exception cref="InvalidDataException">The row is not one that can follow the other.</exception>
    void CheckFollows(TimeSeries before, TimeSeries row)
    {
        if (encoder.Options.Group is { } group && TableEncoder.Has(before, group) && TableEncoder.Has(row, group)
            && (TimeGroups.RequireKeys(before, group)[0], TimeGroups.RequireKeys(row, group)[0]) is var (own, other) && own != other)
            throw new InvalidDataException($"The row is of {group} {other}, and the stream of {group} {own}: give each {group} a stream of its own, or {nameof(Reset)} this one.");
        if (TimeAxis.Find(Both(before, row)) is { IsComplete: true } axis && axis.Ticks[1] < axis.Ticks[0])
            throw new InvalidDataException($"Column '{axis.Name}': the row of {row.Label(axis.Name)[0]} is older than the one before, of {before.Label(axis.Name)[0]}. " +
                $"Rows of a stream come in order of time; {nameof(Reset)} begins again.");
    }

    /// <summary>Two rows with the columns of the second one, so that their times are read in one format.</summary>
    static TimeSeries Both(TimeSeries before, TimeSeries row) => new(row.Columns,
        [.. row.Columns.Select(name => before.Columns.Contains(name) ? before.DoubleColumn(name)[0] : double.NaN), .. row.Columns.Select(name => row.DoubleColumn(name)[0])],
        [.. row.Labels.Select(label => new LabelColumn(label.Name, [before.Labels.FirstOrDefault(l => l.Name == label.Name)?.Values[0] ?? "", label.Values[0]]))]);
}

using RnnDsl.Sequences;

namespace RnnDsl.Prediction;

/// <summary>
/// The rows of one group, such as a machine, a shop or a patient, one after another as they come. After each row it gives the model's answer for all rows so far, regardless of the
/// <see cref="TableOptions.Window"/> of the training; <see cref="Reset"/> starts again. It takes one caller at a time. Each group has a stream of its own.
/// </summary>
public sealed class TableStream
{
    readonly TableEncoder encoder;
    readonly float[] answer;

    internal TableStream(TableEncoder encoder, PredictionStream stream)
    {
        (this.encoder, Stream) = (encoder, stream);
        answer = new float[stream.Predictor.OutputWidth];
    }

    /// <summary>The stream of encoded steps. Its snapshots can be kept beyond the process.</summary>
    public PredictionStream Stream { get; }

    /// <summary>The class after a row.</summary>
    /// <param name="row">One row with the columns of the training table by name, in any order, such as <c>TimeSeries.From([reading], columns)</c>. Neither target nor group is needed.</param>
    /// <exception cref="ArgumentException">A column is missing, or there is not exactly one row. The stream is unchanged.</exception>
    /// <exception cref="InvalidDataException">A value is missing, or does not occur in the training rows. The stream is unchanged.</exception>
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
    public void Reset() => Stream.Reset();

    float[] Step(TimeSeries row)
    {
        if (row.Rows != 1)
            throw new ArgumentException($"A stream takes one row at a time, and there are {row.Rows}.", nameof(row));
        Stream.Step(encoder.Rows(row), answer);
        return answer;
    }
}

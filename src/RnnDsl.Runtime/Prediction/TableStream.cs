using RnnDsl.Sequences;

namespace RnnDsl.Prediction;

/// <summary>
/// The rows of one group, one after the other as they come: a machine, a shop, a patient. After each row it answers what the model makes of all rows so far, whatever
/// <see cref="TableOptions.Window"/> the model was trained with; <see cref="Reset"/> begins anew. One caller at a time; each group has a stream of its own.
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

    /// <summary>The stream of encoded steps: its snapshots outlive the process.</summary>
    public PredictionStream Stream { get; }

    /// <summary>The class after a row.</summary>
    /// <param name="row">One row with the columns of the training table by name, in any order, such as <c>TimeSeries.From([reading], columns)</c>. Neither target nor group is needed.</param>
    /// <exception cref="ArgumentException">A column is missing, or there is not exactly one row: the stream stays as it was.</exception>
    /// <exception cref="InvalidDataException">A value is missing, or unlike those that the training rows had: the stream stays as it was.</exception>
    /// <exception cref="InvalidOperationException">The target is a number, or the method gives no probabilities.</exception>
    public ClassAnswer Classify(TimeSeries row)
    {
        TablePredictor.CheckTarget(encoder, needsClasses: true);
        return ClassAnswer.Create(encoder.Classes, Step(row));
    }

    /// <summary>The target after a row, in its own units; of a horizon its first value.</summary>
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

    /// <summary>Back to before the first row.</summary>
    public void Reset() => Stream.Reset();

    float[] Step(TimeSeries row)
    {
        if (row.Rows != 1)
            throw new ArgumentException($"A stream takes one row at a time, and there are {row.Rows}.", nameof(row));
        Stream.Step(encoder.Rows(row), answer);
        return answer;
    }
}

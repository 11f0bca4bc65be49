using System.Diagnostics;

namespace RnnDsl.Prediction;

/// <summary>What a predictor with rounded weights saves, and how far its answers lie from the exact one's on a sample.</summary>
/// <param name="ExactBytes">Bytes of the exact predictor's weights.</param>
/// <param name="Bytes">Bytes of the rounded weights.</param>
/// <param name="Answers">Values compared.</param>
/// <param name="Rms">Root of the mean square of the exact answers.</param>
/// <param name="LargestDifference">Largest difference of two answers, in their units.</param>
/// <param name="RmsDifference">Root of the mean square difference, in their units.</param>
/// <param name="ExactMicroseconds">Time of a step of the exact predictor, the quickest of some runs over the sample on this machine.</param>
/// <param name="Microseconds">Time of a step with rounded weights.</param>
public sealed record QuantizationReport(
    long ExactBytes, long Bytes, long Answers, double Rms, double LargestDifference, double RmsDifference, double ExactMicroseconds, double Microseconds)
{
    /// <summary>Runs both predictors over the sample.</summary>
    /// <param name="exact">The predictor to compare with.</param>
    /// <param name="rounded">One of the same method.</param>
    /// <param name="sample">Sequences, [steps × InputWidth] each; not those of a calibration, if the figures are to hold for others.</param>
    /// <exception cref="ArgumentException">The predictors are not of the same method, or the sample has no step or does not fit.</exception>
    public static QuantizationReport Compare(Predictor exact, Predictor rounded, IEnumerable<float[]> sample)
    {
        if (exact.Fingerprint != rounded.Fingerprint || exact.Name != rounded.Name || exact.InputWidth != rounded.InputWidth || exact.OutputWidth != rounded.OutputWidth)
            throw new ArgumentException($"{rounded.Name} and {exact.Name} are not the same method.", nameof(rounded));
        double squares = 0, differences = 0, largest = 0;
        long answers = 0;
        float[][] sequences = [.. sample];
        foreach (float[] sequence in sequences)
        {
            int count = sequence.Length / exact.InputWidth * exact.OutputWidth;
            float[] a = new float[count], b = new float[count];
            exact.Start().Run(sequence, a);
            rounded.Start().Run(sequence, b);
            for (int i = 0; i < count; i++)
            {
                double difference = Math.Abs((double)a[i] - b[i]);
                (squares, differences) = (squares + (double)a[i] * a[i], differences + difference * difference);
                // A difference that is not a number must not be lost.
                largest = difference <= largest ? largest : difference;
            }
            answers += count;
        }
        if (answers == 0)
            throw new ArgumentException("The sample has no step.", nameof(sample));
        double exactTime = double.PositiveInfinity, time = double.PositiveInfinity;
        // In turns, so that what else the machine does meets both.
        for (int run = 0; run < 5; run++)
        {
            exactTime = Math.Min(exactTime, StepMicroseconds(exact, sequences));
            time = Math.Min(time, StepMicroseconds(rounded, sequences));
        }
        return new(exact.WeightBytes, rounded.WeightBytes, answers, Math.Sqrt(squares / answers), largest, Math.Sqrt(differences / answers), exactTime, time);
    }

    /// <summary>Mean over the sample, run often enough for the clock.</summary>
    static double StepMicroseconds(Predictor predictor, float[][] sequences)
    {
        PredictionStream stream = predictor.Start();
        var output = new float[predictor.OutputWidth];
        long steps = 0, start = Stopwatch.GetTimestamp();
        do
            foreach (float[] sequence in sequences)
            {
                stream.Reset();
                for (int at = 0; at < sequence.Length; at += predictor.InputWidth, steps++)
                    stream.Step(sequence.AsSpan(at, predictor.InputWidth), output);
            }
        while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < 2);
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / steps;
    }

    /// <summary>"403968 → 109568 bytes; 3.2 → 1.6 µs a step; of 3000 answers (rms 0.41) the largest difference is 0.0031, the rms difference 0.00072".</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{ExactBytes} → {Bytes} bytes; {ExactMicroseconds:G2} → {Microseconds:G2} µs a step; of {Answers} answers (rms {Rms:G3}) the largest difference is {LargestDifference:G3}, the rms difference {RmsDifference:G3}");
}

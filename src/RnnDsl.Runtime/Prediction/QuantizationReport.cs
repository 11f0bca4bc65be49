using System.Diagnostics;
using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Metrics;
using RnnDsl.Sequences;

namespace RnnDsl.Prediction;

/// <summary>The gain and cost of a predictor with rounded weights: the difference between its answers and the exact ones and, with targets, the errors of both.</summary>
/// <param name="ExactBytes">The bytes of the exact predictor's weights.</param>
/// <param name="Bytes">The bytes of the rounded weights.</param>
/// <param name="Answers">The number of values that were compared.</param>
/// <param name="Rms">The root mean square of the exact answers.</param>
/// <param name="LargestDifference">The largest difference between two answers, in their units.</param>
/// <param name="RmsDifference">The root mean square difference, in their units.</param>
/// <param name="ExactMicroseconds">The time of the exact predictor's step on this machine, the quickest of many runs over sequences of the sample.</param>
/// <param name="Microseconds">The time of a step with rounded weights.</param>
public sealed record QuantizationReport(
    long ExactBytes, long Bytes, long Answers, double Rms, double LargestDifference, double RmsDifference, double ExactMicroseconds, double Microseconds)
{
    /// <summary>The errors of the exact predictor's answers, in the units of the targets; null without targets.</summary>
    public ForecastErrors? ExactErrors { get; init; }

    /// <summary>The errors of the answers with rounded weights.</summary>
    public ForecastErrors? Errors { get; init; }

    /// <summary>Runs both predictors over the sample.</summary>
    /// <param name="exact">The predictor to compare with.</param>
    /// <param name="rounded">A predictor of the same method.</param>
    /// <param name="sample">Sequences, [steps × InputWidth] each. For figures that hold in general, they should not be those of a calibration.</param>
    /// <exception cref="ArgumentException">The predictors are not of the same method, or the sample has no steps or does not fit.</exception>
    public static QuantizationReport Compare(Predictor exact, Predictor rounded, IEnumerable<float[]> sample) => Compare(exact, rounded, [.. sample], (predictor, _) => predictor.Start(), null);

    /// <summary>Runs both predictors over the examples, and measures the errors of their answers.</summary>
    /// <param name="exact">The predictor to compare with.</param>
    /// <param name="rounded">A predictor of the same method.</param>
    /// <param name="data">A column for each input of the method, and one for the targets. They have the data's units if the predictors scale, and are scaled as for the model otherwise.</param>
    /// <param name="target">The name of the targets' column: one vector for each example, which is compared with the last answer, or one for each step. It has the width of an answer.</param>
    /// <exception cref="ArgumentException">The predictors are not of the same method, or the data do not fit, have no examples, or have a value that is not finite.</exception>
    public static QuantizationReport Compare(Predictor exact, Predictor rounded, Dataset data, string target = "y")
    {
        Column targets = data[target];
        if (targets.Width != exact.OutputWidth)
            throw new ArgumentException($"{exact.Name} answers with {exact.OutputWidth} values, but '{target}' has {targets.Width}.", nameof(data));
        return Compare(exact, rounded, exact.Sequences(data), (predictor, example) => predictor.StartOf(data, example), targets);
    }

    static QuantizationReport Compare(Predictor exact, Predictor rounded, float[][] sequences, Func<Predictor, int, PredictionStream> start, Column? targets)
    {
        if (exact.Fingerprint != rounded.Fingerprint || exact.Name != rounded.Name || exact.InputWidth != rounded.InputWidth || exact.OutputWidth != rounded.OutputWidth)
            throw new ArgumentException($"{rounded.Name} and {exact.Name} are not the same method.", nameof(rounded));
        double squares = 0, differences = 0, largest = 0;
        long answers = 0;
        ErrorSums exactErrors = new(Origin(targets)), errors = new(Origin(targets));
        for (int example = 0; example < sequences.Length; example++)
        {
            float[] sequence = sequences[example];
            int count = sequence.Length / exact.InputWidth * exact.OutputWidth;
            float[] a = new float[count], b = new float[count];
            start(exact, example).Run(sequence, a);
            start(rounded, example).Run(sequence, b);
            for (int i = 0; i < count; i++)
            {
                double difference = Math.Abs((double)a[i] - b[i]);
                (squares, differences) = (squares + (double)a[i] * a[i], differences + difference * difference);
                // A difference that is NaN must not be lost.
                largest = difference <= largest ? largest : difference;
            }
            answers += count;
            if (targets is null)
                continue;
            float[] expected = targets.Select([example]).ToArray();
            if (expected.Length > count || targets.Kind == ValueKind.Sequence && expected.Length != count)
                throw new ArgumentException($"Example {example} has {count / exact.OutputWidth} answers, but {targets.Lengths[example]} targets.", nameof(targets));
            Add(ref exactErrors, expected, a);
            Add(ref errors, expected, b);
        }
        if (answers == 0)
            throw new ArgumentException("The sample has no step.", nameof(sequences));
        (double exactTime, double time) = Times(exact, rounded, sequences, start);
        return new(exact.WeightBytes, rounded.WeightBytes, answers, Math.Sqrt(squares / answers), largest, Math.Sqrt(differences / answers), exactTime, time)
        {
            ExactErrors = targets is null ? null : exactErrors.Result(),
            Errors = targets is null ? null : errors.Result(),
        };
    }

    static double Origin(Column? targets) => targets is { Count: > 0 } ? targets.Step(0, 0)[0] : 0;

    static void Add(ref ErrorSums errors, float[] expected, float[] answers)
    {
        ReadOnlySpan<float> last = answers.AsSpan(answers.Length - expected.Length);
        ForecastErrors.CheckPair(expected, last);
        errors.Add(expected, last);
    }

    /// <summary>The shortest times of a step. The predictors take turns, so that other work of the machine affects both, until neither has become faster for half a second, because
    /// the JIT compiler compiles hot code a second time.</summary>
    static (double Exact, double Rounded) Times(Predictor exact, Predictor rounded, float[][] sequences, Func<Predictor, int, PredictionStream> start)
    {
        double[] least = [double.PositiveInfinity, double.PositiveInfinity];
        PredictionStream[][] streams = [Streams(exact), Streams(rounded)];
        long begun = Stopwatch.GetTimestamp(), improved = begun;
        while (Stopwatch.GetElapsedTime(improved).TotalSeconds < 0.5 && Stopwatch.GetElapsedTime(begun).TotalSeconds < 5)
            for (int i = 0; i < 2; i++)
            {
                double time = StepMicroseconds(streams[i], sequences);
                if (time < 0.9 * least[i])
                    improved = Stopwatch.GetTimestamp();
                least[i] = Math.Min(least[i], time);
            }
        return (least[0], least[1]);

        // One stream for all sequences, or one under the condition of each.
        PredictionStream[] Streams(Predictor predictor) => predictor.ConditionInputs.Count == 0 ? [.. Enumerable.Repeat(predictor.Start(), sequences.Length)]
            : [.. sequences.Select((_, example) => start(predictor, example))];
    }

    /// <summary>The mean over as many of the sequences as the clock's resolution needs.</summary>
    static double StepMicroseconds(PredictionStream[] streams, float[][] sequences)
    {
        Predictor predictor = streams[0].Predictor;
        var output = new float[predictor.OutputWidth];
        long steps = 0, start = Stopwatch.GetTimestamp();
        for (int example = 0; ; example = example + 1 < sequences.Length ? example + 1 : 0)
        {
            PredictionStream stream = streams[example];
            stream.Reset();
            for (int at = 0; at < sequences[example].Length; at += predictor.InputWidth, steps++)
                stream.Step(sequences[example].AsSpan(at, predictor.InputWidth), output);
            if (steps > 0 && Stopwatch.GetElapsedTime(start) is { TotalMilliseconds: >= 2 } elapsed)
                return elapsed.TotalMicroseconds / steps;
        }
    }

    /// <summary>"MAE 0.312 → 0.314; 3.7 times smaller (403968 → 109568 bytes), 2.0 times faster (3.2 → 1.6 µs a step); of 3000 answers (rms 0.41) the largest difference is 0.0031,
    /// the rms difference 0.00072". The first part appears only with targets. Losses are named as such: "slower, 1.4 times the time", "larger, 1.1 times the bytes", "as
    /// fast".</summary>
    public override string ToString() =>
        (ExactErrors is { } before && Errors is { } after ? FormattableString.Invariant($"MAE {before.Mae:G4} → {after.Mae:G4}, RMSE {before.Rmse:G4} → {after.Rmse:G4}; ") : "") +
        FormattableString.Invariant($"{DescribeGain((double)ExactBytes / Bytes, "small", "smaller", "larger", "bytes")} ({ExactBytes} → {Bytes} bytes), ") +
        FormattableString.Invariant($"{DescribeGain(ExactMicroseconds / Microseconds, "fast", "faster", "slower", "time")} ") +
        FormattableString.Invariant($"({ExactMicroseconds:G2} → {Microseconds:G2} µs a step); ") +
        FormattableString.Invariant($"of {Answers} answers (rms {Rms:G3}) the largest difference is {LargestDifference:G3}, the rms difference {RmsDifference:G3}");

    /// <summary>The number in front of "times" is never below one.</summary>
    static string DescribeGain(double ratio, string same, string better, string worse, string cost) => Math.Round(ratio, 1) switch
    {
        1 => "as " + same,
        > 1 => FormattableString.Invariant($"{ratio:F1} times {better}"),
        _ => FormattableString.Invariant($"{worse}, {1 / ratio:F1} times the {cost}"),
    };
}

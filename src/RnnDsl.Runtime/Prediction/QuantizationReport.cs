using System.Diagnostics;
using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Metrics;
using RnnDsl.Sequences;

namespace RnnDsl.Prediction;

/// <summary>What a predictor with rounded weights saves, and what it costs: how far its answers lie from the exact one's, and with targets how far both lie from these.</summary>
/// <param name="ExactBytes">Bytes of the exact predictor's weights.</param>
/// <param name="Bytes">Bytes of the rounded weights.</param>
/// <param name="Answers">Values compared.</param>
/// <param name="Rms">Root of the mean square of the exact answers.</param>
/// <param name="LargestDifference">Largest difference of two answers, in their units.</param>
/// <param name="RmsDifference">Root of the mean square difference, in their units.</param>
/// <param name="ExactMicroseconds">Time of a step of the exact predictor, the quickest of many runs over sequences of the sample, on this machine.</param>
/// <param name="Microseconds">Time of a step with rounded weights.</param>
public sealed record QuantizationReport(
    long ExactBytes, long Bytes, long Answers, double Rms, double LargestDifference, double RmsDifference, double ExactMicroseconds, double Microseconds)
{
    /// <summary>Errors of the exact predictor's answers, in the units of the targets; null without targets.</summary>
    public ForecastErrors? ExactErrors { get; init; }

    /// <summary>Errors of the answers with rounded weights.</summary>
    public ForecastErrors? Errors { get; init; }

    /// <summary>Runs both predictors over the sample.</summary>
    /// <param name="exact">The predictor to compare with.</param>
    /// <param name="rounded">One of the same method.</param>
    /// <param name="sample">Sequences, [steps × InputWidth] each; not those of a calibration, if the figures are to hold for others.</param>
    /// <exception cref="ArgumentException">The predictors are not of the same method, or the sample has no step or does not fit.</exception>
    public static QuantizationReport Compare(Predictor exact, Predictor rounded, IEnumerable<float[]> sample) => Compare(exact, rounded, [.. sample], (predictor, _) => predictor.Start(), null);

    /// <summary>Runs both predictors over the examples, and measures the errors of their answers.</summary>
    /// <param name="exact">The predictor to compare with.</param>
    /// <param name="rounded">One of the same method.</param>
    /// <param name="data">A column for each input of the method, and one of the targets. If the predictors scale, they are in the data's units; else scaled as
    /// the model has them.</param>
    /// <param name="target">Name of the targets' column: a vector an example, with which the last answer is compared, or one a step. It is as wide as
    /// an answer.</param>
    /// <exception cref="ArgumentException">The predictors are not of the same method, or the data do not fit, have no example or a value that is not
    /// finite.</exception>
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
                // A difference that is not a number must not be lost.
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

    /// <summary>Least times of a step, in turns, so that what else the machine does meets both; until neither has become quicker for half a second, since the JIT
    /// compiles what is hot a second time.</summary>
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

        // One for all sequences, or under the condition of each.
        PredictionStream[] Streams(Predictor predictor) => predictor.ConditionInputs.Count == 0 ? [.. Enumerable.Repeat(predictor.Start(), sequences.Length)]
            : [.. sequences.Select((_, example) => start(predictor, example))];
    }

    /// <summary>Mean over as many of the sequences as the clock needs.</summary>
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

    /// <summary>"MAE 0.312 → 0.314; 3.7 times smaller (403968 → 109568 bytes), 2.0 times faster (3.2 → 1.6 µs a step); of 3000 answers (rms 0.41) the largest
    /// difference is 0.0031, the rms difference 0.00072", the first only with targets. What is no gain is said so: "slower, 1.4 times the time", "larger, 1.1 times the
    /// bytes", "as fast".</summary>
    public override string ToString() =>
        (ExactErrors is { } before && Errors is { } after ? FormattableString.Invariant($"MAE {before.Mae:G4} → {after.Mae:G4}, RMSE {before.Rmse:G4} → {after.Rmse:G4}; ") : "") +
        FormattableString.Invariant($"{Gain((double)ExactBytes / Bytes, "small", "smaller", "larger", "bytes")} ({ExactBytes} → {Bytes} bytes), ") +
        FormattableString.Invariant($"{Gain(ExactMicroseconds / Microseconds, "fast", "faster", "slower", "time")} ") +
        FormattableString.Invariant($"({ExactMicroseconds:G2} → {Microseconds:G2} µs a step); ") +
        FormattableString.Invariant($"of {Answers} answers (rms {Rms:G3}) the largest difference is {LargestDifference:G3}, the rms difference {RmsDifference:G3}");

    /// <summary>What stands in front of "times" is never below one.</summary>
    static string Gain(double ratio, string same, string better, string worse, string cost) => Math.Round(ratio, 1) switch
    {
        1 => "as " + same,
        > 1 => FormattableString.Invariant($"{ratio:F1} times {better}"),
        _ => FormattableString.Invariant($"{worse}, {1 / ratio:F1} times the {cost}"),
    };
}

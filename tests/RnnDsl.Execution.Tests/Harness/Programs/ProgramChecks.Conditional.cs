using RnnDsl.Execution;
using RnnDsl.Prediction;
using RnnDsl.Sequences;

namespace RnnDsl.Execution.Tests;

/// <summary>Streams along one axis, while the inputs of the others are given when they start.</summary>
internal sealed partial class ProgramChecks
{
    readonly Dictionary<int, double[][]> movedAnswers = [];

    static int conditionalStreams;

    /// <summary>How many streams under a condition were compared so far.</summary>
    public static int ConditionalStreams => conditionalStreams;

    void Conditional(ConditionalInfo along, double[][][] finals, Action<Action> check)
    {
        Interlocked.Increment(ref conditionalStreams);
        CompiledRun stream = probe.RunConditional(along, along.Step!);
        check(() => Values(stream, probe.ReferenceAnswers(along.Axis), finals, $"conditional stream {along.Axis}"));
        check(() => Bytes(stream, along.Step!, (step, together) => probe.RunConditional(along, step, together)));
        check(() => Together(stream, along.Step!, () => probe.RunConditional(along, along.Step!, together: true)));
        check(() => ConditionalChunks(along, stream));
    }

    /// <summary>As for other streams: forked, resumed and restored, one gives the same bits as one step after the other.</summary>
    void ConditionalChunks(ConditionalInfo along, CompiledRun stream)
    {
        ValueInfo[] inputs = [.. probe.Method.Inputs.Where(i => i.Kind == ValueKind.Sequence && i.Axis == along.Axis)];
        var predictor = new Predictor(module, method, streamed: [.. inputs.Select(i => i.Name)]);
        Dataset data = probe.Data([.. Enumerable.Range(0, probe.Lengths.Length)]);
        int example = random.Next(probe.Lengths.Length), steps = probe.Axes[along.Axis][example], width = predictor.InputWidth;
        float[] values = [.. Enumerable.Range(0, steps).SelectMany(t => inputs.SelectMany(input => data[input.Name].Step(example, t).ToArray()))];
        var answers = new float[steps * predictor.OutputWidth];
        int cut = random.Next(steps + 1);
        bool conditional = predictor.ConditionInputs.Count > 0;
        PredictionStream first = conditional ? predictor.Start(data, example) : predictor.Start();
        first.Run(values.AsSpan(0, cut * width), answers.AsSpan(0, cut * predictor.OutputWidth));
        float[] snapshot = first.Snapshot();
        PredictionStream fork = first.Fork(), resumed = conditional ? predictor.Resume(snapshot, data, example) : predictor.Resume(snapshot);
        PredictionStream other = conditional ? predictor.Start(data, random.Next(probe.Lengths.Length)) : predictor.Start();
        other.Run(values.AsSpan(0, cut * width), new float[cut * predictor.OutputWidth]);
        foreach (PredictionStream rest in new[] { fork, first, resumed })
        {
            answers.AsSpan(cut * predictor.OutputWidth).Fill(float.NaN);
            rest.Run(values.AsSpan(cut * width), answers.AsSpan(cut * predictor.OutputWidth));
            int off = answers.AsSpan().CommonPrefixLength(stream.Results[example]);
            if (off < answers.Length)
                throw new ProgramFault("conditional chunks", $"A conditional stream cut after step {cut} of {steps} answers {answers[off]:G9} at [{off}], at once {stream.Results[example][off]:G9}.");
        }
    }

    /// <summary>How far the answers along an axis move if all numbers are rounded, see <see cref="Moved"/>.</summary>
    double[][] MovedAnswers(int axis)
    {
        if (movedAnswers.TryGetValue(axis, out double[][]? known))
            return known;
        double[][] answers = probe.ReferenceAnswers(axis), most = [.. answers.Select(a => new double[a.Length])];
        var noise = new Random(1);
        for (int round = 0; round < 4; round++)
            Rounded(noise, () => Raise(most, answers, probe.ReferenceAnswers(axis)));
        return movedAnswers[axis] = most;
    }
}

using RnnDsl.Execution;
using RnnDsl.Sequences;

namespace RnnDsl.Prediction;

/// <summary>
/// Streams of a model's method with typed steps and answers. A model has a method that makes them for each of its methods that can run step by step: <c>model.PredictStreams()</c>. They share one
/// copy of the weights. A step allocates its answer; <see cref="PredictionStream.Step"/> allocates nothing.
/// </summary>
/// <typeparam name="TStep">What a step takes: <c>float[]</c> for a vector, <c>float</c> for a scalar, <c>int</c> for the number of a unit, a tuple for several inputs.</typeparam>
/// <typeparam name="TAnswer">What a step gives: <c>float[]</c> or <c>float</c>.</typeparam>
public sealed class Streams<TStep, TAnswer>
{
    readonly Func<TStep, object[]> write;
    readonly Func<float[], TAnswer> read;

    internal Streams(Predictor predictor, Func<TStep, object[]> write, Func<float[], TAnswer> read) => (Predictor, this.write, this.read) = (predictor, write, read);

    /// <summary>What holds the weights.</summary>
    public Predictor Predictor { get; }

    /// <summary>A new stream, before its first step.</summary>
    public AnswerStream<TStep, TAnswer> Start() => new(Predictor.Start(), write, read);

    /// <summary>A new stream that goes on from a state that <see cref="PredictionStream.Snapshot()"/> gave.</summary>
    /// <exception cref="ArgumentException">The state is of another length, not finite, or does not end in a count of steps.</exception>
    public AnswerStream<TStep, TAnswer> Resume(ReadOnlySpan<float> state) => new(Predictor.Resume(state), write, read);
}

/// <summary>As <see cref="Streams{TStep, TAnswer}"/>, for methods of which some inputs are there before the first step: a sentence that is translated, or the features of the machine itself.</summary>
/// <typeparam name="TCondition">What is there before: arrays as the method's own call takes them, a tuple for several inputs.</typeparam>
/// <typeparam name="TStep">What a step takes.</typeparam>
/// <typeparam name="TAnswer">What a step gives.</typeparam>
public sealed class Streams<TCondition, TStep, TAnswer>
{
    readonly Func<TStep, object[]> write;
    readonly Func<float[], TAnswer> read;
    readonly Func<TCondition, Dataset> toData;

    internal Streams(Predictor predictor, Func<TStep, object[]> write, Func<float[], TAnswer> read, Func<TCondition, Dataset> toData) =>
        (Predictor, this.write, this.read, this.toData) = (predictor, write, read, toData);

    /// <summary>What holds the weights.</summary>
    public Predictor Predictor { get; }

    /// <summary>A new stream, before its first step. What depends on the condition alone is computed here.</summary>
    /// <param name="condition">The inputs that do not come step by step.</param>
    /// <exception cref="ArgumentException">They do not fit, or are not finite; the message says where.</exception>
    public AnswerStream<TStep, TAnswer> Start(TCondition condition) => new(Predictor.Start(toData(condition)), write, read);

    /// <summary>A new stream that goes on from a state that <see cref="PredictionStream.Snapshot()"/> gave, under the condition that is given again.</summary>
    /// <exception cref="ArgumentException">The state is of another length, not finite, or does not end in a count of steps; or the condition does not fit.</exception>
    public AnswerStream<TStep, TAnswer> Resume(ReadOnlySpan<float> state, TCondition condition) => new(Predictor.Resume(state, toData(condition)), write, read);
}

/// <summary>One sequence on its way through a model's method, with typed steps and answers. One caller at a time.</summary>
/// <typeparam name="TStep">What a step takes.</typeparam>
/// <typeparam name="TAnswer">What a step gives.</typeparam>
public sealed class AnswerStream<TStep, TAnswer>
{
    readonly Func<TStep, object[]> write;
    readonly Func<float[], TAnswer> read;
    readonly float[] input;

    internal AnswerStream(PredictionStream stream, Func<TStep, object[]> write, Func<float[], TAnswer> read)
    {
        (Stream, this.write, this.read) = (stream, write, read);
        input = new float[stream.Predictor.InputWidth];
    }

    /// <summary>The same stream without types: its snapshots, and steps that allocate nothing.</summary>
    public PredictionStream Stream { get; }

    /// <summary>One step.</summary>
    /// <param name="step">The values of the step, raw if the streams have a scaler.</param>
    /// <returns>What the method gives of all steps until now; of a sequence its last element.</returns>
    /// <exception cref="ArgumentException">A value does not fit, or is not finite: the stream stays as it was.</exception>
    /// <exception cref="InvalidOperationException">A state has become NaN or infinite; see <see cref="PredictionStream.Step"/>.</exception>
    public TAnswer Step(TStep step)
    {
        object[] values = write(step);
        for (int i = 0, at = 0; i < values.Length; i++)
        {
            ValueInfo info = Stream.Predictor.Inputs[i];
            switch (values[i])
            {
                case float scalar:
                    input[at] = scalar;
                    break;
                case int number:
                    input[at] = number;
                    break;
                case float[] vector when vector.Length == info.Width:
                    vector.CopyTo(input, at);
                    break;
                case var other:
                    throw new ArgumentException($"'{info.Name}' takes {info.Width} values a step, not {(other as float[])?.Length ?? 0}.", nameof(step));
            }
            at += info.Width;
        }
        var output = new float[Stream.Predictor.OutputWidth];
        Stream.Step(input, output);
        return read(output);
    }

    /// <summary>The answers of some steps, one after the other.</summary>
    public TAnswer[] Run(IEnumerable<TStep> steps) => [.. steps.Select(Step)];

    /// <summary>A second stream that goes on from here by itself.</summary>
    public AnswerStream<TStep, TAnswer> Fork() => new(Stream.Fork(), write, read);

    /// <summary>Back to before the first step.</summary>
    public void Reset() => Stream.Reset();
}

using RnnDsl.Execution;
using RnnDsl.Sequences;

namespace RnnDsl.Prediction;

/// <summary>
/// Streams of a model's method with typed steps and answers. A model has a method that creates them for each of its methods that can run step by step:
/// <c>model.PredictStreams()</c>. They share one copy of the weights. A step allocates its answer; <see cref="PredictionStream.Step"/> allocates nothing.
/// </summary>
/// <typeparam name="TStep">The type of a step: <c>float[]</c> for a vector, <c>float</c> for a scalar, <c>int</c> for the number of a unit, a tuple for several inputs.</typeparam>
/// <typeparam name="TAnswer">The type of an answer: <c>float[]</c> or <c>float</c>.</typeparam>
public sealed class Streams<TStep, TAnswer>
{
    readonly Func<TStep, object[]> write;
    readonly Func<float[], TAnswer> read;

    internal Streams(Predictor predictor, Func<TStep, object[]> write, Func<float[], TAnswer> read) => (Predictor, this.write, this.read) = (predictor, write, read);

    /// <summary>The predictor with the weights.</summary>
    public Predictor Predictor { get; }

    /// <summary>A new stream, before its first step.</summary>
    public AnswerStream<TStep, TAnswer> Start() => new(Predictor.Start(), write, read);

    /// <summary>A new stream that continues from a state of <see cref="PredictionStream.Snapshot()"/>.</summary>
    /// <exception cref="ArgumentException">The state has another length, is not finite, or does not end in a step count.</exception>
    public AnswerStream<TStep, TAnswer> Resume(ReadOnlySpan<float> state) => new(Predictor.Resume(state), write, read);
}

/// <summary>Like <see cref="Streams{TStep, TAnswer}"/>, for methods with inputs that are known before the first step, such as a sentence to translate, or the features of the
/// machine itself.</summary>
/// <typeparam name="TCondition">The type of these inputs: arrays as in the method's own call, or a tuple for several inputs.</typeparam>
/// <typeparam name="TStep">The type of a step.</typeparam>
/// <typeparam name="TAnswer">The type of an answer.</typeparam>
public sealed class Streams<TCondition, TStep, TAnswer>
{
    readonly Func<TStep, object[]> write;
    readonly Func<float[], TAnswer> read;
    readonly Func<TCondition, Dataset> toData;

    internal Streams(Predictor predictor, Func<TStep, object[]> write, Func<float[], TAnswer> read, Func<TCondition, Dataset> toData) =>
        (Predictor, this.write, this.read, this.toData) = (predictor, write, read, toData);

    /// <summary>The predictor with the weights.</summary>
    public Predictor Predictor { get; }

    /// <summary>A new stream, before its first step. What depends on the condition alone is computed here.</summary>
    /// <param name="condition">The inputs that do not come step by step.</param>
    /// <exception cref="ArgumentException">The inputs do not fit, or are not finite; the message says where.</exception>
    public AnswerStream<TStep, TAnswer> Start(TCondition condition) => new(Predictor.Start(toData(condition)), write, read);

    /// <summary>A new stream that continues from a state of <see cref="PredictionStream.Snapshot()"/>, under the condition, which must be given again.</summary>
    /// <exception cref="ArgumentException">The state has another length, is not finite, or does not end in a step count; or the condition does not fit.</exception>
    public AnswerStream<TStep, TAnswer> Resume(ReadOnlySpan<float> state, TCondition condition) => new(Predictor.Resume(state, toData(condition)), write, read);
}

/// <summary>One sequence that runs through a model's method, with typed steps and answers. It takes one caller at a time.</summary>
/// <typeparam name="TStep">The type of a step.</typeparam>
/// <typeparam name="TAnswer">The type of an answer.</typeparam>
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

    /// <summary>The same stream without types. It has snapshots, and steps that allocate nothing.</summary>
    public PredictionStream Stream { get; }

    /// <summary>Makes one step.</summary>
    /// <param name="step">The values of the step. They are raw if the streams have a scaler.</param>
    /// <returns>The method's result on all steps so far; for a sequence, its last element.</returns>
    /// <exception cref="ArgumentException">A value does not fit, or is not finite. The stream is unchanged.</exception>
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

    /// <summary>The answers of some steps, one after another.</summary>
    public TAnswer[] Run(IEnumerable<TStep> steps) => [.. steps.Select(Step)];

    /// <summary>A second stream that continues from here independently.</summary>
    public AnswerStream<TStep, TAnswer> Fork() => new(Stream.Fork(), write, read);

    /// <summary>Returns to the state before the first step.</summary>
    public void Reset() => Stream.Reset();
}

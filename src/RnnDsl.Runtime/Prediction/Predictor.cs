using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Sequences;

namespace RnnDsl.Prediction;

/// <summary>
/// The streaming twin of a model: takes one step at a time and answers at once. It holds its own copy of the weights, in the order in which a
/// step reads them, and never changes, so that any number of streams on any number of threads share it.
/// <para>After t steps the answer is what the method itself makes of the first t steps: for a method that returns a vector that vector, for one
/// that returns a sequence its last element. Both are sums in another order, so they agree to rounding.</para>
/// </summary>
public sealed class Predictor
{
    readonly AlignedBuffer prepared = new();

    /// <param name="model">A model or cell with the parameters to predict with. Later changes of them do not reach the predictor.</param>
    /// <param name="method">Name of a method that returns a vector or a sequence.</param>
    /// <param name="inputs">How raw inputs are scaled before a step: one column an input, or one for all; null: they come scaled.</param>
    /// <param name="outputs">Undone on each answer: one column an output, or one for all; null: the answer is as the model gives it.</param>
    /// <exception cref="InvalidOperationException">The method is a loss, or scans in reverse, so that no answer is known before the end.</exception>
    /// <exception cref="ArgumentException">There is no such method, or a scaler has another number of columns.</exception>
    public Predictor(Module model, string method = "Predict", Scaler? inputs = null, Scaler? outputs = null)
    {
        MethodInfo info = model.Method(method);
        Program = info.Step ?? throw new InvalidOperationException(info.Result.Kind == ValueKind.Scalar
            ? $"{model.Info.Name}.{method} is a loss: name the method that predicts."
            : $"{model.Info.Name}.{method} scans in reverse, so nothing is known before a sequence ends: it cannot run as a stream. Use an Executor.");
        (Name, Fingerprint) = ($"{model.Info.Name}.{method}", model.Info.Fingerprint);
        InputScaler = Fitting(inputs, Program.Inputs, "inputs");
        OutputScaler = Fitting(outputs, Program.Outputs, "outputs");
        prepared.Reserve(Program.PreparedFloats);
        Program.Prepare(model.Parameters.Pointer, prepared.Floats);
    }

    /// <summary>"Forecaster.Predict".</summary>
    public string Name { get; }

    /// <summary>Values of a step: those of the method's inputs, one behind the other.</summary>
    public int InputWidth => Program.Inputs;

    /// <summary>Values of an answer.</summary>
    public int OutputWidth => Program.Outputs;

    /// <summary>Values of a stream's state, see <see cref="PredictionStream.Snapshot()"/>.</summary>
    public int StateLength => Program.States.Sum(s => s.Width);

    /// <summary>Bytes of the weights that all streams share.</summary>
    public long WeightBytes => Program.PreparedFloats * sizeof(float);

    /// <summary>Bytes of one stream.</summary>
    public long StreamBytes => PredictionStream.Floats(this) * sizeof(float);

    internal StepProgram Program { get; }

    internal string Fingerprint { get; }

    internal Scaler? InputScaler { get; }

    internal Scaler? OutputScaler { get; }

    internal Floats Prepared => prepared.Floats;

    /// <summary>A new stream, before its first step.</summary>
    public PredictionStream Start() => new(this);

    /// <summary>A new stream that goes on from a state that <see cref="PredictionStream.Snapshot()"/> gave.</summary>
    /// <exception cref="ArgumentException">The state is of another length or not finite.</exception>
    public PredictionStream Resume(ReadOnlySpan<float> state)
    {
        var stream = new PredictionStream(this);
        stream.Restore(state);
        return stream;
    }

    /// <summary>One step of many streams: inputs [streams × InputWidth] and answers [streams × OutputWidth], row-major. Allocates nothing.</summary>
    /// <exception cref="ArgumentException">The lengths do not fit, a stream is another predictor's, or an input is not finite: then the streams before
    /// it have taken their step.</exception>
    public void Step(ReadOnlySpan<PredictionStream> streams, ReadOnlySpan<float> inputs, Span<float> outputs)
    {
        if (inputs.Length != (long)streams.Length * InputWidth || outputs.Length != (long)streams.Length * OutputWidth)
            throw new ArgumentException($"{Name}: {streams.Length} streams take {(long)streams.Length * InputWidth} inputs and give " +
                $"{(long)streams.Length * OutputWidth} outputs, not {inputs.Length} and {outputs.Length}.");
        for (int i = 0; i < streams.Length; i++)
        {
            if (streams[i].Predictor != this)
                throw new ArgumentException($"Stream {i} belongs to another predictor.", nameof(streams));
            streams[i].Step(inputs.Slice(i * InputWidth, InputWidth), outputs.Slice(i * OutputWidth, OutputWidth));
        }
    }

    Scaler? Fitting(Scaler? scaler, int width, string what) => scaler is null || scaler.Columns.Count == 1 || scaler.Columns.Count == width ? scaler
        : throw new ArgumentException($"{Name} has {width} {what}, but their scaler has {scaler.Columns.Count} columns " +
            $"({string.Join(", ", scaler.Columns)}): select one for each, or one for all.", what);
}

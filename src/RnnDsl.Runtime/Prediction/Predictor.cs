using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Sequences;
using RnnDsl.Tuning;

namespace RnnDsl.Prediction;

/// <summary>
/// The streaming counterpart of a model: it takes one step at a time and answers at once. It holds its own copy of the weights, in the order in which a step reads them. It never
/// changes, so any number of streams on any number of threads can share it.
/// <para>After t steps, the answer is the method's result on the first t steps: the vector for a method that returns a vector, the last element for one that returns a sequence.
/// The sums have another order, so the two agree up to rounding.</para>
/// </summary>
public sealed partial class Predictor
{
    internal const string SmallerSizes = "choose smaller sizes";

    readonly AlignedBuffer prepared = new();

    /// <summary>The memory for steps of several streams together, if no caller uses it now.</summary>
    StreamsTogether? idle;

    /// <summary>The number of calls for several streams.</summary>
    long calls;

    /// <summary>Creates conditions from examples; null if there is no condition.</summary>
    readonly Conditions? conditions;

    /// <summary>Creates a predictor for a method whose inputs all come step by step.</summary>
    /// <param name="model">A model or cell with the parameters to predict with. Later changes of the parameters have no effect on the predictor.</param>
    /// <param name="method">The name of a method that returns a vector or a sequence.</param>
    /// <param name="inputs">The scaler of raw inputs: one column for each input, or one for all; null if inputs come scaled.</param>
    /// <param name="outputs">The scaler that is undone on each answer: one column for each output, or fewer that repeat (those of the targets, at each step of a horizon); null to
    /// return the model's own values.</param>
    /// <param name="weights">How the matrices are stored and multiplied. Everything else is computed in floats.</param>
    /// <exception cref="InvalidOperationException">The method is a loss, or its answers are not known before the sequence ends; the message says why.</exception>
    /// <exception cref="ArgumentException">There is no such method, or a scaler has another number of columns.</exception>
    public Predictor(Module model, string method = "Predict", Scaler? inputs = null, Scaler? outputs = null, WeightFormat weights = WeightFormat.Float32)
        : this(model, StreamedMethod.All(model, model.Method(method)), inputs, outputs, weights, null)
    {
    }

    /// <summary>Creates a predictor whose streams run under a condition: some inputs come step by step, and all others are given when a stream starts (<see cref="Start(Dataset,
    /// int)"/>). What depends on the condition alone, such as an encoder, is computed once at that time, in floats.</summary>
    /// <param name="model">A model or cell with the parameters to predict with. Later changes of the parameters have no effect on the predictor.</param>
    /// <param name="method">The name of a method that returns a vector, or a sequence with the steps of the inputs that come step by step.</param>
    /// <param name="inputs">The scaler of raw inputs that come step by step: one column for each input, or one for all; null if they come scaled, as the condition always does.</param>
    /// <param name="outputs">The scaler that is undone on each answer: one column for each output, or fewer that repeat (those of the targets, at each step of a horizon); null to
    /// return the model's own values.</param>
    /// <param name="weights">How the matrices of a step are stored and multiplied. Everything else is computed in floats.</param>
    /// <param name="streamed">The names of the inputs that come step by step: all sequences that equations combine with each other step by step.</param>
    /// <exception cref="InvalidOperationException">The method is a loss, or its answers are not known before the sequence ends, or a parameter is not a finite number; the message says why.</exception>
    /// <exception cref="ArgumentException">There is no such method or input, the names are not those of all sequences of one length, or a scaler has another number of columns.</exception>
    public Predictor(Module model, string method, Scaler? inputs = null, Scaler? outputs = null, WeightFormat weights = WeightFormat.Float32, params ReadOnlySpan<string> streamed)
        // Named only here, so that a native program without conditions does not contain the code that runs them.
        : this(model, StreamedMethod.Of(model, model.Method(method), streamed), inputs, outputs, weights, static (model, streamed) => new Conditions(model, streamed))
    {
    }

    Predictor(Module model, StreamedMethod streamed, Scaler? inputs, Scaler? outputs, WeightFormat weights, Func<Module, StreamedMethod, Conditions>? makeConditions)
    {
        Program = weights switch
        {
            WeightFormat.Float32 => streamed.Step,
            WeightFormat.Int8 => streamed.Step.Int8(),
            _ => throw new ArgumentOutOfRangeException(nameof(weights), weights, "Not a format of weights."),
        };
        Weights = weights;
        (Name, Fingerprint, Inputs) = ($"{model.Info.Name}.{streamed.Method.Name}", model.Info.Fingerprint, streamed.Inputs);
        InputWidth = Inputs.Sum(input => input.Width);
        ReadsNumbers = Inputs.Any(input => input.IsOneHot);
        InputScaler = Fitting(inputs, InputWidth, repeats: false, "inputs");
        OutputScaler = Fitting(outputs, Program.Outputs, repeats: true, "outputs");
        CheckScalesNoNumbers();
        for (int i = 0; i < model.Parameters.Slices.Count; i++)
            if (Rows.FirstNotFinite(model.Parameters.Of(model.Parameters.Slices[i])) is int index)
                throw new InvalidOperationException($"{Name} cannot predict: parameter '{model.Parameters.Slices[i].Name}' is not a finite number at index {index}. Load a model that was saved, or train again with a smaller learning rate.");
        BaseFingerprint = Tuning.BaseFingerprint.Of(model, model.Parameters.ReadOnlyValues);
        prepared.Reserve(Program.PreparedFloats, SmallerSizes);
        Program.Prepare(model.Parameters.Pointer, prepared.Floats);
        ConditionInputs = streamed.Condition;
        if (ConditionInputs.Count == 0)
            return;
        conditions = makeConditions?.Invoke(model, streamed);
        // They have the order of the method's inputs. The loop avoids LINQ, whose code would make a native program larger by 80 KB.
        InputOffsets = new int[Inputs.Count];
        for (int i = 0, found = 0, at = 0; found < InputOffsets.Length; at += streamed.Method.Inputs[i++].Width)
            if (ReferenceEquals(streamed.Method.Inputs[i], Inputs[found]))
                InputOffsets[found++] = at;
    }

    Predictor(Predictor other)
    {
        (Name, Fingerprint, Inputs, InputWidth, ReadsNumbers, Program, Weights) = (other.Name, other.Fingerprint, other.Inputs, other.InputWidth, other.ReadsNumbers, other.Program, other.Weights);
        (InputScaler, OutputScaler, BaseFingerprint) = (other.InputScaler, other.OutputScaler, other.BaseFingerprint);
        (ConditionInputs, InputOffsets, conditions) = (other.ConditionInputs, other.InputOffsets, other.conditions);
        prepared.Reserve(Program.PreparedFloats, SmallerSizes);
        other.prepared.Span.CopyTo(prepared.Span);
    }

    /// <summary>How the matrices are stored.</summary>
    public WeightFormat Weights { get; }

    /// <summary>"Forecaster.Predict".</summary>
    public string Name { get; }

    /// <summary>The number of values of a step: those of the inputs that come step by step, one after another.</summary>
    public int InputWidth { get; }

    /// <summary>The number of values of an answer.</summary>
    public int OutputWidth => Program.Outputs;

    /// <summary>The number of values of a stream's state, see <see cref="PredictionStream.Snapshot()"/>.</summary>
    /// <exception cref="InvalidOperationException">A state has a value for each step of one of the condition's sequences: use <see cref="PredictionStream.StateLength"/>.</exception>
    public int StateLength => Program.States.FirstOrDefault(s => s.IsOfCondition) is not { } state ? Program.States.Sum(s => s.Width) + 1
        : throw new InvalidOperationException($"State '{state.Name}' of {Name} is as long as a sequence of the condition: ask a stream for its {nameof(PredictionStream.StateLength)}.");

    /// <summary>The bytes of the weights that all streams share, and of those that compute conditions.</summary>
    public long WeightBytes => (Program.PreparedFloats + (conditions?.WeightFloats ?? 0)) * sizeof(float);

    /// <summary>The bytes of one stream. Under a condition, memory that depends on its sequences' lengths does not count.</summary>
    public long StreamBytes => PredictionStream.Floats(this, Program) * sizeof(float);

    internal StepProgram Program { get; }

    internal string Fingerprint { get; }

    /// <summary>By which adapters know the parameters that the weights come from.</summary>
    internal ulong BaseFingerprint { get; }

    /// <summary>The inputs whose values make up a step.</summary>
    internal IReadOnlyList<ValueInfo> Inputs { get; }

    /// <summary>The other inputs, which are given when a stream starts.</summary>
    internal IReadOnlyList<ValueInfo> ConditionInputs { get; } = [];

    /// <summary>The offset of each of <see cref="Inputs"/> among the values of all inputs.</summary>
    internal int[] InputOffsets { get; } = [];

    /// <summary>Whether an input is one-hot, so that its value is the number of a unit.</summary>
    internal bool ReadsNumbers { get; }

    /// <exception cref="ArgumentException">The number of a unit is not one of its vector's units.</exception>
    internal void CheckNumbers(ReadOnlySpan<float> step)
    {
        int at = 0;
        // Indexed, because an enumerator would be allocated.
        for (int i = 0; i < Inputs.Count; i++)
        {
            ValueInfo input = Inputs[i];
            if (input.IsOneHot && !OneHotNumbers.Fits(step[at], input.Units))
                throw new ArgumentException(FormattableString.Invariant($"{Name} takes the number of a unit of '{input.Name}' from 0 to {input.Units - 1}, or -1 for none, not {step[at]}."));
            at += input.Width;
        }
    }

    internal Scaler? InputScaler { get; }

    internal Scaler? OutputScaler { get; }

    internal Floats Prepared => prepared.Floats;

    /// <summary>A new stream, before its first step.</summary>
    /// <exception cref="InvalidOperationException">Streams of this predictor run under a condition.</exception>
    public PredictionStream Start() => new(this, conditions is null ? null : throw new InvalidOperationException(
        $"Streams of {Name} start under a condition: give the data of {string.Join(", ", ConditionInputs.Select(i => $"'{i.Name}'"))}."));

    /// <summary>A new stream under a condition, before its first step. What depends on the condition alone is computed here. Any number of threads may start streams.</summary>
    /// <param name="condition">Has a column for each input that does not come step by step. Other columns are not read.</param>
    /// <param name="example">The number of the example with the condition.</param>
    /// <exception cref="ArgumentException">The data do not fit these inputs, or are not finite; the message says where.</exception>
    /// <exception cref="InvalidOperationException">All inputs of this predictor come step by step.</exception>
    public PredictionStream Start(Dataset condition, int example = 0) => new(this, (conditions ?? throw new InvalidOperationException(
        $"All inputs of {Name} come step by step: its streams start without a condition.")).Of(Program, condition, example));

    /// <summary>A new stream that continues from a state of <see cref="PredictionStream.Snapshot()"/>.</summary>
    /// <exception cref="ArgumentException">The state has another length, is not finite, or does not end in a step count.</exception>
    /// <exception cref="InvalidOperationException">Streams of this predictor run under a condition.</exception>
    public PredictionStream Resume(ReadOnlySpan<float> state)
    {
        PredictionStream stream = Start();
        stream.Restore(state);
        return stream;
    }

    /// <summary>A new stream under a condition that continues from a state of <see cref="PredictionStream.Snapshot()"/>. The state does not hold the condition, so it must be given
    /// again.</summary>
    /// <param name="state">The state.</param>
    /// <param name="condition">See <see cref="Start(Dataset, int)"/>.</param>
    /// <param name="example">The number of the example with the condition.</param>
    /// <exception cref="ArgumentException">The state has another length, is not finite, or does not end in a step count; or the data do not fit.</exception>
    public PredictionStream Resume(ReadOnlySpan<float> state, Dataset condition, int example = 0)
    {
        PredictionStream stream = Start(condition, example);
        stream.Restore(state);
        return stream;
    }

    /// <summary>A stream for an example, under its condition if there is one.</summary>
    internal PredictionStream StartOf(Dataset data, int example) => conditions is null ? Start() : Start(data, example);

    /// <summary>Makes one step of many streams together. Each weight is read once for up to 16 streams, so that a step of large models takes a fraction of the time of as many single
    /// ones. The answers have the same bits. Inputs [streams × InputWidth] and answers [streams × OutputWidth] are row-major. It allocates nothing after the first call.</summary>
    /// <exception cref="ArgumentException">The lengths do not fit, a stream belongs to another predictor or is named twice, or an input is not finite. In the last case, the groups of 16
    /// streams before it have made their step, and no stream of its own group has.</exception>
    /// <exception cref="InvalidOperationException">A state of a stream has become NaN or infinite, which is reported once for each stream: the message has the numbers of all to which it happened. All streams have
    /// made their step. Or another thread uses a stream.</exception>
    public void Step(ReadOnlySpan<PredictionStream> streams, ReadOnlySpan<float> inputs, Span<float> outputs)
    {
        if (inputs.Length != (long)streams.Length * InputWidth || outputs.Length != (long)streams.Length * OutputWidth)
            throw new ArgumentException($"{Name}: {streams.Length} streams take {(long)streams.Length * InputWidth} inputs and give " +
                $"{(long)streams.Length * OutputWidth} outputs, not {inputs.Length} and {outputs.Length}.");
        long call = Interlocked.Increment(ref calls);
        for (int i = 0; i < streams.Length; i++)
            if (streams[i]?.Predictor != this)
                throw new ArgumentException(streams[i] is null ? $"Stream {i} is null." : $"Stream {i} belongs to another predictor.", nameof(streams));
            else if (!streams[i].IsNewIn(call))
                throw new ArgumentException($"Stream {i} is named twice, but a call makes one step of each stream.", nameof(streams));
        List<int>? broken = null;
        StreamsTogether together = Together();
        for (int first = 0; first < streams.Length; first += StreamGroup.MostStreams)
        {
            int many = Math.Min(StreamGroup.MostStreams, streams.Length - first);
            together.Step(streams.Slice(first, many), inputs.Slice(first * InputWidth, many * InputWidth), outputs.Slice(first * OutputWidth, many * OutputWidth), first, ref broken);
        }
        idle = together;
        if (broken is not null)
            throw new InvalidOperationException($"Stream{(broken.Count > 1 ? "s" : "")} {string.Join(", ", broken)}: {streams[broken[0]].Broken()}");
    }

    /// <summary>The memory for steps of several streams. It belongs to one caller until it becomes <see cref="idle"/> again.</summary>
    StreamsTogether Together() => Interlocked.Exchange(ref idle, null) ?? new(this);

    /// <summary>Makes one step of a stream with an adapter.</summary>
    /// <returns>False if it must be reported now that a state is no longer finite.</returns>
    internal bool StepAdapted(PredictionStream stream, ReadOnlySpan<float> input, Span<float> output)
    {
        StreamsTogether together = Together();
        List<int>? broken = null;
        together.Step(new ReadOnlySpan<PredictionStream>(in stream), input, output, first: -1, ref broken);
        idle = together;
        return broken is null;
    }

    /// <summary>Brings an adapter into the form in which streams use it beside the weights of this predictor: some kB, which any number of streams share. A stream goes on with it when it is its
    /// <see cref="PredictionStream.Adapter"/>. The corrections are computed in floats, from the rounded vectors if the weights have 8 bits. The answers are those of the merged model up to
    /// rounding.</summary>
    /// <param name="adapter">The adapter. <see cref="ModelAdapter.Stack"/> makes one of several.</param>
    /// <exception cref="ArgumentException">The adapter is of another base, or changes a parameter that the step does not have in this shape, or that it reads in other ways than as the matrix of a product or as the vector
    /// added to one; the message says which. A parameter that the method does not read may be changed, and plays no part.</exception>
    public StreamAdapter Adapt(ModelAdapter adapter) => new(this, adapter);

    /// <summary>The examples as steps, [steps × InputWidth] each, from a column for each input of the method. A vector of an example is repeated at every step.</summary>
    /// <exception cref="ArgumentException">A column is missing or has another width or other lengths.</exception>
    internal float[][] Sequences(Dataset data)
    {
        Column[] columns = [.. Inputs.Select(input => data[input.Name])];
        foreach ((ValueInfo input, Column column) in Inputs.Zip(columns))
            if (column.Width != input.Width || column.Kind != input.Kind || column.Units != input.Units)
                throw new ArgumentException($"Column '{input.Name}' is a {column.Kind} of {column.Width}, but {Name} takes a {input.Kind} of {input.Width}.", nameof(data));
        var sequences = new float[data.Count][];
        for (int example = 0; example < sequences.Length; example++)
        {
            int steps = columns.Where(c => c.Kind == ValueKind.Sequence).Select(c => c.Lengths[example]).DefaultIfEmpty(1).Max();
            if ((long)steps * InputWidth > Array.MaxLength)
                throw new ArgumentException($"Example {example} has {steps} steps of {InputWidth} values, more than the {Array.MaxLength} of an array: cut it.", nameof(data));
            sequences[example] = new float[steps * InputWidth];
            for (int step = 0, at = 0; step < steps; step++)
                foreach (Column column in columns)
                {
                    if (column.Kind == ValueKind.Sequence && column.Lengths[example] != steps)
                        throw new ArgumentException($"Example {example}: column '{column.Name}' has {column.Lengths[example]} steps, another one {steps}.", nameof(data));
                    column.Step(example, column.Kind == ValueKind.Sequence ? step : 0).CopyTo(sequences[example].AsSpan(at, column.Width));
                    at += column.Width;
                }
        }
        return sequences;
    }

    Scaler? Fitting(Scaler? scaler, int width, bool repeats, string what) => scaler is null || scaler.Columns.Count == 1 || scaler.Columns.Count == width || (repeats && width % scaler.Columns.Count == 0) ? scaler
        : throw new ArgumentException($"{Name} has {width} {what}, but their scaler has {scaler.Columns.Count} columns " +
            $"({string.Join(", ", scaler.Columns)}): select one for each, or one for all.", what);

    /// <exception cref="ArgumentException">A number of a unit would be scaled.</exception>
    void CheckScalesNoNumbers()
    {
        int at = 0;
        for (int i = 0; InputScaler is { } scaler && i < Inputs.Count; at += Inputs[i++].Width)
            if (Inputs[i].IsOneHot && (scaler.Offsets[scaler.Columns.Count == 1 ? 0 : at] != 0 || scaler.Scales[scaler.Columns.Count == 1 ? 0 : at] != 1))
                throw new ArgumentException($"{Name} takes the number of a unit of '{Inputs[i].Name}', which is no quantity: give a scaler with a column for each of the {InputWidth} inputs, and offset 0 and scale 1 there.", "inputs");
    }
}

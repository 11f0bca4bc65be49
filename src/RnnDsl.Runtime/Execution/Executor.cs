using RnnDsl.CompilerServices;
using RnnDsl.Memory;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Execution;

/// <summary>
/// Runs one compiled method of a module over batches of a data set, on several threads. The examples of a batch are sorted by length and divided into shards. For a gradient, the
/// division depends on the batch alone, and sums are formed in a fixed order, so results have the same bits with any number of threads. After the first batch of its size, a run
/// allocates nothing. It takes one caller at a time: if several threads predict, each needs an executor of its own, and they may share <see cref="Workers"/>. A second simultaneous
/// caller gets an <see cref="InvalidOperationException"/>.
/// </summary>
public sealed unsafe class Executor : IDisposable
{
    /// <summary>The number of examples that <see cref="Evaluate"/> and <see cref="Predict(Dataset, Span{float})"/> run at a time.</summary>
    const int Chunk = 256;

    readonly Workers workers;
    readonly bool ownsWorkers;
    readonly InputBinding binding;
    readonly BatchPlan plan;
    readonly BatchRun run;
    readonly ForwardShards forwardShards;
    readonly GradientSum gradient;
    readonly PreparedProgram forward;
    readonly PreparedProgram? training;
    readonly AlignedBuffer losses = new();
    readonly OneCaller callers = new("executor", "make an Executor for each thread, or lock around the calls");
    StateBatch? after;
    int[] range = [];

    /// <summary>Creates an executor for one method of a module.</summary>
    /// <param name="module">The module. Its parameters may change between runs.</param>
    /// <param name="method">The name of the method to run.</param>
    /// <param name="options">How to divide batches.</param>
    /// <param name="workers">Threads to share with others, in place of own threads. <see cref="ExecutionOptions.Threads"/> has no effect then. The caller must dispose of them.</param>
    public Executor(Module module, string method, ExecutionOptions? options = null, Workers? workers = null)
    {
        options ??= new ExecutionOptions();
        options.Check();
        Module = module;
        Method = module.Method(method);
        ownsWorkers = workers is null;
        this.workers = workers ?? new Workers(options.Threads);
        binding = new InputBinding(module, Method);
        int[] tables = Method.Training?.RowTables ?? [];
        // The rows of a table that are not read cause no work, and neither do parameters without a gradient.
        plan = new BatchPlan(options, this.workers.Count, module.Parameters.Length - module.Parameters.Slices.Where((p, i) => p.Info.IsFixed || tables.Contains(i)).Sum(p => p.Length),
            Method.Training?.HasRecurrence ?? true);
        run = new BatchRun(Method, binding, plan) { Program = Method.Forward, ActivationBytes = options.ActivationBytes };
        var runners = new ShardRunners(Method, this.workers.Count);
        forwardShards = new ForwardShards(run, runners);
        Frozen = new FrozenParameters(module.Parameters, Method.Training);
        gradient = new GradientSum(run, runners, module.Parameters, tables, Frozen);
        forward = new PreparedProgram(Method.Forward, module.Parameters, this.workers);
        training = Method.Training is null ? null : new PreparedProgram(Method.Training, module.Parameters, this.workers);
    }

    /// <summary>The module that runs.</summary>
    public Module Module { get; }

    /// <summary>The method that runs: its inputs, result and states.</summary>
    public MethodInfo Method { get; }

    /// <summary>Whether a mean of losses, and its gradient, goes over all counted steps of the examples rather than over the examples.</summary>
    internal bool BySteps
    {
        get;
        init => field = value && (Method.Counts ?? throw new InvalidOperationException(
            $"{Module.Info.Name} was compiled by an earlier version, which cannot weigh the loss by step: build {Module.Info.Name} again with this version, or weigh it by example.")) switch
        {
            var counts when ReferenceEquals(counts, CountedSteps.Unknown) => throw new InvalidOperationException(
                $"{Module.Info.Name}.{Method.Name} calls no loss function with a target, so that nothing says which of its steps count: " +
                "write it with MeanSquaredError, CrossEntropy or another loss of the language, or weigh it by example."),
            var counts => counts.IsBySteps,
        };
    }

    /// <summary>The ranks that share the shards of gradients and the examples of <see cref="Evaluate"/>, or null.</summary>
    internal Communicator? Communicator
    {
        get;
        init
        {
            field = value;
            gradient.Ranks = value?.MakeSum(run);
        }
    }

    /// <summary>The sum over ranks, or null.</summary>
    internal RankSum? Ranks => gradient.Ranks;

    /// <summary>The weight of the last batch's mean loss in a mean over several batches: the number of its examples or, with <see cref="BySteps"/>, of its counted steps.</summary>
    internal long Weight => plan.Weight;

    /// <summary>After <see cref="Gradient"/>: the gradient of the mean loss, laid out like the parameters. Its gaps are zero.</summary>
    public Span<float> Gradients => gradient.Total;

    /// <summary>The key of the units that <see cref="Gradient"/> drops where the equations say so. With the same key, batch and <see cref="ExecutionOptions"/> they are the same,
    /// on any number of threads and any machine. It should change for each step.</summary>
    public ulong Noise { get => run.Noise; set => run.Noise = value; }

    /// <summary>Runs the method forward over some examples.</summary>
    /// <param name="data">Has a column for each input.</param>
    /// <param name="examples">The numbers of the examples.</param>
    /// <param name="output">The results in the order of the examples: [width] for each, or [steps × width] for a sequence.</param>
    /// <param name="states">The states of all examples of the data set, or null for the initial constants. The states of the batch are read before the first step and overwritten
    /// after the last. They are those of cells: what <c>Previous</c>, <c>Every</c>, means over time and attention read of steps before is not among them, and a scan from given values starts anew, so that the pieces of a
    /// sequence give what the whole gives only for a method without these. A <see cref="Prediction.PredictionStream"/> carries all.</param>
    /// <exception cref="ArgumentException">The data do not fit the method, or they or the states are not finite; the message says where.</exception>
    public void Forward(Dataset data, ReadOnlySpan<int> examples, Span<float> output, StateBatch? states = null)
    {
        using OneCaller.Call call = callers.Enter();
        Begin(data, examples, states, gradient: false);
        states?.RequireFinite(examples);
        long length = run.Length(Method.Result);
        if (output.Length != length)
            throw new ArgumentException(
                $"The results of this batch take {length} floats, but the output has {output.Length}.", nameof(output));
        fixed (float* pointer = output)
        {
            run.Output = new Floats(pointer);
            RunForward();
        }
    }

    /// <summary>The mean of a loss over some examples, without a gradient; see <see cref="Forward"/>.</summary>
    public double Loss(Dataset data, ReadOnlySpan<int> examples, StateBatch? states = null)
    {
        using OneCaller.Call call = callers.Enter();
        RequireLoss();
        Begin(data, examples, states, gradient: false);
        run.Output = losses.Reserve(plan.Count);
        RunForward();
        return MeanLoss();
    }

    /// <summary>The mean of a loss over some examples, and its <see cref="Gradients"/>; see <see cref="Forward"/>.</summary>
    /// <exception cref="InvalidOperationException">The method is no loss.</exception>
    public double Gradient(Dataset data, ReadOnlySpan<int> examples, StateBatch? states = null)
    {
        using OneCaller.Call call = callers.Enter();
        RequireLoss();
        Begin(data, examples, states, gradient: true);
        run.Output = losses.Reserve(plan.Count);
        Differentiate();
        return MeanLoss();
    }

    /// <summary>The mean of a loss over all examples.</summary>
    public double Evaluate(Dataset data)
    {
        using OneCaller.Call call = callers.Enter();
        if (data.Count == 0)
            throw new ArgumentException("The data set has no examples to evaluate.", nameof(data));
        var sum = new LossSum(Communicator);
        for (int part = 0; part < data.Parts.Length; part++)
            for (int first = data.Firsts[part], end = data.Firsts[part + 1]; first < end; first += Chunk)
                if (sum.Takes(Communicator?.Evaluates(part, data.Parts.Length, first / Chunk) ?? 0))
                    sum.Add(Loss(data, Range(first, Math.Min(Chunk, end - first))), plan.Weight);
        (double losses, double weights) = sum.Complete();
        return losses / Math.Max(1, weights);
    }

    /// <summary>The results of all examples, in their order: [width] for each, or [steps × width] for a sequence.</summary>
    public float[] Predict(Dataset data)
    {
        using OneCaller.Call call = callers.Enter();
        binding.Bind(data);
        long length = 0;
        for (int example = 0; example < data.Count; example++)
            length += ResultLength(example);
        if (length > Array.MaxLength)
            throw new ArgumentException($"The results of all {data.Count} examples are {length} floats, more than the {Array.MaxLength} of an array: predict a part at a time.", nameof(data));
        var output = new float[length];
        Predict(data, output);
        return output;
    }

    /// <inheritdoc cref="Predict(Dataset)"/>
    public void Predict(Dataset data, Span<float> output)
    {
        using OneCaller.Call call = callers.Enter();
        binding.Bind(data);
        for (int first = 0; first < data.Count; first += Chunk)
        {
            ReadOnlySpan<int> examples = Range(first, Math.Min(Chunk, data.Count - first));
            long length = 0;
            foreach (int example in examples)
                length += ResultLength(example);
            if (length > output.Length)
                throw new ArgumentException("The output is too short for the results of all examples.", nameof(output));
            Forward(data, examples, output[..(int)length]);
            output = output[(int)length..];
        }
        if (output.Length > 0)
            throw new ArgumentException($"The output is {output.Length} floats longer than the results of all examples.", nameof(output));
    }

    /// <summary>Frees the memory, and ends the threads if they are the executor's own.</summary>
    public void Dispose() => Dispose(this);

    /// <param name="owner">The object that is disposed of, as messages name it.</param>
    internal void Dispose(object owner)
    {
        callers.Close(owner);
        if (ownsWorkers)
            workers.Dispose();
    }

    long ResultLength(int example) => (Method.Result.Kind == ValueKind.Sequence ? ResultSteps(example) : 1L) * Method.Result.Width;

    /// <summary>The number of steps of an example's result, in the data that were run last.</summary>
    internal int ResultSteps(int example) => InputBinding.Length(Method, binding.Columns, example, Method.Result.Axis);

    ReadOnlySpan<int> Range(int first, int count)
    {
        if (range.Length < count)
            range = new int[count];
        for (int i = 0; i < count; i++)
            range[i] = first + i;
        return range.AsSpan(0, count);
    }

    /// <summary>The parameters whose gradient <see cref="Gradient"/> does not compute. Their part of <see cref="Gradients"/> is zero then.</summary>
    internal FrozenParameters Frozen { get; }

    /// <summary>The threads, which a trainer uses for its work on the gradient.</summary>
    internal Workers Workers => workers;

    /// <summary>For tables of which the method reads single rows: the rows that have a gradient.</summary>
    internal ReadOnlySpan<TouchedRows> Touched => gradient.Touched;

    internal int GradientBuffers => gradient.Buffers;

    /// <summary>Enters for the time of a call. <see cref="Session"/> uses it, since one of its calls makes several of this class.</summary>
    internal OneCaller.Call Enter() => callers.Enter();

    /// <summary>The inputs and outputs of the run. <see cref="Session"/> uses more of them than a trainer.</summary>
    internal BatchRun Current => run;

    internal void Begin(Dataset data, ReadOnlySpan<int> examples, StateBatch? states, bool gradient)
    {
        binding.Bind(data);
        plan.Build(Method, binding.Parts, binding.Firsts, examples, gradient, BySteps ? Method.Counts : null);
        if (states is not null && states.Count != data.Count)
            throw new ArgumentException($"There are states of {states.Count} examples, but the data set has {data.Count}.", nameof(states));
        run.InitialStates = run.FinalStates = states;
        if (gradient && HoldsStates && states is not null)
            run.FinalStates = after?.Count == states.Count ? after : after = new StateBatch(Method, states.Count);
    }

    /// <summary>Whether <see cref="Gradient"/> leaves the states as they were until <see cref="KeepStates"/>. Other ranks' states come with the sum of the gradients, a step may fail before the
    /// parameters move, and a checkpoint that another thread saves meanwhile must have states and parameters of one step.</summary>
    internal bool HoldsStates { get; init; }

    /// <summary>Gives the examples of the last batch their states after it, if they were held.</summary>
    internal void KeepStates()
    {
        if (run.FinalStates is not { } from || run.InitialStates is not { } to || ReferenceEquals(from, to))
            return;
        foreach (int example in plan.Examples)
            for (int i = 0; i < to.States; i++)
                from.Row(i, example).CopyTo(to.Row(i, example));
    }

    internal void RunForward()
    {
        Prepare(forward);
        workers.Run(forwardShards, plan.Shards);
        GC.KeepAlive(this);
    }

    internal void Differentiate()
    {
        if (training is null)
            throw new InvalidOperationException(
                $"{Module.Info.Name}.{Method.Name} was not compiled with a gradient: only losses (methods that return a Scalar) " +
                "of a model and scans of a cell are.");
        Prepare(training);
        gradient.Run(workers);
        GC.KeepAlive(this);
    }

    void Prepare(PreparedProgram prepared)
    {
        run.Program = prepared.Program;
        run.Parameters = Module.Parameters.Pointer;
        run.Prepared = prepared.Current(run.Noise);
    }

    void RequireLoss()
    {
        if (Method.Result.Kind != ValueKind.Scalar)
            throw new InvalidOperationException(
                $"{Module.Info.Name}.{Method.Name} returns a {Method.Result.Kind}, not a loss: name a method that returns a Scalar.");
    }

    internal double MeanLoss()
    {
        double sum = 0;
        for (int i = 0; i < plan.Count; i++)
            sum += BySteps ? (double)plan.CountOf(i) * run.Output[i] : run.Output[i];
        return sum / Math.Max(1, plan.Weight);
    }

    /// <summary>The values that a program computes from the parameters alone, kept until these change.</summary>
    sealed class PreparedProgram(CompiledProgram program, ParameterStore parameters, Workers workers)
    {
        readonly AlignedBuffer memory = new();
        readonly ParallelPacker packing = new(workers);
        int version;
        ulong key;
        bool ready;

        public CompiledProgram Program => program;

        /// <param name="noise">The key of the step's dropouts, for programs that drop entries of matrices.</param>
        public Floats Current(ulong noise)
        {
            if (ready && version == parameters.Version && (key == noise || !program.PreparesNoise))
                return memory.Floats;
            memory.Reserve(program.PreparedFloats, "choose smaller sizes");
            packing.Prepare(program, parameters.Pointer, memory.Floats, noise);
            (ready, version, key) = (true, parameters.Version, noise);
            return memory.Floats;
        }
    }
}

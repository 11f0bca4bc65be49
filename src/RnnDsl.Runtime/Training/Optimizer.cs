using System.Numerics;
using System.Runtime.InteropServices;
using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Memory;

namespace RnnDsl.Training;

/// <summary>
/// Moves parameters along a gradient, in one pass over their flat buffer. It keeps its memory of earlier steps for one store of parameters, in buffers of the same layout that are
/// allocated at the first step. Later steps allocate nothing.
/// </summary>
public abstract class Optimizer
{
    const int FlushSteps = 16;

    /// <summary>From this number of floats on, work that goes over them once is done on several threads.</summary>
    internal const int WorthThreads = 64 * 1024;

    /// <summary>The floats that a thread moves at a time.</summary>
    const int PieceFloats = 16 * 1024;

    readonly OneCaller callers = new("optimizer", "make one for each model");
    readonly AlignedBuffer first = new(), second = new();
    readonly List<Piece> pieces = [];
    readonly Moving moving;
    ParameterStore? bound;
    long[] steps = [];
    uint calls;

    private protected Optimizer(double learningRate)
    {
        moving = new Moving(this);
        NotNegative(learningRate, nameof(learningRate));
        LearningRate = learningRate;
    }

    /// <summary>The step size, before the factors of a schedule and of each parameter. 1e-3 to 1e-2 are usual for Adam, ten times as much for <see cref="Sgd"/>. <see
    /// cref="LearningRateFinder"/> finds one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite, or below zero. This holds for every setting.</exception>
    public double LearningRate { get; set => field = NotNegative(value, nameof(LearningRate)); }

    /// <summary>The factor λ of the penalty ½λ‖w‖², which is added to the gradient as λw (L2 regularization) unless the optimizer says otherwise. 0 to 0.1 are usual.</summary>
    public double WeightDecay { get; init => field = NotNegative(value, nameof(WeightDecay)); }

    /// <summary>
    /// Whether all rows of a table move at each step. By default only the rows that the batch has read move: those of an <see cref="Embedding{Word, Vector}"/>, and of other tables
    /// that a loss reads only by one-hot vectors. All other rows rest, including their moments and decay, as in the "sparse" or "lazy" variants of other libraries. The cost of a
    /// step is that of the rows that it touches.
    /// </summary>
    public bool MovesAllRows { get; init; }

    private protected static double NotNegative(double value, string setting) => float.IsFinite((float)value) && value >= 0 ? value
        : throw new ArgumentOutOfRangeException(setting, value, $"{setting} is a finite number, not below zero.");

    /// <summary>For what keeps a division finite: a parameter whose gradient is zero would become NaN.</summary>
    private protected static double AboveZero(double value, string setting) => float.IsNormal((float)value) && value > 0 ? value
        : throw new ArgumentOutOfRangeException(setting, value, $"{setting} is a finite number above zero, such as 1e-8, and not so small that it is none in single precision.");

    /// <summary>For the decay factor of a mean: 1 would never forget.</summary>
    private protected static double BelowOne(double value, string setting) => value is >= 0 and < 1 ? value
        : throw new ArgumentOutOfRangeException(setting, value, $"{setting} is a number from 0 to below 1.");

    /// <summary>Held while parameters, memory and the state of the run change together, or are read together.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>The state of the training run, if a trainer's Fit makes the steps of this optimizer.</summary>
    internal TrainingRun? Run { get; set; }

    /// <summary>Adds its settings besides the rate and the decay, as text.</summary>
    internal abstract void Describe(Dictionary<string, string> settings);

    /// <summary>The number of buffers of its memory, up to two.</summary>
    private protected abstract int Memories { get; }

    /// <summary>Makes one step.</summary>
    /// <param name="parameters">The parameters to move. It must be the same store at every step.</param>
    /// <param name="gradients">The gradient, laid out like the parameters. Its gaps are zero.</param>
    /// <param name="rateFactor">A factor of the learning rate, from a schedule.</param>
    /// <param name="gradientFactor">A factor of the gradient, from clipping.</param>
    /// <param name="multipliers">Factors of the learning rate, one for each parameter. A parameter with 0 is frozen: neither it nor its memory changes. An empty span stands for 1
    /// everywhere.</param>
    public void Step(
        ParameterStore parameters,
        ReadOnlySpan<float> gradients,
        double rateFactor = 1,
        double gradientFactor = 1,
        ReadOnlySpan<float> multipliers = default) => Step(parameters, gradients, rateFactor, gradientFactor, multipliers, null, default);

    /// <inheritdoc cref="Step(ParameterStore, ReadOnlySpan{float}, double, double, ReadOnlySpan{float})"/>
    /// <param name="parameters">The parameters to move. It must be the same store at every step.</param>
    /// <param name="gradients">The gradient, laid out like the parameters. Its gaps are zero.</param>
    /// <param name="rateFactor">A factor of the learning rate, from a schedule.</param>
    /// <param name="gradientFactor">A factor of the gradient, from clipping.</param>
    /// <param name="multipliers">Factors of the learning rate, one for each parameter; 0 for frozen ones.</param>
    /// <param name="workers">Threads that share the work if it is large enough. Each parameter moves by itself, so bits do not depend on them.</param>
    /// <param name="touched">For tables: the rows whose gradient is not zero. All of another parameter may have a gradient.</param>
    internal unsafe void Step(
        ParameterStore parameters, ReadOnlySpan<float> gradients, double rateFactor, double gradientFactor, ReadOnlySpan<float> multipliers, Workers? workers,
        ReadOnlySpan<TouchedRows> touched)
    {
        using OneCaller.Call call = callers.Enter();
        IReadOnlyList<Parameter> slices = parameters.Slices;
        if (gradients.Length != parameters.Length)
            throw new ArgumentException(
                $"The gradient has {gradients.Length} floats, but the parameters take {parameters.Length}.", nameof(gradients));
        if (!multipliers.IsEmpty && multipliers.Length != slices.Count)
            throw new ArgumentException($"There are {multipliers.Length} multipliers for {slices.Count} parameters.", nameof(multipliers));
        Bind(parameters);
        if (MovesAllRows)
            touched = default;
        pieces.Clear();
        for (int from = 0, to; from < slices.Count; from = to)
        {
            // Consecutive parameters that are moved alike are moved together.
            float multiplier = Multiplier(slices[from], multipliers, from);
            long step = steps[from];
            TouchedRows? rows = TouchedRows.Of(slices[from], touched);
            for (to = from; to < slices.Count && steps[to] == step && Multiplier(slices[to], multipliers, to) == multiplier
                && (to == from || (rows is null && TouchedRows.Of(slices[to], touched) is null)); to++)
                steps[to] += multiplier != 0 ? 1 : 0;
            if (multiplier == 0)
                continue;
            if (rows is not null)
            {
                int width = slices[from].Info.Columns;
                foreach (int row in rows.Rows)
                    pieces.Add(new Piece(slices[from].Offset + row * width, width, LearningRate * rateFactor * multiplier, step + 1, IsRow: true));
                continue;
            }
            int end = to < slices.Count ? slices[to].Offset : parameters.Length;
            for (long start = slices[from].Offset; start < end; start += PieceFloats)
                pieces.Add(new Piece((int)start, (int)Math.Min(PieceFloats, end - start), LearningRate * rateFactor * multiplier, step + 1));
        }
        bool flush = ++calls % FlushSteps == 0;
        fixed (float* gradient = gradients)
            moving.Run(workers, parameters, new Floats(gradient), (float)gradientFactor);
        parameters.MarkChanged();
        if (!flush)
            return;
        // The memory of a gradient that has ceased decays, and would stay among the denormal numbers, which are slow on processors. The memory of resting parameters does not change.
        for (int i = 0; i < slices.Count; i++)
        {
            if (slices[i].Info.IsFixed || TouchedRows.Of(slices[i], touched) is not null)
                continue;
            if (Memories > 0)
                Rows.Flush(first.Floats + slices[i].Offset, Layout.Align(slices[i].Length), FloatBits.Normal);
            if (Memories > 1)
                Rows.Flush(second.Floats + slices[i].Offset, Layout.Align(slices[i].Length), FloatBits.Normal);
        }
        GC.KeepAlive(this);
    }

    /// <summary>The factor of a parameter's learning rate; 0 for a parameter that does not move.</summary>
    internal static float Multiplier(Parameter parameter, ReadOnlySpan<float> multipliers, int index) => parameter.Info.IsFixed ? 0 : multipliers.IsEmpty ? 1 : multipliers[index];

    /// <summary>The number of moves of a parameter since the optimizer started with these parameters. It grows with every step, and a checkpoint keeps it.</summary>
    internal long Moves(ParameterStore parameters)
    {
        long sum = 0;
        for (int i = 0; i < steps.Length && ReferenceEquals(bound, parameters); i++)
            sum += steps[i];
        return sum;
    }

    /// <summary>Whether its memory is of these parameters.</summary>
    internal bool Remembers(ParameterStore parameters) => ReferenceEquals(bound, parameters);

    /// <summary>The memory of its steps with these parameters.</summary>
    /// <exception cref="InvalidOperationException">It moves other parameters.</exception>
    internal OptimizerMemory Remember(ParameterStore parameters)
    {
        Bind(parameters);
        float[][] memories = [.. new[] { first, second }.Take(Memories).Select(memory => memory.Span.ToArray())];
        return new(GetType().Name, (int)(calls % FlushSteps), [.. steps], memories);
    }

    /// <summary>Continues from a memory.</summary>
    internal void Resume(ParameterStore parameters, OptimizerMemory memory)
    {
        Reset();
        Bind(parameters);
        calls = (uint)memory.Calls;
        memory.Steps.CopyTo(steps, 0);
        foreach ((AlignedBuffer buffer, float[] values) in new[] { first, second }.Zip(memory.Memories))
            values.CopyTo(buffer.Span);
    }

    /// <summary>The number of buffers in <see cref="OptimizerMemory.Memories"/>.</summary>
    internal int MemoryCount => Memories;

    /// <summary>Forgets all earlier steps, so that another model can be trained.</summary>
    public void Reset()
    {
        bound = null;
        Run = null;
        calls = 0;
        first.Span.Clear();
        second.Span.Clear();
    }

    /// <summary>Moves one stretch of parameters.</summary>
    private protected abstract void Update(Stretch stretch);

    static Span<Vector<float>> Vectors(Span<float> values) => MemoryMarshal.Cast<float, Vector<float>>(values);

    void Bind(ParameterStore parameters)
    {
        if (ReferenceEquals(bound, parameters))
            return;
        if (bound is not null)
            throw new InvalidOperationException(
                $"This {GetType().Name} remembers the steps of another model: make a new one, or call {nameof(Reset)}.");
        bound = parameters;
        steps = new long[parameters.Slices.Count];
        if (Memories > 0)
            first.Reserve(parameters.Length);
        if (Memories > 1)
            second.Reserve(parameters.Length);
    }

    /// <summary>Parameters that are moved alike.</summary>
    readonly record struct Piece(int Start, int Length, double Rate, long Step, bool IsRow = false);

    /// <summary>Moves the pieces of a step.</summary>
    sealed class Moving(Optimizer optimizer) : IParallelWork
    {
        Floats values, gradient;
        float gradientFactor;

        public void Run(Workers? workers, ParameterStore parameters, Floats gradients, float factor)
        {
            (values, gradient, gradientFactor) = (parameters.Pointer, gradients, factor);
            if (workers is not null && parameters.Length >= WorthThreads)
                workers.Run(this, optimizer.pieces.Count);
            else
                for (int i = 0; i < optimizer.pieces.Count; i++)
                    Run(i, 0);
        }

        public void Run(int item, int worker)
        {
            Piece piece = optimizer.pieces[item];
            if (piece.IsRow)
            {
                RunRow(piece);
                return;
            }
            optimizer.Update(new Stretch(
                Vectors((values + piece.Start).Span(piece.Length)),
                Vectors((gradient + piece.Start).Span(piece.Length)),
                optimizer.Memories > 0 ? Vectors(optimizer.first.Span.Slice(piece.Start, piece.Length)) : [],
                optimizer.Memories > 1 ? Vectors(optimizer.second.Span.Slice(piece.Start, piece.Length)) : [],
                piece.Rate,
                gradientFactor,
                piece.Step));
        }

        /// <summary>A row of a table can begin and end anywhere, next to rows that rest, so its floats are copied to whole vectors.</summary>
        void RunRow(Piece piece)
        {
            Span<Vector<float>> w = stackalloc Vector<float>[RowVectors], g = stackalloc Vector<float>[RowVectors], m = stackalloc Vector<float>[RowVectors], v = stackalloc Vector<float>[RowVectors];
            for (int at = 0, floats = RowVectors * Vector<float>.Count; at < piece.Length; at += floats)
            {
                int start = piece.Start + at, count = Math.Min(floats, piece.Length - at), vectors = (count + Vector<float>.Count - 1) / Vector<float>.Count;
                Span<float> values = (this.values + start).Span(count), first = [], second = [];
                w[vectors - 1] = g[vectors - 1] = m[vectors - 1] = v[vectors - 1] = Vector<float>.Zero;
                values.CopyTo(Floats(w));
                (gradient + start).Span(count).CopyTo(Floats(g));
                if (optimizer.Memories > 0)
                    (first = optimizer.first.Span.Slice(start, count)).CopyTo(Floats(m));
                if (optimizer.Memories > 1)
                    (second = optimizer.second.Span.Slice(start, count)).CopyTo(Floats(v));
                optimizer.Update(new Stretch(w[..vectors], g[..vectors], optimizer.Memories > 0 ? m[..vectors] : [], optimizer.Memories > 1 ? v[..vectors] : [], piece.Rate, gradientFactor, piece.Step));
                Floats(w)[..count].CopyTo(values);
                Floats(m)[..first.Length].CopyTo(first);
                Floats(v)[..second.Length].CopyTo(second);
            }
        }

        static Span<float> Floats(Span<Vector<float>> vectors) => MemoryMarshal.Cast<Vector<float>, float>(vectors);

        const int RowVectors = 32;
    }

    /// <summary>Consecutive parameters that are moved alike. They are whole cache lines, and so whole vectors.</summary>
    private protected readonly ref struct Stretch(
        Span<Vector<float>> values,
        ReadOnlySpan<Vector<float>> gradients,
        Span<Vector<float>> first,
        Span<Vector<float>> second,
        double rate,
        float gradientFactor,
        long step)
    {
        public readonly Span<Vector<float>> Values = values;
        public readonly ReadOnlySpan<Vector<float>> Gradients = gradients;
        public readonly Span<Vector<float>> First = first, Second = second;

        /// <summary>The learning rate, with all its factors.</summary>
        public readonly double Rate = rate;

        public readonly float GradientFactor = gradientFactor;

        /// <summary>The number of this step, from 1.</summary>
        public readonly long Step = step;
    }
}

/// <summary>The memory of an optimizer.</summary>
/// <param name="Optimizer">The name of its class.</param>
/// <param name="Calls">The number of steps since the last flush.</param>
/// <param name="Steps">The number of steps of each parameter.</param>
/// <param name="Memories">Its buffers, laid out like the parameters.</param>
sealed record OptimizerMemory(string Optimizer, int Calls, long[] Steps, float[][] Memories);

using RnnDsl.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.Execution.Tests;

/// <summary>
/// Runs one method of a module compiled and uncompiled on the same random numbers, below every other part of the runtime: straight from a
/// <see cref="Shard"/> to the programs.
/// </summary>
internal sealed partial class Probe : IDisposable
{
    readonly Module module;
    readonly List<NativeFloats> buffers = [];
    readonly Random random;

    public Probe(Module module, string method, int[] lengths, int seed, bool withStates = true, double scale = 0.7)
    {
        this.module = module;
        Method = module.Method(method);
        Lengths = lengths;
        random = new Random(seed);
        int axes = Method.Axes;
        var others = new Random(seed);
        Axes = [lengths, .. Enumerable.Range(1, axes - 1).Select(_ => lengths.Select(n => 1 + others.Next(2 * n)).ToArray())];
        (int whole, int part) = Method.BaseAxis(0);
        if (part > 1)
            Axes[whole] = [.. lengths.Select(n => n * part - others.Next(part))];
        for (int axis = 0; axis < axes; axis++)
            if (Method.BaseAxis(axis) is { Every: > 1 } thinned)
                Axes[axis] = [.. Axes[thinned.Axis].Select(n => ThinnedAxis.Steps(n, thinned.Every))];
        Orders = [.. Axes.Select((own, axis) => Enumerable.Range(0, own.Length).OrderByDescending(b => axis == 0 ? own.Length - b : own[b]).ToArray())];
        foreach (ValueInfo nested in Method.Inputs.Where(i => i.Kind == ValueKind.Sequences))
            Parts.TryAdd(nested.Axis, (nested.Of, [.. Axes[nested.Of].Select(steps => Enumerable.Range(0, steps).Select(_ => 1 + others.Next(6)).ToArray())]));
        for (int axis = 0; axis < axes; axis++)
            if (Method.BaseAxis(axis) is { Every: > 1 } thinned && Parts.TryGetValue(thinned.Axis, out var nested))
                Parts.Add(axis, (nested.Of, [.. nested.Lengths.Select(own => own.Select(n => ThinnedAxis.Steps(n, thinned.Every)).ToArray())]));
        Weights = [.. lengths.Select(_ => 1.0 / lengths.Length)];
        Parameters = module.Info.Parameters.ToDictionary(p => p.Name, p => Numbers(p.Length, p.Rank == 2 ? scale / Math.Sqrt(p.Columns) * 1.7 : scale));
        // One array an example and input, row-major.
        Inputs = [.. lengths.Select((_, b) => Method.Inputs.Select(input => input.Kind == ValueKind.Sequences ? [Parts[input.Axis].Lengths[b].Length, .. Parts[input.Axis].Lengths[b].Select(n => (double)n), .. Nested(input, b)] : input.IsOneHot ? Units(Rows(input, b), input.Units) : Numbers(Rows(input, b) * input.Width, 1)).ToArray())];
        States = withStates ? [.. lengths.Select(_ => Method.States.Select(s => Numbers(s.Width, 0.5)).ToArray())] : null;
        ResultGradients = [.. lengths.Select((_, b) => Numbers(Rows(Method.Result, b) * Method.Result.Width, 1))];
    }

    public MethodInfo Method { get; }

    /// <summary>Weights of the examples in the mean of a loss; those of its steps that count after <see cref="WeighBySteps"/>.</summary>
    public double[] Weights { get; private set; }

    /// <summary>Whether <see cref="Weights"/> are those of steps.</summary>
    public bool IsBySteps { get; private set; }

    /// <summary>Weighs the examples of a loss by their steps; says nothing for others.</summary>
    public void WeighBySteps()
    {
        if (Method.Counts is not { IsBySteps: true } counts)
            return;
        ValueInfo input = Method.Inputs[counts.Input];
        double[] steps = [.. Lengths.Select((_, b) => counts.Labels
            ? Inputs[b][counts.Input].Skip(counts.First).Take(Math.Max(0, Rows(input, b) - counts.First - counts.Last)).Count(n => n >= 0) : (double)Rows(input, b))];
        (Weights, IsBySteps) = ([.. steps.Select(n => n / Math.Max(1, steps.Sum()))], true);
    }

    /// <summary>Steps of each example, falling.</summary>
    public int[] Lengths { get; }

    /// <summary>Steps of each example along each axis; those of the first fall.</summary>
    public int[][] Axes { get; }

    /// <summary>For each axis the examples by falling length.</summary>
    public int[][] Orders { get; }

    /// <summary>For each axis within another the other, and how long the sequences are at each of its steps, example by example.</summary>
    public Dictionary<int, (int Of, int[][] Lengths)> Parts { get; } = [];

    double[] Nested(ValueInfo input, int example) => Parts[input.Axis].Lengths[example].Sum() is var steps && input.IsOneHot ? Units(steps, input.Units) : Numbers(steps * input.Width, 1);

    public Dictionary<string, double[]> Parameters { get; }

    public double[][][] Inputs { get; }

    public double[][][]? States { get; }

    /// <summary>For methods that are no loss: what the result is multiplied with to give the number that is differentiated.</summary>
    public double[][] ResultGradients { get; }

    /// <summary>Key of what the training program drops.</summary>
    public ulong Noise { get; set; }

    /// <summary>Whether values that may be kept of one stretch of steps are, however few they are.</summary>
    public bool Stretches { get; set; }

    /// <summary>Rows of a block at most.</summary>
    public int MostBlockRows { get; set; } = int.MaxValue;

    /// <summary>Floats of scratch memory of the last run.</summary>
    public long ArenaFloats { get; private set; }

    int Rows(ValueInfo value, int example) => value.Kind == ValueKind.Sequence ? Axes[value.Axis][example] : 1;

    /// <summary>Random numbers that are the same in single and double precision.</summary>
    double[] Numbers(int count, double scale)
    {
        var numbers = new double[count];
        for (int i = 0; i < count; i++)
            numbers[i] = (float)((2 * random.NextDouble() - 1) * scale);
        return numbers;
    }

    /// <summary>Numbers of units, now and then of none.</summary>
    double[] Units(int count, int units) => [.. Enumerable.Range(0, count).Select(_ => (double)(random.Next(8) == 0 ? -1 : random.Next(units)))];

    /// <summary>The uncompiled equations on every example: results, and states after the last step.</summary>
    public (double[][] Results, double[][][] Finals) Reference()
    {
        module.BindReference(new ReferenceParameters(Parameters));
        var finals = new double[Lengths.Length][][];
        var results = new double[Lengths.Length][];
        for (int b = 0; b < Lengths.Length; b++)
        {
            finals[b] = States is null
                ? [.. Method.States.Select(s => Enumerable.Repeat((double)s.Initial, s.Width).ToArray())]
                : [.. States[b].Select(s => (double[])s.Clone())];
            results[b] = module.RunReference(Method.Name, Inputs[b], finals[b]);
        }
        return (results, finals);
    }

    /// <summary>The number that the training program differentiates: the mean of the losses, or Σ result · <see cref="ResultGradients"/>.</summary>
    public double ReferenceObjective()
    {
        double[][] results = Reference().Results;
        double sum = 0;
        for (int b = 0; b < results.Length; b++)
            for (int i = 0; i < results[b].Length; i++)
                sum += IsLoss ? results[b][i] * Weights[b] : results[b][i] * ResultGradients[b][i];
        return sum;
    }

    bool IsLoss => Method.Result.Kind == ValueKind.Scalar;

    /// <summary>The parameters whose gradients are not wanted; null for none.</summary>
    public FrozenParameters? Frozen { get; set; }

    /// <summary>Runs a program on all examples as one shard.</summary>
    public CompiledRun Run(CompiledProgram program, bool gradients)
    {
        var shard = new Shard
        {
            Batch = Lengths.Length,
            Steps = Lengths.Max(),
            Rows = Lengths.Sum(),
            Lengths = Lengths,
            RowOffsets = [.. Enumerable.Range(0, Lengths.Max() + 1).Select(t => Lengths.Sum(length => Math.Min(length, t)))],
            ExampleWeight = 1f / Lengths.Length,
            ExampleWeights = [.. Weights.Select(w => (float)w)],
            Noise = Noise,
            Skipped = Frozen?.Skipped ?? [],
        };
        shard.SetAxes(Axes.Length);
        for (int axis = 1; axis < Axes.Length; axis++)
        {
            Shard other = shard.Of(axis);
            int[] order = Orders[axis];
            other.Lengths = [.. order.Select(b => Axes[axis][b])];
            (other.Batch, other.Steps, other.Rows, other.Parents) = (Lengths.Length, other.Lengths[0], other.Lengths.Sum(), order);
            other.Places = [.. Enumerable.Range(0, order.Length).Select(b => Array.IndexOf(order, b))];
            other.RowOffsets = [.. Enumerable.Range(0, other.Steps + 1).Select(t => other.Lengths.Sum(length => Math.Min(length, t)))];
        }
        foreach ((int axis, (int of, _)) in Parts)
        {
            Shard other = shard.Of(axis);
            int[] own = LengthsByRow(axis), order = PartOrder(axis);
            other.Lengths = [.. order.Select(row => own[row])];
            (other.Batch, other.IsNested, other.Steps, other.Rows, other.Parents) = (own.Length, true, other.Lengths[0], own.Sum(), order);
            other.Places = [.. Enumerable.Range(0, order.Length).Select(row => Array.IndexOf(order, row))];
            other.RowOffsets = [.. Enumerable.Range(0, other.Steps + 1).Select(t => own.Sum(length => Math.Min(length, t)))];
        }
        foreach (ThinnedAxis thinned in Method.Thinned)
            shard.Of(thinned.Axis).LaySources(shard.Of(thinned.Of), thinned.Every);
        for (int axis = 0; axis < Axes.Length; axis++)
        {
            shard.Of(axis).MostBlockRows = MostBlockRows;
            if (Stretches)
                (shard.Of(axis).FewestSteps, shard.Of(axis).MostKept) = (0, 0);
        }
        NativeFloats parameters = ParameterBuffer(out Dictionary<string, int> offsets);
        NativeFloats gradient = Allocate(parameters.Count, float.NaN);
        NativeFloats prepared = Allocate(program.PreparedFloats);
        // Whatever a program does not write itself it must not read: the arena starts as NaN.
        ArenaFloats = program.ArenaFloats(shard);
        NativeFloats arena = Allocate(ArenaFloats, float.NaN);
        NativeFloats output = Allocate(SizeOf(Method.Result), float.NaN);
        shard.Parameters = parameters.Pointer;
        shard.Gradients = gradient.Pointer;
        shard.Prepared = prepared.Pointer;
        shard.Arena = arena.Pointer;
        shard.Output = output.Pointer;
        shard.Inputs = [.. Method.Inputs.Select((input, i) => Spread(input, b => Inputs[b][i]).Pointer)];
        NativeFloats[] inputGradients = [.. Method.Inputs.Select(input => Allocate(SizeOf(input)))];
        NativeFloats[] finals = [.. Method.States.Select(s => Allocate(Lengths.Length * StrideOf(s.Width, s.IsScalar)))];
        NativeFloats[] initialGradients = [.. Method.States.Select(s => Allocate(Lengths.Length * StrideOf(s.Width, s.IsScalar)))];
        shard.FinalStates = [.. finals.Select(f => f.Pointer)];
        if (States is not null)
            shard.InitialStates = [.. Method.States.Select((s, i) => SpreadState(s, b => States[Orders[s.Axis][b]][i]).Pointer)];
        if (gradients)
        {
            shard.InputGradients = [.. inputGradients.Select(g => g.Pointer)];
            shard.InitialStateGradients = [.. initialGradients.Select(g => g.Pointer)];
            if (!IsLoss)
                shard.OutputGradient = Spread(Method.Result, b => ResultGradients[b]).Pointer;
        }
        program.Prepare(shard.Parameters, shard.Prepared, shard.Noise);
        if (gradients)
            shard.RowGradients = [.. program.RowTables.Select(t => new RowGradient(module.Info.Parameters[t].Rows, module.Info.Parameters[t].Columns))];
        shard.ShareWithAxes();
        Assert.Equal(ArenaFloats, program.ArenaFloats(shard));
        program.Run(shard);
        foreach ((RowGradient rows, int table) in shard.RowGradients.Zip(program.RowTables))
        {
            Span<float> dense = gradient.Span.Slice(offsets[module.Info.Parameters[table].Name], module.Info.Parameters[table].Length);
            Assert.True(dense.IndexOfAnyExcept(float.NaN) < 0, "A program wrote the gradient of a table.");
            dense.Clear();
            for (int i = 0; i < rows.Count; i++)
                rows[i].CopyTo(dense[(rows.Rows[i] * rows.Width)..]);
        }
        foreach (ParameterInfo parameter in module.Info.Parameters.Where(p => gradients && p.IsFixed))
            Assert.True(gradient.Span.Slice(offsets[parameter.Name], (int)Layout.Align(parameter.Length)).IndexOfAnyExcept(float.NaN) < 0, "A program wrote a gradient of what is fixed.");
        foreach (NativeFloats buffer in buffers)
            Assert.True(buffer.IsWhole, "A program wrote outside of its buffers.");
        return new CompiledRun(
            [.. Lengths.Select((_, b) => Collect(output, Method.Result, b))],
            [.. Lengths.Select((_, b) => Method.States.Select((s, i) => CollectState(finals[i], s, b)).ToArray())],
            module.Info.Parameters.Where(p => !p.IsFixed).ToDictionary(p => p.Name, p => gradient.Span.Slice(offsets[p.Name], p.Length).ToArray()),
            [.. Lengths.Select((_, b) => Method.Inputs.Select((input, i) => Collect(inputGradients[i], input, b)).ToArray())],
            [.. Lengths.Select((_, b) => Method.States.Select((s, i) => CollectState(initialGradients[i], s, b)).ToArray())]);
    }

    /// <summary>How long the sequence is at each row of the axis that they are within.</summary>
    int[] LengthsByRow(int axis)
    {
        (int of, int[][] own) = Parts[axis];
        var lengths = new int[Axes[of].Sum()];
        for (int b = 0; b < own.Length; b++)
            for (int t = 0; t < own[b].Length; t++)
                lengths[RowOf(b, t, of)] = own[b][t];
        return lengths;
    }

    int[] PartOrder(int axis) => [.. LengthsByRow(axis).Select((length, row) => (length, row)).OrderByDescending(p => p.length).Select(p => p.row)];

    NativeFloats Allocate(long count, float fill = 0)
    {
        var buffer = new NativeFloats(count, fill);
        buffers.Add(buffer);
        return buffer;
    }

    NativeFloats ParameterBuffer(out Dictionary<string, int> offsets)
    {
        offsets = [];
        long count = 0;
        foreach (ParameterInfo parameter in module.Info.Parameters)
        {
            offsets.Add(parameter.Name, (int)count);
            count += Layout.Align(parameter.Length);
        }
        NativeFloats buffer = Allocate(count);
        foreach (ParameterInfo parameter in module.Info.Parameters)
            for (int i = 0; i < parameter.Length; i++)
                buffer.Span[offsets[parameter.Name] + i] = (float)Parameters[parameter.Name][i];
        return buffer;
    }

    static int StrideOf(ValueInfo value) => StrideOf(value.Width, value.IsScalar);

    static int StrideOf(int width, bool scalar) => scalar ? 1 : Layout.Pad(width);

    int SizeOf(ValueInfo value) => value.Kind switch
    {
        ValueKind.Sequence => Axes[value.Axis].Sum() * StrideOf(value),
        ValueKind.Sequences => LengthsByRow(value.Axis).Sum() * StrideOf(value),
        ValueKind.Vector => Lengths.Length * StrideOf(value),
        _ => Lengths.Length,
    };

    public int RowOf(int example, int step, int axis = 0) => Axes[axis].Sum(length => Math.Min(length, step)) + Array.IndexOf(Orders[axis], example);

    NativeFloats Spread(ValueInfo value, Func<int, double[]> example)
    {
        NativeFloats buffer = Allocate(SizeOf(value));
        int stride = StrideOf(value);
        if (value.Kind == ValueKind.Sequences)
        {
            (int of, int[][] own) = Parts[value.Axis];
            int[] order = PartOrder(value.Axis), lengths = LengthsByRow(value.Axis);
            for (int b = 0; b < own.Length; b++)
                for (int t = 0, at = 1 + own[b].Length; t < own[b].Length; t++)
                    for (int step = 0; step < own[b][t]; step++, at += value.Width)
                        for (int i = 0; i < value.Width; i++)
                            buffer.Span[(lengths.Sum(length => Math.Min(length, step)) + Array.IndexOf(order, RowOf(b, t, of))) * stride + i] = (float)example(b)[at + i];
            return buffer;
        }
        for (int b = 0; b < Lengths.Length; b++)
            for (int t = 0; t < Rows(value, b); t++)
                for (int i = 0; i < value.Width; i++)
                    buffer.Span[(value.Kind == ValueKind.Sequence ? RowOf(b, t, value.Axis) : b) * stride + i] = (float)example(b)[t * value.Width + i];
        return buffer;
    }

    NativeFloats SpreadState(StateInfo state, Func<int, double[]> example)
    {
        int stride = StrideOf(state.Width, state.IsScalar);
        NativeFloats buffer = Allocate(Lengths.Length * stride);
        for (int b = 0; b < Lengths.Length; b++)
            for (int i = 0; i < state.Width; i++)
                buffer.Span[b * stride + i] = (float)example(b)[i];
        return buffer;
    }

    float[] Collect(NativeFloats buffer, ValueInfo value, int example)
    {
        if (value.Kind == ValueKind.Sequences)
            return [];
        int rows = Rows(value, example), stride = StrideOf(value);
        var result = new float[rows * value.Width];
        for (int t = 0; t < rows; t++)
            buffer.Span.Slice((value.Kind == ValueKind.Sequence ? RowOf(example, t, value.Axis) : example) * stride, value.Width).CopyTo(result.AsSpan(t * value.Width));
        return result;
    }

    float[] CollectState(NativeFloats buffer, StateInfo state, int example) =>
        buffer.Span.Slice(Array.IndexOf(Orders[state.Axis], example) * StrideOf(state.Width, state.IsScalar), state.Width).ToArray();

    public void Dispose()
    {
        foreach (NativeFloats buffer in buffers)
            buffer.Dispose();
    }
}

/// <summary>What a compiled program gave, by example; the gradients of all parameters that are trained.</summary>
internal sealed record CompiledRun(
    float[][] Results, float[][][] Finals, Dictionary<string, float[]> Gradients, float[][][] InputGradients, float[][][] InitialGradients);

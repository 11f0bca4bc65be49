using RnnDsl.CompilerServices;
using RnnDsl.Memory;
using RnnDsl.Sequences;

namespace RnnDsl.Execution;

/// <summary>The memory of one worker: brings a shard's values into their places, runs the program, and takes the results out.</summary>
sealed unsafe class ShardRunner
{
    readonly MethodInfo method;
    readonly Shard shard = new();
    readonly AlignedBuffer arena = new(), output = new(), outputGradient = new();
    readonly AlignedBuffer[] inputs, inputGradients, initialStates, finalStates, stateGradients;
    readonly Floats[] inputGradientPointers, stateGradientPointers;
    int[] lengths = [];
    long[] keys = [];

    /// <summary>The part of the data to which the shard's examples belong.</summary>
    int part;

    public ShardRunner(MethodInfo method)
    {
        this.method = method;
        inputs = Buffers(method.Inputs.Count);
        inputGradients = Buffers(method.Inputs.Count);
        initialStates = Buffers(method.States.Count);
        finalStates = Buffers(method.States.Count);
        stateGradients = Buffers(method.States.Count);
        shard.Inputs = new Floats[inputs.Length];
        shard.InitialStates = new Floats[initialStates.Length];
        shard.SetAxes(method.Axes);
        for (int axis = 0; axis < method.Axes; axis++)
            shard.Of(axis).IsNested = InputBinding.Nested(method, method.BaseAxis(axis).Axis) >= 0;
        shard.FinalStates = new Floats[finalStates.Length];
        inputGradientPointers = new Floats[inputs.Length];
        stateGradientPointers = new Floats[initialStates.Length];
    }

    static AlignedBuffer[] Buffers(int count)
    {
        var buffers = new AlignedBuffer[count];
        for (int i = 0; i < count; i++)
            buffers[i] = new AlignedBuffer();
        return buffers;
    }

    public void Run(BatchRun run, int index, Floats gradient, RowGradient[] rowGradients)
    {
        ReadOnlySpan<int> members = run.Plan.Shard(index);
        part = run.Plan.PartOf(index);
        Shape(run, members);
        GatherInputs(run, members);
        GatherStates(run, members);
        shard.Noise = RandomStream.Derive(run.Noise, (ulong)index);
        shard.Parameters = run.Parameters;
        shard.Prepared = run.Prepared;
        shard.Arena = arena.Reserve(run.Program.ArenaFloats(shard));
        (shard.Gradients, shard.RowGradients) = (gradient, rowGradients);
        (shard.Given, shard.Skipped) = (run.Given, run.Skipped);
        ReserveResults(run, members);
        shard.ShareWithAxes();
        run.Program.Run(shard);
        Scatter(run, members);
    }

    void Shape(BatchRun run, ReadOnlySpan<int> members)
    {
        // A loss is the mean over the batch. A result with a gradient from outside needs no weight.
        shard.ExampleWeight = method.Result.Kind == ValueKind.Scalar ? 1f / run.Plan.Count : 1f;
        Reserve(members.Length);
        if (method.Counts is { IsBySteps: true })
            Weigh(run.Plan, members);
        Span<int> sorted = lengths.AsSpan(0, members.Length);
        for (int axis = 0; axis < run.Plan.Axes; axis++)
        {
            shard.Of(axis).MostKept = run.ActivationBytes / sizeof(float) ?? (run.Program.RecomputesVectors ? RowSpace.UsuallyKept.Vectors : RowSpace.UsuallyKept.Matrices);
            if (shard.Of(axis).IsNested)
            {
                ShapeNested(run, members, axis);
                continue;
            }
            ReadOnlySpan<int> own = run.Plan.LengthsOf(axis);
            if (axis > 0)
                Order(shard.Of(axis), own, members);
            for (int i = 0; i < members.Length; i++)
                sorted[i] = own[members[axis == 0 ? i : shard.Of(axis).Parents[i]]];
            shard.Of(axis).LayRows(sorted);
        }
        // By index: to enumerate an interface allocates.
        for (int i = 0; i < method.Thinned.Count; i++)
            shard.Of(method.Thinned[i].Axis).LaySources(shard.Of(method.Thinned[i].Of), method.Thinned[i].Every);
    }

    /// <summary>The rows of sequences within the steps of an axis, whose own rows are laid already: one for each row, by falling length.</summary>
    void ShapeNested(BatchRun run, ReadOnlySpan<int> members, int axis)
    {
        (int whole, int every) = method.BaseAxis(axis);
        int input = InputBinding.Nested(method, whole);
        Column column = Columns(run)[input];
        Shard own = shard.Of(axis), steps = shard.Of(method.Inputs[input].Of);
        int count = steps.Rows;
        Reserve(count);
        if (own.Parents.Length < count)
            (own.Parents, own.Places) = (new int[count], new int[count]);
        for (int step = 0, row = 0; step < steps.Steps; step++)
            for (int sequence = 0; row < steps.RowOffsets[step + 1]; row++, sequence++)
            {
                int example = run.Plan.Numbers[members[Member(method.Inputs[input].Of, sequence)]];
                keys[row] = FallingLengths.Key(ThinnedAxis.Steps(column.Parts!.Lengths[column.Starts[example] + step], every), row);
            }
        keys.AsSpan(0, count).Sort();
        for (int i = 0; i < count; i++)
        {
            own.Parents[i] = FallingLengths.Position(keys[i]);
            own.Places[own.Parents[i]] = i;
            lengths[i] = FallingLengths.Length(keys[i]);
        }
        own.LayRows(lengths.AsSpan(0, count));
    }

    void Weigh(BatchPlan plan, ReadOnlySpan<int> members)
    {
        if (shard.ExampleWeights.Length < members.Length)
            shard.ExampleWeights = new float[members.Length];
        for (int i = 0; i < members.Length; i++)
            shard.ExampleWeights[i] = plan.WeightOf(members[i]);
    }

    /// <summary>The order of a further axis: by falling length of its sequences, equal ones in the order of axis 0.</summary>
    void Order(Shard other, ReadOnlySpan<int> own, ReadOnlySpan<int> members)
    {
        if (other.Parents.Length < members.Length)
            (other.Parents, other.Places) = (new int[members.Length], new int[members.Length]);
        for (int i = 0; i < members.Length; i++)
            keys[i] = FallingLengths.Key(own[members[i]], i);
        keys.AsSpan(0, members.Length).Sort();
        for (int i = 0; i < members.Length; i++)
        {
            other.Parents[i] = FallingLengths.Position(keys[i]);
            other.Places[other.Parents[i]] = i;
        }
    }

    void Reserve(int count)
    {
        if (lengths.Length < count)
            (lengths, keys) = (new int[count], new long[count]);
    }

    /// <summary>The example, by its place among the members, whose sequence stands in a row of an axis' order.</summary>
    int Member(int axis, int row) => axis == 0 ? row : shard.Of(axis).Parents[row];

    void GatherInputs(BatchRun run, ReadOnlySpan<int> members)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            Column column = Columns(run)[i];
            var layout = LayoutOf(method.Inputs[i]);
            Floats target = shard.Inputs[i] = inputs[i].Reserve(layout.Floats);
            if (column.Parts is { } parts)
                GatherParts(run, members, method.Inputs[i], column, parts, layout, target);
            fixed (float* source = column.Values.Span)
                for (int sequence = 0; sequence < members.Length && column.Parts is null; sequence++)
                    layout.Gather(source + column.Starts[run.Plan.Numbers[members[Member(layout.Axis, sequence)]]], column.Stride, target, sequence);
            if (!Rows.AllFinite(target, layout.Floats))
                throw NotFinite(run, members, column);
            // Checked once more where they are used: a number that is too large would read beyond the table.
            if (method.Inputs[i].IsOneHot && !OneHotNumbers.Fit(target.Span((int)layout.Floats), method.Inputs[i].Units))
                throw OneHotNumbers.Misfit(column.Parts ?? column);
        }
    }

    Column[] Columns(BatchRun run) => run.Parts[part];

    ArgumentException NotFinite(BatchRun run, ReadOnlySpan<int> members, Column column)
    {
        var numbers = new int[members.Length];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = run.Plan.Numbers[members[i]];
        return InputBinding.NotFinite(column, numbers, run.Parts.Length > 1 ? $"part {part + 1}, " : "");
    }

    void GatherParts(BatchRun run, ReadOnlySpan<int> members, ValueInfo input, Column column, Column parts, ValueLayout layout, Floats target)
    {
        Shard own = shard.Of(input.Axis), steps = shard.Of(input.Of);
        fixed (float* source = parts.Values.Span)
            for (int step = 0, row = 0; step < steps.Steps; step++)
                for (int sequence = 0; row < steps.RowOffsets[step + 1]; row++, sequence++)
                {
                    int example = run.Plan.Numbers[members[Member(input.Of, sequence)]];
                    layout.Gather(source + parts.Starts[column.Starts[example] + step], parts.Stride, target, own.Places[row]);
                }
    }

    void GatherStates(BatchRun run, ReadOnlySpan<int> members)
    {
        for (int i = 0; i < initialStates.Length; i++)
        {
            var layout = StateLayout(i);
            shard.InitialStates[i] = run.InitialStates is null ? Floats.Null : initialStates[i].Reserve(layout.Floats);
            shard.FinalStates[i] = run.FinalStates is null ? Floats.Null : finalStates[i].Reserve(layout.Floats);
            for (int sequence = 0; run.InitialStates is not null && sequence < members.Length; sequence++)
                fixed (float* source = run.InitialStates.Row(i, run.Plan.Examples[members[Member(layout.Axis, sequence)]]))
                    layout.Gather(source, 0, shard.InitialStates[i], sequence);
        }
    }

    void ReserveResults(BatchRun run, ReadOnlySpan<int> members)
    {
        ValueInfo result = method.Result;
        var layout = LayoutOf(result);
        shard.Output = output.Reserve(layout.Floats);
        shard.OutputGradient = Floats.Null;
        if (!run.OutputGradient.IsNull)
        {
            shard.OutputGradient = outputGradient.Reserve(layout.Floats);
            for (int sequence = 0; sequence < members.Length; sequence++)
                layout.Gather(
                    run.OutputGradient.Pointer + run.Offset(result, members[Member(layout.Axis, sequence)]), result.Width, shard.OutputGradient, sequence);
        }
        shard.InputGradients = run.InputGradients is null ? null : inputGradientPointers;
        for (int i = 0; run.InputGradients is not null && i < inputs.Length; i++)
        {
            ValueInfo input = method.Inputs[i];
            inputGradientPointers[i] = Zeroed(inputGradients[i], LayoutOf(input).Floats);
        }
        shard.InitialStateGradients = run.InitialStateGradients is null ? null : stateGradientPointers;
        for (int i = 0; run.InitialStateGradients is not null && i < stateGradients.Length; i++)
            stateGradientPointers[i] = Zeroed(stateGradients[i], StateLayout(i).Floats);
    }

    ValueLayout StateLayout(int state) => new(shard, method.States[state]);

    ValueLayout LayoutOf(ValueInfo value) => new(shard, value);

    /// <summary>A program does not write a gradient where none flows, so the buffer is set to zero first.</summary>
    static Floats Zeroed(AlignedBuffer buffer, long floats)
    {
        buffer.Reserve(floats);
        buffer.Span[..(int)floats].Clear();
        return buffer.Floats;
    }

    void Scatter(BatchRun run, ReadOnlySpan<int> members)
    {
        if (!run.Output.IsNull)
            Scatter(run, members, method.Result, shard.Output, run.Output);
        for (int i = 0; run.InputGradients is not null && i < inputs.Length; i++)
            Scatter(run, members, method.Inputs[i], inputGradientPointers[i], run.InputGradients[i]);
        for (int i = 0; i < method.States.Count; i++)
        {
            Scatter(run, members, i, shard.FinalStates[i], run.FinalStates);
            Scatter(run, members, i, stateGradientPointers[i], run.InitialStateGradients);
        }
    }

    void Scatter(BatchRun run, ReadOnlySpan<int> members, ValueInfo value, Floats source, Floats target)
    {
        var layout = LayoutOf(value);
        for (int sequence = 0; sequence < members.Length; sequence++)
            layout.Scatter(source, target.Pointer + run.Offset(value, members[Member(layout.Axis, sequence)]), sequence);
    }

    void Scatter(BatchRun run, ReadOnlySpan<int> members, int state, Floats source, StateBatch? target)
    {
        if (target is null)
            return;
        var layout = StateLayout(state);
        for (int sequence = 0; sequence < members.Length; sequence++)
            fixed (float* row = target.Row(state, run.Plan.Examples[members[Member(layout.Axis, sequence)]]))
                layout.Scatter(source, row, sequence);
    }
}

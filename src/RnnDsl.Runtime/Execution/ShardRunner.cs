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

    public void Run(BatchRun run, int index, Floats gradient)
    {
        ReadOnlySpan<int> members = run.Plan.Shard(index);
        Shape(run, members);
        GatherInputs(run, members);
        GatherStates(run, members);
        shard.Noise = RandomStream.Derive(run.Noise, (ulong)index);
        shard.Parameters = run.Parameters;
        shard.Prepared = run.Prepared;
        shard.Arena = arena.Reserve(run.Program.ArenaFloats(shard.Rows, shard.Batch));
        shard.Gradients = gradient;
        ReserveResults(run, members);
        run.Program.Run(shard);
        Scatter(run, members);
    }

    void Shape(BatchRun run, ReadOnlySpan<int> members)
    {
        ReadOnlySpan<int> lengths = run.Plan.Lengths;
        shard.Batch = members.Length;
        shard.Steps = lengths[members[0]];
        // A loss is the mean over the batch; what has a gradient of its own is weighted by that.
        shard.ExampleWeight = method.Result.Kind == ValueKind.Scalar ? 1f / run.Plan.Count : 1f;
        if (shard.Lengths.Length < members.Length)
            shard.Lengths = new int[members.Length];
        if (shard.RowOffsets.Length <= shard.Steps)
            shard.RowOffsets = new int[shard.Steps + 1];
        for (int i = 0; i < members.Length; i++)
            shard.Lengths[i] = lengths[members[i]];
        int active = members.Length;
        for (int step = 0; step < shard.Steps; step++)
        {
            while (shard.Lengths[active - 1] <= step)
                active--;
            long rows = (long)shard.RowOffsets[step] + active;
            shard.RowOffsets[step + 1] = rows <= Array.MaxLength ? (int)rows : throw new InvalidOperationException(
                $"A shard of {members.Length} sequences has more than {Array.MaxLength} steps in all: use smaller batches, fewer examples per shard, or shorter sequences.");
        }
        shard.Rows = shard.RowOffsets[shard.Steps];
    }

    void GatherInputs(BatchRun run, ReadOnlySpan<int> members)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            Column column = run.Columns[i];
            var rows = new ShardRows(shard, method.Inputs[i]);
            Floats target = shard.Inputs[i] = inputs[i].Reserve(rows.Floats);
            fixed (float* source = column.Values.Span)
                for (int sequence = 0; sequence < members.Length; sequence++)
                    rows.Gather(source + column.Starts[run.Plan.Examples[members[sequence]]], column.Stride, target, sequence);
            if (!Rows.AllFinite(target, rows.Floats))
                throw InputBinding.NotFinite(column, run.Plan.Examples);
        }
    }

    void GatherStates(BatchRun run, ReadOnlySpan<int> members)
    {
        for (int i = 0; i < initialStates.Length; i++)
        {
            var rows = StateRows(i);
            shard.InitialStates[i] = run.InitialStates is null ? Floats.Null : initialStates[i].Reserve(rows.Floats);
            shard.FinalStates[i] = run.FinalStates is null ? Floats.Null : finalStates[i].Reserve(rows.Floats);
            for (int sequence = 0; run.InitialStates is not null && sequence < members.Length; sequence++)
                fixed (float* source = run.InitialStates.Row(i, run.Plan.Examples[members[sequence]]))
                    rows.Gather(source, 0, shard.InitialStates[i], sequence);
        }
    }

    void ReserveResults(BatchRun run, ReadOnlySpan<int> members)
    {
        ValueInfo result = method.Result;
        var rows = new ShardRows(shard, result);
        shard.Output = output.Reserve(rows.Floats);
        shard.OutputGradient = Floats.Null;
        if (!run.OutputGradient.IsNull)
        {
            shard.OutputGradient = outputGradient.Reserve(rows.Floats);
            for (int sequence = 0; sequence < members.Length; sequence++)
                rows.Gather(
                    run.OutputGradient.Pointer + run.Offset(result, members[sequence]), result.Width, shard.OutputGradient, sequence);
        }
        shard.InputGradients = run.InputGradients is null ? null : inputGradientPointers;
        for (int i = 0; run.InputGradients is not null && i < inputs.Length; i++)
        {
            ValueInfo input = method.Inputs[i];
            inputGradientPointers[i] = Zeroed(inputGradients[i], new ShardRows(shard, input).Floats);
        }
        shard.InitialStateGradients = run.InitialStateGradients is null ? null : stateGradientPointers;
        for (int i = 0; run.InitialStateGradients is not null && i < stateGradients.Length; i++)
            stateGradientPointers[i] = Zeroed(stateGradients[i], StateRows(i).Floats);
    }

    ShardRows StateRows(int state) =>
        new(shard, ValueKind.Vector, method.States[state].Width, method.States[state].IsScalar);

    /// <summary>A program writes no gradient where none flows, so zero is there before.</summary>
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
        var rows = new ShardRows(shard, value);
        for (int sequence = 0; sequence < members.Length; sequence++)
            rows.Scatter(source, target.Pointer + run.Offset(value, members[sequence]), sequence);
    }

    void Scatter(BatchRun run, ReadOnlySpan<int> members, int state, Floats source, StateBatch? target)
    {
        if (target is null)
            return;
        var rows = StateRows(state);
        for (int sequence = 0; sequence < members.Length; sequence++)
            fixed (float* row = target.Row(state, run.Plan.Examples[members[sequence]]))
                rows.Scatter(source, row, sequence);
    }
}

using System.Diagnostics.CodeAnalysis;
using RnnDsl.Execution;
using RnnDsl.Kernels;
using RnnDsl.Memory;

namespace RnnDsl.Prediction;

/// <summary>One sequence on its way through a <see cref="Predictor"/>. Steps allocate nothing. One caller at a time; different streams may run on
/// different threads.</summary>
public sealed unsafe class PredictionStream
{
    readonly AlignedBuffer memory = new();
    readonly StepProgram program;
    readonly bool scales;

    /// <summary>Steps since the last one that flushed.</summary>
    int sinceFlush;

    internal PredictionStream(Predictor predictor)
    {
        Predictor = predictor;
        program = predictor.Program;
        scales = predictor.InputScaler is not null || predictor.OutputScaler is not null;
        memory.Reserve(Floats(predictor));
        Reset();
    }

    public Predictor Predictor { get; }

    /// <summary>States and working memory, and room for scaled inputs.</summary>
    internal static long Floats(Predictor predictor) => predictor.Program.StreamFloats + Layout.Align(predictor.InputWidth);

    /// <summary>One step.</summary>
    /// <param name="input">The values of the step, <see cref="Predictor.InputWidth"/> of them.</param>
    /// <param name="output">Gets the answer, <see cref="Predictor.OutputWidth"/> values. May be the input.</param>
    /// <exception cref="ArgumentException">A length does not fit, or an input is not finite: the stream stays as it was.</exception>
    public void Step(ReadOnlySpan<float> input, Span<float> output)
    {
        if (input.Length != program.Inputs || output.Length != program.Outputs)
            ThrowLengths(input.Length, output.Length);
        fixed (float* x = input, y = output)
        {
            var source = new Floats(x);
            if (!Rows.AllFinite(source, program.Inputs))
                ThrowNotFinite(input);
            if (scales)
                source = Scaled(input);
            program.Step(Predictor.Prepared, memory.Floats, source, new Floats(y));
        }
        if (++sinceFlush == Carry.FlushSteps)
            Flush();
        if (scales)
            Predictor.OutputScaler?.Invert(output);
        GC.KeepAlive(this);
    }

    /// <summary>Some steps at once: inputs [steps × InputWidth], answers [steps × OutputWidth], row-major.</summary>
    /// <exception cref="ArgumentException">The lengths do not fit, or an input is not finite: the steps before it have been taken.</exception>
    public void Run(ReadOnlySpan<float> inputs, Span<float> outputs)
    {
        int steps = inputs.Length / program.Inputs;
        if (inputs.Length != (long)steps * program.Inputs || outputs.Length != (long)steps * program.Outputs)
            throw new ArgumentException($"{Predictor.Name} takes {program.Inputs} values a step and gives {program.Outputs}, but there are " +
                $"{inputs.Length} inputs and room for {outputs.Length} outputs.");
        for (int step = 0; step < steps; step++)
            Step(inputs.Slice(step * program.Inputs, program.Inputs), outputs.Slice(step * program.Outputs, program.Outputs));
    }

    /// <summary>Back to before the first step.</summary>
    public void Reset()
    {
        foreach (StepState state in program.States)
            Rows.Fill(memory.Floats + state.Offset, state.Width, state.Initial);
        sinceFlush = 0;
    }

    /// <summary>Everything that the answers to come depend on, to the bit: the states, one behind the other, and how many steps ago what had faded became zero
    /// (<see cref="Carry.Flush(int, Memory.Floats, long)"/>), from 0 to 15.</summary>
    public float[] Snapshot()
    {
        var state = new float[Predictor.StateLength];
        Snapshot(state);
        return state;
    }

    /// <inheritdoc cref="Snapshot()"/>
    public void Snapshot(Span<float> state)
    {
        CheckLength(state.Length);
        foreach (StepState part in program.States)
        {
            (memory.Floats + part.Offset).Span(part.Width).CopyTo(state);
            state = state[part.Width..];
        }
        state[0] = sinceFlush;
    }

    /// <summary>Goes back to a snapshot, this stream's or another's of the same model.</summary>
    /// <exception cref="ArgumentException">It is of another length, not finite, or does not end in a count of steps: the stream stays as it was.</exception>
    public void Restore(ReadOnlySpan<float> state)
    {
        CheckLength(state.Length);
        if (Rows.FirstNotFinite(state) is int index)
            throw new ArgumentException(FormattableString.Invariant($"The state is {state[index]} at index {index}."), nameof(state));
        if (state[^1] is not (>= 0 and < Carry.FlushSteps) || state[^1] != (int)state[^1])
            throw new ArgumentException(FormattableString.Invariant(
                $"The state ends in {state[^1]}, not in a count of steps from 0 to {Carry.FlushSteps - 1}: it is no snapshot of a stream."), nameof(state));
        foreach (StepState part in program.States)
        {
            state[..part.Width].CopyTo((memory.Floats + part.Offset).Span(part.Width));
            state = state[part.Width..];
        }
        sinceFlush = (int)state[0];
    }

    /// <summary>A second stream that goes on from here by itself.</summary>
    public PredictionStream Fork()
    {
        var fork = new PredictionStream(Predictor);
        memory.Span.CopyTo(fork.memory.Span);
        fork.sinceFlush = sinceFlush;
        return fork;
    }

    /// <summary>The scale with which the operand was rounded at the last step.</summary>
    internal float ScaleOf(StepOperand operand) => memory.Floats[operand.Words];

    /// <summary>As in the loops of whole sequences, see <see cref="Carry.Flush(int, Memory.Floats, long)"/>.</summary>
    void Flush()
    {
        sinceFlush = 0;
        // By number: an enumerator would be allocated.
        for (int i = 0; i < program.States.Count; i++)
            Carry.Flush(memory.Floats + program.States[i].Offset, Layout.Pad(program.States[i].Width));
    }

    Floats Scaled(ReadOnlySpan<float> input)
    {
        Floats scaled = memory.Floats + (nint)program.StreamFloats;
        input.CopyTo(scaled.Span(input.Length));
        Predictor.InputScaler?.Apply(scaled.Span(input.Length));
        return scaled;
    }

    void CheckLength(int length)
    {
        if (length != Predictor.StateLength)
            throw new ArgumentException($"The state of {Predictor.Name} has {Predictor.StateLength} values, not {length}.");
    }

    [DoesNotReturn]
    void ThrowLengths(int input, int output) => throw new ArgumentException(
        $"{Predictor.Name} takes {program.Inputs} values a step and gives {program.Outputs}, not {input} and {output}.");

    [DoesNotReturn]
    void ThrowNotFinite(ReadOnlySpan<float> input)
    {
        int index = Rows.FirstNotFinite(input)!.Value;
        throw new ArgumentException(FormattableString.Invariant(
            $"Input {index} of {Predictor.Name} is {input[index]}: fill in or leave out missing values before the step."), nameof(input));
    }
}

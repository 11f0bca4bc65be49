using System.Diagnostics.CodeAnalysis;
using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Memory;

namespace RnnDsl.Prediction;

/// <summary>One sequence on its way through a <see cref="Predictor"/>. Steps allocate nothing. One caller at a time, and a second one is told so by an
/// <see cref="InvalidOperationException"/>; different streams may run on different threads.</summary>
public sealed unsafe class PredictionStream
{
    readonly AlignedBuffer memory = new();
    readonly StepProgram program;

    /// <summary>What streams under one condition share; null if there is none.</summary>
    readonly Condition? condition;

    /// <summary>Whether a step's inputs are scaled, or put beside those of a condition.</summary>
    readonly bool scales;

    /// <summary>Steps since the last one that flushed.</summary>
    int sinceFlush;

    /// <summary>Whether it was told that a state is no longer finite.</summary>
    bool reported;

    /// <summary>Where the call that is inside has its variables, which is where no other thread has its own; 0: nobody is inside. An interlocked exchange would take a tenth
    /// of a small step: two callers who enter within the same few nanoseconds are noticed when the first of them leaves.</summary>
    nint inside;

    internal PredictionStream(Predictor predictor, Condition? condition)
    {
        Predictor = predictor;
        this.condition = condition;
        program = condition?.Program ?? predictor.Program;
        scales = predictor.InputScaler is not null || predictor.OutputScaler is not null || condition?.Held is not null;
        memory.Reserve(Floats(predictor, program), Predictor.SmallerSizes);
        Reset();
    }

    /// <summary>The model that answers.</summary>
    public Predictor Predictor { get; }

    /// <summary>States and working memory, and room for scaled inputs.</summary>
    internal static long Floats(Predictor predictor, StepProgram program) =>
        program.StreamFloats + Layout.Align(predictor.InputWidth) + (program.Inputs == predictor.InputWidth ? 0 : Layout.Align(program.Inputs));

    /// <summary>Values of the state, see <see cref="Snapshot()"/>.</summary>
    public int StateLength => program.States.Sum(s => s.Width) + 1;

    /// <summary>That of snapshots from before sums over the steps carried on what rounding took from them.</summary>
    int StateLengthBefore => program.States.Sum(s => s.IsRounding ? 0 : s.Width) + 1;

    /// <summary>One step.</summary>
    /// <param name="input">The values of the step, <see cref="Predictor.InputWidth"/> of them.</param>
    /// <param name="output">Gets the answer, <see cref="Predictor.OutputWidth"/> values. May be the input.</param>
    /// <exception cref="ArgumentException">A length does not fit, or an input is not finite: the stream stays as it was.</exception>
    /// <exception cref="InvalidOperationException">A state has become NaN or infinite in the last 16 steps, and with it the answers: told once, by the step that notices it, which
    /// has been taken. Or another thread is inside.</exception>
    public void Step(ReadOnlySpan<float> input, Span<float> output)
    {
        if (!Advance(input, output))
            ThrowBroken();
    }

    /// <summary>One step.</summary>
    /// <returns>False if it is to be told now that a state is no longer finite.</returns>
    internal bool Advance(ReadOnlySpan<float> input, Span<float> output)
    {
        if (input.Length != Predictor.InputWidth || output.Length != program.Outputs)
            ThrowLengths(input.Length, output.Length);
        bool fine = true;
        fixed (float* x = input, y = output)
        {
            var source = new Floats(x);
            if (!Rows.AllFinite(source, Predictor.InputWidth))
                ThrowNotFinite(input);
            if (Predictor.ReadsNumbers)
                Predictor.CheckNumbers(input);
            nint here;
            ThrowIfInside();
            Volatile.Write(ref inside, (nint)(&here));
            if (scales)
                source = Scaled(input);
            program.Step(Predictor.Prepared, memory.Floats, source, new Floats(y));
            if (++sinceFlush == Carry.FlushSteps)
                fine = Flush();
            if (Volatile.Read(ref inside) != (nint)(&here))
                ThrowTwoCallers();
            Volatile.Write(ref inside, 0);
        }
        if (scales)
            Predictor.OutputScaler?.Invert(output);
        GC.KeepAlive(this);
        return fine;
    }

    /// <summary>Some steps at once: inputs [steps × InputWidth], answers [steps × OutputWidth], row-major.</summary>
    /// <exception cref="ArgumentException">The lengths do not fit, or an input is not finite: the steps before it have been taken.</exception>
    public void Run(ReadOnlySpan<float> inputs, Span<float> outputs)
    {
        int width = Predictor.InputWidth, steps = inputs.Length / width;
        if (inputs.Length != (long)steps * width || outputs.Length != (long)steps * program.Outputs)
            throw new ArgumentException($"{Predictor.Name} takes {width} values a step and gives {program.Outputs}, but there are " +
                $"{inputs.Length} inputs and room for {outputs.Length} outputs.");
        for (int step = 0; step < steps; step++)
            Step(inputs.Slice(step * width, width), outputs.Slice(step * program.Outputs, program.Outputs));
    }

    /// <summary>Back to before the first step.</summary>
    public void Reset()
    {
        ThrowIfInside();
        foreach (StepState state in program.States)
            Rows.Fill(memory.Floats + state.Offset, state.Width, state.Initial);
        (sinceFlush, reported) = (0, false);
    }

    /// <summary>Everything that the answers to come depend on, to the bit: the states, one behind the other, and how many steps ago what had faded became zero
    /// (<see cref="Carry.Flush(int, Floats, long)"/>), from 0 to 15.</summary>
    public float[] Snapshot()
    {
        var state = new float[StateLength];
        Snapshot(state);
        return state;
    }

    /// <inheritdoc cref="Snapshot()"/>
    public void Snapshot(Span<float> state)
    {
        ThrowIfInside();
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
        bool rounded = state.Length != StateLengthBefore;
        if (rounded)
            CheckLength(state.Length);
        if (Rows.FirstNotFinite(state) is int index)
            throw new ArgumentException(FormattableString.Invariant($"The state is {state[index]} at index {index}."), nameof(state));
        if (state[^1] is not (>= 0 and < Carry.FlushSteps) || state[^1] != (int)state[^1])
            throw new ArgumentException(FormattableString.Invariant(
                $"The state ends in {state[^1]}, not in a count of steps from 0 to {Carry.FlushSteps - 1}: it is no snapshot of a stream."), nameof(state));
        ThrowIfInside();
        foreach (StepState part in program.States)
        {
            if (part.IsRounding && !rounded)
            {
                Rows.Fill(memory.Floats + part.Offset, part.Width, part.Initial);
                continue;
            }
            state[..part.Width].CopyTo((memory.Floats + part.Offset).Span(part.Width));
            state = state[part.Width..];
        }
        (sinceFlush, reported) = ((int)state[0], false);
    }

    /// <summary>A second stream that goes on from here by itself, under the same condition.</summary>
    public PredictionStream Fork()
    {
        ThrowIfInside();
        var fork = new PredictionStream(Predictor, condition);
        memory.Span.CopyTo(fork.memory.Span);
        (fork.sinceFlush, fork.reported) = (sinceFlush, reported);
        return fork;
    }

    /// <summary>The scale with which the operand was rounded at the last step.</summary>
    internal float ScaleOf(StepOperand operand) => memory.Floats[operand.Words];

    /// <summary>As in the loops of whole sequences, see <see cref="Carry.Flush(int, Floats, long)"/>; looks, too, whether the states are finite.</summary>
    /// <returns>False if they are not, for the first time.</returns>
    bool Flush()
    {
        sinceFlush = 0;
        bool finite = true;
        // By number: an enumerator would be allocated.
        for (int i = 0; i < program.States.Count; i++)
        {
            StepState state = program.States[i];
            Floats values = memory.Floats + state.Offset;
            Carry.Flush(values, Layout.Pad(state.Width));
            finite &= Rows.AllFinite(values, state.Width);
        }
        bool told = finite | reported;
        reported |= !finite;
        return told;
    }

    /// <summary>Tells which state is no longer finite.</summary>
    [DoesNotReturn]
    internal void ThrowBroken()
    {
        foreach (StepState state in program.States)
            if (Rows.FirstNotFinite((memory.Floats + state.Offset).Span(state.Width)) is int unit)
                throw new InvalidOperationException(FormattableString.Invariant(
                    $"State '{state.Name}' of a stream of {Predictor.Name} is {memory.Floats[state.Offset + unit]} at index {unit} and will not become finite again: ") +
                    $"{nameof(Reset)} the stream, or {nameof(Restore)} a snapshot from before, and look for inputs far from those of the training.");
        throw new InvalidOperationException($"A state of a stream of {Predictor.Name} was not finite.");
    }

    void ThrowIfInside()
    {
        if (Volatile.Read(ref inside) != 0)
            ThrowTwoCallers();
    }

    [DoesNotReturn]
    void ThrowTwoCallers() => throw new InvalidOperationException(
        $"Two threads use one stream of {Predictor.Name} at once, but it takes one caller at a time: give each thread a stream of its own " +
        $"({nameof(Predictor)}.{nameof(Prediction.Predictor.Start)}, {nameof(Fork)}). What this stream has seen is mixed up: {nameof(Reset)} it.");

    Floats Scaled(ReadOnlySpan<float> input)
    {
        Floats scaled = memory.Floats + (nint)program.StreamFloats;
        input.CopyTo(scaled.Span(input.Length));
        Predictor.InputScaler?.Apply(scaled.Span(input.Length));
        return condition?.Held is { } held ? Beside(held, scaled.Span(input.Length), scaled + (nint)Layout.Align(input.Length)) : scaled;
    }

    /// <summary>The inputs of a step in their places beside those of the condition.</summary>
    Floats Beside(float[] held, ReadOnlySpan<float> input, Floats all)
    {
        held.CopyTo(all.Span(held.Length));
        for (int i = 0; i < Predictor.InputPlaces.Length; i++)
        {
            int width = Predictor.Inputs[i].Width;
            input[..width].CopyTo(all.Span(held.Length)[Predictor.InputPlaces[i]..]);
            input = input[width..];
        }
        return all;
    }

    void CheckLength(int length)
    {
        if (length != StateLength)
            throw new ArgumentException($"The state of {Predictor.Name} has {StateLength} values, not {length}.");
    }

    [DoesNotReturn]
    void ThrowLengths(int input, int output) => throw new ArgumentException(
        $"{Predictor.Name} takes {Predictor.InputWidth} values a step and gives {program.Outputs}, not {input} and {output}.");

    [DoesNotReturn]
    void ThrowNotFinite(ReadOnlySpan<float> input)
    {
        int index = Rows.FirstNotFinite(input)!.Value;
        throw new ArgumentException(FormattableString.Invariant(
            $"Input {index} of {Predictor.Name} is {input[index]}: fill in or leave out missing values before the step."), nameof(input));
    }
}

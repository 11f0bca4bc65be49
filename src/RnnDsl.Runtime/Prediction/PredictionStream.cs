using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Memory;

namespace RnnDsl.Prediction;

/// <summary>One sequence that runs through a <see cref="Predictor"/>. Steps allocate nothing. It takes one caller at a time; a second one gets an <see
/// cref="InvalidOperationException"/>. Different streams may run on different threads.</summary>
public sealed unsafe partial class PredictionStream
{
    readonly AlignedBuffer memory = new();
    StepProgram program;

    /// <summary>The data that streams under one condition share; null if there is no condition.</summary>
    Condition? condition;

    /// <summary>Whether a step's inputs are scaled, or combined with those of a condition.</summary>
    readonly bool scales;

    /// <summary>The number of steps since the last flush.</summary>
    int sinceFlush;

    /// <summary>Whether a state that is no longer finite was already reported.</summary>
    bool reported;

    /// <summary>The stack address of the call that is inside, which differs between threads; 0 if nobody is inside. An interlocked exchange would take a tenth of a small step.
    /// Instead, two callers who enter within the same few nanoseconds are noticed when the first of them leaves.</summary>
    nint inside;

    /// <summary>The last call for several streams, see <see cref="IsNewIn"/>.</summary>
    long lastCall;

    internal PredictionStream(Predictor predictor, Condition? condition)
    {
        Predictor = predictor;
        this.condition = condition;
        program = condition?.Program ?? predictor.Program;
        scales = predictor.InputScaler is not null || predictor.OutputScaler is not null || condition?.Held is not null;
        memory.Reserve(Floats(predictor, program), Predictor.SmallerSizes);
        Reset();
    }

    /// <summary>The predictor with the weights.</summary>
    public Predictor Predictor { get; }

    /// <summary>The adapter with which the stream goes on, or null for the predictor's own weights. It may be changed between steps; the states stay as they are.</summary>
    /// <exception cref="ArgumentException">The adapter was made by another predictor.</exception>
    /// <exception cref="InvalidOperationException">Another thread makes a step.</exception>
    public StreamAdapter? Adapter
    {
        get;
        set
        {
            if (value is not null && value.Predictor != Predictor)
                throw new ArgumentException($"The adapter was made for another predictor than that of the stream: call {nameof(Predictor.Adapt)} of this one.", nameof(value));
            ThrowIfInside();
            field = value;
        }
    }

    /// <summary>The floats of states, working memory, and room for scaled inputs.</summary>
    internal static long Floats(Predictor predictor, StepProgram program) =>
        program.StreamFloats + Layout.Align(predictor.InputWidth) + (program.Inputs == predictor.InputWidth ? 0 : Layout.Align(program.Inputs));

    /// <summary>Makes one step.</summary>
    /// <param name="input">The <see cref="Predictor.InputWidth"/> values of the step.</param>
    /// <param name="output">Gets the answer, with <see cref="Predictor.OutputWidth"/> values. It may be the input.</param>
    /// <exception cref="ArgumentException">A length does not fit, or an input is not finite. The stream is unchanged.</exception>
    /// <exception cref="InvalidOperationException">A state, and with it the answers, has become NaN or infinite in the last 16 steps. This is reported once, by the step that
    /// notices it, which has been made. Or another thread is inside.</exception>
    public void Step(ReadOnlySpan<float> input, Span<float> output)
    {
        if (!Advance(input, output))
            ThrowBroken();
    }

    /// <summary>Makes one step.</summary>
    /// <returns>False if it must be reported now that a state is no longer finite.</returns>
    internal bool Advance(ReadOnlySpan<float> input, Span<float> output)
    {
        if (input.Length != Predictor.InputWidth || output.Length != program.Outputs)
            ThrowLengths(input.Length, output.Length);
        if (Adapter?.Step is { } step)
            return step(this, input, output);
        bool fine;
        fixed (float* x = input, y = output)
        {
            nint here;
            Floats source = Enter(x, (nint)(&here));
            program.Step(Predictor.Prepared, memory.Floats, source, new Floats(y));
            fine = Leave((nint)(&here));
        }
        Unscale(output);
        GC.KeepAlive(this);
        return fine;
    }

    /// <summary>Checks the inputs of a step, and takes the stream for it.</summary>
    /// <param name="input">The inputs.</param>
    /// <param name="caller">See <see cref="inside"/>.</param>
    /// <returns>The inputs as the program reads them.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Floats Enter(float* input, nint caller)
    {
        var source = new Floats(input);
        if (!Rows.AllFinite(source, Predictor.InputWidth))
            ThrowNotFinite(source.Span(Predictor.InputWidth));
        if (Predictor.ReadsNumbers)
            Predictor.CheckNumbers(source.Span(Predictor.InputWidth));
        ThrowIfInside();
        Volatile.Write(ref inside, caller);
        return scales ? Scaled(source.Span(Predictor.InputWidth)) : source;
    }

    /// <summary>Ends a step.</summary>
    /// <returns>False if it must be reported now that a state is no longer finite.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Leave(nint caller)
    {
        bool fine = ++sinceFlush != Carry.FlushSteps || Flush();
        if (Volatile.Read(ref inside) != caller)
            ThrowTwoCallers();
        Volatile.Write(ref inside, 0);
        return fine;
    }

    /// <summary>False if a call for several streams has named the stream before.</summary>
    internal bool IsNewIn(long call)
    {
        bool isNew = lastCall != call;
        lastCall = call;
        return isNew;
    }

    /// <summary>Gives the stream back without a step.</summary>
    internal void Release() => Volatile.Write(ref inside, 0);

    /// <summary>The program of a step.</summary>
    internal StepProgram Program => program;

    /// <summary>The states and working memory of the stream.</summary>
    internal Floats Memory => memory.Floats;

    /// <summary>Undoes the scaling of an answer.</summary>
    internal void Unscale(Span<float> output)
    {
        if (scales)
            Predictor.OutputScaler?.Invert(output);
    }

    /// <summary>Makes some steps at once. Inputs [steps × InputWidth] and answers [steps × OutputWidth] are row-major.</summary>
    /// <exception cref="ArgumentException">The lengths do not fit, or an input is not finite. The steps before that input have been made.</exception>
    public void Run(ReadOnlySpan<float> inputs, Span<float> outputs)
    {
        int width = Predictor.InputWidth, steps = inputs.Length / width;
        if (inputs.Length != (long)steps * width || outputs.Length != (long)steps * program.Outputs)
            throw new ArgumentException($"{Predictor.Name} takes {width} values a step and gives {program.Outputs}, but there are " +
                $"{inputs.Length} inputs and room for {outputs.Length} outputs.");
        for (int step = 0; step < steps; step++)
            Step(inputs.Slice(step * width, width), outputs.Slice(step * program.Outputs, program.Outputs));
    }

    /// <summary>Returns to the state before the first step.</summary>
    public void Reset()
    {
        ThrowIfInside();
        // Indexed, because an enumerator would be allocated.
        for (int i = 0; i < program.States.Count; i++)
            Rows.Fill(memory.Floats + program.States[i].Offset, program.States[i].Width, program.States[i].Initial);
        (sinceFlush, reported) = (0, false);
    }

    /// <summary>The scale with which an operand was rounded at the last step. It lies where the stream's own program has it: under a condition that depends on the lengths of its sequences.</summary>
    /// <param name="operand">The number of the operand in the program's order.</param>
    internal float ScaleOf(int operand) => memory.Floats[program.Operands[operand].Words];

    /// <summary>Flushes states as in the loops over whole sequences, see <see cref="Carry.Flush(int, Floats, long)"/>, and checks that they are finite.</summary>
    /// <returns>False if they are not, for the first time.</returns>
    bool Flush()
    {
        sinceFlush = 0;
        bool finite = true;
        // Indexed, because an enumerator would be allocated.
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

    [DoesNotReturn]
    void ThrowBroken() => throw new InvalidOperationException(Broken());

    /// <summary>Says which state is no longer finite.</summary>
    internal string Broken()
    {
        foreach (StepState state in program.States)
            if (Rows.FirstNotFinite((memory.Floats + state.Offset).Span(state.Width)) is int unit)
                return FormattableString.Invariant(
                    $"State '{state.Name}' of a stream of {Predictor.Name} is {memory.Floats[state.Offset + unit]} at index {unit} and will not become finite again: ") +
                    $"{nameof(Reset)} the stream, or {nameof(Restore)} a snapshot from before, and look for inputs far from those of the training.";
        return $"A state of a stream of {Predictor.Name} was not finite.";
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
        if (!Rows.AllFinite(scaled, input.Length))
        {
            Release();
            ThrowNotFinite(scaled.Span(input.Length), " when it is scaled");
        }
        return condition?.Held is { } held ? Beside(held, scaled.Span(input.Length), scaled + (nint)Layout.Align(input.Length)) : scaled;
    }

    /// <summary>The inputs of a step, combined with those of the condition.</summary>
    Floats Beside(float[] held, ReadOnlySpan<float> input, Floats all)
    {
        held.CopyTo(all.Span(held.Length));
        for (int i = 0; i < Predictor.InputOffsets.Length; i++)
        {
            int width = Predictor.Inputs[i].Width;
            input[..width].CopyTo(all.Span(held.Length)[Predictor.InputOffsets[i]..]);
            input = input[width..];
        }
        return all;
    }

    [DoesNotReturn]
    void ThrowLengths(int input, int output) => throw new ArgumentException(
        $"{Predictor.Name} takes {Predictor.InputWidth} values a step and gives {program.Outputs}, not {input} and {output}.");

    [DoesNotReturn]
    void ThrowNotFinite(ReadOnlySpan<float> input, string when = "")
    {
        int index = Rows.FirstNotFinite(input)!.Value;
        throw new ArgumentException(FormattableString.Invariant(
            $"Input {index} of {Predictor.Name} is {input[index]}{when}: fill in or leave out missing values before the step."), nameof(input));
    }
}

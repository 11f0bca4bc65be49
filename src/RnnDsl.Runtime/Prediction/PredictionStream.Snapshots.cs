using RnnDsl.CompilerServices;
using RnnDsl.Execution;

namespace RnnDsl.Prediction;

/// <summary>Where a stream stands: as numbers that can be saved, and as other streams that go on from there.</summary>
public sealed unsafe partial class PredictionStream
{
    /// <summary>The number of values of the state, see <see cref="Snapshot()"/>.</summary>
    public int StateLength => Length(withRoundings: true);

    /// <summary>The length of snapshots of earlier versions, which had no rounding errors of sums over the steps.</summary>
    int StateLengthBefore => Length(withRoundings: false);

    int Length(bool withRoundings)
    {
        int length = 1;
        for (int i = 0; i < program.States.Count; i++)
            length += withRoundings || !program.States[i].IsRounding ? program.States[i].Width : 0;
        return length;
    }

    /// <summary>Everything that future answers depend on, to the bit: the states, one after another, and the number of steps since values that had faded were last set to zero
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
        // Indexed, because an enumerator would be allocated.
        for (int i = 0; i < program.States.Count; i++)
        {
            StepState part = program.States[i];
            (memory.Floats + part.Offset).Span(part.Width).CopyTo(state);
            state = state[part.Width..];
        }
        state[0] = sinceFlush;
    }

    /// <summary>Returns to a snapshot of this stream, or of another stream of the same model.</summary>
    /// <exception cref="ArgumentException">The snapshot has another length, is not finite, or does not end in a step count. The stream is unchanged.</exception>
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
        for (int i = 0; i < program.States.Count; i++)
        {
            StepState part = program.States[i];
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

    /// <summary>A second stream that continues from here independently, under the same condition and with the same adapter.</summary>
    public PredictionStream Fork()
    {
        ThrowIfInside();
        var fork = new PredictionStream(Predictor, condition);
        fork.CopyFrom(this);
        return fork;
    }

    /// <summary>Goes on from where another stream stands, under its condition and with its adapter, independently of it. This is <see cref="Fork"/> into a stream that is there already: it allocates only if the
    /// other's condition needs more memory than this stream has.</summary>
    /// <param name="other">A stream of the same predictor.</param>
    /// <exception cref="ArgumentException">The other is a stream of another predictor. The stream is unchanged.</exception>
    public void CopyFrom(PredictionStream other)
    {
        if (other.Predictor != Predictor)
            throw new ArgumentException($"The stream is one of {other.Predictor.Name}, of another predictor than that of {Predictor.Name}.", nameof(other));
        ThrowIfInside();
        other.ThrowIfInside();
        if (program != other.program)
        {
            program = other.program;
            memory.Reserve(Floats(Predictor, program), Predictor.SmallerSizes);
            memory.Span.Clear();
        }
        condition = other.condition;
        Adapter = other.Adapter;
        // Indexed, because an enumerator would be allocated.
        for (int i = 0; i < program.States.Count; i++)
        {
            StepState state = program.States[i];
            (other.memory.Floats + state.Offset).Span(state.Width).CopyTo((memory.Floats + state.Offset).Span(state.Width));
        }
        (sinceFlush, reported) = (other.sinceFlush, other.reported);
    }

    void CheckLength(int length)
    {
        if (length != StateLength)
            throw new ArgumentException($"The state of {Predictor.Name} has {StateLength} values, not {length}.");
    }
}

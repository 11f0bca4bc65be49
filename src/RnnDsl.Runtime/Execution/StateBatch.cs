using RnnDsl.Sequences;

namespace RnnDsl.Execution;

/// <summary>
/// The states of a method for the examples of a data set, as values: to be read, written, copied and reset. Row i belongs to
/// example i.
/// </summary>
public sealed class StateBatch
{
    readonly IReadOnlyList<StateInfo> infos;
    readonly float[][] values;

    /// <param name="method">The method whose states these are.</param>
    /// <param name="count">Number of examples.</param>
    public StateBatch(MethodInfo method, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        infos = method.States;
        Count = count;
        values = new float[infos.Count][];
        for (int i = 0; i < values.Length; i++)
            values[i] = new float[checked(count * infos[i].Width)];
        Reset();
    }

    /// <summary>Number of examples.</summary>
    public int Count { get; }

    /// <summary>Number of states.</summary>
    public int States => values.Length;

    /// <summary>One state of all examples: [examples × width].</summary>
    /// <exception cref="ArgumentException">There is no state of that name.</exception>
    public Span<float> this[string name]
    {
        get
        {
            for (int i = 0; i < infos.Count; i++)
                if (infos[i].Name == name)
                    return values[i];
            throw new ArgumentException(
                $"There is no state '{name}'. {NearestName.Hint(name, [.. infos.Select(s => s.Name)])}", nameof(name));
        }
    }

    /// <summary>One state of all examples, by its place in <see cref="MethodInfo.States"/>.</summary>
    public Span<float> this[int state] => values[state];

    /// <summary>One state of one example.</summary>
    public Span<float> Row(int state, int example) =>
        values[state].AsSpan(example * infos[state].Width, infos[state].Width);

    /// <summary>Back to the initial constants.</summary>
    public void Reset()
    {
        for (int i = 0; i < values.Length; i++)
            values[i].AsSpan().Fill(infos[i].Initial);
    }

    /// <summary>All zero, for gradients.</summary>
    public void Clear()
    {
        foreach (float[] state in values)
            state.AsSpan().Clear();
    }

    /// <summary>Takes the values of the same states of as many examples.</summary>
    public void CopyFrom(StateBatch other)
    {
        if (other.Count != Count || !other.infos.Select(s => (s.Name, s.Width)).SequenceEqual(infos.Select(s => (s.Name, s.Width))))
            throw new ArgumentException("The states are of another method, or of another number of examples.", nameof(other));
        for (int i = 0; i < values.Length; i++)
            other.values[i].CopyTo(values[i], 0);
    }
}

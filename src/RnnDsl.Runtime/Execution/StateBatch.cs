using RnnDsl.CompilerServices;
using RnnDsl.Sequences;

namespace RnnDsl.Execution;

/// <summary>The states of a method for the examples of a data set. They can be read, written, copied and reset. Row i belongs to example i.</summary>
public sealed class StateBatch
{
    readonly IReadOnlyList<StateInfo> infos;
    readonly float[][] values;

    /// <summary>States with their initial constants.</summary>
    /// <param name="method">The method whose states these are.</param>
    /// <param name="count">Number of examples.</param>
    /// <exception cref="ArgumentException">A state of all examples has more values than an array can hold.</exception>
    public StateBatch(MethodInfo method, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        infos = method.States;
        Count = count;
        values = new float[infos.Count][];
        for (int i = 0; i < values.Length; i++)
            values[i] = (long)count * infos[i].Width <= Array.MaxLength ? new float[count * infos[i].Width]
                : throw new ArgumentException($"State '{infos[i].Name}' of {count} examples is {(long)count * infos[i].Width} floats, more than the {Array.MaxLength} of an array: " +
                    "cut the data set into parts.", nameof(count));
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

    /// <summary>One state of all examples, by its index in <see cref="MethodInfo.States"/>.</summary>
    public Span<float> this[int state] => values[state];

    /// <summary>One state of one example.</summary>
    public Span<float> Row(int state, int example) =>
        values[state].AsSpan(example * infos[state].Width, infos[state].Width);

    /// <summary>States that are carried from call to call and are not finite once would give NaN forever.</summary>
    internal void RequireFinite(ReadOnlySpan<int> examples)
    {
        for (int state = 0; state < values.Length; state++)
            foreach (int example in examples)
                if (Rows.FirstNotFinite(Row(state, example)) is int unit)
                    throw new ArgumentException(FormattableString.Invariant(
                        $"State '{infos[state].Name}' of example {example} is {Row(state, example)[unit]} at index {unit}: {nameof(Reset)} the states, or set finite ones."));
    }

    /// <summary>Resets the states to the initial constants.</summary>
    public void Reset()
    {
        for (int i = 0; i < values.Length; i++)
            values[i].AsSpan().Fill(infos[i].Initial);
    }

    /// <summary>Sets everything to zero, for gradients.</summary>
    public void Clear()
    {
        foreach (float[] state in values)
            state.AsSpan().Clear();
    }

    /// <summary>Copies the values of the same states of as many examples.</summary>
    public void CopyFrom(StateBatch other)
    {
        if (other.Count != Count || !other.infos.Select(s => (s.Name, s.Width)).SequenceEqual(infos.Select(s => (s.Name, s.Width))))
            throw new ArgumentException("The states are of another method, or of another number of examples.", nameof(other));
        for (int i = 0; i < values.Length; i++)
            other.values[i].CopyTo(values[i], 0);
    }
}

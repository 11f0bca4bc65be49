namespace RnnDsl.Runs.Equations;

using RnnDsl.Generators.Ir;

/// <summary>The lengths of an example's sequences along each axis. An axis within another has a sequence for each step of that axis, every other axis has one.</summary>
sealed class Axes
{
    readonly Dictionary<int, int[]> lengths = [];

    /// <summary>The lengths of the sequences of an axis.</summary>
    public int[] this[int axis]
    {
        get => lengths.TryGetValue(axis, out int[]? of) ? of : throw new NotSupportedException($"Nothing says how long the sequences of axis {axis} are.");
        set => lengths[axis] = value;
    }

    /// <summary>The number of values that vary over a domain.</summary>
    public int Rows(Domain domain) => domain.IsSteps ? this[domain.Axis].Sum() : domain.IsExamples && lengths.TryGetValue(domain.Axis, out int[]? of) ? of.Length : 1;

    /// <summary>The sequences of an axis as first row and length.</summary>
    public IEnumerable<(int First, int Length)> Sequences(int axis)
    {
        int first = 0;
        foreach (int length in this[axis])
        {
            yield return (first, length);
            first += length;
        }
    }

    /// <summary>The value of a smaller domain that belongs to a row of a larger one.</summary>
    public Tensor At(Tensor[] values, Domain of, Domain domain, int row)
    {
        if (values.Length == 1)
            return values[0];
        if (of.IsSteps || !domain.IsSteps)
            return values[row];
        int sequence = 0;
        for (int end = this[domain.Axis][0]; row >= end; end += this[domain.Axis][sequence])
            sequence++;
        return values[sequence];
    }
}

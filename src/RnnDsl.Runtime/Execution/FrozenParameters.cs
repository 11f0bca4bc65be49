using RnnDsl.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.Execution;

/// <summary>The parameters whose gradient is not used, and the parts of a training program that serve no others.</summary>
sealed class FrozenParameters(ParameterStore parameters, CompiledProgram? program)
{
    readonly int[][] groups = program?.GradientGroups ?? [];
    readonly bool[] frozen = new bool[parameters.Slices.Count];
    bool[] skipped = [];
    bool isCurrent = true;

    /// <summary>Rises with each change.</summary>
    public int Version { get; private set; }

    public bool this[int parameter]
    {
        get => frozen[parameter];
        set
        {
            if (frozen[parameter] == value)
                return;
            frozen[parameter] = value;
            isCurrent = false;
            Version++;
        }
    }

    /// <inheritdoc cref="Shard.Skipped"/>
    public bool[] Skipped
    {
        get
        {
            if (!isCurrent)
                skipped = frozen.Contains(true) ? Array.ConvertAll(groups, HasFrozenAlone) : [];
            isCurrent = true;
            return skipped;
        }
    }

    bool HasFrozenAlone(int[] ranges)
    {
        for (int i = 0; i < ranges.Length; i += 2)
            if (frozen.AsSpan(ranges[i]..ranges[i + 1]).Contains(false))
                return false;
        return true;
    }
}

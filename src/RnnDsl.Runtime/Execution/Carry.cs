using RnnDsl.Kernels;
using RnnDsl.Memory;

namespace RnnDsl.Execution;

/// <summary>How generated time loops take their states from the caller and give them back.</summary>
public static class Carry
{
    /// <summary>The state before the first step: the caller's, or the constant where it gives none.</summary>
    public static void Start(Floats carry, Floats[] states, int index, long count, float constant)
    {
        if (Wanted(states, index) is { IsNull: false } given)
            Rows.Copy(given, carry, count);
        else
            Rows.Fill(carry, count, constant);
    }

    /// <summary>Hands the state after the last step to a caller that wants it.</summary>
    public static void Finish(Floats carry, Floats[] states, int index, long count)
    {
        if (Wanted(states, index) is { IsNull: false } target)
            Rows.Copy(carry, target, count);
    }

    /// <summary>Where the caller wants a result, or a null pointer.</summary>
    public static Floats Wanted(Floats[]? targets, int index) => targets is not null && index < targets.Length ? targets[index] : Floats.Null;
}

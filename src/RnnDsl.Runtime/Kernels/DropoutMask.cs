using System.ComponentModel;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>
/// Which units one dropout of a program drops, as a function of a key and the unit's place, so that nothing is stored and forward and backward pass see the
/// same: a counter-based generator (Salmon et al. 2011). The row's number is mixed as in splitmix64 (Steele et al. 2014), the unit's by two rounds of
/// multiplication and shift with Wellons' constants of 32 bits (2018).
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct DropoutMask
{
    internal const uint FirstFactor = 0x7feb352d, SecondFactor = 0x846ca68b;

    readonly ulong key;

    /// <param name="noise">Key of the shard: <see cref="Shard.Noise"/>.</param>
    /// <param name="dropout">Number of the dropout in its program.</param>
    /// <param name="rate">Probability that a unit is dropped, from 0 to below 1.</param>
    public DropoutMask(ulong noise, int dropout, double rate)
    {
        key = RandomStream.Derive(noise, (ulong)dropout);
        Below = (int)Math.Min(Math.Round(rate * (1L << 32)) + int.MinValue, int.MaxValue);
        Scale = (float)(1 / (1 - rate));
    }

    /// <summary>A unit is dropped if its number, uniform over the integers of 32 bits, is below this.</summary>
    public int Below { get; }

    /// <summary>Times what is kept, so that the mean over all masks is the value itself.</summary>
    public float Scale { get; }

    /// <summary>Key of a row's numbers.</summary>
    public ulong Row(nint row) => RandomStream.Derive(key, (ulong)row);

    /// <summary>By what one unit is multiplied: zero or <see cref="Scale"/>.</summary>
    public float Factor(nint row, int unit) => Number(Row(row), unit) < Below ? 0 : Scale;

    /// <summary>A unit's number; <see cref="ISimd{V}.Drop"/> makes the same, lane by lane.</summary>
    static int Number(ulong row, int unit)
    {
        uint h = (uint)row + (uint)unit;
        h = (h ^ (h >> 16)) * FirstFactor;
        return (int)((h ^ (h >> 15) ^ (uint)(row >> 32)) * SecondFactor);
    }
}

using System.ComponentModel;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>
/// Says which units one dropout of a program drops, as a function of a key and the unit's position. Nothing is stored, and the forward and the backward pass get the same mask: it
/// is a counter-based generator (Salmon et al. 2011). The row's number is mixed as in splitmix64 (Steele et al. 2014), and the unit's number by two rounds of multiplication and
/// shift with Wellons' 32-bit constants (2018).
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct DropoutMask
{
    internal const uint FirstFactor = 0x7feb352d, SecondFactor = 0x846ca68b;

    readonly ulong key;

    /// <param name="noise">The key of the shard: <see cref="Shard.Noise"/>.</param>
    /// <param name="dropout">The number of the dropout in its program.</param>
    /// <param name="rate">Probability that a unit is dropped, from 0 to below 1.</param>
    public DropoutMask(ulong noise, int dropout, double rate)
    {
        key = RandomStream.Derive(noise, (ulong)dropout);
        Below = (int)Math.Min(Math.Round(rate * (1L << 32)) + int.MinValue, int.MaxValue);
        Scale = (float)(1 / (1 - rate));
    }

    /// <summary>A unit is dropped if its number, which is uniform over the 32-bit integers, is below this.</summary>
    public int Below { get; }

    /// <summary>The factor of the units that are kept. With it, the mean over all masks is the value itself.</summary>
    public float Scale { get; }

    /// <summary>The key of a row's numbers.</summary>
    public ulong Row(nint row) => RandomStream.Derive(key, (ulong)row);

    /// <summary>The factor of one unit: zero or <see cref="Scale"/>.</summary>
    public float Factor(nint row, int unit) => Number(Row(row), unit) < Below ? 0 : Scale;

    /// <summary>The number of a unit. <see cref="ISimd{V}.Drop"/> computes the same number, lane by lane.</summary>
    static int Number(ulong row, int unit)
    {
        uint h = (uint)row + (uint)unit;
        h = (h ^ (h >> 16)) * FirstFactor;
        return (int)((h ^ (h >> 15) ^ (uint)(row >> 32)) * SecondFactor);
    }
}

using System.Numerics;
using System.Runtime.InteropServices;
using RnnDsl.CompilerServices;

namespace RnnDsl.Memory;

/// <summary>
/// Random numbers that depend only on the seed and a name, on every machine and in every version of .NET. The generator is xoshiro256** (Blackman &amp; Vigna 2018), seeded through splitmix64.
/// </summary>
public sealed class RandomStream
{
    ulong a, b, c, d;
    double spare = double.NaN;

    /// <summary>A stream at its beginning.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="name">What the numbers are for. Streams with different names are independent.</param>
    public RandomStream(int seed, ReadOnlySpan<char> name = default)
    {
        // FNV-1a over the name's UTF-16 bytes.
        ulong state = 14695981039346656037;
        foreach (byte part in MemoryMarshal.AsBytes(name))
            state = (state ^ part) * 1099511628211;
        state = Mix(state) ^ (uint)seed;
        a = Split(ref state);
        b = Split(ref state);
        c = Split(ref state);
        d = Split(ref state);
    }

    /// <summary>64 random bits.</summary>
    public ulong Bits()
    {
        ulong result = BitOperations.RotateLeft(b * 5, 7) * 9;
        ulong shifted = b << 17;
        c ^= a;
        d ^= b;
        b ^= c;
        a ^= d;
        c ^= shifted;
        d = BitOperations.RotateLeft(d, 45);
        return result;
    }

    /// <summary>A uniform number in [0, 1).</summary>
    public double Uniform() => (Bits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A uniform number in [-<paramref name="limit"/>, <paramref name="limit"/>).</summary>
    public double Uniform(double limit) => (2 * Uniform() - 1) * limit;

    /// <summary>A normal number with mean 0 and standard deviation 1 (Marsaglia's polar method).</summary>
    public double Normal()
    {
        if (!double.IsNaN(spare))
        {
            double kept = spare;
            spare = double.NaN;
            return kept;
        }
        double x, y, square;
        do
        {
            x = Uniform(1);
            y = Uniform(1);
            square = x * x + y * y;
        }
        while (square >= 1 || square == 0);
        double scale = Math.Sqrt(-2 * Math.Log(square) / square);
        spare = y * scale;
        return x * scale;
    }

    /// <summary>A uniform integer in 0 .. <paramref name="limit"/> - 1, without bias (Lemire 2019).</summary>
    public int Below(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        while (true)
        {
            ulong product = (Bits() >> 32) * (uint)limit;
            if ((uint)product >= (uint)(-limit) % (uint)limit)
                return (int)(product >> 32);
        }
    }

    /// <summary>Puts the elements into a random order (Fisher &amp; Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int other = Below(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }

    /// <summary>A key derived from a key and a number. Keys of different numbers are independent.</summary>
    internal static ulong Derive(ulong key, ulong number) => Mix(key + (number + 1) * 0x9E3779B97F4A7C15);

    static ulong Split(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        return Mix(state);
    }

    static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

namespace RnnDsl.CompilerServices;

/// <summary>Constants for work on the bits of a float.</summary>
static class FloatBits
{
    /// <summary>Adding 1.5·2²³ leaves a whole number in the low bits of the sum; adding the bias 127 too makes it a biased exponent.</summary>
    public const float BiasedRound = 12582912f + 127f;

    /// <summary>√½ as bits: mantissas are split there, so that their logarithms lie around zero.</summary>
    public const int RootHalf = 0x3f3504f3;

    /// <summary>Zero in all floats below 2⁻⁹⁵ and in no other, NaN included.</summary>
    public const int NotTiny = 0x70000000;

    /// <summary>Zero in denormal numbers and zeros, and in no others.</summary>
    public const int Normal = 0x7f800000;

    public const int ExponentMask = unchecked((int)0xff800000);
}

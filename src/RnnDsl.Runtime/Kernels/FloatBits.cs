namespace RnnDsl.CompilerServices;

/// <summary>Constants for operations on the bits of a float.</summary>
static class FloatBits
{
    /// <summary>Adding 1.5·2²³ leaves an integer in the low bits of the sum. Adding the bias 127 as well makes it a biased exponent.</summary>
    public const float BiasedRound = 12582912f + 127f;

    /// <summary>The bits of √½. Mantissas are split there, so that their logarithms lie around zero.</summary>
    public const int RootHalf = 0x3f3504f3;

    /// <summary>These bits are zero in all floats below 2⁻⁹⁵ and in no others, NaN included.</summary>
    public const int NotTiny = 0x70000000;

    /// <summary>These bits are zero in denormal numbers and zeros, and in no others.</summary>
    public const int Normal = 0x7f800000;

    public const int ExponentMask = unchecked((int)0xff800000);
}

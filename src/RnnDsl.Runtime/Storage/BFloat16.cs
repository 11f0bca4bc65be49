namespace RnnDsl.Storage;

/// <summary>Floats of 16 bits: a sign, 8 bits of exponent and 7 of fraction, which are the upper half of a float.</summary>
static class BFloat16
{
    /// <summary>Rounds to nearest, ties to even. A finite value of 3.3961776e38 or more becomes infinite. The value must not be NaN.</summary>
    public static ushort Round(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
    }

    /// <summary>The same value as a float.</summary>
    public static float Widen(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);
}

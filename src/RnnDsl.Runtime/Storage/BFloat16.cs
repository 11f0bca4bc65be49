namespace RnnDsl.Storage;

/// <summary>Floats of 16 bits: sign, 8 bits of exponent, 7 of fraction, which are the upper half of a float.</summary>
static class BFloat16
{
    /// <summary>Rounds to nearest, ties to even. A finite value from 3.3961776e38 up becomes infinite; NaN must not come in.</summary>
    public static ushort Round(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
    }

    /// <summary>The same value as a float.</summary>
    public static float Widen(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);
}

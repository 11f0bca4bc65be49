using System.Buffers.Binary;

namespace RnnDsl.Audio;

/// <summary>Bytes of samples, and their values. The largest negative integer is −1.</summary>
static class SampleCodec
{
    public static int Bytes(SampleFormat format) => format switch
    {
        SampleFormat.Pcm8 => 1,
        SampleFormat.Pcm16 => 2,
        SampleFormat.Pcm24 => 3,
        SampleFormat.Pcm32 or SampleFormat.Float32 => 4,
        SampleFormat.Float64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such format of samples."),
    };

    public static bool IsFloat(SampleFormat format) => format is SampleFormat.Float32 or SampleFormat.Float64;

    public static double Decode(ReadOnlySpan<byte> bytes, SampleFormat format) => format switch
    {
        SampleFormat.Pcm8 => (bytes[0] - 128) / 128.0,
        SampleFormat.Pcm16 => BinaryPrimitives.ReadInt16LittleEndian(bytes) / 32768.0,
        // The three bytes are the upper ones of 32 bits, so that the sign is right.
        SampleFormat.Pcm24 => (bytes[0] << 8 | bytes[1] << 16 | bytes[2] << 24) / 2147483648.0,
        SampleFormat.Pcm32 => BinaryPrimitives.ReadInt32LittleEndian(bytes) / 2147483648.0,
        SampleFormat.Float32 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        _ => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
    };

    /// <summary>Writes a sample. Integers are rounded, and what is beyond full scale becomes the largest value.</summary>
    public static void Encode(double sample, Span<byte> bytes, SampleFormat format)
    {
        switch (format)
        {
            case SampleFormat.Pcm8:
                bytes[0] = (byte)(Whole(sample, 128) + 128);
                break;
            case SampleFormat.Pcm16:
                BinaryPrimitives.WriteInt16LittleEndian(bytes, (short)Whole(sample, 32768));
                break;
            case SampleFormat.Pcm24:
                long value = Whole(sample, 8388608);
                (bytes[0], bytes[1], bytes[2]) = ((byte)value, (byte)(value >> 8), (byte)(value >> 16));
                break;
            case SampleFormat.Pcm32:
                BinaryPrimitives.WriteInt32LittleEndian(bytes, (int)Whole(sample, 2147483648));
                break;
            case SampleFormat.Float32:
                BinaryPrimitives.WriteSingleLittleEndian(bytes, (float)sample);
                break;
            default:
                BinaryPrimitives.WriteDoubleLittleEndian(bytes, sample);
                break;
        }
    }

    static long Whole(double sample, long fullScale) => (long)Math.Clamp(Math.Round(sample * fullScale), -fullScale, fullScale - 1);
}

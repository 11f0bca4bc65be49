using System.Buffers.Binary;

namespace RnnDsl.Audio;

/// <summary>What stands before the samples of a WAV file.</summary>
/// <param name="Channels">Samples of one moment.</param>
/// <param name="SampleRate">Moments a second.</param>
/// <param name="Format">Of a sample.</param>
/// <param name="DataBytes">The length of the samples that the file states, null if it states none, as programs that write into a pipe do.</param>
sealed record WavHeader(int Channels, int SampleRate, SampleFormat Format, long? DataBytes)
{
    /// <summary>More channels than any recorder has: the file is something else.</summary>
    const int MostChannels = 64;

    /// <summary>The bytes behind the number of the codec in the identifier of a format: the same for all that have a number.</summary>
    static ReadOnlySpan<byte> Numbered => [0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71];

    /// <summary>Reads up to the first sample.</summary>
    /// <exception cref="InvalidDataException">The stream holds no WAV file, or one that is not read.</exception>
    public static WavHeader Read(Stream stream)
    {
        Span<byte> head = stackalloc byte[12];
        int read = stream.ReadAtLeast(head, 12, throwOnEndOfStream: false);
        if (read == 0)
            throw new InvalidDataException("The file is empty.");
        if (read < 12 || !(head[..4].SequenceEqual("RIFF"u8) && head[8..].SequenceEqual("WAVE"u8)))
            throw new InvalidDataException(head[..4].SequenceEqual("RIFX"u8) || head[..4].SequenceEqual("RF64"u8)
                ? "WAV files of the kinds RIFX and RF64 are not read; convert it to RIFF."
                : "This is no WAV file: it does not begin with RIFF and WAVE.");
        WavHeader? format = null;
        Span<byte> chunk = stackalloc byte[8];
        while (true)
        {
            read = stream.ReadAtLeast(chunk, 8, throwOnEndOfStream: false);
            if (read < 8)
                throw new InvalidDataException(read > 0 ? "The file is cut short in the head of a chunk." : format is null ? "The file has no format chunk and no data chunk." : "The file has no data chunk.");
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            if (chunk[..4].SequenceEqual("data"u8))
                return format is null ? throw new InvalidDataException("The samples stand before the chunk that says their format.") : format with { DataBytes = length is 0 or uint.MaxValue ? null : length };
            if (chunk[..4].SequenceEqual("fmt "u8))
                format = ReadFormat(stream, length);
            else
                Skip(stream, length);
            if (length % 2 == 1)
                Skip(stream, 1);
        }
    }

    static WavHeader ReadFormat(Stream stream, uint length)
    {
        if (length is < 16 or > 4096)
            throw new InvalidDataException($"The format chunk has {length} bytes; 16, 18 and 40 are usual.");
        Span<byte> bytes = new byte[(int)length];
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw new InvalidDataException("The file is cut short in its format chunk.");
        int codec = BinaryPrimitives.ReadUInt16LittleEndian(bytes), channels = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
        uint rate = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        int block = BinaryPrimitives.ReadUInt16LittleEndian(bytes[12..]), bits = BinaryPrimitives.ReadUInt16LittleEndian(bytes[14..]);
        if (codec == 0xFFFE)
        {
            if (bytes.Length < 40 || !bytes.Slice(26, 14).SequenceEqual(Numbered))
                throw new InvalidDataException("The file has an extensible format that names no known codec.");
            codec = BinaryPrimitives.ReadUInt16LittleEndian(bytes[24..]);
        }
        if (channels == 0)
            throw new InvalidDataException("The file has zero channels.");
        if (channels > MostChannels)
            throw new InvalidDataException($"The file has {channels} channels; at most {MostChannels} are read.");
        if (rate is 0 or > int.MaxValue)
            throw new InvalidDataException($"The sample rate is {rate}.");
        SampleFormat format = (codec, bits) switch
        {
            (1, 8) => SampleFormat.Pcm8,
            (1, 16) => SampleFormat.Pcm16,
            (1, 24) => SampleFormat.Pcm24,
            (1, 32) => SampleFormat.Pcm32,
            (3, 32) => SampleFormat.Float32,
            (3, 64) => SampleFormat.Float64,
            (1 or 3, _) => throw new InvalidDataException($"{(codec == 1 ? "Integers" : "Floats")} of {bits} bits are not read; integers may have 8, 16, 24 or 32, floats 32 or 64."),
            _ => throw new InvalidDataException($"The codec {codec} ({Codec(codec)}) is not read; convert the file to integers or floats."),
        };
        if (block != channels * SampleCodec.Bytes(format))
            throw new InvalidDataException($"The format chunk contradicts itself: {channels} channels of {bits} bits are {channels * SampleCodec.Bytes(format)} bytes, and it says {block}.");
        return new WavHeader(channels, (int)rate, format, null);
    }

    static string Codec(int codec) => codec switch
    {
        2 => "ADPCM",
        6 => "A-law",
        7 => "µ-law",
        0x11 => "IMA ADPCM",
        0x31 => "GSM",
        0x55 => "MP3",
        _ => "unknown",
    };

    static void Skip(Stream stream, long bytes)
    {
        Span<byte> block = stackalloc byte[1024];
        for (int read; bytes > 0; bytes -= read)
            if ((read = stream.Read(block[..(int)Math.Min(block.Length, bytes)])) == 0)
                throw new InvalidDataException("The file is cut short before its samples.");
    }
}

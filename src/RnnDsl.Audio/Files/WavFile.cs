using System.Buffers.Binary;
using RnnDsl.Storage;

namespace RnnDsl.Audio;

/// <summary>WAV files as clips.</summary>
public static class WavFile
{
    /// <summary>Reads a file. Several channels become one, their mean.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mostSeconds">A longer file is refused, so that a wrong file does not fill the memory. <see cref="WavReader"/> reads files of any length.</param>
    /// <returns>The clip, whose <see cref="Sound.Findings"/> say what is wrong with the file and with the recording.</returns>
    /// <exception cref="InvalidDataException">It is no WAV file, one that is not read, or too long. The message begins with the file's name.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Sound Read(string path, double mostSeconds = 3600)
    {
        using var reader = new WavReader(path);
        return Read(reader, mostSeconds);
    }

    /// <summary>Reads a stream, which may be a pipe or an entry of an archive. It stays open.</summary>
    /// <param name="stream">It is read forwards alone.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="mostSeconds">A longer sound is refused.</param>
    /// <returns>The clip, whose <see cref="Sound.Findings"/> say what is wrong.</returns>
    /// <exception cref="InvalidDataException">It holds no WAV file, one that is not read, or too long a sound. The message begins with the name.</exception>
    public static Sound Read(Stream stream, string name = "the stream", double mostSeconds = 3600)
    {
        using var reader = new WavReader(stream, name, leaveOpen: true);
        return Read(reader, mostSeconds);
    }

    /// <summary>Writes a clip with one channel.</summary>
    /// <param name="path">The file; one that is there is replaced when all is written.</param>
    /// <param name="sound">Integers are rounded, and what is beyond full scale becomes the largest value.</param>
    /// <param name="format">Of a sample.</param>
    /// <exception cref="ArgumentException">The samples need more than the four gigabytes that a WAV file can have.</exception>
    public static void Write(string path, Sound sound, SampleFormat format = SampleFormat.Pcm16) => AtomicFile.Write(path, stream => Write(stream, sound, format));

    /// <summary>Writes a clip with one channel into a stream, which stays open.</summary>
    /// <param name="stream">It is written forwards alone.</param>
    /// <param name="sound">Integers are rounded, and what is beyond full scale becomes the largest value.</param>
    /// <param name="format">Of a sample.</param>
    /// <exception cref="ArgumentException">The samples need more than the four gigabytes that a WAV file can have.</exception>
    public static void Write(Stream stream, Sound sound, SampleFormat format = SampleFormat.Pcm16)
    {
        int size = SampleCodec.Bytes(format), head = SampleCodec.IsFloat(format) ? 58 : 44;
        long data = (long)sound.Samples.Length * size;
        if (data > uint.MaxValue - head)
            throw new ArgumentException($"{sound.Name} has {data} bytes of samples, more than a WAV file can have.", nameof(sound));
        Span<byte> bytes = stackalloc byte[head];
        "RIFF"u8.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], (uint)(head - 8 + data + data % 2));
        "WAVEfmt "u8.CopyTo(bytes[8..]);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[16..], head == 44 ? 16u : 18);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[20..], (ushort)(head == 44 ? 1 : 3));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[22..], 1);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[24..], (uint)sound.SampleRate);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[28..], (uint)Math.Min((long)sound.SampleRate * size, uint.MaxValue));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[32..], (ushort)size);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[34..], (ushort)(8 * size));
        if (head == 58)
        {
            // A file of floats also states the number of its samples.
            "fact"u8.CopyTo(bytes[38..]);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[42..], 4);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[46..], (uint)sound.Samples.Length);
        }
        "data"u8.CopyTo(bytes[(head - 8)..]);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[(head - 4)..], (uint)data);
        stream.Write(bytes);
        var block = new byte[4096 * size];
        for (int first = 0, count; first < sound.Samples.Length; first += count)
        {
            count = Math.Min(4096, sound.Samples.Length - first);
            for (int i = 0; i < count; i++)
                SampleCodec.Encode(sound.Samples[first + i], block.AsSpan(i * size, size), format);
            stream.Write(block, 0, count * size);
        }
        if (data % 2 == 1)
            stream.WriteByte(0);
    }

    static Sound Read(WavReader reader, double mostSeconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(mostSeconds);
        long most = (long)Math.Min(mostSeconds * reader.SampleRate, Array.MaxLength);
        // The header may state any length, so memory grows with what is there.
        var samples = new float[(int)Math.Min(reader.StatedLength ?? 0, Math.Min(most, 1 << 20)) + 1];
        int count = 0;
        for (int read; (read = reader.Read(samples.AsSpan(count))) > 0;)
        {
            count += read;
            if (count > most)
                throw new InvalidDataException(FormattableString.Invariant($"{reader.Name}: the sound is longer than {mostSeconds} seconds; {nameof(WavReader)} reads it block by block."));
            if (count == samples.Length)
                Array.Resize(ref samples, (int)Math.Min(2L * samples.Length, most + 1));
        }
        Array.Resize(ref samples, count);
        return new Sound(samples, reader.SampleRate, reader.Name, reader.Findings);
    }
}

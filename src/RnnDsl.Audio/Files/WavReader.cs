using RnnDsl.Storage;

namespace RnnDsl.Audio;

/// <summary>Reads a WAV file block by block, so that a file of any length needs little memory. Several channels become one, their mean.</summary>
/// <remarks>It reads integers of 8, 16, 24 and 32 bits and floats of 32 and 64 bits, also in the extensible form.</remarks>
public sealed class WavReader : IDisposable
{
    const int BlockBytes = 1 << 15;

    readonly Stream stream;
    readonly bool owns;
    readonly WavHeader header;
    readonly List<string> findings = [];
    readonly byte[] block;
    readonly int momentBytes;
    int first, end;
    long left;
    bool ended;

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="InvalidDataException">It is no WAV file, or one that is not read. The message begins with the file's name.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public WavReader(string path) : this(InputFile.Open(path), path, leaveOpen: false)
    {
    }

    /// <summary>Reads the header from a stream, which may be a pipe.</summary>
    /// <param name="stream">It is read forwards alone.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="leaveOpen">Whether <see cref="Dispose"/> leaves the stream open.</param>
    /// <exception cref="InvalidDataException">It holds no WAV file, or one that is not read. The message begins with the name.</exception>
    public WavReader(Stream stream, string name = "the stream", bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        (this.stream, Name, owns) = (stream, name, !leaveOpen);
        try
        {
            header = OneLine.Named(name, () => WavHeader.Read(stream));
        }
        catch
        {
            Dispose();
            throw;
        }
        momentBytes = header.Channels * SampleCodec.Bytes(header.Format);
        block = new byte[BlockBytes / momentBytes * momentBytes];
        left = header.DataBytes ?? long.MaxValue;
    }

    /// <summary>What messages call the file.</summary>
    public string Name { get; }

    /// <summary>Samples a second of each channel.</summary>
    public int SampleRate => header.SampleRate;

    /// <summary>Channels of the file.</summary>
    public int Channels => header.Channels;

    /// <summary>How the file holds a sample.</summary>
    public SampleFormat Format => header.Format;

    /// <summary>The number of samples of a channel that the header states, null if it states none. The file may have fewer.</summary>
    public long? StatedLength => header.DataBytes / momentBytes;

    /// <summary>Samples of a channel that have been read.</summary>
    public long Position { get; private set; }

    /// <summary>What is wrong with the file and did not keep it from being read. It is complete when the end has been read.</summary>
    public IReadOnlyList<string> Findings => findings;

    /// <summary>Reads the next samples, for several channels their mean.</summary>
    /// <returns>How many were read; 0 at the end of the file.</returns>
    /// <exception cref="InvalidDataException">A sample is not finite.</exception>
    public int Read(Span<float> samples)
    {
        int count = 0, bytes = SampleCodec.Bytes(header.Format);
        while (count < samples.Length && (end - first >= momentBytes || Fill()))
        {
            double sum = 0;
            for (int channel = 0; channel < header.Channels; channel++, first += bytes)
                sum += SampleCodec.Decode(block.AsSpan(first, bytes), header.Format);
            float sample = (float)(sum / header.Channels);
            if (!float.IsFinite(sample))
                throw new InvalidDataException($"{Name}: sample {Position} is {sample}.");
            samples[count++] = sample;
            Position++;
        }
        return count;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        if (owns)
            stream.Dispose();
    }

    bool Fill()
    {
        if (ended)
            return false;
        int wanted = (int)Math.Min(block.Length, left);
        (first, end) = (0, stream.ReadAtLeast(block.AsSpan(0, wanted), wanted, throwOnEndOfStream: false));
        left -= end;
        if (ended = end < wanted || left == 0)
            Report(cut: end < wanted);
        return end >= momentBytes;
    }

    /// <summary>Whether something other than a chunk follows the samples. A stream that others read on is only looked at if it can be set back.</summary>
    bool HasMore()
    {
        if (!owns && !stream.CanSeek)
            return false;
        Span<byte> next = stackalloc byte[9];
        long place = stream.CanSeek ? stream.Position : 0;
        int read = stream.ReadAtLeast(next, next.Length, throwOnEndOfStream: false);
        if (stream.CanSeek)
            stream.Position = place;
        // Behind an odd number of bytes stands one that fills up, which some programs leave out.
        return read > 1 && !IsChunk(next[..read]) && !(header.DataBytes % 2 == 1 && IsChunk(next[1..read]));

        static bool IsChunk(ReadOnlySpan<byte> bytes) => bytes.Length >= 8 && !bytes[..4].ContainsAnyExceptInRange((byte)' ', (byte)'~');
    }

    /// <summary>Called at the end: what the header stated and what there was.</summary>
    void Report(bool cut)
    {
        long there = Position + end / momentBytes;
        if (header.DataBytes is null)
        {
            if (there > 0)
                findings.Add($"{Name}: the header states no length, as of a file that was written into a pipe; {there} samples were read up to the end.");
        }
        else if (cut)
            findings.Add($"{Name} is cut short: the header states {StatedLength} samples, and there are {there}.");
        else if (HasMore())
            findings.Add($"{Name}: the header states {StatedLength} samples, and behind them there is more that is no chunk of a WAV file. If these are samples, the header's length is wrong; they were not read.");
        if (end % momentBytes != 0)
            findings.Add($"{Name}: the last {end % momentBytes} bytes are no whole sample and were left out.");
        if (there == 0)
            findings.Add($"{Name} has no samples.");
    }
}

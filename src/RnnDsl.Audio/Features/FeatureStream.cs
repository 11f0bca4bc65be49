using System.Buffers.Binary;

namespace RnnDsl.Audio;

/// <summary>
/// Features of a sound that arrives in blocks: <see cref="Push(ReadOnlySpan{float})"/> samples, then <see cref="TryRead"/> rows until there is none. The rows are those of the whole clip,
/// to the bit, however the samples are cut. After the first blocks nothing is allocated. A stream has one caller at a time.
/// </summary>
public sealed class FeatureStream
{
    readonly FrameSource frames;
    readonly RowSource rows;
    readonly double[] row, mean;
    readonly float[]? means, scales;
    readonly float[] block = new float[1024];
    readonly bool running;
    readonly double forget;
    long read;
    int half = -1;
    bool ended;

    internal FeatureStream(AudioFeatures features, FrameAnalysis analysis)
    {
        FeatureOptions options = features.Options;
        rows = frames = new FrameSource(analysis, features.FrameSamples, features.HopSamples, options.PreEmphasis);
        for (int order = 1, width = analysis.Width; order <= options.Deltas; order++, width += analysis.Width)
            rows = new SlopeSource(rows, width, analysis.Width);
        Width = features.Width;
        (row, mean) = (new double[Width], new double[Width]);
        running = options.Normalization == Normalization.Running;
        forget = 1 - Math.Exp(-(double)features.HopSamples / options.SampleRate / options.RunningSeconds);
        (means, scales) = (features.means, features.scales);
    }

    /// <summary>The numbers of a row.</summary>
    public int Width { get; }

    /// <summary>Takes samples; 1 is full scale.</summary>
    /// <exception cref="ArgumentException">A sample is not finite. Nothing was taken.</exception>
    /// <exception cref="InvalidOperationException">The sound has ended.</exception>
    public void Push(ReadOnlySpan<float> samples)
    {
        CheckOpen();
        for (int i = 0; i < samples.Length; i++)
            if (!float.IsFinite(samples[i]))
                throw new ArgumentException($"Sample {i} of the block is {samples[i]}.", nameof(samples));
        frames.Push(samples);
    }

    /// <summary>Takes the bytes of samples of 16 bits with the lower byte first, as <c>arecord -f S16_LE -t raw</c> writes them. A block may end within a sample.</summary>
    /// <exception cref="InvalidOperationException">The sound has ended.</exception>
    public void PushPcm16(ReadOnlySpan<byte> bytes)
    {
        CheckOpen();
        if (half >= 0 && bytes.Length > 0)
        {
            block[0] = (short)(half | bytes[0] << 8) / 32768f;
            frames.Push(block.AsSpan(0, 1));
            bytes = bytes[1..];
            half = -1;
        }
        for (; bytes.Length > 1; bytes = bytes[Math.Min(2 * block.Length, bytes.Length & ~1)..])
        {
            int count = Math.Min(block.Length, bytes.Length / 2);
            for (int i = 0; i < count; i++)
                block[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * i)..]) / 32768f;
            frames.Push(block.AsSpan(0, count));
        }
        if (bytes.Length == 1)
            half = bytes[0];
    }

    /// <summary>Says that the sound has ended. Slopes of the last rows, and a sound that is shorter than a frame, can then be read.</summary>
    public void End()
    {
        CheckOpen();
        ended = true;
        frames.End();
    }

    /// <summary>Reads the next row, if it is known.</summary>
    /// <param name="features">Takes <see cref="Width"/> numbers.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    public bool TryRead(Span<float> features)
    {
        if (features.Length != Width)
            throw new ArgumentException($"A row has {Width} numbers, and the span takes {features.Length}.", nameof(features));
        if (!rows.TryRead(row))
            return false;
        read++;
        if (running)
        {
            double rate = Math.Max(1.0 / read, forget);
            for (int i = 0; i < row.Length; i++)
            {
                mean[i] += rate * (row[i] - mean[i]);
                row[i] -= mean[i];
            }
        }
        for (int i = 0; i < row.Length; i++)
            features[i] = (float)(means is null ? row[i] : (row[i] - means[i]) / scales![i]);
        return true;
    }

    /// <summary>Forgets all that came, to begin another sound.</summary>
    public void Reset()
    {
        rows.Reset();
        Array.Clear(mean);
        (read, half, ended) = (0, -1, false);
    }

    void CheckOpen()
    {
        if (ended)
            throw new InvalidOperationException("The sound has ended: Reset begins another.");
    }
}

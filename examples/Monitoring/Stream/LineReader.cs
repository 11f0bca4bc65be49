using System.Text;

namespace RnnDsl.Examples.Monitoring;

/// <summary>A line of a source.</summary>
/// <param name="Text">The line; null if it is none that can be read.</param>
/// <param name="Problem">Then what is wrong with it.</param>
/// <param name="Position">Number of bytes from the start of the source to the end of the line, its line feed included.</param>
readonly record struct SourceLine(string? Text, string Problem, long Position);

/// <summary>Reads lines of UTF-8 from a stream of bytes in bounded memory. Lines that are too long, or no UTF-8, are told of and passed over.</summary>
sealed class LineReader(Stream stream, long position = 0)
{
    /// <summary>Longer lines are no headlines.</summary>
    public const int LongestLine = 1 << 16;

    static readonly UTF8Encoding strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly byte[] buffer = new byte[2 * LongestLine];
    long position = position;
    int start, end;
    bool isTooLong;

    /// <summary>Number of bytes from the start of the source to the end of the last line that was given.</summary>
    public long Position => position;

    /// <summary>The next line; null where the stream ends now. More may follow later, if it is a file that grows: of a last line without a line feed nothing is lost then.</summary>
    public async ValueTask<SourceLine?> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            int length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length >= 0)
                return Take(length, length + 1);
            if (end - start > LongestLine)
            {
                isTooLong = true;
                position += end - start;
                start = end;
            }
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
            int count = await stream.ReadAsync(buffer.AsMemory(end), cancellation);
            if (count == 0)
                return null;
            end += count;
        }
    }

    /// <summary>What stands behind the last line feed; null if nothing does.</summary>
    public SourceLine? Rest() => end > start || isTooLong ? Take(end - start, end - start) : null;

    SourceLine Take(int length, int withEnd)
    {
        ReadOnlySpan<byte> line = buffer.AsSpan(start, length);
        start += withEnd;
        position += withEnd;
        if (isTooLong || length > LongestLine)
        {
            isTooLong = false;
            return new SourceLine(null, $"more than {LongestLine} bytes", position);
        }
        try
        {
            return new SourceLine(strict.GetString(line).TrimStart('\uFEFF'), "", position);
        }
        catch (DecoderFallbackException)
        {
            return new SourceLine(null, "no UTF-8", position);
        }
    }
}

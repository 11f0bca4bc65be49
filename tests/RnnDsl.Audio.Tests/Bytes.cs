using System.Buffers.Binary;
using System.Text;

namespace RnnDsl.Audio.Tests;

/// <summary>WAV files written byte by byte, right ones and wrong ones.</summary>
static class Bytes
{
    public static byte[] Format(int codec, int channels, uint rate, int bits, int? block = null) =>
        [.. U16(codec), .. U16(channels), .. U32(rate), .. U32((uint)(rate * channels * bits / 8)), .. U16(block ?? channels * bits / 8), .. U16(bits)];

    public static byte[] Extensible(int codec, int channels, uint rate, int bits) =>
        [.. Format(0xFFFE, channels, rate, bits), .. U16(22), .. U16(bits), .. U32(0), .. U16(codec), 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

    public static byte[] Chunk(string id, byte[] content, uint? length = null) =>
        [.. Encoding.ASCII.GetBytes(id), .. U32(length ?? (uint)content.Length), .. content, .. new byte[content.Length % 2]];

    public static byte[] Wav(params byte[][] chunks) => [.. "RIFF"u8, .. U32((uint)chunks.Sum(c => c.Length) + 4), .. "WAVE"u8, .. chunks.SelectMany(c => c)];

    public static byte[] U16(int value) => [(byte)value, (byte)(value >> 8)];

    public static byte[] U32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}

/// <summary>Bytes that come as through a pipe: without a length, and a few at a time.</summary>
sealed class Pipe(byte[] start, long then = 0) : Stream
{
    long position;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        int read = (int)Math.Min(Math.Min(count, 777), start.Length + then - position);
        for (int i = 0; i < read; i++, position++)
            buffer[offset + i] = position < start.Length ? start[position] : (byte)0;
        return read;
    }

    public override void Flush() => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

using static RnnDsl.Audio.Tests.Bytes;

namespace RnnDsl.Audio.Tests;

public class WavTests
{
    static Sound Read(byte[] bytes) => WavFile.Read(new MemoryStream(bytes), "clip.wav");

    static byte[] Mono16(params short[] samples) => Wav(Chunk("fmt ", Format(1, 1, 8000, 16)), Chunk("data", [.. samples.SelectMany(s => U16(s))]));

    [Theory]
    [InlineData(SampleFormat.Pcm8, 1.0 / 256)]
    [InlineData(SampleFormat.Pcm16, 1.0 / 65536)]
    [InlineData(SampleFormat.Pcm24, 1.0 / 16777216)]
    [InlineData(SampleFormat.Pcm32, 6e-8)]
    [InlineData(SampleFormat.Float32, 0)]
    [InlineData(SampleFormat.Float64, 0)]
    public void What_is_written_is_read(SampleFormat format, double tolerance)
    {
        float[] samples = [0, 0.25f, -0.5f, 0.123456f, -1, 0.9f, -0.0001f];
        using var stream = new MemoryStream();
        WavFile.Write(stream, new Sound(samples, 11025), format);
        Assert.Equal(0, stream.Length % 2);
        stream.Position = 0;
        Sound read = WavFile.Read(stream);
        Assert.Equal(11025, read.SampleRate);
        Assert.Equal(samples.Length, read.Samples.Length);
        Assert.All(samples.Zip(read.Samples), pair => Assert.InRange(pair.Second, pair.First - tolerance, pair.First + tolerance));
        // A second time nothing is lost.
        using var again = new MemoryStream();
        WavFile.Write(again, read, format);
        Assert.Equal(stream.ToArray(), again.ToArray());
    }

    [Fact]
    public void Integers_have_the_values_that_the_format_says()
    {
        Assert.Equal([0, 1 / 32768f, -1, 32767 / 32768f], Read(Mono16(0, 1, -32768, 32767)).Samples);
        Assert.Equal([-1, 0, 127 / 128f], Read(Wav(Chunk("fmt ", Format(1, 1, 8000, 8)), Chunk("data", [0, 128, 255]))).Samples);
        Assert.Equal([-1, 0.5f], Read(Wav(Chunk("fmt ", Format(1, 1, 8000, 24)), Chunk("data", [0, 0, 0x80, 0, 0, 0x40]))).Samples);
        Assert.Equal([-0.5f], Read(Wav(Chunk("fmt ", Format(1, 1, 8000, 32)), Chunk("data", [0, 0, 0, 0xC0]))).Samples);
    }

    [Fact]
    public void What_is_too_loud_for_integers_is_written_as_the_largest()
    {
        using var stream = new MemoryStream();
        WavFile.Write(stream, new Sound([2, -2], 8000));
        stream.Position = 0;
        Assert.Equal([32767 / 32768f, -1], WavFile.Read(stream).Samples);
    }

    [Fact]
    public void Two_channels_become_their_mean_and_other_chunks_are_passed_over()
    {
        byte[] stereo = Wav(Chunk("LIST", [1, 2, 3]), Chunk("fmt ", Extensible(1, 2, 44100, 16)), Chunk("note", new byte[5000]), Chunk("data", [.. U16(16384), .. U16(0), .. U16(-16384), .. U16(-16384)]), Chunk("tail", [1]));
        Sound sound = Read(stereo);
        Assert.Equal(44100, sound.SampleRate);
        Assert.Equal([0.25f, -0.5f], sound.Samples);
        byte[] floats = Wav(Chunk("fmt ", Extensible(3, 1, 44100, 32)), Chunk("data", BitConverter.GetBytes(0.375f)));
        Assert.Equal([0.375f], Read(floats).Samples);
        Assert.Equal([0.375f], WavFile.Read(new Pipe(floats)).Samples);
    }

    public static TheoryData<byte[], string> Bad => new()
    {
        { [], "The file is empty." },
        { [1, 2, 3], "This is no WAV file" },
        { [.. "RIFF"u8, .. new byte[40]], "This is no WAV file" },
        { [.. "RIFX"u8, 0, 0, 0, 0, .. "WAVE"u8], "RIFX" },
        { Wav(), "The file has no format chunk and no data chunk." },
        { Wav(Chunk("fmt ", Format(1, 1, 8000, 16))), "The file has no data chunk." },
        { Wav(Chunk("data", [1, 2])), "before the chunk that says their format" },
        { Wav(Chunk("fmt ", [1, 0])), "The format chunk has 2 bytes" },
        { Wav(Chunk("fmt ", [1, 0], 0xFFFFFFF0)), "The format chunk has 4294967280 bytes" },
        { Wav(Chunk("fmt ", Format(1, 1, 8000, 16)))[..20], "The file is cut short in its format chunk." },
        { Wav(Chunk("LIST", [1, 2], 0xFFFFFFFE)), "The file is cut short before its samples." },
        { Wav(Chunk("fmt ", Format(1, 0, 8000, 16))), "The file has zero channels." },
        { Wav(Chunk("fmt ", Format(1, 900, 8000, 16))), "The file has 900 channels" },
        { Wav(Chunk("fmt ", Format(1, 1, 0, 16))), "The sample rate is 0." },
        { Wav(Chunk("fmt ", Format(7, 1, 8000, 8))), "The codec 7 (µ-law) is not read" },
        { Wav(Chunk("fmt ", Format(999, 1, 8000, 8))), "The codec 999 (unknown) is not read" },
        { Wav(Chunk("fmt ", Format(1, 1, 8000, 12, block: 2))), "Integers of 12 bits are not read" },
        { Wav(Chunk("fmt ", Format(1, 2, 8000, 16, block: 2))), "contradicts itself: 2 channels of 16 bits are 4 bytes, and it says 2" },
        { Wav(Chunk("fmt ", Extensible(1, 1, 8000, 16)[..24])), "names no known codec" },
        { Wav(Chunk("fmt ", Format(3, 1, 8000, 32)), Chunk("data", [.. BitConverter.GetBytes(0.5f), .. BitConverter.GetBytes(float.NaN)])), "sample 1 is NaN" },
        { Wav(Chunk("fmt ", Format(3, 1, 8000, 64)), Chunk("data", BitConverter.GetBytes(1e300))), "sample 0 is" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void What_is_no_sound_is_refused_with_its_name(byte[] bytes, string message)
    {
        foreach (Stream stream in new Stream[] { new MemoryStream(bytes), new Pipe(bytes) })
        {
            string text = Assert.Throws<InvalidDataException>(() => WavFile.Read(stream, "bad.wav")).Message;
            Assert.StartsWith("bad.wav: ", text);
            Assert.Contains(message, text);
        }
    }

    [Fact]
    public void A_wrong_length_is_a_finding()
    {
        byte[] samples = [.. Enumerable.Range(0, 100).SelectMany(i => U16(1000 * (i % 2 == 0 ? 1 : -1)))];
        Sound cut = Read(Wav(Chunk("fmt ", Format(1, 1, 8000, 16)), Chunk("data", [.. samples, 7], 5000)));
        Assert.Equal(101, cut.Samples.Length);
        Assert.Contains("clip.wav is cut short: the header states 2500 samples, and there are 101.", cut.Findings);
        Sound half = Read(Wav(Chunk("fmt ", Format(1, 1, 8000, 16)), Chunk("data", [.. samples, 7, 8, 9, 10]))[..^1]);
        Assert.Equal(101, half.Samples.Length);
        Assert.Contains("clip.wav: the last 1 bytes are no whole sample and were left out.", half.Findings);
        Sound few = Read(Wav(Chunk("fmt ", Format(1, 1, 8000, 16)), Chunk("data", samples, 100)));
        Assert.Equal(50, few.Samples.Length);
        Assert.Contains("clip.wav: the header states 50 samples, and behind them there is more that is no chunk", Assert.Single(few.Findings));
        // Behind samples of an odd number of bytes a byte fills up, which some programs leave out.
        foreach (byte[] end in new byte[][] { [], [0], [0, .. Chunk("LIST", [1, 2])], Chunk("LIST", [1, 2]) })
            Assert.Empty(Read(Wav(Chunk("fmt ", Format(1, 1, 8000, 8)), [.. "data"u8, 3, 0, 0, 0, 128, 138, 118, .. end])).Findings);
        foreach (uint open in new[] { 0u, uint.MaxValue })
        {
            Sound piped = Read(Wav(Chunk("fmt ", Format(1, 1, 8000, 16)), Chunk("data", samples, open)));
            Assert.Equal(100, piped.Samples.Length);
            Assert.Contains("states no length", Assert.Single(piped.Findings));
        }
        Assert.Contains("clip.wav has no samples.", Read(Wav(Chunk("fmt ", Format(1, 1, 8000, 16)), Chunk("data", []))).Findings);
        Assert.Empty(Read(Mono16([.. Enumerable.Range(0, 100).Select(i => (short)(i % 2 == 0 ? 1000 : -1000))])).Findings);
    }

    [Fact]
    public void Silence_clipping_and_offset_are_findings()
    {
        Assert.Contains("is silent", Assert.Single(Read(Mono16(new short[100])).Findings));
        Assert.Contains("is clipped: 50.0 % of its samples", Assert.Single(Read(Mono16([.. Enumerable.Range(0, 100).Select(i => (short)((i % 4) switch { 0 => 32767, 2 => -32768, _ => 0 }))])).Findings));
        Assert.Contains("its mean is 0.250", Assert.Single(Read(Mono16([.. Enumerable.Repeat((short)8192, 50)])).Findings));
    }

    [Fact]
    public void A_long_file_needs_little_memory_and_a_header_that_lies_none()
    {
        byte[] head = Wav(Chunk("fmt ", Format(1, 1, 48000, 16)), Chunk("data", [], 0xFFFFFFF0));
        long before = GC.GetAllocatedBytesForCurrentThread();
        using (var reader = new WavReader(new Pipe(head, then: 40_000_000), "long.wav"))
        {
            var block = new float[4096];
            while (reader.Read(block) > 0)
            {
            }
            Assert.Equal(20_000_000, reader.Position);
            Assert.Contains("cut short", reader.Findings[0]);
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
        before = GC.GetAllocatedBytesForCurrentThread();
        WavFile.Read(new Pipe(head, then: 10), "short.wav");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 6_000_000);
        Assert.Contains("longer than 2 seconds", Assert.Throws<InvalidDataException>(() => WavFile.Read(new Pipe(head, then: 1_000_000), "long.wav", mostSeconds: 2)).Message);
    }

    [Fact]
    public void A_file_is_read_by_its_path()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, Mono16(1, 2));
            Assert.Equal(path, WavFile.Read(path).Name);
            File.WriteAllText(path, "hello world, no sound");
            Assert.StartsWith(path, Assert.Throws<InvalidDataException>(() => WavFile.Read(path)).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }
}

using System.Reflection;
using RnnDsl.Audio;

namespace RnnDsl.Execution.Tests;

/// <summary>The snippets of docs/audio.md, run on two tones.</summary>
public class AudioPageTests
{
    [Fact]
    public void The_page_reads_learns_and_listens()
    {
        string folder = Directory.CreateTempSubdirectory("rnndsl-audio").FullName;
        try
        {
            Sound seven = Tone(600), three = Tone(1700);
            WavFile.Write(Path.Combine(folder, "seven.wav"), seven);
            WavFile.Write(Path.Combine(folder, "three.wav"), three);
            File.WriteAllBytes(Path.Combine(folder, "live.raw"), [.. three.Resample(8000).Samples.Select(s => (short)(32767 * s)).SelectMany(s => new[] { (byte)s, (byte)(s >> 8) })]);
            var page = new Page("audio.md");
            Assembly program = page.Load(folder);
            string[] printed = [.. new[] { 0, 1, 2, 4, 5, 6 }.Select(i => page.Run(program, i).Printed)];
            Assert.EndsWith("seven.wav: 0.50 s, 16000 Hz\n", printed[0]);
            Assert.Equal("8000 samples of 1 channel, loudest 0.50\n", printed[1]);
            Assert.Equal("48 rows of 32 numbers\n", printed[2]);
            Assert.Equal("it was three\n", printed[4]);
            Assert.Equal("1 1 became 1 2\n", printed[5]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static Sound Tone(double hertz) => new([.. Enumerable.Range(0, 8000).Select(n => (float)(0.5 * Math.Sin(2 * Math.PI * hertz * n / 16000)))], 16000);
}

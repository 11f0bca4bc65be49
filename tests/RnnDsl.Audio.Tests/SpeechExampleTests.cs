using System.Formats.Tar;
using System.IO.Compression;
using RnnDsl.Examples.Speech;

namespace RnnDsl.Audio.Tests;

/// <summary>The parts of examples/Speech that are more than settings.</summary>
public class SpeechExampleTests
{
    [Fact]
    public void The_synthesizer_speaks_alike_with_the_same_seed_and_never_too_loud()
    {
        List<Clip> clips = Synthesizer.Clips(speakers: 2, takes: 2), again = Synthesizer.Clips(speakers: 2, takes: 2);
        Assert.Equal(40, clips.Count);
        for (int i = 0; i < clips.Count; i++)
        {
            Assert.Equal(clips[i].Sound.Samples, again[i].Sound.Samples);
            Assert.InRange(clips[i].Sound.Duration, 0.1, 1.5);
            Assert.Empty(clips[i].Sound.Findings);
        }
        Assert.NotEqual(clips[0].Sound.Samples, clips[1].Sound.Samples);
    }

    [Fact]
    public void Recordings_come_from_folders_and_archives()
    {
        string folder = Directory.CreateTempSubdirectory("rnndsl-speech").FullName;
        try
        {
            foreach (string name in new[] { "3_anna_0.wav", "7_bob_12.wav", "other.wav" })
                WavFile.Write(Path.Combine(folder, name), Synthesizer.Speak(3, Voice.Child, 1));
            string archive = Path.Combine(folder, "all.tar.gz");
            using (var packed = new GZipStream(File.Create(archive), CompressionLevel.Fastest))
            using (var writer = new TarWriter(packed))
                foreach (string name in new[] { "3_anna_0.wav", "7_bob_12.wav" })
                    writer.WriteEntry(Path.Combine(folder, name), "recordings/" + name);
            foreach (string path in new[] { folder, archive })
            {
                List<Clip> clips = Recordings.Read([path]);
                Assert.Equal([(3, "anna", 0), (7, "bob", 12)], clips.Select(c => (c.Digit, c.Speaker, c.Take)));
                Assert.Equal(8000, clips[0].Sound.SampleRate);
            }
            Assert.Throws<InvalidDataException>(() => Recordings.Read([Directory.CreateDirectory(Path.Combine(folder, "empty")).FullName]));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>After each beginning of a sentence the probabilities of all that may follow add up to 1.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("fo")]
    [InlineData("six")]
    [InlineData("seven ei")]
    [InlineData("one two ")]
    public void The_language_of_words_is_a_probability(string begun)
    {
        var language = new WordLanguage(Clip.Words);
        int[] labels = Spelling.Encode(begun);
        double sum = Enumerable.Range(begun.Length == 0 ? 1 : 0, Spelling.Symbols - (begun.Length == 0 ? 1 : 0)).Sum(next => Math.Exp(language.Score(labels, next)));
        Assert.Equal(1, sum, 12);
        Assert.Equal(double.NegativeInfinity, language.Score(Spelling.Encode("sev"), 0));
        Assert.Equal("nine zero", Spelling.Decode(Spelling.Encode([9, 0])));
    }
}

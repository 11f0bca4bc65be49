using System.Formats.Tar;
using System.IO.Compression;
using RnnDsl.Examples.Speech;
using RnnDsl.Prediction;
using RnnDsl.Sequences;
using RnnDsl.Storage;

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

    /// <summary>Copies are speakers of their own, so that each round of them gets means and spreads of its own.</summary>
    [Fact]
    public void Features_of_digits_are_normalized_over_speakers_or_clips()
    {
        List<Clip> clips = Synthesizer.Clips(speakers: 2, takes: 1), varied = Variation.Vary(clips, copies: 2, spread: 0.2, warp: 0.2, seed: 1);
        string[] names = [.. clips.Select(c => c.Speaker).Distinct()];
        Assert.Equal([.. names, .. names.Select(name => name + ", copy 1")], varied.Select(c => c.Speaker).Distinct());
        Assert.All(varied.GroupBy(c => c.Speaker), own => Assert.Single(own.Select(c => c.Warp).Distinct()));
        Assert.Equal(3, varied.Select(c => c.Warp).Distinct().Count());
        foreach (NormalizedOver over in Enum.GetValues<NormalizedOver>())
        {
            var recognizer = new DigitRecognizer(new DigitModel(feature: 26, hidden: 2, digit: 10, seed: 1), DigitRecognizer.Features(over, Synthesizer.Rate), threads: 1);
            Column x = recognizer.Encode(varied)["x"];
            int[][] groups = [.. Enumerable.Range(0, varied.Count).GroupBy(i => over == NormalizedOver.Speaker ? varied[i].Speaker : $"clip {i}").Select(g => g.ToArray())];
            Assert.Equal(over == NormalizedOver.Speaker ? 4 : 40, groups.Length);
            foreach (int[] group in groups)
                for (int feature = 0; feature < 26; feature++)
                {
                    double[] values = [.. group.SelectMany(i => Enumerable.Range(0, x.Lengths[i]).Select(step => (double)x.Step(i, step)[feature]))];
                    Assert.Equal(0, values.Average(), 4);
                    Assert.Equal(1, values.Average(v => v * v), 3);
                }
        }
    }

    [Fact]
    public void Only_speakers_that_there_are_can_be_left_out_and_not_all_of_them()
    {
        List<Clip> clips = Synthesizer.Clips(speakers: 2, takes: 1);
        var settings = new Settings(clips, clips, clips, Epochs: 1, Copies: 1, Spread: 0.1, Warp: 0.1, NormalizedOver.Speaker, Strings: 1, Hidden: 2, Rate: 0.001, Seed: 1, Threads: 1);
        string[] names = [.. clips.Select(c => c.Speaker).Distinct()];
        Assert.Contains($"no speaker 'nobody'; there are {string.Join(", ", names)}", Assert.Throws<ArgumentException>(() => DigitReports.LeaveOut(settings, names[0] + ", nobody")).Message, StringComparison.Ordinal);
        Assert.Contains("none to learn from", Assert.Throws<ArgumentException>(() => DigitReports.LeaveOut(settings, string.Join(',', names))).Message, StringComparison.Ordinal);
        foreach (string unknown in new[] { "nobody", string.Join(',', names) })
            Assert.Contains($"no speaker '{unknown}'; there are {string.Join(", ", names)}", Assert.Throws<ArgumentException>(() => Adaptation.Compare(settings, unknown)).Message, StringComparison.Ordinal);

        Settings strings = Speakers.ForStrings(settings, names[0]);
        Assert.Equal([names[1]], strings.Train.Select(c => c.Speaker).Distinct());
        Assert.Equal([names[0]], strings.Test.Select(c => c.Speaker).Distinct());
        Assert.Equal(clips.Count, strings.Train.Count + strings.Test.Count);
        Assert.Same(settings, Speakers.ForStrings(settings, null));
    }

    [Fact]
    public void Recordings_come_from_folders_and_archives()
    {
        string folder = Directory.CreateTempSubdirectory("rnndsl-speech").FullName;
        try
        {
            foreach (string name in new[] { "3_anna_0.wav", "7_bob_12.WAV", "other.wav" })
                WavFile.Write(Path.Combine(folder, name), Synthesizer.Speak(3, Voice.Child, 1));
            string archive = Path.Combine(folder, "all.tar.gz");
            using (var packed = new GZipStream(File.Create(archive), CompressionLevel.Fastest))
            using (var writer = new TarWriter(packed))
                foreach (string name in new[] { "3_anna_0.wav", "7_bob_12.WAV" })
                    writer.WriteEntry(Path.Combine(folder, name), "recordings/" + name);
            foreach (string path in new[] { folder, archive })
            {
                List<Clip> clips = Recordings.Read([path]);
                Assert.Equal([(3, "anna", 0), (7, "bob", 12)], clips.Select(c => (c.Digit, c.Speaker, c.Take)));
                Assert.Equal(8000, clips[0].Sound.SampleRate);
            }
            string cut = Path.Combine(folder, "cut.tar.gz"), text = Path.Combine(folder, "text.tar.gz");
            File.WriteAllBytes(cut, File.ReadAllBytes(archive)[..^2000]);
            File.WriteAllText(text, "This is no archive.");
            Assert.StartsWith($"{cut}: the gzip data are broken or cut short (", Assert.Throws<InvalidDataException>(() => Recordings.Read([cut])).Message, StringComparison.Ordinal);
            Assert.StartsWith($"{text} is no folder of WAV files, and no whole archive", Assert.Throws<InvalidDataException>(() => Recordings.Read([text])).Message, StringComparison.Ordinal);
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

    /// <summary>Of a model that has learnt nothing: what is said about sounds, and that a stream and a clip are heard alike.</summary>
    [Fact]
    public void Listening_says_what_is_wrong_with_a_sound()
    {
        string folder = Directory.CreateTempSubdirectory("rnndsl-speech").FullName;
        try
        {
            Sound spoken = Synthesizer.Speak(3, Voice.Child, 1);
            AudioFeatures features = AudioFeatures.Fit([spoken], new FeatureOptions { SampleRate = spoken.SampleRate, FrameLength = 0.032, Hop = 0.015, Filters = 32, Lowest = 100, Normalization = Normalization.Fitted });
            string file = Path.Combine(folder, "live.safetensors"), small = Path.Combine(folder, "small.safetensors"), whole = Path.Combine(folder, "whole.safetensors");
            ModelFile.Save(file, new LiveStringModel(features.Width, 16, Spelling.Symbols, seed: 1), metadata: features.Metadata);
            ModelFile.Save(whole, new WholeStringModel(features.Width, 16, Spelling.Symbols, seed: 1), metadata: features.Metadata);
            Listening.SaveSmall(file, small);
            Assert.True(new FileInfo(small).Length < new FileInfo(file).Length);
            Assert.Contains("hears from both ends", Assert.Throws<InvalidDataException>(() => Heard(l => l.Hear(spoken), whole)).Message, StringComparison.Ordinal);

            byte[] samples = [.. spoken.Samples.SelectMany(x => BitConverter.GetBytes((short)MathF.Round(x * 32768)))];
            var rounded = new Sound([.. Enumerable.Range(0, spoken.Samples.Length).Select(i => BitConverter.ToInt16(samples, 2 * i) / 32768f)], spoken.SampleRate);
            (string text, string notes) = Heard(l => l.Hear(rounded), small);
            Assert.Contains("times faster than real time", notes, StringComparison.Ordinal);
            // Of so few frames none counts for the slowest.
            Assert.DoesNotContain("at most", Heard(l => l.Hear(new Sound(spoken.Samples[..1600], spoken.SampleRate)), small).Notes, StringComparison.Ordinal);
            (string piped, string pipedNotes) = Heard(l => l.Hear(new Pipe([.. samples, 7])), small);
            Assert.Equal(text, piped);
            Assert.Contains("the last byte of standard input is half a sample", pipedNotes, StringComparison.Ordinal);
            Heard(l => l.Hear(spoken.Resample(44_100)), small);

            Assert.Contains("is silent", Heard(l => l.Hear(new Sound(new float[8000], 8000)), small).Notes, StringComparison.Ordinal);
            Assert.Contains("is silent", Heard(l => l.Hear(new MemoryStream(new byte[16_000])), small).Notes, StringComparison.Ordinal);
            Assert.Contains("is clipped", Heard(l => l.Hear(new MemoryStream([.. Enumerable.Range(0, 8000).SelectMany(i => new byte[] { 255, 127 })])), small).Notes, StringComparison.Ordinal);
            Assert.Contains("no digit was heard in 0.0 s", Heard(l => l.Hear(new Sound([0.1f], 8000)), small).Notes, StringComparison.Ordinal);
            Refused("holds no samples", l => l.Hear(new MemoryStream()));
            Refused("has no samples", l => l.Hear(new Sound([], 8000)));
            Refused("holds a WAV file", l => l.Hear(new MemoryStream([.. "RIFF"u8, 1, 2, 3, 4])));

            void Refused(string part, Action<Listening> hear) => Assert.Contains(part, Assert.Throws<InvalidDataException>(() => Heard(hear, small)).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static (string Text, string Notes) Heard(Action<Listening> hear, string model)
        {
            using StringWriter output = new(), notes = new();
            hear(Listening.Load(model, words: false, WeightFormat.Int8, output, notes, Partial.None));
            return (output.ToString(), notes.ToString());
        }
    }
}

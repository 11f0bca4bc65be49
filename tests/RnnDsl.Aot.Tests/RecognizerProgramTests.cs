using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;
using RnnDsl.Audio;
using RnnDsl.Examples.Speech;
using RnnDsl.Package.Tests;
using RnnDsl.Storage;
using Xunit.Abstractions;

namespace RnnDsl.Aot.Tests;

/// <summary>examples/EdgeRecognizer as a native program. Its model has the size of the example's and has learnt nothing, so that it hears letters in any sound.</summary>
[Collection(PublishedCollection.Name)]
public sealed partial class RecognizerProgramTests(Published published, ITestOutputHelper log)
{
    const long Largest = 5_000_000;

    [FullRunAotFact]
    public void Program_and_weights_are_small()
    {
        (long program, long weights) = (new FileInfo(published.Recognizer).Length, new FileInfo(Model()).Length);
        log.WriteLine($"{program} bytes and {weights} bytes of weights");
        Assert.InRange(program + weights, 1, Largest);
    }

    [FullRunAotFact]
    public void It_hears_what_it_hears_under_the_JIT_in_a_fifth_of_the_time()
    {
        string model = Model(), wav = published.PathOf("tones.wav");
        Sound tones = Tones(8000);
        WavFile.Write(wav, tones);
        Run native = Run.Of(published.Recognizer, model, "--wav", wav, "--any-letters");
        Assert.Equal(0, native.ExitCode);
        Assert.NotEmpty(native.Lines);
        Assert.Equal(Run.Managed("", published.ManagedRecognizer, [model, "--wav", wav, "--any-letters"], "EnableAVX512=0").Output, native.Output);
        log.WriteLine(native.Error);
        Assert.InRange(double.Parse(Factor().Match(native.Error).Groups[1].Value, CultureInfo.InvariantCulture), 5, double.MaxValue);
        // The same from a pipe.
        Assert.Equal(native.Output, Run.WithInput(Samples(tones), published.Recognizer, model, "--any-letters").Output);
        Run partial = Run.WithInput(Samples(tones), published.Recognizer, model, "--any-letters", "--partial");
        Assert.Equal(native.Lines, partial.Lines.Where(line => !line.EndsWith('…')));
        Assert.Contains(partial.Lines, line => PartialLine().IsMatch(line));
    }

    [FullRunAotFact]
    public void What_is_wrong_with_a_sound_is_said()
    {
        string model = Model(), wav = published.PathOf("whole.wav");
        WavFile.Write(wav, Tones(8000));
        byte[] whole = File.ReadAllBytes(wav);
        Noted("is silent", Wav(new float[16_000], SampleFormat.Pcm16));
        Noted("is clipped", Wav([.. Tones(8000).Samples.Select(x => Math.Clamp(20 * x, -1, 1))], SampleFormat.Pcm16));
        Noted("is cut short: the header states 24000 samples", whole[..^1000]);
        byte[] stated = [.. whole];
        BinaryPrimitives.WriteInt32LittleEndian(stated.AsSpan(40), 8000);
        Noted("the header states 4000 samples, and behind them there is more", stated);
        Noted("the last 1 bytes are no whole sample", whole[..^1]);
        Noted("times faster", Wav(Tones(44_100).Samples, SampleFormat.Float32, 44_100));
        var random = new Random(1);
        Noted("times faster", Wav([.. Enumerable.Range(0, 16_000).Select(_ => random.NextSingle() - 0.5f)], SampleFormat.Pcm8));
        Noted("no digit was heard in 0.0 s of sound", Wav([0.1f], SampleFormat.Pcm16));
        Failed("has no samples", Wav([], SampleFormat.Pcm16));
        Failed("This is no WAV file", "some text that is no sound"u8.ToArray());
        Failed("The file is empty", []);
        Run.WithInput("", published.Recognizer, model).FailedWith("Standard input holds no samples.");
        Run.WithInput(whole, published.Recognizer, model).FailedWith("Standard input holds a WAV file");
        Assert.Contains("half a sample", Run.WithInput([.. Samples(Tones(8000)), 0], published.Recognizer, model).Error, StringComparison.Ordinal);
        Run.Of(published.Recognizer).FailedWith("Name the file of a model");
        Run.Of(published.Recognizer, Path.Combine(Published.Repository, "examples", "EdgePredictor", "weights.safetensors"), "--wav", wav).FailedWith("holds a Forecaster that does not spell digits");

        void Noted(string part, byte[] bytes)
        {
            Run run = Heard(bytes);
            Assert.Equal(0, run.ExitCode);
            Assert.Contains(part, run.Error, StringComparison.Ordinal);
        }

        void Failed(string part, byte[] bytes) => Heard(bytes).FailedWith(part);

        Run Heard(byte[] bytes)
        {
            string file = published.PathOf("broken.wav");
            File.WriteAllBytes(file, bytes);
            return Run.Of(published.Recognizer, model, "--wav", file);
        }
    }

    static byte[] Wav(float[] samples, SampleFormat format, int rate = 8000)
    {
        using var stream = new MemoryStream();
        WavFile.Write(stream, new Sound(samples, rate), format);
        return stream.ToArray();
    }

    static byte[] Samples(Sound sound)
    {
        var bytes = new byte[2 * sound.Samples.Length];
        for (int i = 0; i < sound.Samples.Length; i++)
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(2 * i), (short)MathF.Round(sound.Samples[i] * 32768));
        return bytes;
    }

    /// <summary>Three seconds of tones that change four times a second.</summary>
    static Sound Tones(int rate) => new([.. Enumerable.Range(0, 3 * rate).Select(t => 0.3f * MathF.Sin(2 * MathF.PI * (300 + 400 * (4 * t / rate % 5)) * t / rate))], rate);

    string Model()
    {
        AudioFeatures features = AudioFeatures.Fit([Tones(8000)], new FeatureOptions { SampleRate = 8000, FrameLength = 0.032, Hop = 0.015, Filters = 32, Lowest = 100, Normalization = Normalization.Fitted });
        var model = new LiveStringModel(features.Width, hidden: 64, Spelling.Symbols, seed: 1);
        foreach (Parameter parameter in model.Parameters.Slices.Where(slice => slice.Name.StartsWith("head", StringComparison.Ordinal)))
            foreach (ref float weight in model.Parameters.Of(parameter))
                weight *= 10;
        string file = published.PathOf("ear.safetensors");
        ModelFile.Save(file, model, metadata: features.Metadata, precision: StoredPrecision.Int8);
        return file;
    }

    [GeneratedRegex(@", (\d+) times faster than real time")]
    private static partial Regex Factor();

    [GeneratedRegex(@"^\d+\.\d\d s \(\d+\.\d ms\): ")]
    private static partial Regex PartialLine();
}

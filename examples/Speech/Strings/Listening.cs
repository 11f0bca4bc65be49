using System.Buffers.Binary;
using System.Diagnostics;
using RnnDsl.Audio;
using RnnDsl.Prediction;
using RnnDsl.Storage;

namespace RnnDsl.Examples.Speech;

/// <summary>Hears digits while they are said: from samples as a microphone gives them, or from a clip.</summary>
sealed class Listening
{
    /// <summary>A string has ended when nothing new was heard for so many seconds.</summary>
    const double Silence = 0.8;

    /// <summary>The first frames, in which memory is still touched for the first time, do not count for the slowest.</summary>
    const int FirstFrames = 20;

    readonly AudioFeatures features;
    readonly FeatureStream ear;
    readonly PredictionStream stream;
    readonly CtcBeam beam;
    readonly float[] row, logits;
    readonly TextWriter output, notes;
    int quiet, frames, strings;
    long samples, clipped;
    double work, slowest, peak, sum;
    string shown = "";

    Listening(LiveStringModel model, AudioFeatures features, bool words, WeightFormat weights, TextWriter output, TextWriter notes)
    {
        (this.features, this.output, this.notes) = (features, output, notes);
        ear = features.Start();
        stream = new Predictor(model, "Logits", weights: weights).Start();
        beam = new CtcBeam(Spelling.Symbols, width: 8, words ? new WordLanguage(Clip.Words).Score : null);
        (row, logits) = (new float[ear.Width], new float[Spelling.Symbols]);
    }

    /// <summary>What was heard so far is shown while it may still change: with <see cref="Partial.Overwritten"/> in the same line of a terminal.</summary>
    public Partial Shown { get; init; } = Partial.Overwritten;

    /// <summary>Reads a model that <c>strings --live</c> learnt.</summary>
    /// <param name="file">The file.</param>
    /// <param name="words">Whether only the ten words may be heard.</param>
    /// <param name="weights">How the matrices are held.</param>
    /// <param name="output">Takes what is heard.</param>
    /// <param name="notes">Takes what a person should know of the sound, and how long it took.</param>
    /// <param name="shown">See <see cref="Shown"/>.</param>
    /// <exception cref="InvalidDataException">The file holds another model.</exception>
    public static Listening Load(string file, bool words, WeightFormat weights, TextWriter output, TextWriter notes, Partial shown)
    {
        (LiveStringModel model, AudioFeatures features) = Read(file);
        return new Listening(model, features, words, weights, output, notes) { Shown = shown };
    }

    /// <summary>The same model in a file of a quarter of the size, with weights of 8 bits.</summary>
    public static void SaveSmall(string file, string small)
    {
        (LiveStringModel model, AudioFeatures features) = Read(file);
        ModelFile.Save(small, model, metadata: features.Metadata, precision: StoredPrecision.Int8);
    }

    static (LiveStringModel, AudioFeatures) Read(string file)
    {
        ModelFileInfo info = ModelFile.ReadInfo(file);
        if (info.Model == nameof(WholeStringModel))
            throw new InvalidDataException($"{file} holds a {info.Model}, which hears from both ends; learn one with: strings --live");
        if (info.Model != nameof(LiveStringModel) || info.Size("Symbol") != Spelling.Symbols)
            throw new InvalidDataException($"{file} holds a {info.Model} that does not spell digits; learn one with: strings --live");
        var model = new LiveStringModel(info.Size("Feature"), info.Size("Hidden"), info.Size("Symbol"));
        ModelFile.Load(file, model);
        return (model, AudioFeatures.Read(info));
    }

    /// <summary>Hears samples of 16 bits as they come, at the rate of the model: <c>arecord -f S16_LE -r 8000 -t raw</c>.</summary>
    /// <exception cref="InvalidDataException">The stream is empty, or holds a WAV file.</exception>
    public void Hear(Stream microphone)
    {
        var block = new float[features.HopSamples];
        var bytes = new byte[2 * block.Length];
        int held = 0;
        for (int count; (count = microphone.ReadAtLeast(bytes.AsSpan(held), samples == 0 ? 4 : 1, throwOnEndOfStream: false)) > 0;)
        {
            held += count;
            if (samples == 0 && held >= 4 && bytes.AsSpan(0, 4) is var head && (head.SequenceEqual("RIFF"u8) || head.SequenceEqual("RF64"u8)))
                throw new InvalidDataException("Standard input holds a WAV file, and samples of 16 bits without a head are expected.");
            int whole = held / 2;
            for (int i = 0; i < whole; i++)
                block[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(2 * i)) / 32768f;
            // A block may end within a sample.
            bytes[0] = bytes[Math.Max(0, held - 1)];
            held %= 2;
            Take(block.AsSpan(0, whole));
        }
        if (samples == 0)
            throw new InvalidDataException("Standard input holds no samples.");
        if (held == 1)
            notes.WriteLine("Note: the last byte of standard input is half a sample, and was left out.");
        SoundQuality quality = new(peak, Rms: 0, (double)clipped / samples, sum / samples);
        End(quality.Findings("the sound"));
    }

    /// <summary>Hears a clip, of any sample rate.</summary>
    /// <exception cref="InvalidDataException">It has no samples.</exception>
    public void Hear(Sound clip)
    {
        if (clip.Samples.Length == 0)
            throw new InvalidDataException($"{clip.Name} has no samples.");
        float[] resampled = clip.Resample(features.Options.SampleRate).Samples;
        for (int first = 0; first < resampled.Length; first += features.HopSamples)
            Take(resampled.AsSpan(first, Math.Min(features.HopSamples, resampled.Length - first)));
        End(clip.Findings);
    }

    void Take(ReadOnlySpan<float> block)
    {
        samples += block.Length;
        foreach (float sample in block)
        {
            float size = Math.Abs(sample);
            peak = Math.Max(peak, size);
            sum += sample;
            if (size >= SoundQuality.FullScale)
                clipped++;
        }
        long start = Stopwatch.GetTimestamp();
        ear.Push(block);
        for (; ear.TryRead(row); frames++)
        {
            stream.Step(row, logits);
            beam.Step(logits);
            string text = Spelling.Decode(beam.Best);
            double taken = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            (work, slowest) = (work + taken, Math.Max(slowest, frames < FirstFrames ? 0 : taken));
            if (text != shown)
            {
                (shown, quiet) = (text, 0);
                // The rest of the line is overwritten, as the best words so far may change.
                if (Shown == Partial.Overwritten)
                    output.Write(FormattableString.Invariant($"\r{text}  [{taken:F1} ms]   "));
                else if (Shown == Partial.Lines)
                    output.WriteLine(FormattableString.Invariant($"{(frames + 1) * features.Options.Hop:F2} s ({taken:F1} ms): {text} …"));
                output.Flush();
            }
            else if (++quiet * features.Options.Hop > Silence && shown.Length > 0)
                EndOfString();
            start = Stopwatch.GetTimestamp();
        }
    }

    void EndOfString()
    {
        (int[] Labels, double Score)[] candidates = beam.Candidates();
        string text = candidates.Length > 0 ? Spelling.Decode(candidates[0].Labels) : shown;
        // What was begun may in the end be nothing.
        if (text.Length > 0 || Shown == Partial.Overwritten)
            output.WriteLine(Shown == Partial.Overwritten ? $"\r{text}                    " : text);
        output.Flush();
        beam.Reset();
        strings += text.Length > 0 ? 1 : 0;
        (shown, quiet) = ("", 0);
    }

    void End(IReadOnlyList<string> findings)
    {
        if (shown.Length > 0)
            EndOfString();
        foreach (string finding in findings)
            notes.WriteLine($"Note: {finding}");
        double seconds = (double)samples / features.Options.SampleRate;
        if (strings == 0)
            notes.WriteLine(FormattableString.Invariant($"Note: no digit was heard in {seconds:F1} s of sound."));
        if (frames > 0)
            notes.WriteLine(FormattableString.Invariant($"{seconds:F1} s of sound took {work / 1000:F3} s, {1000 * seconds / work:F0} times faster than real time; a frame of {1000 * features.Options.Hop:F0} ms took {work / frames:F2} ms{(frames > FirstFrames ? FormattableString.Invariant($", at most {slowest:F1} ms") : "")}. A frame itself lasts {1000 * features.Options.FrameLength:F0} ms."));
    }
}

/// <summary>How what was heard so far is shown.</summary>
enum Partial
{
    /// <summary>Not at all: a string is written once it has ended.</summary>
    None,

    /// <summary>In the line of a terminal that then holds the string.</summary>
    Overwritten,

    /// <summary>In lines with the time in the sound, and how long the frame took.</summary>
    Lines,
}

using System.Diagnostics;
using RnnDsl.Audio;
using RnnDsl.Prediction;
using RnnDsl.Storage;

namespace RnnDsl.Examples.Speech;

/// <summary>Hears digits from a microphone: <c>arecord -f S16_LE -r 8000 -t raw | dotnet run -- listen --model FILE</c>.</summary>
static class Listening
{
    /// <summary>A string has ended when nothing new was heard for so many seconds.</summary>
    const double Silence = 0.8;

    public static void Run(string file, Stream microphone, bool words)
    {
        ModelFileInfo info = ModelFile.ReadInfo(file);
        if (info.Model != nameof(LiveStringModel))
            throw new InvalidDataException($"{file} holds a {info.Model}, which hears from both ends; learn one with: strings --live");
        var model = new LiveStringModel(info.Size("Feature"), info.Size("Hidden"), info.Size("Symbol"));
        ModelFile.Load(file, model);
        AudioFeatures features = AudioFeatures.Read(info);
        FeatureStream ear = features.Start();
        PredictionStream stream = new Predictor(model, "Logits").Start();
        var beam = new CtcBeam(Spelling.Symbols, width: 8, words ? new WordLanguage(Clip.Words).Score : null);
        var row = new float[ear.Width];
        var logits = new float[Spelling.Symbols];
        var bytes = new byte[features.HopSamples * 2];
        int quiet = 0, rows = 0;
        double work = 0, slowest = 0;
        string shown = "";
        for (int count; (count = microphone.Read(bytes)) > 0;)
        {
            long start = Stopwatch.GetTimestamp();
            ear.PushPcm16(bytes.AsSpan(0, count));
            for (; ear.TryRead(row); rows++)
            {
                stream.Step(row, logits);
                beam.Step(logits);
                string text = Spelling.Decode(beam.Best);
                double taken = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                (work, slowest) = (work + taken, Math.Max(slowest, rows < 20 ? 0 : taken));
                if (text != shown)
                {
                    // The rest of the line is overwritten, as the best words so far may change.
                    Console.Write(FormattableString.Invariant($"\r{text}  [{taken:F1} ms]   "));
                    (shown, quiet) = (text, 0);
                }
                else if (++quiet * features.Options.Hop > Silence && shown.Length > 0)
                    EndOfString();
            }
        }
        if (shown.Length > 0)
            EndOfString();
        if (rows > 0)
            Console.WriteLine(FormattableString.Invariant($"{rows * features.Options.Hop:F1} s of sound; a frame of {1000 * features.Options.Hop:F0} ms took {work / rows:F2} ms, at most {slowest:F1} ms. A frame itself lasts {1000 * features.Options.FrameLength:F0} ms."));

        void EndOfString()
        {
            (int[] Labels, double Score)[] candidates = beam.Candidates();
            Console.WriteLine($"\r{(candidates.Length > 0 ? Spelling.Decode(candidates[0].Labels) : shown)}                    ");
            beam.Reset();
            (shown, quiet) = ("", 0);
        }
    }
}

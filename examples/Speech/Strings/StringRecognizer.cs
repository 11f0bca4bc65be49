using System.Diagnostics;
using RnnDsl.Audio;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Metrics;
using RnnDsl.Prediction;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Terminal;
using RnnDsl.Training;

namespace RnnDsl.Examples.Speech;

/// <summary>A sound with the digits that are said in it, nobody knows where.</summary>
sealed record Spoken(Sound Sound, int[] Digits)
{
    public string Text => string.Join(' ', Digits.Select(d => Clip.Words[d]));
}

/// <summary>A model of strings of digits with its features.</summary>
static class StringRecognizer
{
    const int Epochs = 20, Batch = 16;

    static readonly WordLanguage language = new(Clip.Words);

    /// <summary>Strings of three to seven digits, each of one speaker.</summary>
    public static List<Spoken> Strings(IReadOnlyList<Clip> clips, int count, int seed, bool vary)
    {
        var random = new RandomStream(seed, "strings");
        Clip[][] speakers = [.. clips.GroupBy(c => c.Speaker).Select(g => g.ToArray())];
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            Clip[] own = speakers[random.Below(speakers.Length)], said = [.. Enumerable.Range(0, 3 + random.Below(5)).Select(_ => own[random.Below(own.Length)])];
            Sound joined = Variation.Join([.. said.Select(c => c.Sound)], random);
            return new Spoken(vary ? joined.AtSpeed(Math.Exp(random.Uniform(0.15))) : joined, [.. said.Select(c => c.Digit)]);
        })];
    }

    public static void Learn(Settings settings, bool live, string output)
    {
        List<Spoken> learnt = Strings(settings.Train, settings.Strings, settings.Seed, vary: true), unseen = Strings(settings.Test, Math.Max(20, Math.Min(300, settings.Strings / 4)), seed: 1000, vary: false);
        Console.WriteLine($"Strings of digits: {learnt.Count} to learn from, {unseen.Count} to test on, letters out.\n");
        var options = new FeatureOptions { SampleRate = settings.SampleRate, FrameLength = 0.032, Hop = 0.015, Filters = 32, Lowest = 100, Normalization = Normalization.Fitted };
        AudioFeatures features = AudioFeatures.Fit(learnt.Select(s => s.Sound), options);
        StringModel model = live ? new LiveStringModel(features.Width, settings.Hidden, Spelling.Symbols, settings.Seed) : new WholeStringModel(features.Width, settings.Hidden, Spelling.Symbols, settings.Seed);
        long start = Stopwatch.GetTimestamp();
        using (var trainer = new Trainer(model, new AdamW(settings.Rate) { WeightDecay = 0.01 })
        {
            BatchSize = Batch, Epochs = settings.Epochs ?? Epochs, ClipNorm = 5, Schedule = Schedule.Cosine(0.01), Seed = settings.Seed, Threads = settings.Threads, KeepBest = false, BucketByLength = true,
        })
            trainer.FitWithProgress(Encode(learnt, features), title: "Strings").Whole();
        Console.WriteLine(FormattableString.Invariant($"{model.Parameters.Count} parameters, learnt in {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s.\n"));
        ModelFile.Save(output, model, metadata: features.Metadata);
        Report(model, features, unseen, settings.Threads);
        Console.WriteLine($"\nSaved to {output}{(live ? $"; listen with: arecord -f S16_LE -r {settings.SampleRate} -t raw | dotnet run -- listen --model {output}" : "")}");
    }

    static void Report(StringModel model, AudioFeatures features, List<Spoken> unseen, int threads)
    {
        using var executor = new Executor(model, "Logits", new ExecutionOptions { Threads = threads });
        Dataset data = Encode(unseen, features);
        float[] flat = executor.Predict(data);
        var logits = new List<float[]>();
        for (int i = 0, at = 0; i < unseen.Count; i++)
        {
            int length = data["x"].Lengths[i] * Spelling.Symbols;
            logits.Add(flat[at..(at += length)]);
        }
        (string Name, Func<float[], int[]> Decode)[] ways =
        [
            ("greedy", l => CtcDecoder.Greedy(l, Spelling.Symbols)), ("beam", l => CtcDecoder.Beam(l, Spelling.Symbols, width: 8)[0].Labels),
            ("beam with the ten words", l => CtcDecoder.Beam(l, Spelling.Symbols, language.Score, weight: 1, width: 16).FirstOrDefault().Labels ?? []),
        ];
        foreach ((string name, Func<float[], int[]> decode) in ways)
        {
            long start = Stopwatch.GetTimestamp();
            string[] heard = [.. logits.Select(l => Spelling.Decode(decode(l)))];
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Console.WriteLine(FormattableString.Invariant($"{name,-24} word error rate {100 * ErrorRate.Words(unseen.Select(u => u.Text), heard).Rate:F2} %, {1000 * seconds / unseen.Count:F1} ms a string"));
            if (name == ways[^1].Name)
                foreach ((Spoken spoken, string text) in unseen.Zip(heard).Where(p => p.First.Text != p.Second).Take(3))
                    Console.WriteLine($"    said {spoken.Text}\n   heard {text}");
        }
    }

    static Dataset Encode(List<Spoken> strings, AudioFeatures features) =>
        new(features.Encode("x", strings.Select(s => s.Sound)), Column.OneHot("letters", Spelling.Symbols, [.. strings.Select(s => Spelling.Encode(s.Digits))]));
}

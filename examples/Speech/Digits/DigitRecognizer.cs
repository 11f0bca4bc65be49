using System.Numerics.Tensors;
using RnnDsl.Audio;
using RnnDsl.Execution;
using RnnDsl.Metrics;
using RnnDsl.Sequences;
using RnnDsl.Terminal;
using RnnDsl.Training;

namespace RnnDsl.Examples.Speech;

/// <summary>What the means and spreads of features are taken of.</summary>
enum NormalizedOver
{
    /// <summary>All clips of the speaker, without their digits: what a device knows of whom it belongs to.</summary>
    Speaker,

    /// <summary>The clip alone: for speakers of whom nothing else was heard.</summary>
    Clip,
}

/// <summary>A model of single digits with its features.</summary>
sealed class DigitRecognizer(DigitModel model, FeatureOptions features, int threads)
{
    const int Epochs = 12, Batch = 16, Coefficients = 13;

    public DigitModel Model => model;

    /// <param name="clips">To learn from.</param>
    /// <param name="settings">How.</param>
    /// <param name="title">What the progress is called.</param>
    /// <param name="epochs">Without a number in the settings.</param>
    public static DigitRecognizer Learn(IReadOnlyList<Clip> clips, Settings settings, string title = "Digits", int epochs = Epochs)
    {
        FeatureOptions features = Features(settings.Normalized, settings.SampleRate);
        var model = new DigitModel(feature: 2 * Coefficients, hidden: settings.Hidden, digit: 10, seed: settings.Seed);
        var recognizer = new DigitRecognizer(model, features, settings.Threads);
        using var trainer = new Trainer(model, new AdamW(settings.Rate) { WeightDecay = 0.01 })
        {
            BatchSize = Batch, Epochs = settings.Epochs ?? epochs, ClipNorm = 1, Schedule = Schedule.Cosine(0.01), Seed = settings.Seed, Threads = settings.Threads, KeepBest = false,
        };
        trainer.FitWithProgress(recognizer.Encode(Variation.Vary(clips, settings.Copies, settings.Spread, settings.Warp, settings.Seed)), title: title).Whole();
        return recognizer;
    }

    /// <summary>MFCC, which were better than the spectrum itself for speakers who had never been heard.</summary>
    public static FeatureOptions Features(NormalizedOver normalized, int sampleRate) => new()
    {
        SampleRate = sampleRate, FrameLength = 0.032, Hop = 0.010, Filters = 26, Lowest = 100, Floor = 1e-5, Coefficients = Coefficients, Deltas = 1,
        Normalization = normalized == NormalizedOver.Clip ? Normalization.Clip : Normalization.Fitted,
    };

    /// <summary>The data of clips. Where features are normalized over speakers, these clips are all that is known of each of them.</summary>
    public Dataset Encode(IReadOnlyList<Clip> clips)
    {
        (Clip Clip, Sound Sound)[] heard = [.. clips.Select(c => (c, Variation.Level(c.Sound)))];
        Dictionary<string, AudioFeatures> own = heard.GroupBy(h => h.Clip.Speaker)
            .ToDictionary(speaker => speaker.Key, speaker => AudioFeatures.Fit(speaker.Select(h => h.Sound), features with { Warp = speaker.First().Clip.Warp }));
        return new Dataset(Column.Sequences("x", 2 * Coefficients, [.. heard.Select(h => own[h.Clip.Speaker].Flat(h.Sound))]), Column.OneHot("digit", 10, [.. clips.Select(c => c.Digit)]));
    }

    /// <summary>Tells the digits of clips, and counts what is right.</summary>
    /// <param name="clips">With the digits that are right.</param>
    /// <param name="speeds">Each clip is heard at these speeds, and the mean of the answers counts: at one of them an unknown voice is like a known one. Without any it is heard as it is.</param>
    public ClassificationReport Evaluate(IReadOnlyList<Clip> clips, params double[] speeds)
    {
        using var executor = new Executor(model, "Predict", new ExecutionOptions { Threads = threads });
        var sums = new float[10 * clips.Count];
        foreach (double speed in speeds.DefaultIfEmpty(1))
            TensorPrimitives.Add(sums, executor.Predict(Encode([.. clips.Select(c => c with { Sound = c.Sound.AtSpeed(speed) })])), sums);
        int[] found = [.. sums.Chunk(10).Select(p => Array.IndexOf(p, p.Max()))];
        return ClassificationReport.Create(clips.Select(c => c.Word), found.Select(f => Clip.Words[f]), Clip.Words);
    }

    public double Accuracy(IReadOnlyList<Clip> clips) => Evaluate(clips).Accuracy;
}

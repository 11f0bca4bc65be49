using System.Numerics.Tensors;
using RnnDsl.Audio;
using RnnDsl.Execution;
using RnnDsl.Metrics;
using RnnDsl.Sequences;
using RnnDsl.Terminal;
using RnnDsl.Training;

namespace RnnDsl.Examples.Speech;

/// <summary>A model of single digits with its features.</summary>
sealed class DigitRecognizer(DigitModel model, AudioFeatures features, int threads)
{
    const int Epochs = 12, Batch = 16;

    public DigitModel Model => model;

    public static DigitRecognizer Learn(IReadOnlyList<Clip> clips, Settings settings, string title = "Digits", double spread = 0.2)
    {
        var options = new FeatureOptions { SampleRate = settings.SampleRate, FrameLength = 0.032, Hop = 0.010, Filters = 26, Lowest = 100, Floor = 1e-5, Coefficients = 13, Deltas = 1, Normalization = Normalization.Clip };
        // MFCC that are normalized over the clip were the best of four kinds for speakers who had never been heard.
        var features = new AudioFeatures(options);
        var model = new DigitModel(feature: features.Width, hidden: settings.Hidden, digit: 10, seed: settings.Seed);
        var recognizer = new DigitRecognizer(model, features, settings.Threads);
        using var trainer = new Trainer(model, new AdamW(settings.Rate) { WeightDecay = 0.01 })
        {
            BatchSize = Batch, Epochs = settings.Epochs ?? Epochs, ClipNorm = 1, Schedule = Schedule.Cosine(0.01), Seed = settings.Seed, Threads = settings.Threads, KeepBest = false,
        };
        trainer.FitWithProgress(recognizer.Encode(Variation.Vary(clips, settings.Copies, spread, settings.Seed)), title: title);
        return recognizer;
    }

    public Dataset Encode(IReadOnlyList<Clip> clips) => new(features.Encode("x", clips.Select(c => Variation.Level(c.Sound))), Column.OneHot("digit", 10, [.. clips.Select(c => c.Digit)]));

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

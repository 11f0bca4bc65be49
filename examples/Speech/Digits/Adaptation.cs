using RnnDsl.Sequences;
using RnnDsl.Training;
using RnnDsl.Tuning;

namespace RnnDsl.Examples.Speech;

/// <summary>Adapts a recognizer to a speaker that it has never heard, with one clip of each digit.</summary>
static class Adaptation
{
    public static void Compare(Settings settings, string? speaker)
    {
        string one = Speakers.New(settings, speaker);
        Clip[] own = [.. settings.Clips.Where(c => c.Speaker == one)], others = [.. settings.Train.Where(c => c.Speaker != one)], old = [.. settings.Test.Where(c => c.Speaker != one)];
        // The first take that may be learnt from, of each digit.
        Clip[] ten = [.. own.Where(settings.Train.Contains).GroupBy(c => c.Digit).Select(g => g.MinBy(c => c.Take)!)], unseen = [.. own.Except(ten)];
        DigitRecognizer recognizer = DigitRecognizer.Learn(others, settings, title: $"Without {one}", DigitReports.UnheardEpochs);
        Dataset lesson = recognizer.Encode(Variation.Vary(ten, copies: 6, spread: 0.08, warp: 0, settings.Seed));
        float[] before = recognizer.Model.Parameters.ReadOnlyValues.ToArray();
        Console.WriteLine($"\nAdapted to {one} with {ten.Length} clips; tested on {unseen.Length} others of {one} and on {old.Length} of the speakers before.\n");
        Console.WriteLine($"{"",-24} {"values",8} {one,12} {"the others",12}");
        Say("as it was", 0);

        Train(new FineTuning(recognizer.Model), 5e-4);
        Say("all parameters", recognizer.Model.Parameters.Count);
        Restore();

        var adapters = new LowRankAdapters(recognizer.Model, rank: 2, alpha: 4, ["forward.*", "backward.*", "upper.*"], alsoTrain: ["head.b"]);
        Train(adapters, 2e-3);
        Say("adapters of rank 2", adapters.Report.Trained);
        adapters.Remove();
        Restore();

        FineTuning start = new FineTuning(recognizer.Model).Freeze("*").Train("start*");
        Train(start, 2e-2);
        Say("the first states alone", start.Report.Trained);
        Restore();

        void Train(ITrainable trained, double rate)
        {
            using var trainer = new Trainer(trained, new AdamW(rate))
            {
                BatchSize = 10, Epochs = Math.Min(10, settings.Epochs ?? 10), ClipNorm = 1, Schedule = Schedule.Cosine(0.1), Seed = settings.Seed, Threads = settings.Threads, KeepBest = false,
            };
            trainer.Fit(lesson);
        }

        void Restore() => before.CopyTo(recognizer.Model.Parameters.Values);

        void Say(string name, int values) =>
            Console.WriteLine(FormattableString.Invariant($"{name,-24} {values,8} {Percent(unseen)} {Percent(old)}"));

        string Percent(Clip[] clips) => clips.Length == 0 ? $"{"–",12}" : FormattableString.Invariant($"{100 * recognizer.Accuracy(clips),10:F1} %");
    }
}

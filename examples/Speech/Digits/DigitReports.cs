using System.Diagnostics;
using RnnDsl.Metrics;
using RnnDsl.Terminal;

namespace RnnDsl.Examples.Speech;

/// <summary>What the example says of recognizers of single digits.</summary>
static class DigitReports
{
    /// <summary>Epochs for speakers who were never heard. More of them learn the known speakers' own ways.</summary>
    public const int UnheardEpochs = 3;

    public static DigitRecognizer BySplit(Settings settings)
    {
        Console.WriteLine($"Single digits: {settings.Train.Count} clips to learn from, {settings.Test.Count} to test on, {settings.Clips.Select(c => c.Speaker).Distinct().Count()} speakers.\n");
        long start = Stopwatch.GetTimestamp();
        DigitRecognizer recognizer = DigitRecognizer.Learn(settings.Train, settings);
        Console.WriteLine(FormattableString.Invariant($"{recognizer.Model.Parameters.Count} parameters, learnt in {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s.\n"));
        ClassificationReport report = recognizer.Evaluate(settings.Test);
        Console.WriteLine($"{report}\n");
        report.WriteConfusion();
        return recognizer;
    }

    /// <summary>Speakers are left out of learning, and then tested on with all clips.</summary>
    /// <param name="settings">How to learn.</param>
    /// <param name="speakers">See <see cref="Speakers.LeftOut"/>.</param>
    public static void LeaveOut(Settings settings, string speakers)
    {
        var accuracies = new List<double>();
        foreach (string[] left in Speakers.LeftOut(settings, speakers))
        {
            DigitRecognizer recognizer = DigitRecognizer.Learn(settings.Without(left).Train, settings, title: $"Without {string.Join(" and ", left)}", epochs: UnheardEpochs);
            foreach (string one in left)
            {
                Clip[] unheard = [.. settings.Clips.Where(c => c.Speaker == one)];
                accuracies.Add(recognizer.Evaluate(unheard, 0.86, 1, 1.16).Accuracy);
                Console.WriteLine(FormattableString.Invariant($"{one,12}  accuracy {100 * accuracies[^1]:F1} %, heard at its own speed alone {100 * recognizer.Accuracy(unheard):F1} %"));
            }
        }
        Console.WriteLine(FormattableString.Invariant($"{"mean",12}  accuracy {100 * accuracies.Average():F1} %"));
    }
}

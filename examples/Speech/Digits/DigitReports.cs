using System.Diagnostics;
using RnnDsl.Metrics;
using RnnDsl.Terminal;

namespace RnnDsl.Examples.Speech;

/// <summary>What the example says of recognizers of single digits.</summary>
static class DigitReports
{
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

    /// <summary>One speaker is left out of learning, or each in turn, and then tested on with all clips.</summary>
    public static void LeaveOut(Settings settings, string speaker)
    {
        string[] all = [.. settings.Clips.Select(c => c.Speaker).Distinct()];
        string[] chosen = speaker == "all" ? all : all.Contains(speaker) ? [speaker] : throw new ArgumentException($"There is no speaker '{speaker}'; there are {string.Join(", ", all)}.");
        var accuracies = new List<double>();
        foreach (string one in chosen)
        {
            DigitRecognizer recognizer = DigitRecognizer.Learn([.. settings.Clips.Where(c => c.Speaker != one)], settings, title: $"Without {one}", spread: 0.25);
            Clip[] unheard = [.. settings.Clips.Where(c => c.Speaker == one)];
            accuracies.Add(recognizer.Evaluate(unheard, 0.85, 0.92, 1, 1.09, 1.18).Accuracy);
            Console.WriteLine(FormattableString.Invariant($"{one,12}  accuracy {100 * accuracies[^1]:F1} %, heard at its own speed alone {100 * recognizer.Accuracy(unheard):F1} %"));
        }
        Console.WriteLine(FormattableString.Invariant($"{"mean",12}  accuracy {100 * accuracies.Average():F1} %"));
    }
}

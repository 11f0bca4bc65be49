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
    /// <param name="speakers">
    /// "all" for each in turn; else one, or several with commas, who are left out together: so settings can be chosen without the speaker who is tested on in the end.
    /// </param>
    public static void LeaveOut(Settings settings, string speakers)
    {
        string[] all = [.. settings.Clips.Select(c => c.Speaker).Distinct()];
        string[][] turns = speakers == "all" ? [.. all.Select(one => new[] { one })] : [[.. speakers.Split(',', StringSplitOptions.TrimEntries).Distinct()]];
        if (turns.SelectMany(t => t).FirstOrDefault(one => !all.Contains(one)) is { } unknown)
            throw new ArgumentException($"There is no speaker '{unknown}'; there are {string.Join(", ", all)}.");
        if (turns[0].Distinct().Count() == all.Length)
            throw new ArgumentException("With all speakers left out there is none to learn from.");
        var accuracies = new List<double>();
        foreach (string[] left in turns)
        {
            Clip[] heard = [.. settings.Clips.Where(c => !left.Contains(c.Speaker))];
            DigitRecognizer recognizer = DigitRecognizer.Learn(heard, settings, title: $"Without {string.Join(" and ", left)}", epochs: UnheardEpochs);
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

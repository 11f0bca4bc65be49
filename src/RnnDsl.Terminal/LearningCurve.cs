using System.Globalization;
using RnnDsl.Training;
using Spectre.Console;

namespace RnnDsl.Terminal;

/// <summary>The course of a training as a picture of characters.</summary>
public static class LearningCurve
{
    const int Height = 13, Widest = 100;

    /// <summary>If the largest loss is more than this many times the smallest, the axis is logarithmic.</summary>
    const double Logarithmic = 20;

    /// <summary>The losses of the training (.) and of the validation data (o) by epoch, the best epoch marked (*). The axis of the losses is logarithmic where they differ much.</summary>
    /// <param name="history">The course of a training.</param>
    /// <param name="title">Above the curve.</param>
    /// <param name="console">Where to; null for the program's own.</param>
    public static void WriteCurve(this History history, string title = "Loss by epoch", IAnsiConsole? console = null)
    {
        console ??= AnsiConsole.Console;
        foreach (string line in Lines(history, title, Math.Min(console.Profile.Width - 1, Widest)))
            console.WriteLine(line);
    }

    static IEnumerable<string> Lines(History history, string title, int width)
    {
        EpochReport[] epochs = [.. history.Earlier.Concat(history.Epochs)];
        double[] losses = [.. epochs.SelectMany(e => new[] { e.TrainLoss, e.ValidationLoss ?? double.NaN }).Where(double.IsFinite)];
        if (losses.Length == 0)
            return ["No epoch was completed."];
        double least = losses.Min(), most = losses.Max();
        bool log = least > 0 && most > Logarithmic * least;
        (double bottom, double top) = log ? (Math.Log(least), Math.Log(most)) : (least, most);
        double Loss(int row) => (bottom + (top - bottom) * row / (Height - 1)) is var at && log ? Math.Exp(at) : at;

        // Each third row has a label.
        string[] labels = [.. Enumerable.Range(0, Height).Select(row => row % 3 == 0 ? Loss(row).ToString("G4", CultureInfo.InvariantCulture) : "")];
        int left = labels.Max(l => l.Length), columns = Math.Max(10, width - left - 2), last = epochs[^1].Epoch, first = epochs[0].Epoch;
        var cells = new char[Height][];
        for (int row = 0; row < Height; row++)
            cells[row] = [.. Enumerable.Repeat(' ', columns)];
        foreach (EpochReport epoch in epochs)
            Put(epoch.Epoch, epoch.TrainLoss, '.');
        foreach (EpochReport epoch in epochs)
            Put(epoch.Epoch, epoch.ValidationLoss ?? double.NaN, 'o');
        if (history.Best is { } best)
            Put(best.Epoch, best.Monitored, '*');

        var lines = new List<string> { title };
        for (int row = Height - 1; row >= 0; row--)
            lines.Add($"{labels[row].PadLeft(left)} {(labels[row].Length > 0 ? '+' : '|')}{new string(cells[row])}".TrimEnd());
        lines.Add($"{"".PadLeft(left)} +{new string('-', columns)}");
        string from = first.ToString(CultureInfo.InvariantCulture), to = last == first ? "" : last.ToString(CultureInfo.InvariantCulture);
        lines.Add($"{"".PadLeft(left + 2)}{from}{"epoch".PadLeft((columns + 5) / 2 - from.Length).PadRight(columns - from.Length - to.Length)}{to}".TrimEnd());
        string[] marks = [". training", .. epochs.Any(e => e.ValidationLoss is not null) ? ["o validation"] : Array.Empty<string>(), .. history.Best is { } b ? [$"* best: epoch {b.Epoch.ToString(CultureInfo.InvariantCulture)}"] : Array.Empty<string>()];
        bool beside = left + 2 + marks.Sum(m => m.Length + 2) <= width;
        lines.AddRange((beside ? [string.Join("  ", marks)] : marks).Select(m => "".PadLeft(left + 2) + m));
        return lines;

        void Put(int epoch, double loss, char mark)
        {
            if (!double.IsFinite(loss))
                return;
            int column = last == first ? 0 : (int)Math.Round((double)(epoch - first) * (columns - 1) / (last - first));
            int row = top > bottom ? (int)Math.Round(((log ? Math.Log(loss) : loss) - bottom) / (top - bottom) * (Height - 1)) : 0;
            cells[row][column] = mark;
        }
    }
}

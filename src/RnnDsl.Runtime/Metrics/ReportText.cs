using System.Globalization;
using System.Text;

namespace RnnDsl.Metrics;

/// <summary>The layout of scikit-learn's <c>classification_report</c>, to the character: a column of names, as wide as the longest, and four of numbers. No line break stands at the end.</summary>
sealed class ReportText
{
    const int Column = 9;

    readonly StringBuilder text = new();
    readonly int digits, width;

    /// <summary>Begins a text with its heading.</summary>
    /// <param name="names">Of the classes.</param>
    /// <param name="digits">Digits behind the point.</param>
    public ReportText(IEnumerable<string> names, int digits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(digits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digits, 30);
        this.digits = digits;
        width = Math.Max(Math.Max("weighted avg".Length, digits), names.Select(Length).DefaultIfEmpty().Max());
        Cells("", "precision", "recall", "f1-score", "support");
    }

    /// <summary>An empty line.</summary>
    public ReportText Blank()
    {
        text.Append('\n');
        return this;
    }

    public ReportText Row(ClassScore score) => Cells(score.Name, Number(score.Precision), Number(score.Recall), Number(score.F1), score.Support.ToString(CultureInfo.InvariantCulture));

    public ReportText Rows(IEnumerable<ClassScore> scores)
    {
        foreach (ClassScore score in scores)
            Row(score);
        return this;
    }

    public ReportText Accuracy(double value, long count) => Cells("accuracy", "", "", Number(value), count.ToString(CultureInfo.InvariantCulture));

    public override string ToString() => text.ToString(0, text.Length - 1);

    ReportText Cells(string name, params ReadOnlySpan<string> cells)
    {
        text.Append(' ', width - Length(name));
        // A line break in a name would break the table.
        foreach (char letter in name)
            text.Append(char.IsControl(letter) ? ' ' : letter);
        text.Append(' ');
        foreach (string cell in cells)
            text.Append(' ').Append(cell.PadLeft(Column));
        return Blank();
    }

    /// <summary>As in C: exactly half is rounded to the even digit.</summary>
    string Number(double value) => double.IsNaN(value) ? "nan" : value.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>In characters, as Python counts: a pair of surrogates is one.</summary>
    static int Length(string name) => name.Length - name.Count(char.IsLowSurrogate);
}

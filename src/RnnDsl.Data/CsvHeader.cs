using System.Globalization;
using RnnDsl.Sequences;

namespace RnnDsl.Data;

/// <summary>Decides whether a line holds names or data.</summary>
static class CsvHeader
{
    /// <summary>What a field looks like.</summary>
    public enum Look { Blank, Number, Time, Text }

    /// <summary>
    /// Whether a first line is data like the line below: wherever neither field is blank, both are numbers, or dates, or texts, and not all
    /// are texts. A first line of numbers alone is data too. Without dates, two or more numbers that count up from 0, 1 or a year are names
    /// of columns nevertheless: 0, 1, 2 or 2019, 2020, 2021.
    /// </summary>
    /// <param name="first">The first line.</param>
    /// <param name="second">The line below; null if there is none.</param>
    /// <param name="numbers">What is a number.</param>
    public static bool LooksLikeData(string[] first, CsvRecords? second, CsvNumbers numbers)
    {
        bool telling = false, times = false, onlyNumbers = true, counting = true;
        double? before = null;
        int counted = 0;
        for (int i = 0; i < first.Length; i++)
        {
            Look here = Of(first[i], numbers);
            Look below = second is null || i >= second.Count ? Look.Blank : Of(second.Field(i), numbers);
            onlyNumbers &= here == Look.Number;
            if (here is not Look.Blank && below is not Look.Blank && here != below)
                return false;
            if (here == Look.Number && numbers.TryParse(first[i], out double number))
            {
                counting &= before is null ? number is 0 or 1 or (>= 1600 and < 2200) : number == before + 1;
                (before, counted) = (number, counted + 1);
                telling |= below is Look.Number;
            }
            times |= here == Look.Time && below == Look.Time;
        }
        return times || ((telling || onlyNumbers) && !(counting && counted > 1));
    }

    /// <summary>What a field looks like; one that stands for a missing value is blank.</summary>
    public static Look Of(ReadOnlySpan<char> field, CsvNumbers numbers)
    {
        ReadOnlySpan<char> text = field.Trim();
        return numbers.IsMissing(text) || CsvNumbers.IsMarker(text) ? Look.Blank
            : CsvNumbers.IsCompactDate(text) ? Look.Time
            : numbers.TryParse(text, out _) ? Look.Number
            : TimeFormat.IsTime(text) ? Look.Time : Look.Text;
    }
}

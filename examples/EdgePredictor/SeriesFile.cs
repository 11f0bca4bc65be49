using System.Globalization;
using RnnDsl.Sequences;
using RnnDsl.Storage;

namespace RnnDsl.Examples.EdgePredictor;

/// <summary>One column of a plain CSV file: a header, commas, no quotes. It keeps the binary small; RnnDsl.Data reads what else there is.</summary>
internal static class SeriesFile
{
    public static TimeSeries Read(string path, string? column)
    {
        InputFile.Check(path);
        string[] lines = File.ReadAllLines(path);
        if (lines.Length < 2)
            throw new InvalidDataException($"{path} has no rows: a header and one row a line are expected.");
        string[] names = lines[0].Split(',', StringSplitOptions.TrimEntries);
        int at = column is null ? 0 : Array.IndexOf(names, column);
        if (at < 0)
            throw new InvalidDataException($"{path} has no column '{column}'; it has {string.Join(", ", names)}.");
        var values = new List<double>();
        for (int i = 1; i < lines.Length; i++)
        {
            string[] fields = lines[i].Split(',', StringSplitOptions.TrimEntries);
            if (fields.Length == 1 && fields[0].Length == 0)
                continue;
            if (fields.Length != names.Length)
                throw new InvalidDataException($"{path}, line {i + 1}: {fields.Length} fields, but the header has {names.Length}.");
            if (!double.TryParse(fields[at], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !float.IsFinite((float)value))
                throw new InvalidDataException($"{path}, line {i + 1}: '{fields[at]}' in column '{names[at]}' is not a finite number.");
            values.Add(value);
        }
        return new TimeSeries([names[at]], values.ToArray());
    }
}

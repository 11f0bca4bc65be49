using RnnDsl.Sequences;
using RnnDsl.Storage;
using Sylvan.Data.Csv;

namespace RnnDsl.Data;

/// <summary>
/// Reads a time series from a file of comma-separated values (or other delimiters), packed with gzip or not. Numbers become the
/// columns of the series, missing ones NaN; dates and other texts become its labels.
/// </summary>
public static class CsvSeries
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The content is not as it should be; the message names file, line, column and
    /// value.</exception>
    public static TimeSeries Read(string path, CsvOptions? options = null)
    {
        using StreamReader reader = CsvInput.Open(path);
        return Read(reader, options, path);
    }

    /// <summary>Reads a text.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="name">What error messages call it.</param>
    /// <exception cref="InvalidDataException">The content is not as it should be; the message names line, column and
    /// value.</exception>
    public static TimeSeries Read(TextReader reader, CsvOptions? options = null, string name = "CSV text")
    {
        using var records = new CsvRecords(reader, options ?? new CsvOptions(), name);
        try
        {
            return new CsvTable(records).Read();
        }
        catch (Exception e) when (e is CsvFormatException or CsvRecordTooLargeException)
        {
            throw records.Error($"after line {records.LinesRead}", e.Message.TrimEnd('.'), e);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException(OneLine.Of(e.Message), e);
        }
    }
}

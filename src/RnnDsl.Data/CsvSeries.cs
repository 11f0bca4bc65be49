using RnnDsl.Sequences;
using RnnDsl.Storage;

namespace RnnDsl.Data;

/// <summary>
/// Reads a time series from a file of comma-separated values (or other delimiters), packed with gzip or not. Numbers become the
/// columns of the series, missing ones NaN; dates and other texts become its labels. What is worth a look before training stands in
/// <see cref="TimeSeries.Findings"/>.
/// </summary>
public static class CsvSeries
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The content is not as it should be, or more than the options allow; the message names file,
    /// line, column and value.</exception>
    public static TimeSeries Read(string path, CsvOptions? options = null)
    {
        options ??= new CsvOptions();
        using var file = new CsvFile(path, options.Encoding, options.MaximumBytes, nameof(CsvOptions));
        return Read(file, options, path);
    }

    /// <summary>Reads a text.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="name">What error messages call it.</param>
    /// <exception cref="InvalidDataException">The content is not as it should be, or more than the options allow; the message names line,
    /// column and value.</exception>
    public static TimeSeries Read(TextReader reader, CsvOptions? options = null, string name = "CSV text")
    {
        try
        {
            return new CsvTable(new CsvRecords(reader, options ?? new CsvOptions(), name)).Read();
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException(OneLine.Of(e.Message), e);
        }
    }
}

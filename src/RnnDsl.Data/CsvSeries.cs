using RnnDsl.Sequences;
using RnnDsl.Storage;

namespace RnnDsl.Data;

/// <summary>
/// Reads a time series from a file of comma-separated values, or of values with another delimiter. The file may be packed with gzip. Numbers become the columns of the series, and missing ones NaN.
/// Dates and other texts become labels. <see cref="TimeSeries.Findings"/> has what should be looked at before a training.
/// </summary>
public static class CsvSeries
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The content is wrong, or there is more of it than the options allow. The message names the file, the line, the column and the value.</exception>
    public static TimeSeries Read(string path, CsvOptions? options = null)
    {
        options ??= new CsvOptions();
        using var file = new CsvFile(path, options.Encoding, options.MaximumBytes, nameof(CsvOptions));
        return Read(file, options, path);
    }

    /// <summary>Reads a text.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="options">How the text is read; null for the defaults.</param>
    /// <param name="name">The name of the text in error messages.</param>
    /// <exception cref="InvalidDataException">The content is wrong, or there is more of it than the options allow. The message names the line, the column and the value.</exception>
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

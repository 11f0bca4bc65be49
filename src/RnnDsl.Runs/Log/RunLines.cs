using System.Buffers;
using System.Text.Json;
using RnnDsl.Storage;

namespace RnnDsl.Runs;

/// <summary>Writes objects of JSON to a file, one a line. Each line is handed to the operating system whole and at once, so that a killed process leaves whole lines, and at most the last one broken.</summary>
sealed class RunLines : IDisposable
{
    public const string Kind = "kind";

    readonly FileStream stream;
    readonly ArrayBufferWriter<byte> buffer = new(512);
    readonly Utf8JsonWriter writer;

    /// <exception cref="IOException">There is such a file, or it cannot be created.</exception>
    public RunLines(string path)
    {
        // Others may read while the run goes on.
        stream = OutputFolder.NewFile(path);
        writer = new Utf8JsonWriter(buffer);
    }

    /// <summary>Writes a line.</summary>
    /// <param name="kind">The kind of the line.</param>
    /// <param name="write">Writes the other members of the object.</param>
    public void Write(string kind, Action<Utf8JsonWriter> write)
    {
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        writer.WriteStartObject();
        writer.WriteString(Kind, kind);
        write(writer);
        writer.WriteEndObject();
        writer.Flush();
        buffer.Write("\n"u8);
        stream.Write(buffer.WrittenSpan);
    }

    /// <summary>A number. JSON has no infinite numbers and no NaN; they stand there as text.</summary>
    public static void Number(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumber(name, value);
        else
            json.WriteString(name, Text(value));
    }

    /// <summary>A number in an array.</summary>
    public static void Number(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteStringValue(Text(value));
    }

    static string Text(double value) => double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";

    public void Dispose()
    {
        writer.Dispose();
        stream.Dispose();
    }
}

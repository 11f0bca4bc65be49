using System.Text;
using System.Text.Json;

namespace RnnDsl.Storage;

/// <summary>JSON that stands in a model's metadata.</summary>
static class JsonText
{
    const string Version = "version";

    /// <summary>The written JSON as text.</summary>
    public static string Write(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            write(writer);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>An object with its version, and then what is written.</summary>
    public static string Write(int version, Action<Utf8JsonWriter> write) => Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber(Version, version);
        write(writer);
        writer.WriteEndObject();
    });

    /// <summary>Reads an object that <see cref="Write(int, Action{Utf8JsonWriter})"/> wrote.</summary>
    /// <param name="json">The text.</param>
    /// <param name="what">What it is expected to be, for the message: "a text encoder's JSON".</param>
    /// <param name="version">The version that is read.</param>
    /// <param name="read">Reads the object. Its usual exceptions mean that the text is something else.</param>
    /// <exception cref="InvalidDataException">The text is something else, or of another version.</exception>
    public static T Read<T>(string json, string what, int version, Func<JsonElement, T> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            if (!root.TryGetProperty(Version, out JsonElement stated))
                throw new FormatException("it states no version");
            if (stated.GetInt32() is var found && found != version)
                throw new FormatException($"it is of version {found}, this library reads version {version}");
            return read(root);
        }
        catch (KeyNotFoundException e)
        {
            throw new InvalidDataException($"This is not {what}: something that it needs is missing in it.", e);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException(OneLine.Of($"This is not {what}: {e.Message}"), e);
        }
    }
}

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace RnnDsl.Storage;

/// <summary>
/// The header of a safetensors file: 8 little-endian bytes with the length of the JSON text that follows. The text maps each name to
/// <c>{"dtype":…,"shape":[…],"data_offsets":[begin,end]}</c>, and <c>__metadata__</c> to a map of strings. The text is padded with spaces to a multiple of 8 bytes; the data have
/// neither gaps nor overlaps.
/// </summary>
static class SafetensorsHeader
{
    public const int PrefixBytes = 8;
    const string MetadataName = "__metadata__";

    /// <summary>The JSON text with its padding.</summary>
    public static byte[] Write(IEnumerable<Tensor> tensors, IEnumerable<KeyValuePair<string, string>> metadata, bool hasChecksum = false)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteStartObject(MetadataName);
            var names = new HashSet<string>();
            if (hasChecksum)
                writer.WriteString(FileChecksum.Key, FileChecksum.Unknown);
            foreach ((string key, string value) in metadata)
            {
                WellFormed.Check($"the metadata's name '{key}'", key);
                WellFormed.Check($"the metadata '{key}'", value);
                if (!names.Add(key))
                    throw new ArgumentException($"The metadata contain the name '{key}' twice.", nameof(metadata));
                writer.WriteString(key, value);
            }
            writer.WriteEndObject();
            names = [MetadataName];
            foreach (Tensor tensor in tensors)
            {
                WellFormed.Check($"the tensor's name '{tensor.Name}'", tensor.Name);
                if (!names.Add(tensor.Name))
                    throw new ArgumentException($"The name '{tensor.Name}' is taken: each tensor of a file needs a different name.", nameof(tensors));
                writer.WriteStartObject(tensor.Name);
                writer.WriteString("dtype", tensor.DType);
                writer.WriteStartArray("shape");
                foreach (long size in tensor.Shape)
                    writer.WriteNumberValue(size);
                writer.WriteEndArray();
                writer.WriteStartArray("data_offsets");
                writer.WriteNumberValue(tensor.Begin);
                writer.WriteNumberValue(tensor.End);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    /// <summary>Reads the JSON text, and checks every entry against the others and against the number of bytes.</summary>
    /// <exception cref="InvalidDataException">Something in the header is invalid.</exception>
    public static (List<Tensor> Tensors, Dictionary<string, string> Metadata) Read(ReadOnlySpan<byte> json, long dataBytes)
    {
        try
        {
            // Refuses invalid UTF-8 before the reader unescapes any of it.
            _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetCharCount(json);
            var reader = new Utf8JsonReader(json);
            (List<Tensor> tensors, Dictionary<string, string> metadata) = Parse(ref reader);
            CheckOffsets(tensors, dataBytes);
            return (tensors, metadata);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException(OneLine.Of(e.Message), e);
        }
        // InvalidOperationException: an escaped half of a surrogate pair.
        catch (Exception e) when (e is JsonException or DecoderFallbackException or InvalidOperationException)
        {
            throw new InvalidDataException(OneLine.Of($"The header is not valid JSON: {e.Message}"), e);
        }
    }

    static (List<Tensor>, Dictionary<string, string>) Parse(ref Utf8JsonReader reader)
    {
        var tensors = new List<Tensor>();
        var names = new HashSet<string>();
        Dictionary<string, string> metadata = [];
        Expect(ref reader, JsonTokenType.StartObject, "the header");
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (!names.Add(name))
                throw new InvalidDataException($"The header names '{name}' twice.");
            if (name == MetadataName)
                metadata = ParseMetadata(ref reader);
            else
                tensors.Add(ParseTensor(ref reader, name));
        }
        while (reader.Read()) { }   // nothing but white space may follow
        return (tensors, metadata);
    }

    static Dictionary<string, string> ParseMetadata(ref Utf8JsonReader reader)
    {
        var metadata = new Dictionary<string, string>();
        Expect(ref reader, JsonTokenType.StartObject, MetadataName);
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            Expect(ref reader, JsonTokenType.String, $"the metadata '{key}'");
            if (!metadata.TryAdd(key, reader.GetString()!))
                throw new InvalidDataException($"The metadata contain the name '{key}' twice.");
        }
        return metadata;
    }

    static Tensor ParseTensor(ref Utf8JsonReader reader, string name)
    {
        string? dtype = null;
        List<long>? shape = null, offsets = null;
        Expect(ref reader, JsonTokenType.StartObject, $"tensor '{name}'");
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            switch (reader.GetString())
            {
                case "dtype" when dtype is null:
                    Expect(ref reader, JsonTokenType.String, $"the dtype of '{name}'");
                    dtype = reader.GetString();
                    break;
                case "shape" when shape is null:
                    shape = ParseNumbers(ref reader, $"the shape of '{name}'");
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ParseNumbers(ref reader, $"the data_offsets of '{name}'");
                    break;
                default:
                    throw new InvalidDataException($"Tensor '{name}': '{reader.GetString()}' is unknown or given twice.");
            }
        }
        if (dtype is null || shape is null || offsets is null)
            throw new InvalidDataException($"Tensor '{name}' lacks its dtype, shape or data_offsets.");
        if (offsets.Count != 2 || offsets[1] < offsets[0])
            throw new InvalidDataException($"Tensor '{name}': its data_offsets are not a begin and an end.");
        CheckSize(name, dtype, shape, offsets[1] - offsets[0]);
        return new Tensor(name, dtype, shape, offsets[0], offsets[1]);
    }

    /// <summary>A tensor of an unknown type may have any size until its values are read.</summary>
    static void CheckSize(string name, string dtype, List<long> shape, long bytes)
    {
        UInt128 count = 1;
        foreach (long extent in shape)
        {
            count *= (UInt128)extent;
            // A later zero does not make up for a product that was already larger than any file.
            if (count > long.MaxValue)
                throw new InvalidDataException($"Tensor '{name}': the shape [{string.Join(", ", shape)}] is too large.");
        }
        if (Tensor.BitsOf(dtype) is not int bits)
            return;
        UInt128 expected = (count * (UInt128)bits + 7) / 8;
        if (expected != (UInt128)bytes)
            throw new InvalidDataException(
                $"Tensor '{name}': {dtype} of shape [{string.Join(", ", shape)}] needs {expected} bytes, but the header gives it {bytes}.");
    }

    static List<long> ParseNumbers(ref Utf8JsonReader reader, string what)
    {
        var numbers = new List<long>();
        Expect(ref reader, JsonTokenType.StartArray, what);
        while (Next(ref reader) != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0)
                throw new InvalidDataException($"In {what}: an entry is not a count.");
            numbers.Add(number);
        }
        return numbers;
    }

    /// <summary>In the order of their data, tensors follow each other from the first byte to the last.</summary>
    static void CheckOffsets(List<Tensor> tensors, long dataBytes)
    {
        tensors.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        long end = 0;
        foreach (Tensor tensor in tensors)
        {
            if (tensor.Begin != end)
                throw new InvalidDataException($"Tensor '{tensor.Name}' begins at byte {tensor.Begin} of the data instead of {end}: " +
                    (tensor.Begin < end ? "an overlap." : "a hole."));
            end = tensor.End;
        }
        if (end != dataBytes)
            throw new InvalidDataException($"The header describes {end} bytes of data, but there are {dataBytes}: " +
                (dataBytes < end ? "the file is cut short." : "something follows them."));
    }

    static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string what)
    {
        if (Next(ref reader) != type)
            throw new InvalidDataException($"In {what}: {type} was expected, not {reader.TokenType}.");
    }

    static JsonTokenType Next(ref Utf8JsonReader reader) =>
        reader.Read() ? reader.TokenType : throw new InvalidDataException("The header ends too early.");
}

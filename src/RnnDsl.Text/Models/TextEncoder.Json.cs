using System.Text.Json;
using RnnDsl.Execution;
using RnnDsl.Storage;

namespace RnnDsl.Text;

public sealed partial class TextEncoder
{
    /// <summary>Under this name the encoder stands in a file's metadata.</summary>
    const string Key = "text encoder";

    /// <summary>What a model's file holds of it: <c>ModelFile.Save(path, model, metadata: encoder.Metadata)</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => new Dictionary<string, string> { [Key] = ToJson() };

    /// <summary>The encoder that was saved with a model.</summary>
    /// <exception cref="InvalidDataException">The model was saved without one, or the text is something else.</exception>
    public static TextEncoder Read(ModelFileInfo info) => FromJson(info.Metadata.TryGetValue(Key, out string? json) ? json
        : throw new InvalidDataException($"The file of {info.Model} holds no text encoder: its writer did not give {nameof(Metadata)} to {nameof(ModelFile)}.{nameof(ModelFile.Save)}."));

    /// <summary>One line of JSON.</summary>
    public string ToJson() => JsonText.Write(version: 1, writer =>
    {
        Words.Write(writer, "words");
        Letters.Write(writer, "letters");
        Suffixes.Write(writer, "suffixes");
        Labels.Write(writer, "labels");
        Subwords?.Write(writer, "subwords");
        Gazetteer?.Write(writer, "gazetteer");
        writer.WriteNumber("most letters", options.MaxLetters);
        writer.WriteNumber("suffix letters", options.SuffixLetters);
        if (Scheme is { } scheme)
            writer.WriteString("scheme", scheme.ToString());
        if (Thresholds is not null)
        {
            writer.WriteStartArray("thresholds");
            foreach (float threshold in Thresholds)
                writer.WriteNumberValue(threshold);
            writer.WriteEndArray();
        }
    });

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The text is something else.</exception>
    public static TextEncoder FromJson(string json) => JsonText.Read(json, "a text encoder's JSON", version: 1, root =>
    {
        (int letters, int suffix) = (root.GetProperty("most letters").GetInt32(), root.GetProperty("suffix letters").GetInt32());
        if (letters < 2 || suffix < 1)
            throw new FormatException("a number of letters is out of range");
        var options = new TextEncoderOptions { MaxLetters = letters, SuffixLetters = suffix };
        float[]? thresholds = root.TryGetProperty("thresholds", out JsonElement numbers) ? [.. numbers.EnumerateArray().Select(t => t.GetSingle())] : null;
        var encoder = new TextEncoder(Vocabulary.Read(root.GetProperty("words")), Vocabulary.Read(root.GetProperty("letters")), Vocabulary.Read(root.GetProperty("suffixes")), Vocabulary.Read(root.GetProperty("labels")),
            options, root.TryGetProperty("scheme", out JsonElement scheme) ? Enum.Parse<TagScheme>(scheme.GetString() ?? "") : null)
        {
            Subwords = root.TryGetProperty("subwords", out JsonElement subwords) ? SubwordVocabulary.Read(subwords) : null,
            Gazetteer = root.TryGetProperty("gazetteer", out JsonElement gazetteer) ? Gazetteer.Read(gazetteer) : null,
            Thresholds = thresholds,
        };
        return thresholds is null || (thresholds.Length == encoder.Labels.Size && Array.TrueForAll(thresholds, t => t is >= 0 and <= 1)) ? encoder
            : throw new FormatException($"there are {thresholds.Length} thresholds of {encoder.Labels.Size} labels, or one is no probability");
    });

    /// <summary>The size of a dimension of a model that reads what this encoder makes: Word, Letter, Shape, Suffix, Piece if it has subwords, Phrase if it has a gazetteer, and Tag or Label.</summary>
    /// <exception cref="ArgumentException">There is no such dimension.</exception>
    public int Size(string dimension) => dimension switch
    {
        "Word" => Words.Size,
        "Letter" => Letters.Size,
        "Shape" => WordForms.ShapeCount,
        "Suffix" => Suffixes.Size,
        "Piece" => Subwords?.Size ?? throw new ArgumentException($"This encoder has learned no pieces of words: {nameof(TextEncoderOptions)}.{nameof(TextEncoderOptions.Subwords)} says how many.", nameof(dimension)),
        "Phrase" => Gazetteer?.Size ?? throw new ArgumentException($"This encoder has collected no entities: set {nameof(TextEncoderOptions)}.{nameof(TextEncoderOptions.Gazetteer)}.", nameof(dimension)),
        "Tag" or "Label" => Labels.Size,
        _ => throw new ArgumentException($"An encoder of text has the dimensions Word, Letter, Shape, Suffix, Piece, Phrase, Tag and Label, not '{dimension}'.", nameof(dimension)),
    };
}

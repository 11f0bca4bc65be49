using System.Text.Json;
using System.Text.Json.Nodes;
using RnnDsl.Storage;

namespace RnnDsl.Examples.Dialogue;

/// <summary>What can be talked about: slots that a user gives values of, with these values, and slots that a user asks for.</summary>
/// <param name="Informable">The values of each slot, without <see cref="DontCare"/>.</param>
/// <param name="Requestable">The slots that can be asked for.</param>
sealed record Ontology(IReadOnlyList<(string Slot, string[] Values)> Informable, IReadOnlyList<string> Requestable)
{
    /// <summary>The value of a slot of which the user says that any will do.</summary>
    public const string DontCare = "dontcare";

    const int MostSlots = 100, MostValues = 10_000;

    /// <summary>The slots and values that labels of dialogues name.</summary>
    /// <exception cref="InvalidDataException">They name none.</exception>
    public static Ontology Of(IReadOnlyList<DialogueTurn[]> dialogues)
    {
        DialogueTurn[] turns = [.. dialogues.SelectMany(d => d)];
        return Ordered(turns.SelectMany(t => t.Said.Concat(t.Goal)).Select(p => (p.Key, new[] { p.Value })), turns.SelectMany(t => t.Requested));
    }

    /// <summary>What this one or another has.</summary>
    public Ontology With(Ontology other) => Ordered(Informable.Concat(other.Informable), Requestable.Concat(other.Requestable));

    static Ontology Ordered(IEnumerable<(string Slot, string[] Values)> slots, IEnumerable<string> requestable)
    {
        (string, string[] Values)[] informable = [.. slots.GroupBy(s => s.Slot, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (g.Key, g.SelectMany(s => s.Values).Where(v => v != DontCare).Distinct().Order(StringComparer.Ordinal).ToArray()))];
        var result = new Ontology(informable, [.. requestable.Distinct().Order(StringComparer.Ordinal)]);
        int count = informable.Length + result.Requestable.Count, values = informable.Sum(i => i.Values.Length);
        if (informable.Length == 0)
            throw new InvalidDataException("There is no slot with a value, so there is nothing to track.");
        if (count > MostSlots || values > MostValues)
            throw new InvalidDataException(
                $"There are {count} slots with {values} values; at most {MostSlots} with {MostValues} are tracked. Leave some out of the dialogues and the ontology.");
        return result;
    }

    /// <summary>Reads <c>{"informable": {"food": ["thai", …], …}, "requestable": ["phone", …]}</c>, as the ontologies of WOZ 2.0 are stored.</summary>
    public static Ontology Read(string path)
    {
        using JsonDocument document = DialogueFile.Parse(path);
        if (document.RootElement is not { ValueKind: JsonValueKind.Object } root || !root.TryGetProperty("informable", out JsonElement informable)
            || informable.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException($"{path} is no ontology: there is no object 'informable' with the values of each slot.");
        string[] requestable = root.TryGetProperty("requestable", out JsonElement named) ? Texts(named, $"{path}, 'requestable'") : [];
        return Ordered(informable.EnumerateObject().Where(slot => slot.Name != DialogueFile.Request)
            .Select(slot => (slot.Name.Trim().ToLowerInvariant(), Texts(slot.Value, $"{path}, '{slot.Name}'"))), requestable);

        static string[] Texts(JsonElement array, string place) => array.ValueKind == JsonValueKind.Array && array.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String)
            ? [.. array.EnumerateArray().Select(v => v.GetString()!.Trim().ToLowerInvariant())] : throw new InvalidDataException($"{place} is no array of texts.");
    }

    public void Save(string path) => AtomicFile.Write(path, stream =>
    {
        var root = new JsonObject
        {
            ["informable"] = new JsonObject(Informable.Select(i => KeyValuePair.Create(i.Slot, (JsonNode?)new JsonArray([.. i.Values.Select(v => (JsonNode)v)])))),
            ["requestable"] = new JsonArray([.. Requestable.Select(r => (JsonNode)r)]),
        };
        using var writer = new Utf8JsonWriter(stream);
        root.WriteTo(writer);
    });
}

using System.Text.Json;
using RnnDsl.Text;

namespace RnnDsl.Examples.Dialogue;

/// <summary>A turn of a dialogue: what the system said, what the user answered, and what that means.</summary>
/// <param name="System">What the system said before, empty at the beginning.</param>
/// <param name="Acts">The slots that the system asked for, with a value where it asked whether that one is right.</param>
/// <param name="User">What the user said.</param>
/// <param name="Said">The values that the user named in this turn, by their slots.</param>
/// <param name="Requested">The slots whose values the user asked for in this turn.</param>
/// <param name="Goal">All values that hold after the turn, by their slots.</param>
sealed record DialogueTurn(
    string System, IReadOnlyList<SystemAct> Acts, string User, IReadOnlyDictionary<string, string> Said, IReadOnlySet<string> Requested, IReadOnlyDictionary<string, string> Goal);

/// <summary>The system asked for a slot, or whether its value is the given one.</summary>
sealed record SystemAct(string Slot, string? Value);

/// <summary>
/// Reads dialogues as those of WOZ 2.0 are stored (Wen et al. 2017; Mrkšić et al. 2017), also packed with gzip: an array of objects whose <c>dialogue</c> is an array of turns
/// with <c>system_transcript</c>, <c>system_acts</c>, <c>transcript</c>, <c>turn_label</c> and <c>belief_state</c>. Slots and values are taken in lower case.
/// </summary>
static class DialogueFile
{
    /// <summary>The slot under which labels say what the user asked for.</summary>
    public const string Request = "request";

    static readonly TextOptions options = new() { MaximumBytes = 1 << 27, MaximumLine = 1 << 27 };

    /// <exception cref="InvalidDataException">The file is none of this form; the message says where.</exception>
    public static List<DialogueTurn[]> Read(string path)
    {
        using JsonDocument document = Parse(path);
        var result = new List<DialogueTurn[]>();
        foreach (JsonElement dialogue in Elements(document.RootElement, path, "it is no array of dialogues"))
        {
            string place = FormattableString.Invariant($"{path}, dialogue {result.Count}");
            var turns = new List<DialogueTurn>();
            foreach (JsonElement turn in Elements(Property(dialogue, "dialogue", place), place, "'dialogue' is no array of turns"))
                turns.Add(Turn(turn, FormattableString.Invariant($"{place}, turn {turns.Count}")));
            result.Add(turns.Count > 0 ? [.. turns] : throw new InvalidDataException($"{place}: it has no turns. Leave it out."));
        }
        return result.Count > 0 ? result : throw new InvalidDataException($"{path} has no dialogues.");
    }

    /// <summary>The whole file as JSON.</summary>
    public static JsonDocument Parse(string path)
    {
        try
        {
            return JsonDocument.Parse(string.Join('\n', TextFile.ReadLines(path, options).Select(line => line.Text)));
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path} is no whole JSON: {error.Message}", error);
        }
    }

    static DialogueTurn Turn(JsonElement turn, string place)
    {
        var said = new Dictionary<string, string>();
        var requested = new HashSet<string>();
        foreach ((string slot, string value) in Pairs(Property(turn, "turn_label", place), $"{place}, 'turn_label'"))
            if (slot == Request)
                requested.Add(value);
            else
                said[slot] = value;
        var goal = new Dictionary<string, string>();
        foreach (JsonElement part in Elements(Property(turn, "belief_state", place), place, "'belief_state' is no array"))
            if (Text(part, "act", place) == "inform")
                foreach ((string slot, string value) in Pairs(Property(part, "slots", $"{place}, 'belief_state'"), $"{place}, 'belief_state'"))
                    goal[slot] = value;
        SystemAct[] acts = !turn.TryGetProperty("system_acts", out JsonElement given) ? []
            : [.. Elements(given, place, "'system_acts' is no array").Select(act => Act(act, $"{place}, 'system_acts'"))];
        return new DialogueTurn(Text(turn, "system_transcript", place), acts, Text(turn, "transcript", place), said, requested, goal);
    }

    static SystemAct Act(JsonElement act, string place) => act.ValueKind == JsonValueKind.String ? new SystemAct(Plain(act), null)
        : Pair(act, place) is var (slot, value) ? new SystemAct(slot, value)
        : throw new InvalidDataException($"{place}: {act.GetRawText()} is neither a slot nor a pair of slot and value.");

    static IEnumerable<(string Slot, string Value)> Pairs(JsonElement pairs, string place) =>
        Elements(pairs, place, "it is no array of pairs")
            .Select(pair => Pair(pair, place) ?? throw new InvalidDataException($"{place}: {pair.GetRawText()} is no pair of slot and value."));

    static (string Slot, string Value)? Pair(JsonElement pair, string place) =>
        pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2 && pair.EnumerateArray().All(p => p.ValueKind == JsonValueKind.String)
            ? (Plain(pair[0]), Plain(pair[1])) : null;

    static string Plain(JsonElement text) => text.GetString()!.Trim().ToLowerInvariant();

    static string Text(JsonElement element, string name, string place) =>
        Property(element, name, place) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : throw new InvalidDataException($"{place}: '{name}' is no text.");

    static JsonElement Property(JsonElement element, string name, string place) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) ? value
            : throw new InvalidDataException($"{place}: there is no '{name}'. Dialogues are read in the form of WOZ 2.0.");

    static IEnumerable<JsonElement> Elements(JsonElement element, string place, string error) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : throw new InvalidDataException($"{place}: {error}. Dialogues are read in the form of WOZ 2.0.");
}

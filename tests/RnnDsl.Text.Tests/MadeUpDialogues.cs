using System.Text.Json;
using RnnDsl.Memory;

namespace RnnDsl.Text.Tests;

/// <summary>Dialogues about tables of a color and a material, as a file in the form of WOZ 2.0.</summary>
static class MadeUpDialogues
{
    public static readonly string[] Colors = ["red", "green", "blue", "black", "white", "dark brown", "brown", "gray"];
    public static readonly string[] Materials = ["oak", "steel", "glass", "pine"];

    static readonly string[] asks = ["i want a {0} table", "do you have {0} tables", "{0} please", "show me something in {0}", "a table in {0}, if you have one", "rather {0}"];
    static readonly string[] any = ["i do not mind", "any will do", "no preference", "it does not matter"];
    static readonly string[] requests = ["what is the {0}", "and the {0}", "tell me the {0}, thanks"];

    /// <summary>The text of a file with so many dialogues.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Of the draw.</param>
    /// <param name="colors">The colors that are asked for.</param>
    public static string Json(int count, int seed, params string[] colors)
    {
        var random = new RandomStream(seed, "dialogues");
        return JsonSerializer.Serialize(Enumerable.Range(0, count).Select(i => new { dialogue_idx = i, dialogue = Turns(random, colors) }));
    }

    static List<object> Turns(RandomStream random, string[] colors)
    {
        var turns = new List<object>();
        var goal = new Dictionary<string, string>();
        Said("", null, "color", Of(colors));
        Said("Which material would you like?", "material", "material", random.Below(3) == 0 ? "dontcare" : Of(Materials));
        // What the system proposes is taken, or something else is.
        if (random.Below(2) == 0)
        {
            string proposed = Of(colors);
            if (random.Below(2) == 0)
                Add($"We have none. Is {proposed} right for you?", new[] { "color", proposed }, "yes, that is fine", [["color", proposed]]);
            else
                Add($"We have none. Is {proposed} right for you?", new[] { "color", proposed }, "no, thanks", []);
        }
        if (random.Below(3) == 0)
            Said("Which color would you like?", "color", "color", random.Below(2) == 0 ? "dontcare" : Of(colors));
        string slot = random.Below(2) == 0 ? "price" : "height";
        Add("I have found one.", null, string.Format(null, requests[random.Below(requests.Length)], slot), [["request", slot]]);
        Add("Here it is.", null, "thank you and goodbye", []);
        return turns;

        string Of(string[] values) => values[random.Below(values.Length)];

        void Said(string system, object? act, string slot, string value) =>
            Add(system, act, value == "dontcare" ? any[random.Below(any.Length)] : string.Format(null, asks[random.Below(asks.Length)], value), [[slot, value]]);

        void Add(string system, object? act, string user, string[][] label)
        {
            foreach (string[] pair in label.Where(p => p[0] != "request"))
                goal[pair[0]] = pair[1];
            turns.Add(new
            {
                turn_idx = turns.Count, system_transcript = system, system_acts = act is null ? [] : new[] { act }, transcript = user, turn_label = label,
                belief_state = goal.Select(g => new { act = "inform", slots = new[] { new[] { g.Key, g.Value } } })
                    .Concat(label.Where(p => p[0] == "request").Select(p => new { act = "request", slots = new[] { new[] { "slot", p[1] } } })).ToArray(),
            });
        }
    }
}

using RnnDsl.Memory;
using RnnDsl.Text;

namespace RnnDsl.Examples.TextClassification;

/// <summary>Requests of customers of a made-up shop, of six intents. Words are shared between them, so that their order and company count; some letters are mistyped.</summary>
static class MadeUpRequests
{
    static readonly (string Intent, string[] Forms)[] intents =
    [
        ("order status", ["where is my {T}", "has the {T} been sent yet", "when will the {T} that i ordered {W} arrive", "my {T} is late , is it on the way", "can you track the {T} for me"]),
        ("return", ["i want to send the {T} back", "how do i return a {T}", "the {T} does not fit , can i give it back", "please take back the {T} i bought {W}", "do i pay when the {T} goes back"]),
        ("broken", ["the {T} arrived broken", "my {T} stopped working {W}", "the {T} is damaged , what now", "a part of the {T} is missing", "the {T} does not turn on"]),
        ("price", ["how much is the {T}", "is the {T} cheaper when i order two", "what does a {T} cost with delivery", "will the price of the {T} go down", "do you have a {T} below fifty"]),
        ("cancel", ["cancel the {T} i ordered {W}", "please stop the order of my {T}", "i do not want the {T} any more , it was not sent yet", "can i still cancel the {T}", "do not send the {T}"]),
        ("stock", ["do you have the {T} in blue", "when is the {T} back in store", "is the {T} sold out", "how many of the {T} are left", "will you get more of the {T}"]),
    ];
    static readonly string[] things = ["lamp", "chair", "phone", "jacket", "kettle", "bicycle", "printer", "radio", "tent", "desk", "watch", "carpet"];
    static readonly string[] times = ["yesterday", "last week", "on monday", "a month ago", "this morning"];
    static readonly string[] openings = ["", "", "hello ,", "hi there ,", "excuse me ,", "good morning ,"];

    public static LabeledCorpus Create(int count, int seed)
    {
        var random = new RandomStream(seed, "requests");
        return new LabeledCorpus("made-up requests", [.. Enumerable.Range(0, count).Select(_ => Request(random))]);
    }

    static LabeledText Request(RandomStream random)
    {
        (string intent, string[] forms) = intents[random.Below(intents.Length)];
        string text = $"{Any(openings)} {Any(forms)}".Trim().Replace("{T}", Any(things), StringComparison.Ordinal).Replace("{W}", Any(times), StringComparison.Ordinal);
        if (random.Below(5) == 0)
            text = text.Remove(random.Below(text.Length), 1);
        return new LabeledText(text, intent);

        string Any(string[] of) => of[random.Below(of.Length)];
    }
}

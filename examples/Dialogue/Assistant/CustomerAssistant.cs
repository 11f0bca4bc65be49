using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using RnnDsl.Metrics;
using RnnDsl.Text;

namespace RnnDsl.Examples.Dialogue;

/// <summary>Answers customers by past exchanges, and small talk in words of its own.</summary>
sealed partial class CustomerAssistant(AnswerFinder answers, IntentClassifier? intents, SlotFinder? slots, SmallTalk? talk = null) : Assistant
{
    public const string ExchangesName = "exchanges.jsonl", ThresholdName = "intent-threshold.txt";

    public const string DoesNotKnow = "I am sorry, I do not know that. Please ask in other words.";

    /// <summary>See <see cref="Reply.By"/>.</summary>
    public const string Retrieval = "retrieval", Generation = "generation";

    /// <summary>What an exchange about the intent of the message has ahead of others.</summary>
    const double IntentAdvance = 0.1;

    public override Reply Answer(Session session, string message)
    {
        Dictionary<string, string> named = slots?.Find(message) ?? [];
        foreach ((string kind, string name) in named)
            session.Slots[kind] = name;
        if (session.Waiting is { } waiting && Missing(waiting, session) is null)
        {
            session.Waiting = null;
            return new Reply(Filled(waiting, session), null, 0, 1, session.Slots) { By = Retrieval };
        }
        session.Waiting = null;
        (string? intent, double probability) = intents?.Classify(message) ?? (null, 0);
        float[] scores = answers.Scores(message);
        int best = Enumerable.Range(0, scores.Length).MaxBy(i => scores[i] + (intent is not null && answers.Exchanges[i].Intent == intent ? IntentAdvance : 0));
        var reply = new Reply(DoesNotKnow, intent, probability, scores[best], session.Slots);
        if (scores[best] < answers.Threshold)
            return reply;
        // Who names an order or a thing wants something, unless small talk has the same words, such as "good morning".
        Exchange nearest = answers.Exchanges[best];
        if (talk is not null && nearest.Intent == SmallTalk.Intent && named.Values.All(name => nearest.Question.Contains(name, StringComparison.OrdinalIgnoreCase)))
            return reply with { Text = talk.Answer(message), Intent = SmallTalk.Intent, Probability = 0, By = Generation };
        if (intents is not null && intent is null)
            return reply;
        string answer = nearest.Answer;
        if (Missing(answer, session) is { } missing)
        {
            session.Waiting = answer;
            return reply with { Text = $"Which {missing} do you mean?", By = Retrieval };
        }
        return reply with { Text = Filled(answer, session), By = Retrieval };
    }

    /// <summary>The first name that an answer needs and that was not said; none without a model of names.</summary>
    string? Missing(string answer, Session session) => slots is null ? null
        : Slot().Matches(answer).Select(m => m.Groups[1].Value).FirstOrDefault(name => !session.Slots.ContainsKey(name));

    string Filled(string answer, Session session) => slots is null ? answer : Slot().Replace(answer, m => session.Slots.GetValueOrDefault(m.Groups[1].Value, m.Value));

    /// <summary>Says which names in braces are never filled, because no marked message teaches how to find them.</summary>
    /// <param name="exchanges">With the answers.</param>
    /// <param name="marked">Messages with what they name marked.</param>
    /// <returns>A sentence, or null if no answer has such a name.</returns>
    public static string? Unfilled(IEnumerable<Exchange> exchanges, IEnumerable<TaggedSentence> marked)
    {
        HashSet<string> known = [.. marked.SelectMany(sentence => EntitySpans.Of(sentence.Tags)).Select(span => span.Type)];
        string[] answers = [.. exchanges.Select(e => e.Answer).Where(answer => Slot().Matches(answer).Any(m => !known.Contains(m.Groups[1].Value))).Distinct()];
        string[] names = [.. answers.SelectMany(answer => Slot().Matches(answer)).Where(m => !known.Contains(m.Groups[1].Value)).Select(m => m.Value).Distinct().Order(StringComparer.Ordinal)];
        if (names.Length == 0)
            return null;
        bool isOne = answers.Length == 1;
        return $"{answers.Length} {(isOne ? "answer has a name" : "answers have names")} in braces, {string.Join(", ", names.Take(5))}{(names.Length > 5 ? ", …" : "")}, " + (known.Count == 0
            ? $"and {(isOne ? "is" : "are")} sent with the braces: {Options.Slots.Name} names messages from which a model learns to find what belongs there."
            : $"of which {Options.Slots.Name} marks none: the assistant asks for it and never finds it. Mark some there, or write the {(isOne ? "answer" : "answers")} without braces.");
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Slot();

    public override void Save(string folder) => AssistantFolder.Save(folder, files =>
    {
        answers.Save(files);
        intents?.Save(files);
        slots?.Save(files);
        talk?.Save(files);
        File.WriteAllLines(Path.Combine(files, ExchangesName), answers.Exchanges.Select(e => JsonSerializer.Serialize(e)));
        File.WriteAllText(Path.Combine(files, ThresholdName), (intents?.Threshold ?? 0).ToString("R", CultureInfo.InvariantCulture));
    });

    /// <summary>The assistant of a folder.</summary>
    /// <exception cref="InvalidDataException">The folder holds none, or a file is missing or broken.</exception>
    public static new CustomerAssistant Load(string folder)
    {
        string files = AssistantFolder.Find(folder), path = Path.Combine(files, ExchangesName), thresholdPath = Path.Combine(files, ThresholdName);
        List<Exchange> exchanges = [.. TextFile.ReadLines(path).Select(line => Parsed(line, path))];
        AnswerFinder answers = AnswerFinder.Load(files, exchanges) ?? throw new InvalidDataException($"{folder} holds no model of answers.");
        if (!double.TryParse(File.ReadAllText(thresholdPath), CultureInfo.InvariantCulture, out double threshold))
            throw new InvalidDataException($"{thresholdPath} holds no number.");
        return new CustomerAssistant(answers, IntentClassifier.Load(files, threshold), SlotFinder.Load(files), SmallTalk.Load(files));
    }

    static Exchange Parsed(TextLine line, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Exchange>(line.Text) is { Question: not null, Answer: not null } exchange ? exchange : throw new JsonException("no exchange");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}, line {line.Number}: this is no exchange.", error);
        }
    }

    public override void Dispose()
    {
        answers.Dispose();
        intents?.Dispose();
        slots?.Dispose();
    }
}

using System.Text.Json;

namespace RnnDsl.Examples.Dialogue;

/// <summary>
/// Follows what a user wants, and asks once for each slot that is not known yet. It has no list of places or things to look into: what a program does with the state is its own.
/// </summary>
/// <param name="tracker">Follows what is said.</param>
/// <param name="questions">How each slot is asked for.</param>
sealed class TrackingAssistant(StateTracker tracker, IReadOnlyDictionary<string, string> questions) : Assistant
{
    const string QuestionsName = "questions.json";

    /// <summary>How the system of some dialogues asks for each slot alone: the most frequent text without a value in it.</summary>
    public static Dictionary<string, string> Questions(IReadOnlyList<DialogueTurn[]> dialogues, Ontology ontology)
    {
        var finder = new MentionFinder(ontology);
        ILookup<string, string> asked = dialogues.SelectMany(d => d)
            .Where(t => t.Acts is [{ Value: null }] && finder.Find(MentionFinder.Words(t.System)).Count == 0).ToLookup(t => t.Acts[0].Slot, t => t.System.Trim());
        return ontology.Informable.ToDictionary(i => i.Slot, i => asked[i.Slot].Where(text => text.Length > 0).CountBy(text => text)
            .OrderByDescending(c => c.Value).ThenBy(c => c.Key.Length).ThenBy(c => c.Key, StringComparer.Ordinal).Select(c => c.Key).FirstOrDefault($"Which {i.Slot}?"));
    }

    public override Reply Answer(Session session, string message)
    {
        session.State = tracker.Update(session.State, session.Said, session.Acts, message);
        string? missing = tracker.Ontology.Informable.Select(i => i.Slot).FirstOrDefault(slot => !session.State.Values.ContainsKey(slot) && !session.Asked.Contains(slot));
        string text = missing is null ? $"I have noted: {session.State}." : questions[missing];
        session.Said = text;
        session.Acts = missing is null ? [] : [new SystemAct(missing, null)];
        if (missing is not null)
            session.Asked.Add(missing);
        return new Reply(text, null, 0, 1, session.State.Values) { State = session.State };
    }

    public override void Save(string folder) => AssistantFolder.Save(folder, files =>
    {
        tracker.Save(files);
        File.WriteAllText(Path.Combine(files, QuestionsName), JsonSerializer.Serialize(questions));
    });

    /// <summary>The assistant of a folder; null if it holds none that tracks.</summary>
    public static new TrackingAssistant? Load(string folder)
    {
        string files = AssistantFolder.Find(folder), path = Path.Combine(files, QuestionsName);
        if (StateTracker.Load(files) is not { } tracker)
            return null;
        if (ReadQuestions(path) is { } questions && tracker.Ontology.Informable.All(i => questions.GetValueOrDefault(i.Slot) is not null))
            return new TrackingAssistant(tracker, questions);
        tracker.Dispose();
        throw new InvalidDataException($"{path} holds no question for each slot: it was not saved by this program. Learn the assistant again.");
    }

    static Dictionary<string, string>? ReadQuestions(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public override void Dispose() => tracker.Dispose();
}

using System.CommandLine;
using RnnDsl.Memory;

namespace RnnDsl.Examples.Dialogue;

/// <summary>Trains, measures and saves an assistant that follows dialogues.</summary>
static class TrackingLessons
{
    public static void Learn(ParseResult given, string path, Settings settings)
    {
        foreach (Option<string?> other in new[] { Options.Conversations, Options.Train, Options.Slots, Options.OutOfScope })
            if (given.GetValue(other) is not null)
                throw new ArgumentException($"{Options.Track.Name} and {other.Name} make assistants of two kinds. Give one of them, and another --output for each.");
        List<DialogueTurn[]> train = DialogueFile.Read(path);
        List<DialogueTurn[]>? validation = given.GetValue(Options.Validation) is { } second ? DialogueFile.Read(second) : null;
        List<DialogueTurn[]> test = given.GetValue(Options.Test) is { } third ? DialogueFile.Read(third) : HeldOut(train, settings.Seed);
        Ontology ontology = Ontology.Of(train);
        if (given.GetValue(Options.Ontology) is { } named)
            ontology = ontology.With(Ontology.Read(named));
        string slots = string.Join(", ", ontology.Informable.Select(i => $"{i.Slot} with {i.Values.Length} values"));
        Console.WriteLine($"{train.Count} dialogues; {slots}; {ontology.Requestable.Count} slots to ask for.");

        StateTracker tracker = StateTracker.Learn(train, ontology, settings);
        using var assistant = new TrackingAssistant(tracker, TrackingAssistant.Questions(train, ontology));
        if (validation is not null)
            Report("Validation", tracker, validation);
        Report("Test", tracker, test);
        string folder = given.GetValue(Options.Output)!;
        assistant.Save(folder);
        Console.WriteLine($"\nSaved to {folder}. Talk to it on the terminal: ask {folder}; or in a browser: serve {folder}");
    }

    /// <summary>Takes a tenth of the dialogues away to test with.</summary>
    static List<DialogueTurn[]> HeldOut(List<DialogueTurn[]> train, int seed)
    {
        if (train.Count < 2)
            throw new InvalidDataException($"There is one dialogue, of which none can be held out to test with. Give more, or name others with {Options.Test.Name}.");
        DialogueTurn[][] order = [.. train];
        new RandomStream(seed, "dialogues held out").Shuffle<DialogueTurn[]>(order);
        int held = Math.Max(1, order.Length / 10);
        train.RemoveAll(order.AsSpan(0, held).ToArray().Contains);
        return [.. order.AsSpan(0, held)];
    }

    static void Report(string name, StateTracker tracker, List<DialogueTurn[]> dialogues)
    {
        Console.WriteLine($"\n{name}, {dialogues.Count} dialogues:");
        Console.WriteLine($"{"exact matches",14}: {TrackingReport.OfExactMatches(tracker.Ontology, dialogues)}");
        Console.WriteLine($"{"tracker",14}: {TrackingReport.Of(tracker, dialogues)}");
    }
}

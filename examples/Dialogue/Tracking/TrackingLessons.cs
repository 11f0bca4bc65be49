using System.CommandLine;

namespace RnnDsl.Examples.Dialogue;

/// <summary>Trains and measures an assistant that follows dialogues.</summary>
static class TrackingLessons
{
    public static void Learn(ParseResult given, string path, Settings settings)
    {
        List<DialogueTurn[]> train = DialogueFile.Read(path);
        Ontology ontology = Ontology.Of(train);
        if (given.GetValue(Options.Ontology) is { } named)
            ontology = ontology.With(Ontology.Read(named));
        List<DialogueTurn[]>? validation = given.GetValue(Options.Validation) is { } other ? DialogueFile.Read(other) : null, test = given.GetValue(Options.Test) is { } last ? DialogueFile.Read(last) : null;
        StateTracker tracker = StateTracker.Learn(train, ontology, settings);
        foreach ((string name, List<DialogueTurn[]>? dialogues) in new[] { ("validation", validation), ("test", test) })
            if (dialogues is not null)
                Console.WriteLine($"{name}: {TrackingReport.Of(tracker, dialogues)}; exact matches {TrackingReport.OfExactMatches(ontology, dialogues)}.");
    }
}

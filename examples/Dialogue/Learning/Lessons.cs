using System.CommandLine;
using RnnDsl.Text;

namespace RnnDsl.Examples.Dialogue;

/// <summary>Trains and measures the parts of the assistant that the command line gives data for.</summary>
static class Lessons
{
    public static void Learn(ParseResult given)
    {
        Settings settings = Options.Settings(given);
        if (given.GetValue(Options.Track) is { } dialogues)
        {
            TrackingLessons.Learn(given, dialogues, settings);
            return;
        }
        if (given.GetValue(Options.Ontology) is not null)
            throw new ArgumentException($"{Options.Ontology.Name} says what {Options.Track.Name} tracks. Name dialogues with {Options.Track.Name}.");
        bool madeUp = given.GetValue(Options.Conversations) is null && given.GetValue(Options.Train) is null;
        List<Exchange>? exchanges = madeUp ? MadeUpShop.Exchanges() : given.GetValue(Options.Conversations) is { } path
            ? Exchanges.Read(path, given.GetValue(Options.Question)!, given.GetValue(Options.Answer)!, given.GetValue(Options.Intent)) : null;
        if (exchanges is { Count: < 2 })
            throw new InvalidDataException($"There are {exchanges.Count} exchanges; at least two are needed.");

        IntentClassifier? intents = Intents(given, settings, exchanges, madeUp);
        AnswerFinder? answers = exchanges is null ? null : AnswerFinder.Learn(exchanges, settings);
        answers?.Report(seed: 1);
        SlotFinder? slots = Slots(given, settings, madeUp);
        if (answers is null)
        {
            intents?.Dispose();
            Console.WriteLine("\nWithout conversations there is nothing to answer with, so nothing is saved.");
            return;
        }
        using var assistant = new CustomerAssistant(answers, intents, slots);
        string folder = given.GetValue(Options.Output)!;
        assistant.Save(folder);
        Console.WriteLine($"\nSaved to {folder}. Ask it on the terminal: ask {folder}; or in a browser: serve {folder}");
        if (!madeUp)
            return;
        var session = new Session();
        foreach (string message in new[] { "hello, where is my order", "it is A48213", "and can i still cancel it", "how tall is the eiffel tower" })
            Console.WriteLine($"  > {message}\n  {assistant.Answer(session, message).Text}");
    }

    static IntentClassifier? Intents(ParseResult given, Settings settings, List<Exchange>? exchanges, bool madeUp)
    {
        LabeledCorpus? all = madeUp ? MadeUpShop.Intents("made-up messages", 3000, Rewording.ForTraining, seed: 1) : given.GetValue(Options.Train) is { } file ? Read(file)
            : exchanges!.Any(e => e.Intent is not null) && given.GetValue(Options.Intent) is not null ? new LabeledCorpus("questions", [.. exchanges!.Where(e => e.Intent is not null).Select(e => new LabeledText(e.Question, e.Intent!))]) : null;
        if (all is null)
            return null;
        LabeledCorpus? test = madeUp ? MadeUpShop.Intents("test messages", 500, Rewording.ForTest, seed: 3) : given.GetValue(Options.Test) is { } last ? Read(last) : null;
        LabeledCorpus? validation = madeUp ? MadeUpShop.Intents("validation messages", 500, Rewording.ForTuning, seed: 2) : given.GetValue(Options.Validation) is { } other ? Read(other) : null;
        if (test is null)
            (all, test) = all.Split(0.9, settings.Seed);
        if (validation is null)
            (all, validation) = all.Split(0.9, settings.Seed);
        IntentClassifier intents = IntentClassifier.Learn(all, validation, settings);
        intents.Report(validation, madeUp ? MadeUpShop.Outside(forTest: false) : null);
        intents.Report(test, madeUp ? MadeUpShop.Outside(forTest: true) : given.GetValue(Options.OutOfScope) is { } none ? Read(none) : null);
        return intents;
    }

    static SlotFinder? Slots(ParseResult given, Settings settings, bool madeUp)
    {
        TaggedCorpus? train = madeUp ? MadeUpShop.Slots(1500, seed: 2) : given.GetValue(Options.Slots) is { } file ? ConllFile.Read(file) : null;
        if (train is null)
            return null;
        SlotFinder slots = SlotFinder.Learn(train, settings);
        if (madeUp)
            slots.Report(MadeUpShop.Slots(300, seed: 3));
        return slots;
    }

    static LabeledCorpus Read(string file)
    {
        string[] parts = file.Split('#', 2);
        LabeledCorpus corpus = LabeledTextFile.Read(parts[0], new LabeledTextOptions { Part = parts.Length > 1 ? parts[1] : null });
        return new LabeledCorpus(parts.Length > 1 ? parts[1] : Path.GetFileName(file), [.. corpus]);
    }
}

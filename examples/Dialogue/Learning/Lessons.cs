using System.CommandLine;
using RnnDsl.Memory;
using RnnDsl.Terminal;
using RnnDsl.Text;

namespace RnnDsl.Examples.Dialogue;

/// <summary>Trains and measures the parts of the assistant that the command line gives data for.</summary>
static class Lessons
{
    public static void Learn(ParseResult given)
    {
        Settings settings = Options.Settings(given);
        OutputCheck.RequireFolder(given.GetValue(Options.Output));
        if (given.GetValue(Options.Track) is { } dialogues)
        {
            TrackingLessons.Learn(given, dialogues, settings);
            return;
        }
        if (given.GetValue(Options.Ontology) is not null)
            throw new ArgumentException($"{Options.Ontology.Name} says what {Options.Track.Name} tracks. Name dialogues with {Options.Track.Name}.");
        bool madeUp = given.GetValue(Options.Conversations) is null && given.GetValue(Options.Train) is null;
        List<Exchange>? exchanges = madeUp ? [.. MadeUpShop.Exchanges(), .. given.GetValue(Options.Talk) is null ? MadeUpSmallTalk.Exchanges() : []]
            : given.GetValue(Options.Conversations) is { } path ? Read(path, given, given.GetValue(Options.Intent)) : null;
        if (exchanges is { Count: < 2 })
            throw new InvalidDataException($"{given.GetValue(Options.Conversations)} has {exchanges.Count} exchange{(exchanges.Count == 1 ? "" : "s")} of a question and an answer, and at least two are needed. {Options.Question.Name} and {Options.Answer.Name} name the columns.");
        TaggedCorpus? marked = Marked(given, madeUp);
        SmallTalk? talk = Talk(given, settings, ref exchanges);
        IntentClassifier? intents = Intents(given, settings, exchanges, madeUp);
        AnswerFinder? answers = exchanges is null ? null : AnswerFinder.Learn(exchanges, settings);
        answers?.Report(seed: 1);
        SlotFinder? slots = marked is null ? null : Slots(marked, settings, madeUp);
        if (CustomerAssistant.Unfilled(exchanges ?? [], marked ?? Enumerable.Empty<TaggedSentence>()) is { } unfilled)
            Console.WriteLine($"Note: {unfilled}");
        if (answers is null)
        {
            intents?.Dispose();
            Console.WriteLine("\nWithout conversations there is nothing to answer with, so nothing is saved.");
            return;
        }
        using var assistant = new CustomerAssistant(answers, intents, slots, talk);
        string folder = given.GetValue(Options.Output)!;
        assistant.Save(folder);
        Console.WriteLine($"\nSaved to {folder}. Ask it on the terminal: ask {folder}; or in a browser: serve {folder}");
        if (!madeUp)
            return;
        var random = new RandomStream(1, "reworded small talk");
        Report("messages of small talk, reworded by the rules for the test",
            [.. exchanges!.Where(e => e.Intent == SmallTalk.Intent).Select(e => Rewording.ForTest(e.Question, random))], assistant);
        Report("messages to the shop", [.. MadeUpShop.Intents("test messages", 500, Rewording.ForTest, seed: 3).Select(m => m.Text)], assistant);
        Report("messages out of scope", [.. MadeUpShop.Outside(forTest: true).Select(m => m.Text)], assistant);
        var session = new Session();
        string[] messages = ["good morning", "where is my order", "it is A48213", "and can i still cancel it", "how tall is the eiffel tower", "thanks for your help"];
        foreach (string message in messages)
            Console.WriteLine($"  > {message}\n  {assistant.Answer(session, message).Text}");
    }

    /// <summary>How many messages, each in a session of its own, are answered in which way.</summary>
    static void Report(string name, string[] messages, Assistant assistant)
    {
        ILookup<string?, string> by = messages.ToLookup(message => assistant.Answer(new Session(), message).By);
        Console.WriteLine($"{messages.Length} {name}: {by[CustomerAssistant.Generation].Count()} answered by generation, " +
            $"{by[CustomerAssistant.Retrieval].Count()} by retrieval, {by[null].Count()} not.");
    }

    /// <summary>
    /// Learns to answer the small talk among the exchanges, and that of a file, which is added to them. Of several answers to the same words the first one is
    /// kept among the exchanges, where only the words are compared.
    /// </summary>
    static SmallTalk? Talk(ParseResult given, Settings settings, ref List<Exchange>? exchanges)
    {
        string? file = given.GetValue(Options.Talk);
        if (file is not null && exchanges is null)
            throw new ArgumentException($"{Options.Talk.Name} needs exchanges to answer with beside it. Name them with {Options.Conversations.Name}.");
        if (file is not null)
            exchanges = [.. exchanges!, .. Read(file, given, intent: null).Select(e => e with { Intent = SmallTalk.Intent })];
        Exchange[] pairs = [.. exchanges?.Where(e => e.Intent == SmallTalk.Intent) ?? []];
        if (pairs.Length == 0)
            return null;
        exchanges = [.. exchanges!.Where(e => e.Intent != SmallTalk.Intent), .. pairs.DistinctBy(p => p.Question.ToLowerInvariant())];
        return SmallTalk.Learn(pairs, settings, file is not null ? $"Add some to {file}."
            : $"{given.GetValue(Options.Conversations)} has exchanges of the intent '{SmallTalk.Intent}', which is special: a model learns to write answers to such messages by itself. " +
            "Add exchanges of it, or give it another name, so that it is answered as any other.");
    }

    static List<Exchange> Read(string path, ParseResult given, string? intent) =>
        Exchanges.Read(path, given.GetValue(Options.Question)!, given.GetValue(Options.Answer)!, intent);

    static IntentClassifier? Intents(ParseResult given, Settings settings, List<Exchange>? exchanges, bool madeUp)
    {
        LabeledCorpus? all = null, validation = null, test = null;
        if (madeUp)
        {
            all = MadeUpShop.Intents("made-up messages", 3000, Rewording.ForTraining, seed: 1);
            validation = MadeUpShop.Intents("validation messages", 500, Rewording.ForTuning, seed: 2);
            test = MadeUpShop.Intents("test messages", 500, Rewording.ForTest, seed: 3);
        }
        else if (given.GetValue(Options.Train) is { } file)
            all = Read(file);
        else if (given.GetValue(Options.Intent) is not null && exchanges!.Any(e => e.Intent is not null and not SmallTalk.Intent))
            all = new LabeledCorpus("questions", [.. exchanges!.Where(e => e.Intent is not null and not SmallTalk.Intent).Select(e => new LabeledText(e.Question, e.Intent!))]);
        if (all is null)
        {
            if (new[] { Options.Test, Options.Validation, Options.OutOfScope }.FirstOrDefault(option => given.GetValue(option) is not null) is { } unread)
                throw new ArgumentException($"{unread.Name} is of messages with intents, and there are none to learn from: name them with {Options.Train.Name}, or the column of the exchanges' intents with {Options.Intent.Name}.");
            return null;
        }
        test ??= given.GetValue(Options.Test) is { } last ? Read(last) : null;
        validation ??= given.GetValue(Options.Validation) is { } other ? Read(other) : null;
        if (test is null)
            (all, test) = all.Split(0.9, settings.Seed);
        if (validation is null)
            (all, validation) = all.Split(0.9, settings.Seed);
        (all, validation, test) = (all.WithOneLabel(), validation.WithOneLabel(), test.WithOneLabel());
        LabeledCorpus? outside = madeUp ? MadeUpShop.Outside(forTest: true) : given.GetValue(Options.OutOfScope) is { } none ? Read(none, LabeledTextFile.ReadTexts) : null;
        IntentClassifier intents = IntentClassifier.Learn(all, validation, settings);
        intents.Report(validation, madeUp ? MadeUpShop.Outside(forTest: false) : null);
        intents.Report(test, outside);
        return intents;
    }

    /// <summary>Messages with what they name marked; null if there are none.</summary>
    /// <exception cref="InvalidDataException">Nothing is marked in them, or the file is none of that form.</exception>
    static TaggedCorpus? Marked(ParseResult given, bool madeUp)
    {
        if (madeUp)
            return MadeUpShop.Slots(1500, seed: 2);
        if (given.GetValue(Options.Slots) is not { } file)
            return null;
        TaggedCorpus marked = ConllFile.Read(file);
        foreach (string finding in marked.Findings)
            Console.WriteLine($"Note: {finding}");
        return marked.Scheme is not null ? marked
            : throw new InvalidDataException($"{file} marks no names: its last column has tags such as B-day and I-day for those that a message names, and O for all else.");
    }

    static SlotFinder Slots(TaggedCorpus marked, Settings settings, bool madeUp)
    {
        // Of few messages none can be spared to test with.
        (TaggedCorpus train, TaggedCorpus? test) = madeUp ? (marked, MadeUpShop.Slots(300, seed: 3)) : marked.Count >= 20 ? marked.Split(0.9, settings.Seed) : (marked, null);
        SlotFinder slots = SlotFinder.Learn(train, settings);
        if (test is not null)
            slots.Report(test);
        return slots;
    }

    static LabeledCorpus Read(string file) => Read(file, LabeledTextFile.Read);

    static LabeledCorpus Read(string file, Func<string, LabeledTextOptions?, LabeledCorpus> read)
    {
        string[] parts = file.Split('#', 2);
        LabeledCorpus corpus = read(parts[0], new LabeledTextOptions { Part = parts.Length > 1 ? parts[1] : null });
        return new LabeledCorpus(parts.Length > 1 ? parts[1] : Path.GetFileName(file), [.. corpus]);
    }
}

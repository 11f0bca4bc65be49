using System.CommandLine;

namespace RnnDsl.Examples.Dialogue;

/// <summary>What can be said on the command line.</summary>
static class Options
{
    public static readonly Option<string?> Conversations = new("--conversations")
    {
        Description = "Past exchanges with a question and an answer: .csv, .jsonl, .json, lines with tabs, also .gz, or a folder of .yml files as of " +
            "the ChatterBot corpus; without it those of a made-up shop",
    };
    public static readonly Option<string> Question = new("--question-column")
    {
        Description = "Column of the questions, a name or a number from 0",
        DefaultValueFactory = _ => "question",
    };
    public static readonly Option<string> Answer = new("--answer-column") { Description = "Column of the answers", DefaultValueFactory = _ => "answer" };
    public static readonly Option<string?> Intent = new("--intent-column") { Description = "Column of the intents, if the exchanges have one" };
    public static readonly Option<string?> Train = new("--train")
    {
        Description = "Messages with their intents, in the same formats (FILE#part for a part of a JSON object). Alone, without conversations, only " +
            "intents are learned and measured",
    };
    public static readonly Option<string?> Track = new("--track")
    {
        Description = "Dialogues with labels in the form of WOZ 2.0, .json or .json.gz: learns to follow what a user wants from turn to turn, and nothing else",
    };
    public static readonly Option<string?> Ontology = new("--ontology")
    {
        Description = "With --track: slots and values in the form of WOZ 2.0; without it those of the dialogues",
    };
    public static readonly Option<string?> Validation = new("--validation")
    {
        Description = "Messages to choose the threshold by; without it a tenth of the first. With --track: dialogues to choose settings by",
    };
    public static readonly Option<string?> Test = new("--test")
    {
        Description = "Messages, or with --track dialogues, that no decision looks at; without it another tenth of the first",
    };
    public static readonly Option<string?> OutOfScope = new("--out-of-scope") { Description = "Messages of no intent, to measure how many are recognized" };
    public static readonly Option<string?> Slots = new("--slots") { Description = "Messages with what they name marked, in CoNLL columns; answers may hold the names in braces" };
    public static readonly Option<string?> Talk = new("--small-talk")
    {
        Description = "Small talk with its answers, in the formats of --conversations; a model learns to write such answers. Exchanges of the intent 'small talk' count as well",
    };
    public static readonly Option<int> TalkEpochs = new("--small-talk-epochs") { Description = "How often small talk is read", DefaultValueFactory = _ => 30 };
    public static readonly Option<int> Epochs = new("--epochs") { Description = "How often messages are read", DefaultValueFactory = _ => 10 };
    public static readonly Option<int?> PairEpochs = new("--pair-epochs")
    {
        Description = "How often each exchange is compared with others; without it eight times as often as --epochs",
    };
    public static readonly Option<int> Hidden = new("--hidden") { Description = "Units in each direction", DefaultValueFactory = _ => 64 };
    public static readonly Option<int> Vector = new("--vector") { Description = "Numbers of the vector of a word or a piece of a word", DefaultValueFactory = _ => 100 };
    public static readonly Option<int> Members = new("--members")
    {
        Description = "Models whose probabilities are averaged, of intents or of what is tracked",
        DefaultValueFactory = _ => 1,
    };
    public static readonly Option<double> Rate = new("--rate") { Description = "Learning rate of AdamW at the start; it falls to a hundredth", DefaultValueFactory = _ => 0.003 };
    public static readonly Option<double> GiveUp = new("--give-up")
    {
        Description = "Share of the right answers to validation messages that a threshold may withhold",
        DefaultValueFactory = _ => 0.02,
    };
    public static readonly Option<int> Seed = new("--seed") { Description = "Of all that is random", DefaultValueFactory = _ => 1 };
    public static readonly Option<int> Threads = new("--threads") { Description = "0: one for each processor" };
    public static readonly Option<string> Output = new("--output") { Description = "Folder for the assistant", DefaultValueFactory = _ => "assistant" };
    public static readonly Argument<string> Folder = new("folder") { Description = "The folder of the assistant", DefaultValueFactory = _ => "assistant" };
    public static readonly Option<int> Port = new("--port") { Description = "Port on this computer; 0 for any that is free, which is printed", DefaultValueFactory = _ => 8080 };
    public static readonly Option<int> MostSessions = new("--sessions")
    {
        Description = "Sessions that are remembered; the one that was silent longest is forgotten",
        DefaultValueFactory = _ => 10_000,
    };
    public static readonly Option<double> Patience = new("--forget-minutes")
    {
        Description = "A session that was silent for so many minutes is forgotten",
        DefaultValueFactory = _ => 60,
    };

    public static Command Ask { get; } = new("ask", "Answers lines of standard input.") { Folder };

    public static Command Serve { get; } = new("serve", "Answers in a page of a browser and to other programs, over HTTP on this computer.")
    {
        Folder, Port, MostSessions, Patience,
    };

    public static RootCommand Root { get; } = new("Learns to answer customers by past conversations.")
    {
        Conversations, Question, Answer, Intent, Train, Validation, Test, OutOfScope, Slots, Track, Ontology, Talk, TalkEpochs, Epochs, PairEpochs, Hidden, Vector,
        Members, Rate, GiveUp, Seed, Threads, Output, Ask, Serve,
    };

    public static Settings Settings(ParseResult given) =>
        new(given.GetValue(Epochs), given.GetValue(PairEpochs) ?? 8 * given.GetValue(Epochs), given.GetValue(Hidden), given.GetValue(Vector), given.GetValue(Members),
        given.GetValue(Rate), given.GetValue(GiveUp), given.GetValue(Seed), given.GetValue(Threads), given.GetValue(TalkEpochs));

    static Options()
    {
        foreach (Option<int> positive in new[] { Epochs, TalkEpochs, Hidden, Vector, Members, MostSessions })
            positive.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int>() < 1)
                    result.AddError($"{positive.Name} must be at least 1.");
            });
        Port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > ushort.MaxValue)
                result.AddError($"{Port.Name} must be from 0 to {ushort.MaxValue}.");
        });
        Patience.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= 1e6))
                result.AddError($"{Patience.Name} must be above 0 and at most a million.");
        });
        GiveUp.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (>= 0 and < 1))
                result.AddError($"{GiveUp.Name} must be at least 0 and below 1.");
        });
    }
}

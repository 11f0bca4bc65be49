using System.CommandLine;

namespace RnnDsl.Examples.Recommendation;

/// <summary>What can be said on the command line.</summary>
static class Options
{
    public static readonly Option<string?> Data = new("--data") { Description = "Sessions, one a record: .csv, also .gz; without it those of a made-up shop" };
    public static readonly Option<string?> Items = new("--items") { Description = "Items with their texts and attributes: .csv, also .gz. With a model, items that came after its training" };
    public static readonly Option<string> TimeColumn = new("--time-column") { Description = "Column of a session's time", DefaultValueFactory = _ => "InvoiceDate" };
    public static readonly Option<string> UserColumn = new("--user-column") { Description = "Column of its user, who may be empty; \"\": nobody is known", DefaultValueFactory = _ => "CustomerID" };
    public static readonly Option<string> ItemsColumn = new("--items-column") { Description = "Column of its items, with spaces or commas between them", DefaultValueFactory = _ => "Items" };
    public static readonly Option<string> ItemColumn = new("--item-column") { Description = "Column of an item's name in the file of items", DefaultValueFactory = _ => "StockCode" };
    public static readonly Option<string> TextColumn = new("--text-column") { Description = "Column of its text; all other columns are attributes", DefaultValueFactory = _ => "Description" };
    public static readonly Option<string?> TestFrom = new("--test-from") { Description = "Sessions from this date on are the test; without it the last tenth of the time" };
    public static readonly Option<double> Validation = new("--validation") { Description = "Share of the sessions before the test, the last ones, by which the best epoch is chosen; 0 for none", DefaultValueFactory = _ => 0.1 };
    public static readonly Option<bool> NoTest = new("--no-test") { Description = "Do not measure on the test: for the choice of settings" };
    public static readonly Option<string> Loss = new("--loss") { Description = "full, sampled (softmax) or bpr-max", DefaultValueFactory = _ => "full" };
    public static readonly Option<int> Negatives = new("--negatives") { Description = "Items drawn for an example, for the losses sampled and bpr-max", DefaultValueFactory = _ => 512 };
    public static readonly Option<double> Power = new("--power") { Description = "They are drawn by their frequency to this power", DefaultValueFactory = _ => 0.5 };
    public static readonly Option<double?> Counts = new("--counts") { Description = "Weight of the last-item counts that are mixed with what the model says, from 0 to 1; without it the best on the validation, or 0" };
    public static readonly Option<double?> Repeats = new("--repeats") { Description = "Factor of the probability of items that the session has already, from 0 to 1; without it the best on the validation, or 1" };
    public static readonly Option<int> Epochs = new("--epochs") { Description = "How often the sessions are read", DefaultValueFactory = _ => 8 };
    public static readonly Option<double> Rate = new("--rate") { Description = "Learning rate of AdamW at the start; it falls to a twentieth", DefaultValueFactory = _ => 0.003 };
    public static readonly Option<int> Batch = new("--batch") { Description = "Examples of a step; an example is a part of a user's sessions", DefaultValueFactory = _ => 16 };
    public static readonly Option<int> Steps = new("--steps") { Description = "Steps of an example, after which the next session is the next example's", DefaultValueFactory = _ => 100 };
    public static readonly Option<int> Vector = new("--vector") { Description = "Numbers of the vector of an item", DefaultValueFactory = _ => 64 };
    public static readonly Option<int> Session = new("--session-units") { Description = "Units of the session's state", DefaultValueFactory = _ => 96 };
    public static readonly Option<int> User = new("--user-units") { Description = "Units of the user's state", DefaultValueFactory = _ => 32 };
    public static readonly Option<int> Features = new("--features") { Description = "Numbers of the vector of a text", DefaultValueFactory = _ => 64 };
    public static readonly Option<int> Seed = new("--seed") { Description = "Of all that is random", DefaultValueFactory = _ => 1 };
    public static readonly Option<int> Threads = new("--threads") { Description = "0: one for each processor" };
    public static readonly Option<string> Output = new("--output") { Description = "File for the model", DefaultValueFactory = _ => "recommender.safetensors" };
    public static readonly Option<string?> Load = new("--load") { Description = "Use the model of this file, learn nothing: with --session it recommends, with --data it is measured on the test" };
    public static readonly Option<string?> Line = new("--session") { Description = "Items that somebody has looked at, with spaces or commas between them: recommends the next" };
    public static readonly Option<int> Count = new("--count") { Description = "Items to recommend", DefaultValueFactory = _ => 10 };
    public static readonly Option<bool> Explain = new("--explain") { Description = "Say which items of the session moved each of them" };

    public static readonly Argument<string> File = new("model") { Description = "The file of the model", DefaultValueFactory = _ => "recommender.safetensors" };
    public static readonly Option<int> Port = new("--port") { Description = "Port on this computer", DefaultValueFactory = _ => 8080 };
    public static readonly Option<string> Store = new("--store") { Description = "File of SQLite for the states of users", DefaultValueFactory = _ => "users.db" };
    public static readonly Option<string?> Postgres = new("--postgres") { Description = "Keep the states in PostgreSQL instead: its connection string, as 'Host=localhost;Username=shop;Database=shop'" };
    public static readonly Option<double> Pause = new("--pause") { Description = "Minutes without an item after which a new session begins", DefaultValueFactory = _ => 30 };

    public static Command Serve { get; } = new("serve", "Recommends in a page of a browser and to other programs, over HTTP on this computer, and keeps the state of each user.")
    {
        File, Items, ItemColumn, TextColumn, Port, Store, Postgres, Pause,
    };

    public static RootCommand Root { get; } = new("Learns to recommend the next item of a session.")
    {
        Data, Items, TimeColumn, UserColumn, ItemsColumn, ItemColumn, TextColumn, TestFrom, Validation, NoTest, Loss, Negatives, Power, Counts, Repeats, Epochs, Rate, Batch, Steps, Vector, Session, User, Features, Seed, Threads, Output, Load,
        Line, Count, Explain, Serve,
    };

    public static Settings Settings(ParseResult given) => new(given.GetValue(Loss) switch { "full" => LossKind.Full, "sampled" => LossKind.Sampled, _ => LossKind.BprMax }, given.GetValue(Negatives), given.GetValue(Power),
        given.GetValue(Epochs), given.GetValue(Rate), given.GetValue(Batch), given.GetValue(Steps), given.GetValue(Vector), given.GetValue(Session), given.GetValue(User), given.GetValue(Features), given.GetValue(Seed),
        given.GetValue(Threads));

    public static SessionColumns SessionColumns(ParseResult given) => new(given.GetValue(TimeColumn)!, given.GetValue(UserColumn)!, given.GetValue(ItemsColumn)!);

    public static ItemColumns ItemColumns(ParseResult given) => new(given.GetValue(ItemColumn)!, given.GetValue(TextColumn)!);

    static Options()
    {
        Loss.AcceptOnlyFromAmong("full", "sampled", "bpr-max");
        foreach (Option<int> positive in new[] { Negatives, Epochs, Batch, Steps, Vector, Session, User, Features, Count, Port })
            positive.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int>() is < 1 or > 1 << 16)
                    result.AddError($"{positive.Name} must be from 1 to {1 << 16}.");
            });
        foreach (Option<double> positive in new[] { Rate, Pause })
            positive.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<double>() is not (> 0 and < 1e6))
                    result.AddError($"{positive.Name} must be above 0 and below a million.");
            });
        foreach (Option<double> share in new[] { Validation, Power })
            share.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<double>() is not (>= 0 and <= 1))
                    result.AddError($"{share.Name} must be from 0 to 1.");
            });
        foreach (Option<double?> share in new[] { Counts, Repeats })
            share.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<double?>() is not (null or (>= 0 and <= 1)))
                    result.AddError($"{share.Name} must be from 0 to 1.");
            });
        TestFrom.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && SessionLog.Parse(text) is null)
                result.AddError($"{TestFrom.Name} '{text}' is no date. It is written as 2011-11-10 or 2011-11-10 08:26:00.");
        });
    }
}

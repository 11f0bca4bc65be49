using System.CommandLine;

namespace RnnDsl.Examples.TextClassification;

/// <summary>What can be said on the command line.</summary>
static class Options
{
    public static readonly Option<string?> Train = new("--train") { Description = "Labeled texts: .csv, .jsonl, .json (FILE#part for a part of an object), else tabs; also .gz; without it requests that the example makes up" };
    public static readonly Option<string?> Validation = new("--validation") { Description = "Texts to watch the training on; without it a tenth of the first" };
    public static readonly Option<string?> Test = new("--test") { Description = "Texts that no decision looks at; without it another tenth of the first" };
    public static readonly Option<string?> OutOfScope = new("--out-of-scope")
    {
        Description = "Texts of no label, one a line or as --train, to find a threshold below which the answer is 'I do not know'",
    };
    public static readonly Option<string?> TextColumn = new("--text-column") { Description = "The column of the texts, a name or a number from 0; without it it is found" };
    public static readonly Option<string?> LabelColumn = new("--label-column") { Description = "The column of the labels" };
    public static readonly Option<string?> Separator = new("--label-separator") { Description = "The character that separates several labels of a text" };
    public static readonly Option<double> First = new("--first") { Description = "Train on the first part of the file, a share, and test on the rest; 0: draw at random" };
    public static readonly Option<int> Folds = new("--folds") { Description = "Cross validation with so many parts, in place of one test part; 0: none" };
    public static readonly Option<string?> Vectors = new("--vectors") { Description = "Word vectors in the text form of GloVe, word2vec or fastText, also .gz" };
    public static readonly Option<int> Subwords = new("--subwords") { Description = "Spell words by at most so many pieces, which are learned, in place of letters; 0: letters" };
    public static readonly Option<bool> Weigh = new("--class-weights") { Description = "Weigh texts of rare labels more" };
    public static readonly Option<int> Hidden = new("--hidden") { Description = "Units in each direction", DefaultValueFactory = _ => 100 };
    public static readonly Option<int> Minimum = new("--min-count") { Description = "Words that occur less often are known by their letters alone", DefaultValueFactory = _ => 2 };
    public static readonly Option<int> Epochs = new("--epochs") { Description = "How often the texts are read", DefaultValueFactory = _ => 10 };
    public static readonly Option<int> Batch = new("--batch") { Description = "Texts of a training step", DefaultValueFactory = _ => 32 };
    public static readonly Option<double> Rate = new("--rate") { Description = "Learning rate of AdamW at the start; it falls to a hundredth", DefaultValueFactory = _ => 0.003 };
    public static readonly Option<int> Seed = new("--seed") { Description = "Of all that is random", DefaultValueFactory = _ => 1 };
    public static readonly Option<string> Output = new("--output") { Description = "File for the model", DefaultValueFactory = _ => "text-classifier.safetensors" };
    public static readonly Option<string?> Load = new("--load") { Description = "Classify lines of standard input with the model of this file, learn nothing; with --test, report on that" };
    public static readonly Option<int> Threads = new("--threads") { Description = "0: one for each processor" };

    public static RootCommand Command()
    {
        foreach (Option<int> positive in new[] { Hidden, Minimum, Epochs, Batch })
            positive.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int>() < 1)
                    result.AddError($"{positive.Name} must be at least 1.");
            });
        Separator.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is not (null or [_]))
                result.AddError($"{Separator.Name} is one character, such as ',' or '|'.");
        });
        return new RootCommand("Learns to tell what texts are about.")
        {
            Train, Validation, Test, OutOfScope, TextColumn, LabelColumn, Separator, First, Folds, Vectors, Subwords, Weigh, Hidden, Minimum, Epochs, Batch, Rate, Seed, Output, Load, Threads,
        };
    }
}

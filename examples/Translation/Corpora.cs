using System.CommandLine;
using RnnDsl.Text;

namespace RnnDsl.Examples.Translation;

/// <summary>The pairs to learn from, those to watch the training on, and those that no decision looks at. A sentence of the last two is never learnt.</summary>
sealed record Corpora(ParallelCorpus Train, ParallelCorpus Validation, ParallelCorpus Test)
{
    public static readonly Option<string?> Source = new("--source")
    {
        Description = "Sentences, one a line, also .gz; or, without --target, a file with tabs: sentence, translation; without both, numbers and dates that the example makes up",
    };
    public static readonly Option<string?> Target = new("--target") { Description = "Their translations, line by line" };
    public static readonly Option<string> SourceColumn = new("--source-column")
    {
        Description = "In a file with tabs: column of the sentences, from 0 or by its name",
        DefaultValueFactory = _ => "0",
    };
    public static readonly Option<string> TargetColumn = new("--target-column") { Description = "Column of the translations", DefaultValueFactory = _ => "1" };
    public static readonly Option<string?> ValidationSource = new("--validation-source")
    {
        Description = "Sentences to watch the training on; without it some of the first, none of which is also learnt",
    };
    public static readonly Option<string?> ValidationTarget = new("--validation-target") { Description = "Their translations" };
    public static readonly Option<string?> TestSource = new("--test-source")
    {
        Description = "Sentences that no decision looks at, none of which is also learnt; without it some of the first",
    };
    public static readonly Option<string?> TestTarget = new("--test-target") { Description = "Their translations" };
    public static readonly Option<int> HeldOut = new("--held-out")
    {
        Description = "Sentences that are held out for validation, and as many for the test, where no files are given",
        DefaultValueFactory = _ => 500,
    };
    public static readonly Option<int> SplitSeed = new("--split-seed") { Description = "Of the draw of these", DefaultValueFactory = _ => 1 };

    /// <summary>The files that are read, as far as they are given.</summary>
    public static IEnumerable<string?> Files(ParseResult given) => new[] { Source, Target, ValidationSource, ValidationTarget, TestSource, TestTarget }.Select(given.GetValue);

    public static Corpora Read(ParseResult given)
    {
        if (given.GetValue(Source) is not { } file)
        {
            foreach (Option<string?> needing in new[] { Target, ValidationSource, ValidationTarget, TestSource, TestTarget })
                if (given.GetValue(needing) is not null)
                    throw new ArgumentException($"{needing.Name} needs {Source.Name}.");
            (ParallelCorpus made, ParallelCorpus last) = MadeUpPairs.Create("made-up numbers and dates", 7000, seed: 1).HoldOut(500);
            (made, ParallelCorpus watch) = made.HoldOut(500);
            return new Corpora(made, watch, last);
        }
        foreach ((Option<string?> translations, Option<string?> sentences) in new[] { (ValidationTarget, ValidationSource), (TestTarget, TestSource) })
            if (given.GetValue(translations) is not null && given.GetValue(sentences) is null)
                throw new ArgumentException($"{translations.Name} needs {sentences.Name}.");
        ParallelCorpus all = Read(file, given.GetValue(Target), given);
        ParallelCorpus? watched = given.GetValue(ValidationSource) is { } v ? Read(v, given.GetValue(ValidationTarget), given) : null;
        ParallelCorpus? unseen = given.GetValue(TestSource) is { } t ? Read(t, given.GetValue(TestTarget), given) : null;
        ParallelCorpus learnt = all.Without([.. watched?.Sources ?? [], .. unseen?.Sources ?? []]);
        if (learnt.Count < all.Count)
            Console.WriteLine($"Note: {all.Count - learnt.Count} of {all.Count} pairs are not learnt, for their source sentence is also in the validation or the test.");
        all = learnt;
        if ((unseen is null || watched is null) && all.Count < 4 * given.GetValue(HeldOut))
            throw new ArgumentException($"{all.Count} pairs are too few to hold {given.GetValue(HeldOut)} of them out: "
                + "give --held-out a smaller number, or files for validation and test.");
        if (unseen is null)
            (all, unseen) = all.HoldOut(given.GetValue(HeldOut), given.GetValue(SplitSeed));
        if (watched is null)
            (all, watched) = all.HoldOut(given.GetValue(HeldOut), given.GetValue(SplitSeed));
        return new Corpora(all, watched, unseen);
    }

    public static ParallelCorpus Read(string sources, string? targets, ParseResult given)
    {
        ParallelCorpus corpus = targets is null
            ? ParallelTextFile.Read(sources, new ParallelTextOptions { SourceColumn = given.GetValue(SourceColumn)!, TargetColumn = given.GetValue(TargetColumn)! })
            : ParallelTextFile.Read(sources, targets);
        Console.WriteLine(corpus);
        foreach (string finding in corpus.Findings)
            Console.WriteLine($"Note: {finding}");
        return corpus;
    }
}

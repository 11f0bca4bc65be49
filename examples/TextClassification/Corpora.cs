using System.CommandLine;
using RnnDsl.Text;

namespace RnnDsl.Examples.TextClassification;

/// <summary>The texts that the command line names, or made-up ones.</summary>
static class Corpora
{
    public static LabeledCorpus All(ParseResult given) => given.GetValue(Options.Train) is { } file ? Read(file, given) : MadeUpRequests.Create(4000, seed: 1);

    public static (LabeledCorpus Train, LabeledCorpus Validation, LabeledCorpus Test) Parts(ParseResult given)
    {
        LabeledCorpus all = All(given), unseen;
        int random = given.GetValue(Options.Seed);
        if (given.GetValue(Options.Test) is { } last)
            unseen = Read(last, given);
        else if (given.GetValue(Options.First) is > 0 and var share)
            (all, unseen) = all.SplitAt((int)(share * all.Count));
        else
            (all, unseen) = all.Split(0.9, random);
        if (given.GetValue(Options.Validation) is { } other)
            return (all, Read(other, given), unseen);
        (LabeledCorpus learnt, LabeledCorpus watched) = all.Split(0.9, random);
        return (learnt, watched, unseen);
    }

    public static LabeledCorpus Read(string file, ParseResult given) => Read(file, given, LabeledTextFile.Read);

    /// <summary>Texts without labels, one a line, or those of a labeled file, whose labels count for nothing.</summary>
    public static LabeledCorpus ReadUnlabeled(string file, ParseResult given) => Read(file, given, LabeledTextFile.ReadTexts);

    static LabeledCorpus Read(string file, ParseResult given, Func<string, LabeledTextOptions?, LabeledCorpus> read)
    {
        string[] parts = file.Split('#', 2);
        LabeledCorpus corpus = read(parts[0], new LabeledTextOptions
        {
            TextColumn = given.GetValue(Options.TextColumn), LabelColumn = given.GetValue(Options.LabelColumn), LabelSeparator = given.GetValue(Options.Separator)?[0], Part = parts.Length > 1 ? parts[1] : null,
        });
        Console.WriteLine(corpus);
        foreach (string finding in corpus.Findings)
            Console.WriteLine($"Note: {finding}");
        return corpus;
    }
}

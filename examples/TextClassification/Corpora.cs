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

    /// <summary>Texts without labels, one a line, or those of a labeled file, whose labels count for nothing.</summary>
    public static LabeledCorpus ReadUnlabeled(string file, ParseResult given)
    {
        string plain = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file[..^3] : file;
        if (file.Contains('#') || Path.GetExtension(plain).ToLowerInvariant() is ".csv" or ".tsv" or ".json" or ".jsonl")
            return Read(file, given);
        string[] lines = [.. TextFile.ReadLines(file).Select(line => line.Text).Where(text => !string.IsNullOrWhiteSpace(text))];
        if (lines is [var first, ..] && first.Contains('\t'))
            return Read(file, given);
        if (lines.Length == 0)
            throw new InvalidDataException($"{file} has no texts.");
        return new LabeledCorpus(Path.GetFileName(file), [.. lines.Select(text => new LabeledText(text))]);
    }

    /// <summary>The texts that a model of one label a text can be measured with.</summary>
    public static LabeledCorpus OfOneLabel(LabeledCorpus corpus)
    {
        if (corpus.FirstOrDefault(text => text.Labels.Count > 1) is { } several)
            throw new InvalidDataException($"{corpus.Name}: '{Short(several.Text)}' has {several.Labels.Count} labels, and the texts that are learnt have one each.");
        LabeledText[] labeled = [.. corpus.Where(text => text.Labels.Count == 1)];
        return labeled.Length == corpus.Count ? corpus
            : labeled.Length > 0 ? new LabeledCorpus(corpus.Name, labeled, corpus.Findings)
            : throw new InvalidDataException($"{corpus.Name}: no text has a label, so nothing can be measured with it.");

        static string Short(string text) => text.Length > 60 ? text[..60] + "…" : text;
    }

    public static LabeledCorpus Read(string file, ParseResult given)
    {
        string[] parts = file.Split('#', 2);
        LabeledCorpus corpus = LabeledTextFile.Read(parts[0], new LabeledTextOptions
        {
            TextColumn = given.GetValue(Options.TextColumn), LabelColumn = given.GetValue(Options.LabelColumn), LabelSeparator = given.GetValue(Options.Separator)?[0], Part = parts.Length > 1 ? parts[1] : null,
        });
        Console.WriteLine(corpus);
        foreach (string finding in corpus.Findings)
            Console.WriteLine($"Note: {finding}");
        return corpus;
    }
}

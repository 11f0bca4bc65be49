using System.CommandLine;
using RnnDsl.Text;

namespace RnnDsl.Examples.Tagging;

/// <summary>Sentences with their tags, and the options that say where they are.</summary>
static class Corpora
{
    public static readonly Option<string?> Train = new("--train") { Description = "A corpus to learn: CoNLL columns or CoNLL-U, also .gz; without it one that the example makes up" };
    public static readonly Option<string?> Validation = new("--validation") { Description = "A corpus to watch the training on; without it a tenth of the first" };
    public static readonly Option<string?> Test = new("--test") { Description = "A corpus that no decision looks at" };
    public static readonly Option<string?> Column = new("--column") { Description = "The column of the tags: from 0, from the end if negative, or UPOS, XPOS, … of CoNLL-U; without it it is found" };
    public static readonly Option<string?> WordColumn = new("--word-column") { Description = "The column of the words" };

    /// <summary>The sentences to learn, to watch the training on, and those that no decision looks at, if there are any.</summary>
    public static (TaggedCorpus Train, TaggedCorpus Validation, TaggedCorpus? Test) Read(ParseResult given, int seed)
    {
        if (given.GetValue(Train) is not { } file)
            return (MadeUpCorpus.Create("made-up training sentences", 2000, known: 0.6, seed: 1), MadeUpCorpus.Create("made-up validation sentences", 300, known: 1, seed: 2), MadeUpCorpus.Create("made-up test sentences", 500, known: 1, seed: 3));
        TaggedCorpus all = Read(file, ColumnsOf(given));
        TaggedCorpus? apart = given.GetValue(Validation) is { } other ? Read(other, all.Columns) : null, unseen = given.GetValue(Test) is { } last ? Read(last, all.Columns) : null;
        if (apart is not null)
            return (all, apart, unseen);
        (TaggedCorpus learnt, TaggedCorpus watched) = all.Split(0.9, seed);
        return (learnt, watched, unseen);
    }

    /// <summary>One file.</summary>
    public static TaggedCorpus Read(string file, ParseResult given) => Read(file, ColumnsOf(given));

    static ConllOptions ColumnsOf(ParseResult given) => new() { TagColumn = given.GetValue(Column), WordColumn = given.GetValue(WordColumn) };

    static TaggedCorpus Read(string file, ConllOptions? columns)
    {
        TaggedCorpus corpus = ConllFile.Read(file, columns);
        Console.WriteLine(corpus);
        foreach (string finding in corpus.Findings)
            Console.WriteLine($"Note: {finding}");
        return corpus;
    }
}

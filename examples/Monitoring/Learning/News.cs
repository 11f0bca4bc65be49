using RnnDsl.Memory;
using RnnDsl.Text;

namespace RnnDsl.Examples.Monitoring;

/// <summary>A line of news, with its topic and its sentiment where they are known.</summary>
sealed record News(string Text, string? Topic, string? Sentiment)
{
    public IReadOnlyList<string> Words { get; } = new LabeledText(Text).Words;
}

/// <summary>What is learnt from: labeled news in three parts, and texts without labels for the language model.</summary>
sealed record NewsData(IReadOnlyList<News> Train, IReadOnlyList<News> Validation, IReadOnlyList<News> Test, IReadOnlyList<IReadOnlyList<string>> Unlabeled)
{
    /// <summary>Reads files of texts with sentiments and, where there are any, of texts with topics. Each is split at random into 80, 10 and 10 percent, unless there is a file for the test.</summary>
    public static NewsData Read(string sentiments, string? topics, string? test, IReadOnlyList<string> unlabeled, int seed)
    {
        List<News> train = [], validation = [], unseen = [];
        Add(ReadLabeled(sentiments), text => new News(text.Text, null, text.Labels.FirstOrDefault()), ownTest: test is null);
        if (topics is not null)
            Add(ReadLabeled(topics), text => new News(text.Text, text.Labels.FirstOrDefault(), null), ownTest: true);
        if (test is not null)
            unseen.AddRange(ReadLabeled(test).Select(text => new News(text.Text, null, text.Labels.FirstOrDefault())));
        // Of the texts that are tested on, the language model sees nothing.
        return new NewsData(train, validation, unseen, [.. train.Select(n => n.Words), .. unlabeled.SelectMany(file => TextFile.ReadLines(file)).Select(line => WordTokenizer.Split(line.Text)).Where(w => w.Length > 0)]);

        void Add(LabeledCorpus all, Func<LabeledText, News> news, bool ownTest)
        {
            if (ownTest)
            {
                (all, LabeledCorpus last) = all.Split(0.9, seed);
                unseen.AddRange(last.Select(news));
            }
            (LabeledCorpus learnt, LabeledCorpus watched) = all.Split(ownTest ? 8 / 9.0 : 0.9, seed);
            train.AddRange(learnt.Select(news));
            validation.AddRange(watched.Select(news));
        }
    }

    /// <summary>The same with fewer labels: those of the others are not used, and their texts are texts without labels.</summary>
    public NewsData WithLabels(int count, int seed)
    {
        News[] order = [.. Train];
        new RandomStream(seed, "labels").Shuffle<News>(order);
        return this with { Train = [.. order.Take(count)] };
    }

    static LabeledCorpus ReadLabeled(string file)
    {
        LabeledCorpus corpus = LabeledTextFile.Read(file);
        Console.WriteLine(corpus);
        foreach (string finding in corpus.Findings)
            Console.WriteLine($"Note: {finding}");
        return corpus;
    }
}

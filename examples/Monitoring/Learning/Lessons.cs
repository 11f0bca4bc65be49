using System.Diagnostics;
using RnnDsl.Metrics;
using RnnDsl.Terminal;
using RnnDsl.Training;
using RnnDsl.Tuning;

namespace RnnDsl.Examples.Monitoring;

sealed record LearnOptions(int Vector, int Hidden, int LanguageEpochs, int Epochs, int Batch, double LanguageRate, double Rate, string? Way, int Seed, int Threads);

/// <summary>The language model learns from texts without labels. Then the classifiers are fine-tuned in several ways, from the same start each, and the way that is best on validation data is kept.</summary>
static class Lessons
{
    /// <summary>Rate of the classifiers, as a multiple of the rate of the rest.</summary>
    const double HeadRate = 5;

    /// <summary>Rate of adapters, as a multiple of that of full fine-tuning: their products begin at zero.</summary>
    const double AdapterRate = 3;

    static readonly string[] heads = ["topic.*", "sentiment.*"];

    /// <summary>The layers, the top first: the order in which they are unfrozen (Howard &amp; Ruder 2018).</summary>
    static readonly string[] layers = ["upper.*", "lower.*", "words"];

    static readonly (string Name, Action<NewsReader, NewsData, LearnOptions> Tune)[] ways =
    [
        ("heads alone", (reader, data, options) => Fit(Heads(reader), reader, data, options, options.Epochs, options.Rate)),
        ("gradual", Gradually),
        ("full", (reader, data, options) => Fit(Whole(reader), reader, data, options, options.Epochs, options.Rate)),
        ("adapters", Adapt),
    ];

    public static IReadOnlyList<string> Ways => [.. ways.Select(w => w.Name)];

    public static void Learn(NewsReader reader, NewsData data, LearnOptions options)
    {
        var values = reader.Model.Parameters;
        Console.WriteLine($"{values.Count:N0} parameters, {reader.Encoder.Words} of words; topics: {string.Join(", ", reader.Topics.Entries)}; sentiments: {string.Join(", ", reader.Sentiments.Entries)}.");
        var results = new List<(string Way, double Score, float[] Values)>();
        Console.WriteLine($"\n{"validation",-24}{"trained",10}{"topics right",14}{"sentiments right",18}{"macro F1",10}{"seconds",9}");
        if (options.Way is null)
            Try("without pre-training", Whole(reader).Report.Trained, () => Fit(Whole(reader), reader, data, options, options.Epochs, options.Rate));
        Console.WriteLine(LearnLanguage(reader, data, options));
        float[] start = values.ReadOnlyValues.ToArray();
        foreach ((string name, var tune) in ways)
            if (options.Way is null || options.Way == name)
                Try(name, name switch { "heads alone" => Heads(reader).Report.Trained, "adapters" => AdapterCount(reader), _ => Whole(reader).Report.Trained }, () => tune(reader, data, options), start);
        (string best, _, float[] learnt) = results.MaxBy(r => r.Score);
        learnt.CopyTo(values.Values);
        Console.WriteLine($"\nKept: {best}. On news that were not used so far:");
        foreach ((string what, ClassificationReport? report) in Evaluate(reader, data.Test))
            if (report is not null)
                Console.WriteLine($"{what}\n{report}\n");

        void Try(string way, long trained, Action tune, float[]? from = null)
        {
            float[] before = from ?? values.ReadOnlyValues.ToArray();
            before.CopyTo(values.Values);
            long started = Stopwatch.GetTimestamp();
            tune();
            var reports = Evaluate(reader, data.Validation).ToDictionary(r => r.What, r => r.Report);
            ClassificationReport? topics = reports["topics"], sentiments = reports["sentiments"];
            results.Add((way, (topics?.MacroAverage.F1 ?? 0) + (sentiments?.MacroAverage.F1 ?? 0), values.ReadOnlyValues.ToArray()));
            Console.WriteLine(FormattableString.Invariant(
                $"{way,-24}{trained,10:N0}{(topics is null ? "–" : FormattableString.Invariant($"{topics.Accuracy:P1}")),14}{sentiments?.Accuracy,18:P1}{sentiments?.MacroAverage.F1,10:F3}{Stopwatch.GetElapsedTime(started).TotalSeconds,9:F1}"));
            before.CopyTo(values.Values);
        }
    }

    /// <summary>Learns to foresee the next word, with the mean over all words as loss; returns what was reached.</summary>
    static string LearnLanguage(NewsReader reader, NewsData data, LearnOptions options)
    {
        long started = Stopwatch.GetTimestamp();
        using var trainer = new Trainer(reader.Model, new AdamW(options.LanguageRate) { WeightDecay = 0.01 })
        {
            Method = "LanguageLoss", LossWeight = LossWeight.ByStep, BatchSize = options.Batch, Epochs = options.LanguageEpochs, ClipNorm = 1, Schedule = Schedule.Cosine(0.05), Seed = options.Seed, Threads = options.Threads,
        };
        History history = trainer.FitWithProgress(reader.Encoder.EncodeNext(data.Unlabeled), reader.Encoder.EncodeNext([.. data.Validation.Select(n => n.Words)]), "Language model");
        return FormattableString.Invariant($"{$"language model: {data.Unlabeled.Count:N0} texts without labels, perplexity {Math.Exp(history.Best!.Monitored):F1} (validation)",-76}{Stopwatch.GetElapsedTime(started).TotalSeconds,9:F1}");
    }

    /// <summary>One layer more is trained from stage to stage, at a smaller rate each time.</summary>
    static void Gradually(NewsReader reader, NewsData data, LearnOptions options)
    {
        for (int stage = 0; stage <= layers.Length; stage++)
        {
            FineTuning tuning = Heads(reader);
            foreach (string layer in layers[..stage])
                tuning.Train(layer);
            int done = options.Epochs * stage / (layers.Length + 1), until = options.Epochs * (stage + 1) / (layers.Length + 1);
            if (until > done)
                Fit(tuning, reader, data, options, until - done, options.Rate * Math.Pow(0.7, stage));
        }
    }

    static void Adapt(NewsReader reader, NewsData data, LearnOptions options)
    {
        LowRankAdapters adapters = Adapters(reader);
        Fit(Faster(new FineTuning(adapters)), reader, data, options, options.Epochs, AdapterRate * options.Rate);
        adapters.Merge();
    }

    static long AdapterCount(NewsReader reader)
    {
        LowRankAdapters adapters = Adapters(reader);
        long count = adapters.Report.Trained;
        adapters.Remove();
        return count;
    }

    static LowRankAdapters Adapters(NewsReader reader) => new(reader.Model, rank: 8, alpha: 16, ["upper.*", "lower.*"], alsoTrain: heads);

    static FineTuning Heads(NewsReader reader) => Faster(new FineTuning(reader.Model).Freeze("*"));

    /// <summary>The bias of the language model has no part in the classifiers.</summary>
    static FineTuning Whole(NewsReader reader) => Faster(new FineTuning(reader.Model).Freeze("frequency"));

    /// <summary>The classifiers are new, so they learn faster than what was learnt before.</summary>
    static FineTuning Faster(FineTuning tuning)
    {
        foreach (string head in heads)
            tuning.Scale(head, HeadRate);
        return tuning;
    }

    static void Fit(ITrainable what, NewsReader reader, NewsData data, LearnOptions options, int epochs, double rate)
    {
        using var trainer = new Trainer(what, new AdamW(rate) { WeightDecay = 0.01 })
        {
            BatchSize = options.Batch, Epochs = epochs, ClipNorm = 1, Schedule = Schedule.Cosine(0.05), Seed = options.Seed, Threads = options.Threads, KeepBest = false,
        };
        trainer.FitWithProgress(reader.Encode(data.Train), reader.Encode(data.Validation), "Classifiers");
    }

    static IEnumerable<(string What, ClassificationReport? Report)> Evaluate(NewsReader reader, IReadOnlyList<News> news)
    {
        Reading[] read = [.. news.Chunk(256).SelectMany(part => reader.Read([.. part.Select(n => n.Words)]))];
        yield return ("topics", Report(n => n.Topic, r => reader.Topics[r.Topic]));
        yield return ("sentiments", Report(n => n.Sentiment, r => reader.Sentiments[r.Sentiment]));

        ClassificationReport? Report(Func<News, string?> actual, Func<Reading, string> predicted)
        {
            var known = news.Zip(read).Where(p => actual(p.First) is not null).ToArray();
            return known.Length == 0 ? null : ClassificationReport.Create(known.Select(p => actual(p.First)!), known.Select(p => predicted(p.Second)));
        }
    }
}

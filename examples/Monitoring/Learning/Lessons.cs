using System.Diagnostics;
using RnnDsl.Metrics;
using RnnDsl.Sequences;
using RnnDsl.Terminal;
using RnnDsl.Training;
using RnnDsl.Tuning;

namespace RnnDsl.Examples.Monitoring;

sealed record LearnOptions(int Vector, int Hidden, int LanguageEpochs, int Epochs, int Batch, double LanguageRate, double Rate, string? Way, int Seed, int Threads);

/// <summary>The language model learns from texts without labels. Then the classifiers are fine-tuned in several ways, from the same start each, and the way that is best on validation data is kept.</summary>
sealed class Lessons(NewsReader reader, NewsData data, LearnOptions options)
{
    /// <summary>Rate of the classifiers, as a multiple of the rate of the rest.</summary>
    const double HeadRate = 5;

    /// <summary>Rate of adapters, as a multiple of that of full fine-tuning: their products begin at zero.</summary>
    const double AdapterRate = 3;

    static readonly string[] heads = ["topic.*", "sentiment.*"];

    /// <summary>The layers, the top first: the order in which they are unfrozen (Howard &amp; Ruder 2018).</summary>
    static readonly string[] layers = ["upper.*", "lower.*", "words"];

    /// <summary>Each trains the model, and returns how many numbers it trained.</summary>
    static readonly (string Name, Func<Lessons, long> Tune)[] ways =
    [
        ("heads alone", lessons => lessons.Fit(lessons.Heads(), lessons.options.Epochs)), ("gradual", lessons => lessons.Gradually()), ("full", lessons => lessons.Fully()), ("adapters", lessons => lessons.Adapt()),
    ];

    readonly LearnOptions options = options;
    readonly Dataset train = reader.Encode(data.Train), validation = reader.Encode(data.Validation);
    readonly List<(string Way, double Score, float[] Values)> results = [];

    public static IReadOnlyList<string> Ways => [.. ways.Select(w => w.Name)];

    Span<float> Values => reader.Model.Parameters.Values;

    public void Learn()
    {
        Console.WriteLine($"{reader.Model.Parameters.Count:N0} parameters, {reader.Encoder.Words} of words; topics: {string.Join(", ", reader.Topics.Entries)}; sentiments: {string.Join(", ", reader.Sentiments.Entries)}.");
        Console.WriteLine($"\n{"validation",-24}{"trained",10}{"topics right",14}{"sentiments right",18}{"macro F1",10}{"seconds",9}");
        if (options.Way is null)
            Try("without pre-training", lessons => lessons.Fully());
        Console.WriteLine(LearnLanguage());
        foreach ((string name, Func<Lessons, long> tune) in ways)
            if (options.Way is null || options.Way == name)
                Try(name, tune);
        (string best, _, float[] learnt) = results.MaxBy(r => r.Score);
        learnt.CopyTo(Values);
        Console.WriteLine($"\nKept: {best}. On news that were not used so far:");
        (ClassificationReport? topics, ClassificationReport? sentiments) = Evaluate(data.Test);
        foreach ((string what, ClassificationReport? report) in new[] { ("topics", topics), ("sentiments", sentiments) })
            if (report is not null)
                Console.WriteLine($"{what}\n{report}\n");
    }

    /// <summary>Fine-tunes in one way, and gives the model back the parameters that it had.</summary>
    void Try(string way, Func<Lessons, long> tune)
    {
        float[] before = [.. Values];
        long started = Stopwatch.GetTimestamp(), trained = tune(this);
        (ClassificationReport? topics, ClassificationReport? sentiments) = Evaluate(data.Validation);
        results.Add((way, (topics?.MacroAverage.F1 ?? 0) + (sentiments?.MacroAverage.F1 ?? 0), [.. Values]));
        Console.WriteLine(FormattableString.Invariant(
            $"{way,-24}{trained,10:N0}{(topics is null ? "–" : FormattableString.Invariant($"{topics.Accuracy:P1}")),14}{sentiments?.Accuracy,18:P1}{sentiments?.MacroAverage.F1,10:F3}{Stopwatch.GetElapsedTime(started).TotalSeconds,9:F1}"));
        before.CopyTo(Values);
    }

    /// <summary>Learns to foresee the next word, with the mean over all words as loss; returns what was reached.</summary>
    string LearnLanguage()
    {
        long started = Stopwatch.GetTimestamp();
        using var trainer = new Trainer(reader.Model, new AdamW(options.LanguageRate) { WeightDecay = 0.01 })
        {
            Method = "LanguageLoss", LossWeight = LossWeight.ByStep, BatchSize = options.Batch, Epochs = options.LanguageEpochs, ClipNorm = 1, Schedule = Schedule.Cosine(0.05), Seed = options.Seed, Threads = options.Threads,
        };
        History history = trainer.FitWithProgress(reader.Encoder.EncodeNext(data.Unlabeled), reader.Encoder.EncodeNext([.. data.Validation.Select(n => n.Words)]), "Language model").Whole();
        return FormattableString.Invariant($"{$"language model: {data.Unlabeled.Count:N0} texts without labels, perplexity {Math.Exp(history.Best!.Monitored):F1} (validation)",-76}{Stopwatch.GetElapsedTime(started).TotalSeconds,9:F1}");
    }

    /// <summary>All parameters but the bias of the language model, which has no part in the classifiers.</summary>
    long Fully() => Fit(Faster(new FineTuning(reader.Model).Freeze("frequency")), options.Epochs);

    /// <summary>One layer more is trained from stage to stage, at a smaller rate each time.</summary>
    long Gradually()
    {
        long trained = 0;
        for (int stage = 0; stage <= layers.Length; stage++)
        {
            FineTuning tuning = Heads();
            foreach (string layer in layers[..stage])
                tuning.Train(layer);
            int done = options.Epochs * stage / (layers.Length + 1), until = options.Epochs * (stage + 1) / (layers.Length + 1);
            if (until > done)
                trained = Fit(tuning, until - done, Math.Pow(0.7, stage));
        }
        return trained;
    }

    long Adapt()
    {
        var adapters = new LowRankAdapters(reader.Model, rank: 8, alpha: 16, ["upper.*", "lower.*"], alsoTrain: heads);
        long trained = Fit(Faster(new FineTuning(adapters)), options.Epochs, AdapterRate);
        adapters.Merge();
        return trained;
    }

    FineTuning Heads() => Faster(new FineTuning(reader.Model).Freeze("*"));

    /// <summary>The classifiers are new, so they learn faster than what was learnt before.</summary>
    static FineTuning Faster(FineTuning tuning)
    {
        foreach (string head in heads)
            tuning.Scale(head, HeadRate);
        return tuning;
    }

    long Fit(FineTuning tuning, int epochs, double rate = 1)
    {
        using var trainer = new Trainer(tuning, new AdamW(rate * options.Rate) { WeightDecay = 0.01 })
        {
            BatchSize = options.Batch, Epochs = epochs, ClipNorm = 1, Schedule = Schedule.Cosine(0.05), Seed = options.Seed, Threads = options.Threads, KeepBest = false,
        };
        trainer.FitWithProgress(train, validation, "Classifiers").Whole();
        return tuning.Report.Trained;
    }

    /// <summary>How well topics and sentiments are told; null for what no text is labeled with.</summary>
    (ClassificationReport? Topics, ClassificationReport? Sentiments) Evaluate(IReadOnlyList<News> news)
    {
        Reading[] read = [.. news.Chunk(256).SelectMany(part => reader.Read([.. part.Select(n => n.Words)]))];
        return (Report(n => n.Topic, r => reader.Topics[r.Topic]), Report(n => n.Sentiment, r => reader.Sentiments[r.Sentiment]));

        ClassificationReport? Report(Func<News, string?> actual, Func<Reading, string> predicted)
        {
            var known = news.Zip(read).Where(p => actual(p.First) is not null).ToArray();
            return known.Length == 0 ? null : ClassificationReport.Create(known.Select(p => actual(p.First)!), known.Select(p => predicted(p.Second)));
        }
    }
}

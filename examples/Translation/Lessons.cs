using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Metrics;
using RnnDsl.Sequences;
using RnnDsl.Terminal;
using RnnDsl.Text;
using RnnDsl.Training;

namespace RnnDsl.Examples.Translation;

sealed record LearnOptions(int Epochs, int Batch, double Rate, double Smoothing, double Sampling, int Longest, int Seed, int Threads, BleuOptions Bleu, double? Average = null);

/// <summary>Learns to translate, and measures what was learnt.</summary>
sealed class Lessons(TextTranslator translator, LearnOptions options)
{
    /// <summary>After each epoch so many sentences of the validation are translated.</summary>
    const int Watched = 200;

    public History Learn(ParallelCorpus train, ParallelCorpus validation)
    {
        TranslationModel model = translator.Model;
        model.Parameters["smoothing"][0] = (float)options.Smoothing;
        Dataset learnt = translator.Encode(train, options.Longest, out float[] before), watched = translator.Encode(validation, options.Longest, out _);
        translator.Longest = learnt["x"].Lengths.Max();
        if (learnt.Count < train.Count)
            Console.WriteLine($"Note: {train.Count - learnt.Count} of {train.Count} pairs are not learnt, for a side has more than {options.Longest} pieces.");
        Console.WriteLine($"{model.Parameters.Count:N0} parameters; source: {translator.Source}; target: {translator.Target}.\n");
        float[] truth = [.. before];
        SentencePair[] some = [.. validation.Take(Watched)];
        var optimizer = new AdamW(options.Rate) { WeightDecay = 0.001 };
        // The loss without smoothing is only measured.
        using var surprise = new Trainer(model, optimizer) { Method = "Surprise", LossWeight = LossWeight.ByStep, Threads = options.Threads };
        using var trainer = new Trainer(model, optimizer)
        {
            LossWeight = LossWeight.ByStep, BatchSize = options.Batch, BucketByLength = true, Epochs = options.Epochs, ClipNorm = 1, Schedule = Schedule.WarmUp(0.5, Schedule.Cosine(0.02)), Seed = options.Seed, Threads = options.Threads,
            Averaging = options.Average is { } decay ? WeightAverage.Exponential(decay) : null,
            Metrics = [new Metric("perplexity", data => Math.Exp(surprise.Evaluate(data))), new Metric("BLEU", _ => Bleu(some))],
        };
        if (options.Sampling > 0)
            trainer.EpochDone += report => Sample(learnt, before, truth, options.Sampling * report.Epoch / options.Epochs, report.Epoch);
        History history = trainer.FitWithProgress(learnt, watched);
        translator.TakeParameters();
        return history;
    }

    double Bleu(SentencePair[] pairs)
    {
        translator.TakeParameters();
        Translated[] found = translator.Translate([.. pairs.Select(p => p.Source)], greedy: true);
        return new BleuScore(pairs.Select(p => p.Target), found.Select(t => t.Text), options.Bleu).Score;
    }

    /// <summary>
    /// Replaces a growing part of the symbols that the decoder is fed by what the model would have written there, so that it learns to go on after its own mistakes (Bengio et al. 2015; in two passes, Mihaylova &amp; Martins 2019).
    /// </summary>
    void Sample(Dataset data, float[] before, float[] truth, double share, int epoch)
    {
        truth.CopyTo(before, 0);
        var random = new RandomStream(options.Seed, $"sampling in epoch {epoch}");
        using var executor = new Executor(translator.Model, "Logits", new ExecutionOptions { Threads = options.Threads });
        Column column = data["before"];
        float[] found = [.. truth];
        for (int first = 0; first < data.Count; first += options.Batch)
        {
            int[] examples = [.. Enumerable.Range(first, Math.Min(options.Batch, data.Count - first))];
            float[] logits = executor.Predict(data.Select(examples));
            int at = 0;
            foreach (int example in examples)
                for (int step = 0; step < column.Lengths[example]; step++, at += translator.Target.Size)
                    // What was written at a step comes before the next one.
                    if (step + 1 < column.Lengths[example] && random.Uniform() < share)
                        found[column.Starts[example] + step + 1] = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(logits.AsSpan(at, translator.Target.Size));
        }
        found.CopyTo(before, 0);
    }

    /// <summary>Translates unseen sentences, and prints their scores beside those of a translation memory, if the pairs that were learnt are known.</summary>
    public Translated[] Evaluate(ParallelCorpus unseen, ParallelCorpus? learnt)
    {
        string[] sources = [.. unseen.Sources], targets = [.. unseen.Targets];
        Translated[] found = translator.Translate(sources);
        string[] translations = [.. found.Select(t => t.Text)];
        Print("translator", targets, translations);
        if (learnt is not null)
        {
            var memory = new TextIndex(learnt.Sources, new TextIndexOptions());
            Print("translation memory", targets, [.. sources.Select(s => memory.Search(s, 1) is [var nearest, ..] ? learnt[nearest.Index].Target : "")]);
        }
        Console.WriteLine($"{new BleuScore(targets, translations, options.Bleu).Signature}\n");
        return found;
    }

    void Print(string name, string[] targets, string[] translations)
    {
        var bleu = new BleuScore(targets, translations, options.Bleu);
        Console.WriteLine(FormattableString.Invariant(
            $"{name,-20}{bleu}, {new ChrfScore(targets, translations)}, {targets.Zip(translations).Count(p => p.First == p.Second) / (double)targets.Length:P1} exactly right"));
    }
}

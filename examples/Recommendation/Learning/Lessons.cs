using System.Globalization;
using RnnDsl.Memory;
using RnnDsl.Metrics;
using RnnDsl.Sequences;
using RnnDsl.Terminal;
using RnnDsl.Training;

namespace RnnDsl.Examples.Recommendation;

/// <summary>Trains a model. With validation sessions, the epoch is kept whose mean reciprocal rank on them is highest.</summary>
static class Lessons
{
    /// <summary>So many sessions show whether the model gives numbers.</summary>
    const int SessionsChecked = 100;

    /// <param name="train">Sessions to learn from.</param>
    /// <param name="catalog">The items.</param>
    /// <param name="settings">How.</param>
    /// <param name="validation">What the epochs are compared on; null for none, which keeps the last.</param>
    /// <param name="say">Gets a line for each epoch.</param>
    /// <exception cref="DivergenceException">The loss is no longer finite. It is the inner exception of an <see cref="AggregateException"/> where probabilities are not.</exception>
    /// <remarks>Ctrl-C and SIGTERM end the training, see <see cref="Interruption"/>.</remarks>
    public static Recommender Train(IReadOnlyList<Session> train, Catalog catalog, Settings settings, Evaluation? validation, Action<string> say)
    {
        SessionModel model = Create(catalog, settings);
        var histories = new Histories(catalog);
        List<List<Session>> parts = Histories.Parts(train, settings.Steps);
        say($"{model.Parameters.Count} parameters, {catalog.Learned} items, {parts.Count} examples.");
        var optimizer = new AdamW(settings.Rate) { WeightDecay = 0.01 };
        var random = new RandomStream(settings.Seed, "negatives");
        (double Best, float[]? Kept) = (-1, null);
        using var interruption = new Interruption();
        for (int epoch = 0; epoch < settings.Epochs; epoch++)
        {
            // Negatives are drawn anew for each epoch, so each has data of its own.
            Dataset data = histories.Training(parts, settings, random);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token);
            using var trainer = new Trainer(model, optimizer)
            {
                Method = Method(settings.Loss), LossWeight = settings.Loss == LossKind.Full ? LossWeight.ByStep : LossWeight.ByExample, BatchSize = settings.Batch, Epochs = settings.Epochs, EpochsDone = epoch, ClipNorm = 1,
                BucketByLength = true, Schedule = Schedule.Cosine(0.05), Seed = settings.Seed, Threads = settings.Threads,
            };
            trainer.EpochDone += _ => stop.Cancel();
            if (trainer.Fit(data, cancellation: stop.Token).Epochs is not [.., var report])
                break;
            string line = string.Create(CultureInfo.InvariantCulture, $"epoch {epoch + 1}: loss {report.TrainLoss:F4}, {report.Seconds:F1} s");
            if (validation is not null)
            {
                RankingReport ranks = new(validation.Ranks(new Recommender(model, catalog)));
                double score = Measures.ReciprocalRank(ranks, 20);
                bool better = score > Best;
                if (better)
                    (Best, Kept) = (score, model.Parameters.Snapshot());
                line += string.Create(CultureInfo.InvariantCulture, $", validation recall@20 {ranks.RecallAt(20):F4}, MRR@20 {score:F4}{(better ? " *" : "")}");
            }
            say(line);
            if (interruption.Token.IsCancellationRequested)
                break;
        }
        if (interruption.Token.IsCancellationRequested)
            say($"The training was ended. The {(Kept is null ? "last" : "best")} model so far is kept.");
        if (Kept is not null)
            model.Parameters.Restore(Kept);
        else
            // Without a validation a training that diverged in its last steps shows in sessions that it learned from.
            new Evaluation(catalog, [], [.. train.Where(s => s.Items.Length > 1).TakeLast(SessionsChecked)], settings.Threads).Ranks(new Recommender(model, catalog));
        return new Recommender(model, catalog);
    }

    static string Method(LossKind loss) => loss switch { LossKind.Full => "FullSoftmax", LossKind.Sampled => "SampledSoftmax", _ => "BprMax" };

    static SessionModel Create(Catalog catalog, Settings settings)
    {
        var model = new SessionModel(catalog.Learned, settings.Features, settings.Vector, settings.Session, settings.User, settings.Seed);
        var texts = new TextFeatures([.. catalog.Entries.Take(catalog.Original)], settings.Features);
        Span<float> features = model.Parameters["Features"];
        for (int i = 0; i < catalog.Learned; i++)
            texts.Vector(catalog.Entries[i]).CopyTo(features[(i * settings.Features)..]);
        model.Parameters.MarkChanged();
        return model;
    }
}

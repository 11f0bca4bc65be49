using System.Globalization;
using System.Numerics.Tensors;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Metrics;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Terminal;
using RnnDsl.Text;
using RnnDsl.Training;

namespace RnnDsl.Examples.Dialogue;

/// <summary>
/// Finds the past exchange that answers a question: the cosines of TF-IDF over words and over strings of letters, and that of the vectors of a <see
/// cref="DualEncoder"/>, compared with those of all exchanges, mixed.
/// </summary>
sealed class AnswerFinder : IDisposable
{
    /// <summary>Pairs that are compared with each other in the training.</summary>
    const int GroupSize = 32;

    readonly DualEncoder model;
    readonly TextEncoder encoder;
    readonly PairReader reader;
    readonly Executor executor;
    readonly TextIndex words, letters;
    readonly string[] keys;
    float[] vectors = [];

    AnswerFinder(DualEncoder model, TextEncoder encoder, IReadOnlyList<Exchange> exchanges, int threads)
    {
        (this.model, this.encoder, reader, Exchanges) = (model, encoder, new PairReader(encoder), exchanges);
        executor = new Executor(model, "Encode", new ExecutionOptions { Threads = threads });
        words = new TextIndex(exchanges.Select(e => e.Question));
        letters = new TextIndex(exchanges.Select(e => e.Question), TextIndexOptions.Letters with { Shortest = 1 });
        keys = [.. exchanges.Select(e => e.Question.ToLowerInvariant())];
    }

    /// <summary>The past exchanges.</summary>
    public IReadOnlyList<Exchange> Exchanges { get; }

    /// <summary>What counts how much in the score.</summary>
    public Mixture Shares { get; private set; } = new(0, 1, 0);

    /// <summary>Below this score an answer is withheld.</summary>
    public double Threshold { get; private set; }

    /// <summary>
    /// Learns from past exchanges, whose questions are reworded anew for each epoch. Shares and threshold are chosen on questions that are reworded by other
    /// rules.
    /// </summary>
    public static AnswerFinder Learn(IReadOnlyList<Exchange> exchanges, Settings settings)
    {
        var random = new RandomStream(settings.Seed, "pairs");
        List<(string Question, Exchange Exchange)>[] groups = [.. Enumerable.Range(0, settings.PairEpochs).SelectMany(_ => Groups(exchanges, random))];
        TextEncoder encoder = TextEncoder.Fit([.. exchanges.SelectMany(e => new[] { PairReader.Words(e.Question), PairReader.Words(e.Answer) })],
            new TextEncoderOptions { Subwords = 2000 });
        var reader = new PairReader(encoder);
        var data = new Dataset(
            [.. reader.Columns("questions", "questionGrams", groups, p => p.Question), .. reader.Columns("exchanges", "exchangeGrams", groups, p => Text(p.Exchange))]);
        var model = new DualEncoder(reader.PieceCount, PairReader.GramCount, settings.Vector, settings.Hidden, 128, settings.Seed);
        using (var trainer = new Trainer(model, new AdamW(settings.Rate) { WeightDecay = 0.01 })
        {
            BatchSize = 2, Epochs = 1, Shuffle = false, ClipNorm = 1, Schedule = Schedule.Cosine(0.01), Seed = settings.Seed, Threads = settings.Threads,
        })
        {
            History history = trainer.FitWithProgress(data, title: "Answers").Whole();
            Console.WriteLine(FormattableString.Invariant(
                $"Answers: {model.Parameters.Count} parameters, {exchanges.Count} exchanges, {data.Count} groups of {GroupSize}, {Course.Loss(history)}."));
        }
        var result = new AnswerFinder(model, encoder, exchanges, settings.Threads);
        result.Read();
        result.Tune(new RandomStream(settings.Seed, "tuning"), settings.GiveUp);
        return result;
    }

    /// <summary>All exchanges once, with reworded questions, in groups in which no question and no answer repeats.</summary>
    static List<List<(string, Exchange)>> Groups(IReadOnlyList<Exchange> exchanges, RandomStream random)
    {
        Exchange[] order = [.. exchanges];
        random.Shuffle<Exchange>(order);
        var groups = new List<(List<(string, Exchange)> Pairs, HashSet<string> Texts)>();
        int full = 0;
        foreach (Exchange exchange in order)
        {
            string question = exchange.Question.ToLowerInvariant();
            int chosen = groups.FindIndex(full, g => g.Pairs.Count < GroupSize && !g.Texts.Contains(question) && !g.Texts.Contains(exchange.Answer));
            if (chosen < 0)
            {
                chosen = groups.Count;
                groups.Add(([], []));
            }
            groups[chosen].Pairs.Add((random.Below(4) == 0 ? exchange.Question : Rewording.ForTraining(exchange.Question, random), exchange));
            groups[chosen].Texts.UnionWith([question, exchange.Answer]);
            while (full < groups.Count && groups[full].Pairs.Count == GroupSize)
                full++;
        }
        return [.. groups.Select(g => g.Pairs)];
    }

    static string Text(Exchange exchange) => $"{exchange.Question} {exchange.Answer}";

    /// <summary>The vectors of all exchanges are computed.</summary>
    void Read() => vectors = executor.Predict(reader.Texts([.. Exchanges.Select(Text)]));

    /// <summary>The score of each exchange as an answer to a text.</summary>
    public float[] Scores(string text) => Scores([text]).Single().Mixed(Shares);

    IEnumerable<Evidence> Scores(string[] texts)
    {
        float[] asked = executor.Predict(reader.Texts(texts));
        int width = asked.Length / texts.Length;
        for (int i = 0; i < texts.Length; i++)
        {
            float[] byWords = new float[Exchanges.Count], byLetters = new float[Exchanges.Count], byModel = new float[Exchanges.Count];
            words.Score(texts[i], byWords);
            letters.Score(texts[i], byLetters);
            for (int k = 0; k < byModel.Length; k++)
                byModel[k] = TensorPrimitives.Dot(asked.AsSpan(i * width, width), vectors.AsSpan(k * width, width));
            yield return new Evidence(byWords, byLetters, byModel);
        }
    }

    void Tune(RandomStream random, double giveUp)
    {
        (string[] asked, string[] questions) = Reworded(Rewording.ForTuning, random);
        Evidence[] evidence = [.. Scores(asked)];
        Shares = Mixture.All.MaxBy(shares => Ranks(evidence.Select(e => e.Mixed(shares)), questions).MeanReciprocalRank)!;
        float[][] scores = [.. evidence.Select(e => e.Mixed(Shares))];
        RankingReport ranks = Ranks(scores, questions);
        Threshold = Scope.Threshold([.. scores.Select(s => (double)s.Max())], [.. ranks.Ranks.Select(r => r == 1)], giveUp);
        Console.WriteLine(FormattableString.Invariant($"Questions reworded by the rules for tuning: {ranks}. {Shares}, threshold {Threshold:F3}."));
    }

    /// <summary>Each different question once, in other words, and the question itself in lower case.</summary>
    (string[] Asked, string[] Questions) Reworded(Func<string, RandomStream, string> rules, RandomStream random)
    {
        string[] questions = [.. keys.Distinct()];
        return ([.. questions.Select(q => rules(q, random))], questions);
    }

    /// <summary>The rank of the best exchange whose question is the one that was reworded. Others with an equal score stand before it.</summary>
    RankingReport Ranks(IEnumerable<float[]> scores, string[] questions) => new(scores.Select((own, i) =>
    {
        float best = float.NegativeInfinity;
        for (int k = 0; k < own.Length; k++)
            if (keys[k] == questions[i])
                best = Math.Max(best, own[k]);
        return 1L + own.Where((score, k) => keys[k] != questions[i] && score >= best).Count();
    }));

    /// <summary>How often the right exchange is found for questions that are reworded by rules that no decision looked at, beside TF-IDF.</summary>
    public void Report(int seed)
    {
        (string[] asked, string[] questions) = Reworded(Rewording.ForTest, new RandomStream(seed, "test"));
        Evidence[] evidence = [.. Scores(asked)];
        Console.WriteLine($"\n{questions.Length} questions reworded by the rules for the test, such as '{asked[questions.Length / 2]}' for '{questions[questions.Length / 2]}':");
        (string, Mixture)[] mixtures = [("TF-IDF, words", new Mixture(1, 0, 0)), ("TF-IDF, letters", new Mixture(0, 1, 0)),
            ("dual encoder", new Mixture(0, 0, 1)), ("mixed", Shares)];
        foreach ((string name, Mixture shares) in mixtures)
            Console.WriteLine($"{name,16}: {Ranks(evidence.Select(e => e.Mixed(shares)), questions)}");
    }

    public void Save(string folder)
    {
        var metadata = new Dictionary<string, string>(encoder.Metadata)
        {
            ["words"] = Text(Shares.Words), ["letters"] = Text(Shares.Letters), ["model"] = Text(Shares.Model), ["threshold"] = Text(Threshold),
        };
        ModelFile.Save(Path.Combine(folder, Name), model, metadata: metadata);

        static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
    }

    /// <summary>The finder of a folder; null if it has none.</summary>
    public static AnswerFinder? Load(string folder, IReadOnlyList<Exchange> exchanges)
    {
        string path = Path.Combine(folder, Name);
        if (!File.Exists(path))
            return null;
        ModelFileInfo info = ModelFile.ReadInfo(path);
        var model = new DualEncoder(info.Size("Piece"), info.Size("Gram"), info.Size("Vector"), info.Size("Hidden"), info.Size("Meaning"));
        ModelFile.Load(path, model);
        var result = new AnswerFinder(model, TextEncoder.Read(info), exchanges, threads: 1)
        {
            Shares = new Mixture(Number("words"), Number("letters"), Number("model")), Threshold = Number("threshold"),
        };
        result.Read();
        return result;

        double Number(string name) => double.TryParse(info.Metadata.GetValueOrDefault(name), CultureInfo.InvariantCulture, out double number) ? number
            : throw new InvalidDataException($"{path} has no {name}: it was not saved by this program.");
    }

    const string Name = "answers.safetensors";

    public void Dispose() => executor.Dispose();
}

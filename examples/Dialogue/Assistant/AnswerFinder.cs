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
/// Finds the past exchange that answers a question: the cosine of the vectors of a <see cref="DualEncoder"/>, compared with those of all exchanges, and the cosine of TF-IDF over strings of letters, mixed.
/// </summary>
sealed class AnswerFinder : IDisposable
{
    /// <summary>Pairs that are compared with each other in the training.</summary>
    const int GroupSize = 32;

    /// <summary>Of longer texts the beginning counts.</summary>
    const int MostPieces = 48;

    readonly DualEncoder model;
    readonly TextEncoder encoder;
    readonly Executor ask, tell;
    readonly TextIndex index;
    readonly string[] keys;
    float[] vectors = [];

    AnswerFinder(DualEncoder model, TextEncoder encoder, IReadOnlyList<Exchange> exchanges, int threads)
    {
        (this.model, this.encoder, Exchanges) = (model, encoder, exchanges);
        ask = new Executor(model, "Ask", new ExecutionOptions { Threads = threads });
        tell = new Executor(model, "Tell", new ExecutionOptions { Threads = threads });
        index = new TextIndex(exchanges.Select(e => e.Question), TextIndexOptions.Letters);
        keys = [.. exchanges.Select(e => e.Question.ToLowerInvariant())];
    }

    /// <summary>The past exchanges.</summary>
    public IReadOnlyList<Exchange> Exchanges { get; }

    /// <summary>The share of the model in the score; the rest is that of TF-IDF.</summary>
    public double Share { get; private set; } = 0.5;

    /// <summary>Below this score an answer is withheld.</summary>
    public double Threshold { get; private set; }

    /// <summary>Learns from past exchanges, whose questions are reworded anew for each epoch. Share and threshold are chosen on questions that are reworded by other rules.</summary>
    public static AnswerFinder Learn(IReadOnlyList<Exchange> exchanges, Settings settings)
    {
        var random = new RandomStream(settings.Seed, "pairs");
        List<(string Question, Exchange Exchange)>[] groups = [.. Enumerable.Range(0, settings.PairEpochs).SelectMany(_ => Groups(exchanges, random))];
        TextEncoder encoder = TextEncoder.Fit([.. exchanges.SelectMany(e => new[] { Words(e.Question), Words(e.Answer) })], new TextEncoderOptions { Subwords = 2000 });
        int size = encoder.Subwords!.Size;
        var data = new Dataset(Column.OneHot("questions", size, [.. groups.Select(g => g.Select(p => Pieces(encoder, p.Question)).ToArray())]),
            Column.OneHot("exchanges", size, [.. groups.Select(g => g.Select(p => Pieces(encoder, Text(p.Exchange))).ToArray())]));
        var model = new DualEncoder(size, settings.Vector, settings.Hidden, 128, settings.Seed);
        using (var trainer = new Trainer(model, new AdamW(settings.Rate) { WeightDecay = 0.01 }) { BatchSize = 2, Epochs = 1, Shuffle = false, ClipNorm = 1, Schedule = Schedule.Cosine(0.01), Seed = settings.Seed, Threads = settings.Threads })
        {
            History history = trainer.FitWithProgress(data, title: "Answers");
            Console.WriteLine(FormattableString.Invariant($"Answers: {model.Parameters.Count} parameters, {exchanges.Count} exchanges, {data.Count} groups of {GroupSize}, mean loss {history.Epochs[^1].TrainLoss:F3}."));
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

    static string[] Words(string text) => WordTokenizer.Split(text.ToLowerInvariant());

    static int[] Pieces(TextEncoder encoder, string text)
    {
        int[] pieces = [.. Words(text).SelectMany(encoder.Subwords!.Numbers).Take(MostPieces)];
        return pieces.Length > 0 ? pieces : [0];
    }

    /// <summary>The vectors of all exchanges are computed.</summary>
    void Read() => vectors = tell.Predict(new Dataset(Column.OneHot("exchange", encoder.Subwords!.Size, [.. Exchanges.Select(e => Pieces(encoder, Text(e)))])));

    /// <summary>The score of each exchange as an answer to a text.</summary>
    public float[] Scores(string text) => Scores([text], Share).Single();

    IEnumerable<float[]> Scores(IReadOnlyList<string> texts, double share)
    {
        float[] asked = ask.Predict(new Dataset(Column.OneHot("question", encoder.Subwords!.Size, [.. texts.Select(t => Pieces(encoder, t))])));
        int width = asked.Length / texts.Count;
        for (int i = 0; i < texts.Count; i++)
        {
            var scores = new float[Exchanges.Count];
            index.Score(texts[i], scores);
            for (int k = 0; k < scores.Length; k++)
                scores[k] = (float)(share * TensorPrimitives.Dot(asked.AsSpan(i * width, width), vectors.AsSpan(k * width, width)) + (1 - share) * scores[k]);
            yield return scores;
        }
    }

    void Tune(RandomStream random, double giveUp)
    {
        (string[] asked, string[] questions) = Reworded(Rewording.ForTuning, random);
        Share = new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 }.MaxBy(share => Ranks(Scores(asked, share), questions).MeanReciprocalRank);
        float[][] scores = [.. Scores(asked, Share)];
        RankingReport ranks = Ranks(scores, questions);
        Threshold = Scope.Threshold([.. scores.Select(s => (double)s.Max())], [.. ranks.Ranks.Select(r => r == 1)], giveUp);
        Console.WriteLine(FormattableString.Invariant($"Questions reworded by the rules for tuning: {ranks}. Share of the model {Share:F1}, threshold {Threshold:F3}."));
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
        var words = new TextIndex(Exchanges.Select(e => e.Question));
        Console.WriteLine($"\n{questions.Length} questions reworded by the rules for the test, such as '{asked[questions.Length / 2]}' for '{questions[questions.Length / 2]}':");
        foreach ((string name, IEnumerable<float[]> scores) in new[] { ("TF-IDF, words", asked.Select(ByWords)), ("TF-IDF, letters", Scores(asked, 0)), ("dual encoder", Scores(asked, 1)), ("both", Scores(asked, Share)) })
            Console.WriteLine($"{name,16}: {Ranks(scores, questions)}");

        float[] ByWords(string text)
        {
            var scores = new float[Exchanges.Count];
            words.Score(text, scores);
            return scores;
        }
    }

    public void Save(string folder)
    {
        var metadata = new Dictionary<string, string>(encoder.Metadata)
        {
            ["share"] = Share.ToString("R", CultureInfo.InvariantCulture), ["threshold"] = Threshold.ToString("R", CultureInfo.InvariantCulture),
        };
        ModelFile.Save(Path.Combine(folder, Name), model, metadata: metadata);
    }

    /// <summary>The finder of a folder; null if it has none.</summary>
    public static AnswerFinder? Load(string folder, IReadOnlyList<Exchange> exchanges)
    {
        string path = Path.Combine(folder, Name);
        if (!File.Exists(path))
            return null;
        ModelFileInfo info = ModelFile.ReadInfo(path);
        var model = new DualEncoder(info.Size("Piece"), info.Size("Vector"), info.Size("Hidden"), info.Size("Meaning"));
        ModelFile.Load(path, model);
        var result = new AnswerFinder(model, TextEncoder.Read(info), exchanges, threads: 1) { Share = Number("share"), Threshold = Number("threshold") };
        result.Read();
        return result;

        double Number(string name) => double.TryParse(info.Metadata.GetValueOrDefault(name), CultureInfo.InvariantCulture, out double number) ? number : throw new InvalidDataException($"{path} has no {name}: it was not saved by this program.");
    }

    const string Name = "answers.safetensors";

    public void Dispose()
    {
        ask.Dispose();
        tell.Dispose();
    }
}

using RnnDsl.Memory;
using RnnDsl.Metrics;
using RnnDsl.Prediction;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Terminal;
using RnnDsl.Text;
using RnnDsl.Training;

namespace RnnDsl.Examples.Dialogue;

/// <summary>Answers what is no question to the business, such as a greeting, in words of its own. The same message gets the same answer.</summary>
sealed class SmallTalk
{
    /// <summary>The intent of small talk, in conversations and in what the model of intents learns.</summary>
    public const string Intent = "small talk";

    /// <summary>With fewer different questions there is nothing to hold out.</summary>
    public const int FewestQuestions = 20;

    /// <summary>Of longer messages and answers the beginning counts.</summary>
    const int MostPieces = 48;

    /// <summary>How often each question is learned in other words.</summary>
    const int Rewordings = 6;

    /// <summary>The number of what is no piece. It is read, and never written.</summary>
    const int Unknown = 0;

    readonly SmallTalkModel model;
    readonly TextPieces pieces;
    readonly Predictor predictor;
    readonly SequenceDecoder decoder;

    SmallTalk(SmallTalkModel model, TextPieces pieces)
    {
        (this.model, this.pieces) = (model, pieces);
        predictor = new Predictor(model, "Scores", streamed: "before");
        decoder = new SequenceDecoder(predictor, new DecodingOptions
        {
            End = pieces.End, LeastSymbols = 1, MostSteps = MostPieces + 1, Constraint = (_, _, allowed) => allowed[Unknown] = false,
        });
    }

    /// <summary>How well the answers to questions that were held out are foreseen; nothing for what was loaded.</summary>
    public LanguageModelScore HeldOut { get; private init; }

    /// <summary>The same of a model that knows how frequent each piece is, and nothing else.</summary>
    public LanguageModelScore Frequencies { get; private init; }

    /// <summary>
    /// Learns to answer. Of a tenth of the different questions, which it does not learn, the perplexity of the answers is printed, beside that of a model that
    /// knows how frequent each piece is and nothing else. The training does not end where that perplexity is least: few answers to questions of all kinds can
    /// be foreseen, and those to what was learned become right later.
    /// </summary>
    /// <param name="pairs">Questions and their answers.</param>
    /// <param name="settings">How.</param>
    /// <param name="wayOut">What to do about too few questions, a sentence.</param>
    /// <exception cref="InvalidDataException">There are fewer than <see cref="FewestQuestions"/> different questions.</exception>
    public static SmallTalk Learn(IReadOnlyList<Exchange> pairs, Settings settings, string wayOut = "Add some.")
    {
        string[] questions = [.. pairs.Select(p => Key(p.Question)).Distinct()];
        if (questions.Length < FewestQuestions)
            throw new InvalidDataException($"There are {questions.Length} different questions of small talk; at least {FewestQuestions} are needed. {wayOut}");
        var random = new RandomStream(settings.Seed, "small talk");
        random.Shuffle<string>(questions);
        HashSet<string> heldOut = [.. questions[..(questions.Length / 10)]];
        Exchange[] apart = [.. pairs.Where(p => heldOut.Contains(Key(p.Question)))], rest = [.. pairs.Where(p => !heldOut.Contains(Key(p.Question)))];
        Exchange[] train = [.. rest, .. Enumerable.Range(0, Rewordings).SelectMany(_ => rest.Select(p => p with { Question = Rewording.ForTraining(p.Question, random) }))];
        // Few texts have few pieces that occur often enough to be learned.
        TextPieces pieces = TextPieces.Learn(rest.SelectMany(p => new[] { Key(p.Question), p.Answer }), PieceKind.Subwords, size: Math.Clamp(rest.Length, 300, 2000));
        var model = new SmallTalkModel(pieces.Size, settings.Vector, settings.Hidden, settings.Hidden, settings.Seed);
        Dataset learned = Data(train, pieces), unseen = Data(apart, pieces);
        var optimizer = new AdamW(settings.Rate) { WeightDecay = 0.01 };
        using (var trainer = new Trainer(model, optimizer)
        {
            LossWeight = LossWeight.ByStep, BatchSize = 16, BucketByLength = true, Epochs = settings.TalkEpochs, ClipNorm = 1, Schedule = Schedule.Cosine(0.01),
            KeepBest = false, Seed = settings.Seed, Threads = settings.Threads,
        })
        {
            History history = trainer.FitWithProgress(learned, title: "Small talk").Whole();
            Console.WriteLine(FormattableString.Invariant(
                $"Small talk: {model.Parameters.Count} parameters, {rest.Length} pairs, {pieces}, {Course.Loss(history)}."));
        }
        using var surprise = new Trainer(model, optimizer) { Method = "Surprise", LossWeight = LossWeight.ByStep, Threads = settings.Threads };
        var result = new SmallTalk(model, pieces)
        {
            HeldOut = LanguageModelScore.FromMean(surprise.Evaluate(unseen), unseen["answer"].Values.Length), Frequencies = Score(learned, unseen, pieces.Size),
        };
        Console.WriteLine($"\n{heldOut.Count} questions of small talk that were held out, with {apart.Length} answers: {result.HeldOut}; " +
            $"the frequencies of the pieces alone: {result.Frequencies}.");
        ILookup<string, string> answers = pairs.ToLookup(p => Key(p.Question), p => p.Answer);
        string[] known = questions[heldOut.Count..];
        var test = new RandomStream(1, "test");
        int right = known.Count(question => answers[question].Contains(result.Answer(Rewording.ForTest(question, test))));
        Console.WriteLine($"{known.Length} questions that were learned, reworded by the rules for the test: {right} get one of their answers.");
        return result;
    }

    /// <summary>The score of a model that knows how frequent each piece is in the answers it learned, each counted once more (Laplace).</summary>
    internal static LanguageModelScore Score(Dataset learned, Dataset unseen, int size)
    {
        var counts = new double[size];
        Array.Fill(counts, 1);
        foreach (float piece in learned["answer"].Values.Span)
            counts[(int)piece]++;
        double all = counts.Sum(), nats = 0;
        foreach (float piece in unseen["answer"].Values.Span)
            nats -= Math.Log(counts[(int)piece] / all);
        return new LanguageModelScore(nats, unseen["answer"].Values.Length);
    }

    static Dataset Data(Exchange[] pairs, TextPieces pieces)
    {
        int[][] answers = [.. pairs.Select(p => (int[])[.. pieces.Numbers(p.Answer).Take(MostPieces), pieces.End])];
        return new Dataset(Column.OneHot("message", pieces.Size, [.. pairs.Select(p => Read(p.Question, pieces))]),
            Column.OneHot("before", pieces.Size, [.. answers.Select(a => (int[])[-1, .. a[..^1]])]), Column.OneHot("answer", pieces.Size, answers));
    }

    static int[] Read(string message, TextPieces pieces)
    {
        int[] read = [.. pieces.Numbers(Key(message)).Take(MostPieces)];
        return read.Length > 0 ? read : [Unknown];
    }

    /// <summary>Questions that differ in large letters alone are the same.</summary>
    static string Key(string question) => question.ToLowerInvariant();

    /// <summary>The likeliest answer to a message.</summary>
    public string Answer(string message)
    {
        var data = new Dataset(Column.OneHot("message", pieces.Size, [Read(message, pieces)]));
        return pieces.Text(decoder.Beam(predictor.Start(data), new BeamOptions { Beams = 4, LengthPenalty = 1 })[0].Symbols);
    }

    public void Save(string folder) => ModelFile.Save(Path.Combine(folder, Name), model, metadata: new Dictionary<string, string>([pieces.Metadata("pieces")]));

    /// <summary>What a folder has learned to say; null if nothing.</summary>
    public static SmallTalk? Load(string folder)
    {
        string path = Path.Combine(folder, Name);
        if (!File.Exists(path))
            return null;
        ModelFileInfo info = ModelFile.ReadInfo(path);
        var model = new SmallTalkModel(info.Size("Piece"), info.Size("Vector"), info.Size("Direction"), info.Size("Hidden"));
        ModelFile.Load(path, model);
        return new SmallTalk(model, TextPieces.Read(info, "pieces"));
    }

    const string Name = "small-talk.safetensors";
}

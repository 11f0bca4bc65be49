using System.Numerics.Tensors;
using RnnDsl.Execution;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Text;

namespace RnnDsl.Examples.Monitoring;

/// <summary>What the model says of a line.</summary>
/// <param name="Topic">Number of the most probable topic.</param>
/// <param name="Sentiment">Number of the most probable sentiment.</param>
/// <param name="Negative">Probability of the negative sentiment.</param>
readonly record struct Reading(int Topic, int Sentiment, float Negative);

/// <summary>The model with all that it needs to take raw text: the encoder of its words, and the names of the topics and sentiments.</summary>
sealed class NewsReader : IDisposable
{
    /// <summary>The topic of all news where the training data tell none apart.</summary>
    public const string AnyTopic = "all news";

    readonly Executor executor;

    public NewsReader(NewsModel model, TextEncoder encoder, Vocabulary topics, Vocabulary sentiments, string negative, int threads)
    {
        (Model, Encoder, Topics, Sentiments) = (model, encoder, topics, sentiments);
        Negative = sentiments.Contains(negative) ? sentiments.Number(negative)
            : throw new ArgumentException($"There is no sentiment '{negative}': the data have {string.Join(", ", sentiments.Entries)}. Say with --negative which of them is negative.");
        executor = new Executor(model, "Predict", new ExecutionOptions { Threads = threads });
    }

    public NewsModel Model { get; }

    public TextEncoder Encoder { get; }

    public Vocabulary Topics { get; }

    public Vocabulary Sentiments { get; }

    /// <summary>Number of the negative sentiment.</summary>
    public int Negative { get; }

    public static NewsReader Create(NewsData data, string negative, LearnOptions options)
    {
        TextEncoder encoder = TextEncoder.Fit(data.Unlabeled, new TextEncoderOptions { MaxWords = 20_000 });
        string[] topics = [.. data.Train.Select(n => n.Topic).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        Vocabulary sentiments = Vocabulary.Closed(data.Train.Select(n => n.Sentiment).OfType<string>().Distinct().Order(StringComparer.Ordinal));
        var known = Vocabulary.Closed(topics.Length == 0 ? [AnyTopic] : topics);
        var model = new NewsModel(encoder.Size("Word"), options.Vector, options.Hidden, known.Size, sentiments.Size, options.Seed);
        return new NewsReader(model, encoder, known, sentiments, negative, options.Threads);
    }

    /// <summary>News as inputs and targets of the model. What has no topic, or no sentiment, is no target there.</summary>
    public Dataset Encode(IReadOnlyList<News> news) => new(
    [
        .. Encoder.Encode([.. news.Select(n => n.Words)], ["words"]).Columns,
        Column.OneHot("topic", Topics.Size, Topics.Numbers([.. news.Select(n => n.Topic ?? "")])),
        Column.OneHot("sentiment", Sentiments.Size, Sentiments.Numbers([.. news.Select(n => n.Sentiment ?? "")])),
    ]);

    /// <summary>Topic and sentiment of texts, given by their words.</summary>
    public Reading[] Read(IReadOnlyList<IReadOnlyList<string>> texts)
    {
        float[] all = executor.Predict(Encoder.Encode(texts, ["words"]));
        int width = Topics.Size + Sentiments.Size;
        var result = new Reading[texts.Count];
        for (int i = 0; i < result.Length; i++)
        {
            ReadOnlySpan<float> own = all.AsSpan(i * width, width), sentiments = own[Topics.Size..];
            result[i] = new Reading(TensorPrimitives.IndexOfMax(own[..Topics.Size]), TensorPrimitives.IndexOfMax(sentiments), sentiments[Negative]);
        }
        return result;
    }

    public void Save(string path) => ModelFile.Save(path, Model, metadata: new Dictionary<string, string>(Encoder.Metadata)
    {
        ["topics"] = string.Join('\n', Topics.Entries), ["sentiments"] = string.Join('\n', Sentiments.Entries), ["negative"] = Sentiments[Negative],
    });

    /// <param name="path">The file.</param>
    /// <param name="threads">0: one for each processor.</param>
    /// <param name="negative">The sentiment that the user takes for bad news; null if the user does not say it.</param>
    /// <exception cref="ArgumentException">The model was learned with another negative sentiment.</exception>
    public static NewsReader Load(string path, int threads, string? negative = null)
    {
        ModelFileInfo info = ModelFile.ReadInfo(path);
        var model = new NewsModel(info.Size("Word"), info.Size("Vector"), info.Size("Hidden"), info.Size("Topic"), info.Size("Sentiment"));
        ModelFile.Load(path, model);
        if (negative is not null && negative != Held("negative"))
            throw new ArgumentException($"--negative {negative}: the model of {path} was learned with '{Held("negative")}' as bad news. Leave --negative out, or learn anew with it.");
        return new NewsReader(model, TextEncoder.Read(info), Vocabulary.Closed(Held("topics").Split('\n')), Vocabulary.Closed(Held("sentiments").Split('\n')), Held("negative"), threads);

        string Held(string name) => info.Metadata.TryGetValue(name, out string? text) ? text : throw new InvalidDataException($"{path} names no {name}: it was not saved by this program.");
    }

    public void Dispose() => executor.Dispose();
}

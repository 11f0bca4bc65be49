using System.Numerics.Tensors;
using RnnDsl.Execution;
using RnnDsl.Metrics;
using RnnDsl.Prediction;
using RnnDsl.Sequences;

namespace RnnDsl.Text;

/// <summary>
/// A trained tagger and the encoder of its words: it takes raw text. If the model has a <see cref="LinearChain{Tag}"/>, the best sequence of tags is found (Viterbi 1967), else at each word the tag with the highest score.
/// It reads the model's parameters anew for each call, so it also measures during training.
/// </summary>
public sealed class SequenceTagger : IDisposable
{
    /// <summary>Sentences that are read before any is tagged: enough for all cores, little enough for any memory.</summary>
    const int SentencesAtOnce = 256;

    readonly Executor[] executors;
    readonly TagDecoder? decoder;
    readonly string[] inputs;
    readonly string? chain;

    /// <summary>A tagger of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="encoder">That of its words and tags.</param>
    /// <param name="method">The method that gives the score of each tag for each word, <c>Seq&lt;Tag&gt; Scores(…)</c>.</param>
    /// <param name="options">Threads.</param>
    /// <exception cref="ArgumentException">The model has no such method, or gives not as many scores as there are tags, or has several chains.</exception>
    public SequenceTagger(Module model, TextEncoder encoder, string method = "Scores", ExecutionOptions? options = null) : this([model], encoder, method, options)
    {
    }

    /// <summary>A tagger of several models of one class that learned from different seeds. It averages their scores and the weights of their chains (logarithmic opinion
    /// pools of conditional random fields, Smith, Cohn &amp; Osborne 2005), which is better than each of them on some data. Three to five are usual. It takes as many times the time of one.</summary>
    /// <param name="models">The models.</param>
    /// <param name="encoder">That of their words and tags.</param>
    /// <param name="method">The method that gives the score of each tag for each word.</param>
    /// <param name="options">Threads.</param>
    /// <exception cref="ArgumentException">There is no model, their classes differ, or as for one model.</exception>
    public SequenceTagger(IReadOnlyList<Module> models, TextEncoder encoder, string method = "Scores", ExecutionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(encoder);
        if (models.Count == 0)
            throw new ArgumentException("There is no model.", nameof(models));
        foreach (Module model in models)
            ArgumentNullException.ThrowIfNull(model, nameof(models));
        (Models, Encoder) = ([.. models], encoder);
        if (models.FirstOrDefault(m => m.Info.Name != Model.Info.Name) is { } other)
            throw new ArgumentException($"One model is a {Model.Info.Name}, another a {other.Info.Name}: their scores have no common mean.", nameof(models));
        executors = [.. models.Select(model => new Executor(model, method, options))];
        inputs = [.. executors[0].Method.Inputs.Select(i => i.Name)];
        if (executors.FirstOrDefault(e => e.Method.Result.Width != encoder.Labels.Size) is { } wrong)
            throw new ArgumentException($"{Model.Info.Name}.{method} gives {wrong.Method.Result.Width} scores for each word, and the encoder has {encoder.Labels.Size} tags: make the model with the size that " +
                $"{nameof(TextEncoder)}.{nameof(TextEncoder.Size)} gives.", nameof(encoder));
        string[] chains = [.. Model.Info.Parameters.Where(p => p.Name.EndsWith(".paths.transitions", StringComparison.Ordinal)).Select(p => p.Name[..^".paths.transitions".Length])];
        chain = chains switch
        {
            [] => null,
            [var one] => one,
            _ => throw new ArgumentException($"{Model.Info.Name} has several chains: {string.Join(", ", chains)}.", nameof(models)),
        };
        decoder = chain is null ? null : new TagDecoder(models, chain);
        if (decoder is not null && decoder.Tags != encoder.Labels.Size)
            throw new ArgumentException($"The chain of {Model.Info.Name} has {decoder.Tags} tags, the encoder {encoder.Labels.Size}.", nameof(encoder));
    }

    /// <summary>The model; of several the first.</summary>
    public Module Model => Models[0];

    /// <summary>The models, most often one.</summary>
    public IReadOnlyList<Module> Models { get; }

    /// <summary>That of its words and tags.</summary>
    public TextEncoder Encoder { get; }

    /// <summary>How answers mark entities, whatever the model's own scheme.</summary>
    public TagScheme AnswerScheme { get; init; } = TagScheme.Iob2;

    /// <summary>
    /// Bars the transitions that the scheme of the tags does not have, in training as well as in decoding, so that no answer breaks it. Call it before training. It is saved with the model, and does nothing for tags
    /// that mark no entities.
    /// </summary>
    /// <exception cref="InvalidOperationException">The model has no chain.</exception>
    public void BarBrokenTransitions()
    {
        if (decoder is null)
            throw new InvalidOperationException($"{Model.Info.Name} has no {nameof(LinearChain<>)}, so no transition can be barred.");
        if (Encoder.Scheme is not { } scheme)
            return;
        Vocabulary tags = Encoder.Labels;
        for (int tag = 0; tag < tags.Size; tag++)
        {
            if (!TagSchemes.CanFollow(null, tags[tag], scheme))
                decoder.BarStart(tag);
            if (!TagSchemes.CanFollow(tags[tag], null, scheme))
                decoder.BarEnd(tag);
            for (int before = 0; before < tags.Size; before++)
                if (!TagSchemes.CanFollow(tags[before], tags[tag], scheme))
                    decoder.Bar(before, tag);
        }
    }

    /// <summary>Splits a text into words (<see cref="WordTokenizer"/>) and tags them; a text without words has no tags.</summary>
    public TaggedSentence Tag(string text) => WordTokenizer.Split(text) is { Length: > 0 } words ? Tag([words]).Single() : new TaggedSentence([], []);

    /// <summary>Tags sentences as they come, some hundreds at once: any number of them in bounded memory.</summary>
    /// <param name="sentences">The words of each; a sentence without words has no tags.</param>
    public IEnumerable<TaggedSentence> Tag(IEnumerable<IReadOnlyList<string>> sentences)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        return Chunks(sentences);
    }

    IEnumerable<TaggedSentence> Chunks(IEnumerable<IReadOnlyList<string>> sentences)
    {
        foreach (IReadOnlyList<string>[] chunk in sentences.Chunk(SentencesAtOnce))
        {
            if (Array.Exists(chunk, words => words is null || words.Contains(null)))
                throw new ArgumentException("A sentence, or one of its words, is null.", nameof(sentences));
            IReadOnlyList<string>[] filled = [.. chunk.Where(s => s.Count > 0)];
            string[][] tags = filled.Length == 0 ? [] : Decode(filled);
            int next = 0;
            foreach (IReadOnlyList<string> words in chunk)
                yield return new TaggedSentence(words, words.Count == 0 ? [] : tags[next++]);
        }
    }

    /// <summary>A stream that tags word by word, by a model that reads in one direction. It holds a copy of the model's parameters as they are now. Any number of streams may run, each for one thread.</summary>
    /// <exception cref="InvalidOperationException">The model's answers are not known before the sentence ends, it reads letters or pieces of words, or the answers' scheme needs the next word; the message says which.</exception>
    public TagStream Start() => Models.Count == 1 ? new(Model, Encoder, executors[0].Method, chain, AnswerScheme)
        : throw new InvalidOperationException($"A stream has one model, and this tagger has {Models.Count}: make a tagger of one of them.");

    /// <summary>Tags a corpus and counts what is right.</summary>
    /// <exception cref="ArgumentException">The corpus is empty, or marks entities where the model's tags mark none, or the other way round.</exception>
    public TaggingReport Evaluate(TaggedCorpus corpus)
    {
        Encoder.CheckScheme(corpus);
        IReadOnlyList<string>[] actual = [.. (corpus.Scheme is null ? corpus : corpus.Convert(AnswerScheme)).Select(s => s.Tags)], predicted = [.. Tag(corpus.Select(s => s.Words)).Select(s => s.Tags)];
        return new TaggingReport(ClassificationReport.Create(actual.SelectMany(t => t), predicted.SelectMany(t => t)), Encoder.Scheme is null ? null : new EntityReport(actual, predicted));
    }

    string[][] Decode(IReadOnlyList<string>[] sentences)
    {
        float[] scores = Scores(Encoder.Encode(sentences, inputs));
        int count = Encoder.Labels.Size, start = 0;
        var result = new string[sentences.Length][];
        for (int i = 0; i < result.Length; i++)
        {
            ReadOnlySpan<float> own = scores.AsSpan(start, sentences[i].Count * count);
            start += own.Length;
            string[] tags = new string[sentences[i].Count];
            int[]? best = decoder?.Decode(own);
            for (int word = 0; word < tags.Length; word++)
                tags[word] = Encoder.Labels[best?[word] ?? TensorPrimitives.IndexOfMax(own.Slice(word * count, count))];
            result[i] = Encoder.Scheme is null ? tags : TagSchemes.Convert(tags, AnswerScheme);
        }
        return result;
    }

    /// <summary>The mean of what the models give.</summary>
    float[] Scores(Dataset sentences)
    {
        float[] scores = executors[0].Predict(sentences);
        if (executors.Length == 1)
            return scores;
        foreach (Executor executor in executors.AsSpan(1))
            TensorPrimitives.Add(scores, executor.Predict(sentences), scores);
        TensorPrimitives.Divide(scores, executors.Length, scores);
        return scores;
    }

    /// <summary>Frees what the executors hold.</summary>
    public void Dispose()
    {
        foreach (Executor executor in executors)
            executor.Dispose();
    }
}

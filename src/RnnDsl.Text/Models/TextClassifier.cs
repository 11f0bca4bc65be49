using System.Numerics.Tensors;
using RnnDsl.Execution;
using RnnDsl.Metrics;
using RnnDsl.Prediction;
using RnnDsl.Sequences;

namespace RnnDsl.Text;

/// <summary>A trained classifier and the encoder of its words: it takes raw text. It reads the model's parameters anew for each call, so it also measures during training.</summary>
public sealed partial class TextClassifier : IDisposable
{
    /// <summary>Texts that are read before any is classified.</summary>
    const int TextsAtOnce = 256;

    readonly Executor executor;
    readonly string[] inputs;

    /// <summary>A classifier of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="encoder">That of its words and labels.</param>
    /// <param name="method">The method that gives the probability of each label, <c>Vec&lt;Label&gt; Predict(…)</c>: a softmax if each text has one label, sigmoids if it may have several.</param>
    /// <param name="options">Threads.</param>
    /// <exception cref="ArgumentException">The model has no such method.</exception>
    public TextClassifier(Module model, TextEncoder encoder, string method = "Predict", ExecutionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(encoder);
        (Model, Encoder) = (model, encoder);
        executor = new Executor(model, method, options);
        inputs = [.. executor.Method.Inputs.Select(i => i.Name)];
    }

    /// <summary>The model.</summary>
    public Module Model { get; }

    /// <summary>That of its words and labels.</summary>
    public TextEncoder Encoder { get; }

    /// <summary>The most probable label of a text, with the probabilities of all.</summary>
    /// <exception cref="InvalidOperationException">The model gives no probabilities that add up to 1: of one with several labels a text use <see cref="Probabilities(IEnumerable{LabeledText})"/>.</exception>
    public ClassAnswer Classify(string text) => Classify([new LabeledText(text)]).Single();

    /// <summary>Classifies texts as they come, some hundreds at once: any number of them in bounded memory.</summary>
    /// <param name="texts">The texts, as they are written. One without words counts as one unknown word.</param>
    /// <exception cref="ArgumentException">A text is null.</exception>
    /// <exception cref="InvalidOperationException">The model gives no probabilities that add up to 1.</exception>
    public IEnumerable<ClassAnswer> Classify(IEnumerable<string> texts) => Probabilities(texts).Select(Answer);

    /// <summary>Classifies texts of a corpus as they come, some hundreds at once. Their labels are not read.</summary>
    /// <exception cref="ArgumentException">A text is null.</exception>
    /// <exception cref="InvalidOperationException">The model gives no probabilities that add up to 1.</exception>
    public IEnumerable<ClassAnswer> Classify(IEnumerable<LabeledText> texts) => Probabilities(texts).Select(Answer);

    /// <summary>What the model's method gives for each text, a value for each label, for any number of texts in bounded memory.</summary>
    /// <param name="texts">The texts, as they are written.</param>
    /// <exception cref="ArgumentException">A text is null.</exception>
    public IEnumerable<float[]> Probabilities(IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Probabilities(texts.Select(t => t is null ? null! : new LabeledText(t)));
    }

    /// <summary>What the model's method gives for each text of a corpus, a value for each label.</summary>
    /// <exception cref="ArgumentException">A text is null.</exception>
    public IEnumerable<float[]> Probabilities(IEnumerable<LabeledText> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Chunks();

        IEnumerable<float[]> Chunks()
        {
            long before = 0;
            foreach (LabeledText[] chunk in texts.Chunk(TextsAtOnce))
            {
                if (Array.IndexOf(chunk, null) is var missing and >= 0)
                    throw new ArgumentException($"Text {before + missing} (from 0) is null.", nameof(texts));
                foreach (float[] own in executor.Predict(Encoder.Encode([.. chunk.Select(t => t.Words)], inputs)).Chunk(Encoder.Labels.Size))
                    yield return own;
                before += chunk.Length;
            }
        }
    }

    /// <summary>Classifies texts with one label each and counts what is right. Labels that were not in the training data count as errors.</summary>
    /// <exception cref="ArgumentException">There are none, or one has not exactly one label.</exception>
    public ClassificationReport Evaluate(IReadOnlyList<LabeledText> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        for (int i = 0; i < texts.Count; i++)
            if (texts[i].Labels.Count != 1)
                throw new ArgumentException($"Text {i} has {texts[i].Labels.Count} labels, and exactly one is needed.", nameof(texts));
        return ClassificationReport.Create(texts.Select(t => t.Labels[0]), Classify(texts).Select(a => a.Class));
    }

    /// <summary>
    /// Which words of a text speak for a label: the gradient of its score with respect to a word's vector, times the vector (Shrikumar et al. 2017), for each different word. Above 0 it speaks for the label, below 0
    /// against it. All words that the model does not know count as one, <see cref="Vocabulary.Unknown"/>.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="label">The label.</param>
    /// <param name="method">The method of the model that gives the score of one label, <c>Scalar Evidence(…, [OneHot] Vec&lt;Label&gt; label)</c>.</param>
    /// <param name="layer">The field that is the <see cref="Embedding{Word, Vector}"/> of the words.</param>
    /// <exception cref="ArgumentException">The model has no such method or layer, or there is no such label.</exception>
    public IReadOnlyList<(string Word, double Weight)> Explain(string text, string label, string method = "Evidence", string layer = "words")
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(label);
        if (!Encoder.Labels.Contains(label))
            throw new ArgumentException($"There is no label '{label}'. {NearestName.Hint(label, Encoder.Labels.Entries)}", nameof(label));
        var read = new LabeledText(text, label);
        Dataset data = Encoder.Encode([read]);
        using var gradient = new Executor(Model, method);
        gradient.Gradient(data, [0]);
        Parameter table = Model.Parameters.Find($"{layer}.Table");
        int size = table.Info.Columns;
        ReadOnlySpan<float> slopes = gradient.Gradients.Slice(table.Offset, table.Length), vectors = Model.Parameters.ReadOnlyValues.Slice(table.Offset, table.Length);
        var result = new List<(string, double)>();
        foreach (IGrouping<int, string> word in read.Words.GroupBy(Encoder.WordNumber))
        {
            int row = word.Key * size;
            result.Add((word.Key == 0 ? Vocabulary.Unknown : word.First(), TensorPrimitives.Dot(slopes.Slice(row, size), vectors.Slice(row, size))));
        }
        return result;
    }

    ClassAnswer Answer(float[] probabilities) => ClassAnswer.Create(Encoder.Labels.Entries, probabilities);

    /// <summary>Frees what the executor holds.</summary>
    public void Dispose() => executor.Dispose();
}

using RnnDsl.Metrics;
using RnnDsl.Prediction;
using RnnDsl.Storage;
using RnnDsl.Training;
using static RnnDsl.Ops;

namespace RnnDsl.Text.Tests;

/// <summary>Words and letters, averaged.</summary>
[Model]
public partial class SmallClassifier : Model
{
    class Word : Dim;  class Letter : Dim;  class Label : Dim;  class Vector : Dim;

    Embedding<Word, Vector> words;
    Embedding<Letter, Vector> letters;
    Gru<Vector, Vector> reading;
    Linear<Vector, Label> head;

    Vec<Label> Scores([OneHot] Seq<Word> words, [OneHot] Seqs<Letter> letters) => head.Map(MeanOverSteps(reading.Scan(this.words.Map(words) + Each(letters, word => MeanOverSteps(this.letters.Map(word))))));

    Vec<Label> Predict([OneHot] Seq<Word> words, [OneHot] Seqs<Letter> letters) => Softmax(Scores(words, letters));

    Vec<Label> Several([OneHot] Seq<Word> words, [OneHot] Seqs<Letter> letters) => Sigmoid(Scores(words, letters));

    Scalar Evidence([OneHot] Seq<Word> words, [OneHot] Seqs<Letter> letters, [OneHot] Vec<Label> label) => Dot(label, Scores(words, letters));

    Scalar Loss([OneHot] Seq<Word> words, [OneHot] Seqs<Letter> letters, [OneHot] Vec<Label> label) => CrossEntropy(Scores(words, letters), label);
}

/// <summary>From labeled texts to a classifier of raw text.</summary>
public sealed class ClassifierTests : IDisposable
{
    readonly TemporaryFolder files = new();

    public void Dispose() => files.Dispose();

    static readonly LabeledCorpus corpus = new("requests", [.. Enumerable.Range(0, 40).SelectMany(i => new[]
    {
        new LabeledText($"my {(i % 2 == 0 ? "lamp" : "desk")} arrived broken", "broken"), new LabeledText($"where is my {(i % 2 == 0 ? "lamp" : "desk")}", "status"),
    })]);

    static SmallClassifier Model(TextEncoder encoder, int seed = 1) => new(encoder.Size("Word"), encoder.Size("Letter"), encoder.Size("Label"), 10, seed);

    [Fact]
    public void A_saved_classifier_takes_raw_text()
    {
        TextEncoder encoder = TextEncoder.Fit(corpus);
        SmallClassifier model = Model(encoder);
        using (var trainer = new Trainer(model, new AdamW(0.02)) { BatchSize = 8, Epochs = 10 })
            trainer.Fit(encoder.Encode(corpus));
        using var classifier = new TextClassifier(model, encoder);
        Assert.Equal(1, classifier.Evaluate(corpus).Accuracy);
        string path = files.Named("classifier.safetensors");
        ModelFile.Save(path, model, metadata: encoder.Metadata);
        TextEncoder read = TextEncoder.Read(ModelFile.ReadInfo(path));
        SmallClassifier loaded = Model(read, seed: 2);
        ModelFile.Load(path, loaded);
        using var later = new TextClassifier(loaded, read);
        ClassAnswer answer = later.Classify("My desk arrived broken!");
        Assert.Equal("broken", answer.Class);
        Assert.Equal(classifier.Classify("My desk arrived broken!").Probability, answer.Probability);

        // Many raw texts are as many texts of a corpus, also more than are read at once.
        string[] many = [.. Enumerable.Range(0, 300).Select(i => i % 2 == 0 ? "My desk arrived broken!" : "where is it")];
        Assert.Equal(later.Probabilities(many.Select(t => new LabeledText(t))), later.Probabilities(many));
        Assert.Equal(["broken", "status"], later.Classify(many).Select(a => a.Class).Take(2));
        Assert.Equal(300, later.Classify(many).Count());
        Assert.Equal("texts", Assert.Throws<ArgumentNullException>(() => later.Classify((IEnumerable<string>)null!)).ParamName);
        Assert.Throws<ArgumentNullException>(() => later.Probabilities((IEnumerable<LabeledText>)null!));
        Assert.Throws<ArgumentNullException>(() => later.Classify((string)null!));
        Assert.Throws<ArgumentNullException>(() => later.Explain(null!, "broken"));
        Assert.Throws<ArgumentNullException>(() => new LabeledText("a", (IReadOnlyList<string>)null!));
        Assert.Contains("Text 299 (from 0) is null", Assert.Throws<ArgumentException>(() => later.Classify([.. many[..299], null!]).Count()).Message);

        // The gradient of a word's vector times the vector is what the score changes by, per share of the vector: by differences.
        IReadOnlyList<(string Word, double Weight)> weights = later.Explain("My desk arrived broken", "broken");
        Assert.Equal(["My", "desk", "arrived", "broken"], weights.Select(w => w.Word));
        Assert.True(weights.MaxBy(w => w.Weight).Word is "arrived" or "broken");
        int row = read.WordNumber("broken"), size = 10;
        double Score(double share)
        {
            float[] before = loaded.Parameters["words.Table"].ToArray();
            for (int i = 0; i < size; i++)
                loaded.Parameters["words.Table"][row * size + i] *= (float)(1 + share);
            using var scores = new RnnDsl.Execution.Executor(loaded, "Scores");
            double score = scores.Predict(read.Encode([WordTokenizer.Split("My desk arrived broken")], ["words", "letters"]))[read.Labels.Number("broken")];
            before.CopyTo(loaded.Parameters["words.Table"]);
            return score;
        }
        Assert.Equal((Score(0.01) - Score(-0.01)) / 0.02, weights[3].Weight, 3);
        Assert.Contains("no label 'brokn'. Did you mean 'broken'?", Assert.Throws<ArgumentException>(() => later.Explain("x", "brokn")).Message);
    }

    [Fact]
    public void Odd_texts_have_answers_and_unknown_labels_are_errors()
    {
        TextEncoder encoder = TextEncoder.Fit(corpus);
        using var classifier = new TextClassifier(Model(encoder), encoder);
        foreach (string text in new[] { "", " \t", "?", "👍🏽", new string('x', 10_000), string.Join(' ', Enumerable.Repeat("lamp", 3000)), "\ud83d" })
            Assert.InRange(classifier.Classify(text).Probability, 0.5, 1);
        ClassificationReport report = classifier.Evaluate([new LabeledText("where is it", "status"), new LabeledText("hello", "greeting")]);
        Assert.Equal(0, report.Scores.Single(s => s.Name == "greeting").Recall);
        Assert.Contains("Text 1 has 2 labels", Assert.Throws<ArgumentException>(() => classifier.Evaluate([new LabeledText("a", "status"), new LabeledText("b", "status", "broken")])).Message);
        Assert.Null(encoder.Thresholds);
        using var several = new TextClassifier(Model(encoder), encoder, "Several");
        Assert.All(several.Probabilities(corpus.Take(300)), p => Assert.Equal(2, p.Length));
        Assert.Throws<InvalidOperationException>(() => several.Classify("lamp"));
    }

    [Fact]
    public void Thresholds_are_chosen_on_validation_texts_and_saved()
    {
        TextEncoder encoder = TextEncoder.Fit(corpus);
        SmallClassifier model = Model(encoder);
        using var classifier = new TextClassifier(model, encoder, "Several");
        // Of the first label a quarter of the texts holds, those with the greatest probabilities; of the second one all of them.
        string[] texts = [.. Enumerable.Range(0, 40).Select(i => $"where {i} is my {(char)('a' + (i % 26))} lamp")];
        float[][] scores = [.. classifier.Probabilities(texts)];
        float lowest = scores.Select(p => p[0]).Order().ElementAt(30);
        LabeledText[] validation = [.. texts.Select((text, i) => new LabeledText(text, scores[i][0] >= lowest ? [encoder.Labels[0], encoder.Labels[1]] : [encoder.Labels[1]]))];
        classifier.ChooseThresholds(validation);
        float[] chosen = [.. encoder.Thresholds!];
        double[] best = [.. Enumerable.Range(0, 2).Select(label => Enumerable.Range(1, 19).Max(step => F1(label, step / 20f)))];
        for (int label = 0; label < 2; label++)
            Assert.Equal(best[label], F1(label, chosen[label]));
        Assert.Equal(0.05f, chosen[1]);
        Assert.Equal(best.Average(), classifier.EvaluateLabels(validation).MacroAverage.F1, 9);
        Assert.Equal(Enumerable.Range(0, 2).Average(label => F1(label, 0.5f)), classifier.EvaluateLabels(validation, 0.5f).MacroAverage.F1, 9);

        // A label that was not learnt is one that is never found.
        MultiLabelReport withOther = classifier.EvaluateLabels([.. validation, new LabeledText("lamp", "other")]);
        Assert.Equal([.. encoder.Labels.Entries, "other"], withOther.Classes);
        Assert.Equal((0.0, 1L), (withOther.Scores[2].Recall, withOther.Scores[2].Support));

        ModelFile.Save(files.Named("several.safetensors"), model, metadata: encoder.Metadata);
        TextEncoder read = TextEncoder.Read(ModelFile.ReadInfo(files.Named("several.safetensors")));
        Assert.Equal(chosen, read.Thresholds);
        using var later = new TextClassifier(model, read, "Several");
        for (int i = 0; i < texts.Length; i++)
            Assert.Equal(Enumerable.Range(0, 2).Where(label => scores[i][label] >= chosen[label]).OrderByDescending(label => scores[i][label]).Select(label => (encoder.Labels[label], scores[i][label])), later.LabelsOf(texts[i]));
        Assert.Throws<InvalidDataException>(() => TextEncoder.FromJson(encoder.ToJson().Replace("\"thresholds\":[", "\"thresholds\":[0.5,", StringComparison.Ordinal)));
        Assert.Throws<ArgumentException>(() => classifier.ChooseThresholds([]));

        double F1(int label, float threshold)
        {
            int right = 0, said = 0, are = 0;
            for (int i = 0; i < scores.Length; i++)
            {
                bool says = scores[i][label] >= threshold, holds = validation[i].Labels.Contains(encoder.Labels[label]);
                (right, said, are) = (right + (says && holds ? 1 : 0), said + (says ? 1 : 0), are + (holds ? 1 : 0));
            }
            return said + are == 0 ? 0 : 2.0 * right / (said + are);
        }
    }
}

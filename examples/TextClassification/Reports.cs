using RnnDsl.Metrics;
using RnnDsl.Prediction;
using RnnDsl.Sequences;
using RnnDsl.Terminal;
using RnnDsl.Text;
using RnnDsl.Training;
using Spectre.Console;

namespace RnnDsl.Examples.TextClassification;

/// <summary>What the example says of a trained classifier.</summary>
static class Reports
{
    public static void OneLabel(TextClassifier classifier, TextEncoder encoder, LabeledCorpus learnt, LabeledCorpus watched, LabeledCorpus unseen, LabeledCorpus? outOfScope, int seed)
    {
        ClassificationReport report = classifier.Evaluate(unseen);
        Console.WriteLine($"{report}\n");
        report.WriteConfusion();
        var bayes = new NaiveBayes(learnt);
        ClassificationReport naive = ClassificationReport.Create(unseen.Select(t => t.Labels[0]), unseen.Select(bayes.Classify)), linear = Linear(encoder, learnt, watched, unseen, seed);
        Console.WriteLine($"\n{"",22} accuracy  macro F1");
        foreach ((string name, ClassificationReport r) in new[] { ("this model", report), ("naive Bayes", naive), ("logistic regression", linear) })
            Console.WriteLine(FormattableString.Invariant($"{name,22}   {r.Accuracy:F4}    {r.MacroAverage.F1:F4}"));
        Console.WriteLine(FormattableString.Invariant($"{"the most frequent label",22}  {report.MajorityAccuracy:F4}"));
        string[] unknown = [.. unseen.Select(t => t.Labels[0]).Where(l => !encoder.Labels.Contains(l)).Distinct().Order(StringComparer.Ordinal)];
        if (unknown.Length > 0)
            Console.WriteLine($"\nNote: texts with labels that the training data lack count as errors: {string.Join(", ", unknown.Take(10).Select(l => $"'{l}'"))}{(unknown.Length > 10 ? ", …" : "")}.");
        if (encoder.Labels.Size == 2 && unknown.Length == 0 && report.Scores.Count(s => s.Support > 0) == 2)
            Blocked(classifier, unseen);
        if (outOfScope is not null)
            Scope(classifier, unseen, outOfScope);
    }

    /// <summary>Of two labels, how much of the rarer one is caught while little of the other is blocked.</summary>
    static void Blocked(TextClassifier classifier, LabeledCorpus unseen)
    {
        string rare = unseen.CountBy(t => t.Labels[0]).MinBy(c => c.Value).Key;
        ClassAnswer[] answers = [.. classifier.Classify(unseen)];
        var ranking = new BinaryReport([.. unseen.Select(t => t.Labels[0] == rare)], [.. answers.Select(a => a.Of(rare))]);
        Console.WriteLine(FormattableString.Invariant($"\n'{rare}': area under the ROC curve {ranking.RocAuc:F4}; {100 * ranking.RecallAtFalsePositiveRate(0.002).TruePositiveRate:F1} % are caught where 0.2 % of the others are blocked."));
    }

    /// <summary>The largest probability tells texts of the labels from others: below a threshold the answer is "I do not know".</summary>
    static void Scope(TextClassifier classifier, LabeledCorpus inScope, LabeledCorpus outOfScope)
    {
        double[] scores = [.. classifier.Classify(inScope.Concat(outOfScope)).Select(a => a.Probability)];
        var ranking = new BinaryReport([.. Enumerable.Range(0, scores.Length).Select(i => i < inScope.Count)], scores);
        Console.WriteLine(FormattableString.Invariant($"\nIn scope or not, by the largest probability: area under the ROC curve {ranking.RocAuc:F4}."));
        foreach (double threshold in new[] { 0.3, 0.5, 0.7, 0.9 })
            Console.WriteLine(FormattableString.Invariant($"  below {threshold:F1} unknown: {100.0 * scores.Take(inScope.Count).Count(s => s >= threshold) / inScope.Count,5:F1} % of the texts in scope are answered, {100.0 * scores.Skip(inScope.Count).Count(s => s < threshold) / outOfScope.Count,5:F1} % of the others are not."));
    }

    /// <summary>With the threshold of each label that was best on the validation texts.</summary>
    public static void SeveralLabels(TextClassifier classifier, LabeledCorpus unseen)
    {
        Console.WriteLine(classifier.EvaluateLabels(unseen));
        Console.WriteLine(FormattableString.Invariant($"Thresholds were chosen for each label on the validation texts; with 0.5 for all the macro F1 is {classifier.EvaluateLabels(unseen, 0.5f).MacroAverage.F1:F4}."));
    }

    static ClassificationReport Linear(TextEncoder encoder, LabeledCorpus learnt, LabeledCorpus watched, LabeledCorpus unseen, int seed)
    {
        var model = new WordCounts(encoder.Size("Word"), encoder.Size("Label"), seed);
        using var trainer = new Trainer(model, new AdamW(0.01) { WeightDecay = 0.01 }) { Epochs = 20, BatchSize = 32, Patience = 3, Seed = seed };
        trainer.Fit(encoder.Encode(learnt), encoder.Encode(watched));
        using var classifier = new TextClassifier(model, encoder);
        return classifier.Evaluate(unseen);
    }

    /// <summary>A text with its label; words that speak for it are green, words against it red.</summary>
    public static void Explain(TextClassifier classifier, string text)
    {
        ClassAnswer answer = classifier.Classify(text);
        IReadOnlyList<(string Word, double Weight)> weights = classifier.Explain(text, answer.Class);
        double most = Math.Max(1e-9, weights.Max(w => Math.Abs(w.Weight)));
        AnsiConsole.MarkupLine($"{Markup.Escape(answer.ToString())}: " + string.Join(' ', weights.Select(w => Math.Abs(w.Weight) < 0.15 * most ? Markup.Escape(w.Word)
            : $"[{(w.Weight > 0 ? "green" : "red")}]{Markup.Escape(w.Word)}({(w.Weight / most).ToString("+0.0;-0.0", System.Globalization.CultureInfo.InvariantCulture)})[/]")));
    }
}

using System.CommandLine;
using RnnDsl.Metrics;
using RnnDsl.Text;

namespace RnnDsl.Examples.TextClassification;

/// <summary>Trains a model for each part of the texts on the others, and says how good they are on what they have not seen.</summary>
static class CrossValidation
{
    /// <param name="given">The options.</param>
    /// <param name="train">Trains a classifier on the first texts, and watches it on the second.</param>
    public static void Run(ParseResult given, Func<LabeledCorpus, LabeledCorpus, TextClassifier> train)
    {
        int seed = given.GetValue(Options.Seed);
        LabeledCorpus all = Corpora.All(given);
        if (all.HasSeveralLabels)
            throw new ArgumentException($"{Options.Folds.Name} is for texts with one label each.");
        List<double> accuracies = [], scores = [], naive = [], validation = [];
        foreach ((LabeledCorpus others, LabeledCorpus fold) in all.Folds(given.GetValue(Options.Folds), seed))
        {
            (LabeledCorpus learnt, LabeledCorpus watched) = others.Split(0.9, seed);
            using TextClassifier classifier = train(learnt, watched);
            ClassificationReport report = classifier.Evaluate(fold);
            var bayes = new NaiveBayes(others);
            accuracies.Add(report.Accuracy);
            scores.Add(report.MacroAverage.F1);
            naive.Add(ClassificationReport.Create(fold.Select(t => t.Labels[0]), fold.Select(bayes.Classify)).Accuracy);
            validation.Add(classifier.Evaluate(watched).Accuracy);
            Console.WriteLine(FormattableString.Invariant($"fold {accuracies.Count,3}: validation {validation[^1]:F4}, test accuracy {report.Accuracy:F4}, macro F1 {report.MacroAverage.F1:F4}, naive Bayes {naive[^1]:F4}"));
        }
        Console.WriteLine($"\naccuracy    {Mean(accuracies)}\nmacro F1    {Mean(scores)}\nnaive Bayes {Mean(naive)}, accuracy\nvalidation  {Mean(validation)}, accuracy on the tenth of the other parts that was kept back: settings are chosen by it");
    }

    /// <summary>The mean over the folds, and the standard deviation between them.</summary>
    static string Mean(List<double> values)
    {
        double mean = values.Average();
        return FormattableString.Invariant($"{mean:F4} ± {Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1)):F4}");
    }
}

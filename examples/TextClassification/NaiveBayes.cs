using RnnDsl.Text;

namespace RnnDsl.Examples.TextClassification;

/// <summary>Multinomial naive Bayes over lower-case words with add-one smoothing (Manning et al. 2008, section 13.2): what a classifier of texts must beat.</summary>
sealed class NaiveBayes
{
    readonly Dictionary<string, Dictionary<string, int>> counts = [];
    readonly Dictionary<string, double> priors = [], totals = [];
    readonly HashSet<string> words = [];

    public NaiveBayes(IReadOnlyList<LabeledText> texts)
    {
        foreach (IGrouping<string, LabeledText> label in texts.Where(t => t.Labels.Count == 1).GroupBy(t => t.Labels[0]))
        {
            counts[label.Key] = label.SelectMany(t => t.Words).Select(WordForms.Folded).CountBy(w => w).ToDictionary();
            priors[label.Key] = Math.Log((double)label.Count() / texts.Count);
            totals[label.Key] = counts[label.Key].Values.Sum();
            words.UnionWith(counts[label.Key].Keys);
        }
    }

    public string Classify(LabeledText text)
    {
        string[] known = [.. text.Words.Select(WordForms.Folded).Where(words.Contains)];
        return counts.Keys.MaxBy(label => priors[label] + known.Sum(w => Math.Log((counts[label].GetValueOrDefault(w) + 1) / (totals[label] + words.Count))))!;
    }
}

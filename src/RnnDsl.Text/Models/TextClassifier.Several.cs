using RnnDsl.Metrics;

namespace RnnDsl.Text;

/// <content>Texts that may have several labels: the model's method gives a probability for each, and those from a threshold on hold.</content>
public sealed partial class TextClassifier
{
    const float UsualThreshold = 0.5f;

    /// <summary>The steps from 0 to 1 among which a threshold is chosen.</summary>
    const int ThresholdSteps = 20;

    /// <summary>
    /// Chooses for each label the threshold, of 0.05, 0.10, … 0.95, with which its F1 is greatest on texts that were not trained on; the lowest of equals. Macro F1 gains most by it where labels are rare (Lipton et al. 2014). It is
    /// kept in <see cref="TextEncoder.Thresholds"/> and saved with the model.
    /// </summary>
    /// <param name="validation">Texts with their labels.</param>
    /// <exception cref="ArgumentException">There are none.</exception>
    public void ChooseThresholds(IReadOnlyList<LabeledText> validation)
    {
        (bool[][] actual, float[][] scores) = Scored(validation);
        Encoder.Thresholds = [.. Encoder.Labels.Entries.Select((_, label) => Enumerable.Range(1, ThresholdSteps - 1).Select(i => i / (float)ThresholdSteps).MaxBy(threshold => F1(label, threshold)))];

        double F1(int label, float threshold)
        {
            int right = 0, said = 0, are = 0;
            for (int i = 0; i < scores.Length; i++)
            {
                bool says = scores[i][label] >= threshold;
                (right, said, are) = (right + (says && actual[i][label] ? 1 : 0), said + (says ? 1 : 0), are + (actual[i][label] ? 1 : 0));
            }
            return said + are == 0 ? 0 : 2.0 * right / (said + are);
        }
    }

    /// <summary>The labels of a text that hold, with their probabilities: those that reach <see cref="TextEncoder.Thresholds"/>, the most probable first. There may be none.</summary>
    /// <param name="text">The text, as it is written.</param>
    public IReadOnlyList<(string Label, float Probability)> LabelsOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        float[] probabilities = Probabilities([text]).Single(), thresholds = Thresholds();
        return [.. Encoder.Labels.Entries.Select((label, i) => (Label: label, Probability: probabilities[i])).Where((pair, i) => pair.Probability >= thresholds[i]).OrderByDescending(pair => pair.Probability)];
    }

    /// <summary>Classifies texts with any number of labels by the thresholds and counts what is right. Labels that were not in the training data count as labels that are never found.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public MultiLabelReport EvaluateLabels(IReadOnlyList<LabeledText> texts) => EvaluateLabels(texts, Thresholds());

    /// <inheritdoc cref="EvaluateLabels(IReadOnlyList{LabeledText})"/>
    /// <param name="texts">Texts with their labels.</param>
    /// <param name="threshold">One threshold for all labels, in place of those that were chosen.</param>
    public MultiLabelReport EvaluateLabels(IReadOnlyList<LabeledText> texts, float threshold) => EvaluateLabels(texts, [threshold]);

    MultiLabelReport EvaluateLabels(IReadOnlyList<LabeledText> texts, float[] thresholds)
    {
        (bool[][] actual, float[][] scores) = Scored(texts);
        string[] unknown = [.. texts.SelectMany(text => text.Labels).Distinct().Where(label => !Encoder.Labels.Contains(label)).Order(StringComparer.Ordinal)];
        // No score reaches this threshold.
        return MultiLabelReport.FromScores([.. Encoder.Labels.Entries, .. unknown], [.. actual.Select((own, i) => (bool[])[.. own, .. unknown.Select(texts[i].Labels.Contains)])],
            [.. scores.Select(own => (float[])[.. own, .. unknown.Select(_ => 0f)])], [.. thresholds.Length == 1 ? Enumerable.Repeat(thresholds[0], Encoder.Labels.Size) : thresholds, .. unknown.Select(_ => float.PositiveInfinity)]);
    }

    float[] Thresholds() => Encoder.Thresholds is { } chosen ? [.. chosen] : [.. Enumerable.Repeat(UsualThreshold, Encoder.Labels.Size)];

    (bool[][] Actual, float[][] Scores) Scored(IReadOnlyList<LabeledText> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count == 0)
            throw new ArgumentException("There is no text to measure with.", nameof(texts));
        return ([.. texts.Select(text => Encoder.Labels.Entries.Select(text.Labels.Contains).ToArray())], [.. Probabilities(texts)]);
    }
}

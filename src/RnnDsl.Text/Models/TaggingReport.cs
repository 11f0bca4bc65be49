using RnnDsl.Metrics;

namespace RnnDsl.Text;

/// <summary>How good a tagger is.</summary>
/// <param name="Tags">Over the tags of all words, "O" among them, in the layout of scikit-learn.</param>
/// <param name="Entities">Over whole entities, by the rules and in the layout of conlleval; null if the tags mark none.</param>
public sealed record TaggingReport(ClassificationReport Tags, EntityReport? Entities)
{
    /// <summary>Both reports; the first with the micro average in place of the accuracy, which is the same number.</summary>
    public override string ToString() => Entities is null ? Tags.Format(4, micro: true) : $"{Tags.Format(4, micro: true)}\n{Entities}";
}

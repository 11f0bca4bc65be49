namespace RnnDsl.Execution.Tests.Cells;

/// <summary>A conditional random field over scores that are given.</summary>
[Model]
public partial class ChainModel : Model
{
    internal class Tag : Dim;

    LinearChain<Tag> chain;

    internal Scalar Partition(Seq<Tag> scores) => chain.LogPartition(scores);

    internal Scalar Loss(Seq<Tag> scores, [OneHot] Seq<Tag> labels) => chain.NegativeLogLikelihood(scores, labels);

    internal Seq<Tag> Marginals(Seq<Tag> scores) => chain.Marginals(scores);
}

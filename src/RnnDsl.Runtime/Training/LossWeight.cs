namespace RnnDsl.Training;

/// <summary>What the losses of several examples are averaged over.</summary>
public enum LossWeight
{
    /// <summary>Over the examples: all count equally, whatever their length.</summary>
    ByExample,

    /// <summary>
    /// Over all counted steps of all examples, as is usual for taggers and language models: Σ nᵢ·lossᵢ / Σ nᵢ, where nᵢ is the number of counted steps of the target of example i.
    /// For <c>CrossEntropy</c> with one-hot targets these are the steps with a label, otherwise all steps. If the loss has several targets that are sequences, the first one in the
    /// equations decides. If none is a sequence, an example counts once, and the two weights are the same. If no step counts, loss and gradient are 0.
    /// </summary>
    ByStep,
}

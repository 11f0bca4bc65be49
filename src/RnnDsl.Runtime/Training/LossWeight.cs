namespace RnnDsl.Training;

/// <summary>Over what the losses of several examples are averaged.</summary>
public enum LossWeight
{
    /// <summary>Over the examples: each counts as much as any other, however long it is.</summary>
    ByExample,

    /// <summary>
    /// Over all steps of all examples that count, as is usual for taggers and language models: Σ nᵢ·lossᵢ / Σ nᵢ, with nᵢ the steps of the target of example i. Of
    /// <c>CrossEntropy</c> with one-hot targets these are the steps with a label, else all steps. If the loss has several targets that are sequences, the steps are those of the first that is written.
    /// If none is a sequence, an example counts once, and the two weights are the same. If no step counts, loss and gradient are 0.
    /// </summary>
    ByStep,
}

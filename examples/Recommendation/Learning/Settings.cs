namespace RnnDsl.Examples.Recommendation;

/// <summary>What is minimized.</summary>
enum LossKind
{
    /// <summary>Cross-entropy of a softmax over all items.</summary>
    Full,

    /// <summary>Cross-entropy of a softmax over the right item and some that were drawn.</summary>
    Sampled,

    /// <summary>BPR-max (Hidasi &amp; Karatzoglou 2018).</summary>
    BprMax,
}

/// <summary>How a model is made and trained.</summary>
/// <param name="Loss">What is minimized.</param>
/// <param name="Negatives">Items that are drawn for an example, for the losses that compare with some.</param>
/// <param name="Power">They are drawn by their frequency to this power: 0 for all alike, 1 by frequency.</param>
/// <param name="Epochs">How often the sessions are read.</param>
/// <param name="Rate">Learning rate of AdamW at the start; it falls to a twentieth.</param>
/// <param name="Batch">Examples of a step: an example is a user, or a part of a user's sessions.</param>
/// <param name="Steps">A user's sessions are parted where there are so many steps.</param>
/// <param name="Vector">Numbers of the vector of an item.</param>
/// <param name="Session">Units of the session's state.</param>
/// <param name="User">Units of the user's state.</param>
/// <param name="Features">Numbers of the vector of a text.</param>
/// <param name="Seed">Of all that is random.</param>
/// <param name="Threads">0: one for each processor.</param>
sealed record Settings(LossKind Loss = LossKind.Full, int Negatives = 512, double Power = 0.5, int Epochs = 8, double Rate = 0.003, int Batch = 16, int Steps = 100, int Vector = 64, int Session = 96, int User = 32,
    int Features = 64, int Seed = 1, int Threads = 0);

namespace RnnDsl.Training;

/// <summary>
/// Where a run of <see cref="Trainer.Fit"/> stands: all that its rest depends on, beside the parameters and what the optimizer remembers of their steps. The optimizer
/// holds it, so that a <see cref="Storage.Checkpoint"/> of the two holds everything.
/// </summary>
sealed class TrainingRun
{
    /// <summary>Settings on which the order of the examples depends, or the sum of their losses: within an epoch they cannot change.</summary>
    static readonly string[] OfOrder = ["Seed", "Shuffle", "BatchSize", "BucketByLength", "ChunkSteps", "Examples", "LossWeight"];

    /// <summary>Epochs that are complete.</summary>
    public int Epoch { get; set; }

    /// <summary>Batches of the next one that are done.</summary>
    public int Batches { get; set; }

    /// <summary>Sums over those batches: of losses times weights, of weights, of norms.</summary>
    public double Losses, Weights, Norms;

    /// <summary>Steps made.</summary>
    public long Step { get; set; }

    /// <summary>The least monitored loss so far.</summary>
    public double Least { get; set; } = double.PositiveInfinity;

    /// <summary>Epochs since then.</summary>
    public int Waited { get; set; }

    /// <summary>Validation loss before the first epoch.</summary>
    public double? Start { get; set; }

    /// <summary>Whether it has validation data.</summary>
    public bool Validates { get; set; }

    /// <summary>The complete epochs.</summary>
    public List<EpochReport> Reports { get; init; } = [];

    /// <summary>Those of them that an earlier call of Fit made.</summary>
    public int Earlier { get; set; }

    /// <summary>What was trained, in the layout of its parameters: with the least validation loss, if that is to be kept.</summary>
    public float[]? Best { get; set; }

    /// <summary>After the last step, if Fit has left the model with the best ones.</summary>
    public float[]? Last { get; set; }

    /// <summary>Of chunks, within an epoch: the states that its sequences have come to.</summary>
    public float[][]? States { get; set; }

    /// <summary>The trainer's, as text, when it began.</summary>
    public Dictionary<string, string> Settings { get; set; } = [];

    /// <summary>Learning rate and factors of it, when it was written: the caller may have changed them as it ran.</summary>
    public double Rate { get; set; }

    /// <summary>As <see cref="Rate"/>, one a parameter; empty for 1 everywhere.</summary>
    public float[] Multipliers { get; set; } = [];

    /// <summary>What is trained, while Fit is at work.</summary>
    public ITrainable? Trainable { get; set; }

    /// <summary>Its batches, while Fit is at work.</summary>
    public BatchSource? Source { get; set; }

    /// <summary>Whether Fit is at work.</summary>
    public bool IsRunning { get; set; }

    /// <summary>Whether it comes from a checkpoint and waits for its Fit.</summary>
    public bool IsLoaded { get; set; }

    /// <summary>The optimizer's count of moves when Fit returned, or when it was loaded.</summary>
    public long Moves { get; set; }

    /// <summary>Whether this still is how things stand: nobody has made further steps, or given the parameters other values.</summary>
    public bool Stands(Optimizer optimizer, ParameterStore parameters) => IsRunning
        || (optimizer.Moves(parameters) == Moves && (Last is null || parameters.ReadOnlyValues.SequenceEqual(Best)));

    /// <summary>Writes down what the caller may have changed, and what stands in buffers, as they are now.</summary>
    public void Note(double rate)
    {
        if (Source is null)
            return;
        (Rate, Multipliers) = (rate, Trainable!.Multipliers.ToArray());
        States = Batches > 0 ? Source.CopyStates() : null;
    }

    /// <exception cref="InvalidOperationException">It stands within an epoch, whose order of examples would be another.</exception>
    public void RequireOrder(IReadOnlyDictionary<string, string> settings)
    {
        if (Batches > 0 && OfOrder.FirstOrDefault(name => Settings.GetValueOrDefault(name) != settings[name]) is string other)
            throw new InvalidOperationException($"The training stands after {Batches} batches of epoch {Epoch + 1}, with {other} {Settings.GetValueOrDefault(other)}: " +
                $"it cannot go on with {settings[other]}. Set it as it was, or begin anew with the parameters alone.");
    }
}

namespace RnnDsl.Training;

/// <summary>
/// The state of a run of <see cref="Trainer.Fit(Sequences.Dataset, Sequences.Dataset, CancellationToken)"/>: everything that its rest depends on, besides the parameters and the
/// optimizer's memory of their steps. The optimizer holds it,
/// so that a <see cref="Storage.Checkpoint"/> of the two holds everything.
/// </summary>
sealed class TrainingRun
{
    /// <summary>The names of the checksums of the data among the settings.</summary>
    public const string TrainingData = "TrainingData", ValidationData = "ValidationData";

    /// <summary>The number of complete epochs.</summary>
    public int Epoch { get; set; }

    /// <summary>The number of batches of the next epoch that are done.</summary>
    public int Batches { get; set; }

    /// <summary>Sums over these batches: of losses times weights, of weights, and of norms.</summary>
    public double Losses, Weights, Norms;

    /// <summary>The number of steps made.</summary>
    public long Step { get; set; }

    /// <summary>The lowest monitored loss so far.</summary>
    public double Least { get; set; } = double.PositiveInfinity;

    /// <summary>The number of epochs since then.</summary>
    public int Waited { get; set; }

    /// <summary>The validation loss before the first epoch.</summary>
    public double? Start { get; set; }

    /// <summary>Whether it has validation data.</summary>
    public bool Validates { get; set; }

    /// <summary>The complete epochs.</summary>
    public List<EpochReport> Reports { get; init; } = [];

    /// <summary>The number of epochs that earlier calls of Fit have made.</summary>
    public int Earlier { get; set; }

    /// <summary>The trained parameters with the lowest validation loss, if these are to be kept.</summary>
    public float[]? Best { get; set; }

    /// <summary>The average of the trained parameters, if there is to be one.</summary>
    public AveragedParameters? Average { get; set; }

    /// <summary>The parameters after the last step, while the model has others: the best ones, or the average.</summary>
    public float[]? Last { get; set; }

    /// <summary>The parameters that the model has in place of <see cref="Last"/>.</summary>
    public float[]? Left { get; set; }

    /// <summary>For chunks, within an epoch: the current states of the sequences.</summary>
    public float[][]? States { get; set; }

    /// <summary>The trainer's settings as text, as they were at the start.</summary>
    public Dictionary<string, string> Settings { get; set; } = [];

    /// <summary>The learning rate when the run was saved. The caller may have changed it during the run.</summary>
    public double Rate { get; set; }

    /// <summary>The factors of the learning rate, like <see cref="Rate"/>, one for each parameter; empty for 1 everywhere.</summary>
    public float[] Multipliers { get; set; } = [];

    /// <summary>The object that is trained, while Fit is running.</summary>
    public ITrainable? Trainable { get; set; }

    /// <summary>The batches, from the first epoch of a Fit to its end.</summary>
    public BatchSource? Source { get; set; }

    /// <summary>Whether Fit is running.</summary>
    public bool IsRunning { get; set; }

    /// <summary>Whether it comes from a checkpoint and waits for its Fit.</summary>
    public bool IsLoaded { get; set; }

    /// <summary>For a run from a checkpoint: what continues it.</summary>
    public Continuation? Continuation { get; init; }

    /// <summary>The optimizer's number of moves when Fit returned, or when the run was loaded.</summary>
    public long Moves { get; set; }

    /// <summary>Whether this still describes the current state: nobody has made further steps or changed the parameters.</summary>
    public bool Stands(Optimizer optimizer, ParameterStore parameters) => IsRunning
        || (optimizer.Moves(parameters) == Moves && (Last is null || parameters.ReadOnlyValues.SequenceEqual(Left)));

    /// <summary>The parameters that Fit leaves in the model: the best ones, or else the average; null for those after the last step.</summary>
    /// <param name="last">The parameters after the last step.</param>
    public float[]? Leaves(ReadOnlySpan<float> last)
    {
        if (Best is not null || Average is not { Steps: > 0 })
            return Best;
        var average = new float[last.Length];
        Average.Read(last, average);
        return average;
    }

    /// <summary>Saves the current values that the caller may have changed, and those in buffers.</summary>
    public void Note(double rate)
    {
        if (Trainable is null)
            return;
        (Rate, Multipliers) = (rate, Trainable.Multipliers.ToArray());
        // Before its first batch a run that continues has the states that were loaded.
        if (Source is not null)
            States = Batches > 0 ? Source.CopyStates() : null;
    }
}

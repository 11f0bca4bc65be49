using System.Globalization;

namespace RnnDsl.Continual;

/// <summary>What a <see cref="MaintainedModel"/> decided about an update.</summary>
public enum MaintenanceDecision
{
    /// <summary>The update is better on held-out data, and stays.</summary>
    Kept,

    /// <summary>The update is not surely better: the model has its old parameters again, to the bit. There is another try when twice as much has been seen since the change.</summary>
    RolledBack,

    /// <summary>As <see cref="RolledBack"/>, and there are no more tries: the loss as it is now counts as usual from here on.</summary>
    GaveUp,
}

/// <summary>A decision of a <see cref="MaintainedModel"/>: when, why, and what it saw.</summary>
/// <param name="Seen">The number of examples that the model had observed.</param>
/// <param name="When">What the caller called that time; null if nothing.</param>
/// <param name="FoundAt">The number of examples that had been observed when the drift was found.</param>
/// <param name="Reason">What drifted, as a sentence.</param>
/// <param name="Decision">What was decided.</param>
/// <param name="Before">The mean loss on the held-out examples with the old parameters.</param>
/// <param name="After">The mean loss there with the new ones; NaN if the training diverged.</param>
/// <param name="PValue">The p-value of the paired test that the new parameters are better.</param>
/// <param name="Trained">The number of examples that were learned.</param>
/// <param name="HeldOut">The number of held-out examples.</param>
public sealed record MaintenanceRecord(long Seen, string? When, long FoundAt, string Reason, MaintenanceDecision Decision, double Before, double After, double PValue, int Trained, int HeldOut)
{
    /// <summary>The record as a few sentences.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(When is null ? "" : $"{When}, ")}after {Seen} examples: {Reason} The loss on {HeldOut} held-out examples was {Before:G4} and, after learning {Trained}, {After:G4} (p = {PValue:G2}). {Said()}");

    string Said() => Decision switch
    {
        MaintenanceDecision.Kept => "The update is kept.",
        MaintenanceDecision.RolledBack => "The update is rolled back; another try waits for more examples.",
        _ => "The update is rolled back, and this was the last try.",
    };
}

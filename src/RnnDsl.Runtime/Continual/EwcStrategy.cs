using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Continual;

/// <summary>
/// Elastic weight consolidation (Kirkpatrick et al. 2017, equation 3): the loss of a task plus ½λ·Σₜ Fₜ⊙(θ − θₜ*)² over all earlier tasks t, where θₜ* are the parameters after task t and Fₜ the diagonal of the
/// Fisher information there. It keeps no examples, and two numbers for each parameter and task.
/// </summary>
/// <param name="strength">λ. It depends on the loss: try powers of ten from 1 to 10,000 and look at both old and new tasks.</param>
/// <param name="fisherExamples">The most examples of a task from which the Fisher information is computed, one after the other.</param>
/// <param name="seed">The seed of the draw of these examples.</param>
public sealed class EwcStrategy(double strength, int fisherExamples = 256, int seed = 0) : ContinualStrategy
{
    readonly double strength = NotNegative(strength, nameof(strength));
    readonly int fisherExamples = fisherExamples > 0 ? fisherExamples : throw new ArgumentOutOfRangeException(nameof(fisherExamples), fisherExamples, "The Fisher information needs at least one example; 256 are usual.");
    readonly List<EwcAnchor> anchors = [];

    /// <inheritdoc/>
    public override string Name => "EWC";

    /// <summary>What it remembers, one for each task.</summary>
    public IReadOnlyList<EwcAnchor> Anchors => anchors;

    /// <summary>½λ·Σₜ Fₜ⊙(θ − θₜ*)² at these values of the trained parameters.</summary>
    /// <param name="values">θ, laid out like the trained parameters.</param>
    public double Penalty(ReadOnlySpan<float> values) => AnchorRule.Penalty(strength, anchors, values);

    /// <inheritdoc/>
    public override IGradientRule? Begin(ContinualStage stage) => anchors.Count > 0 ? new AnchorRule(strength, anchors) : null;

    /// <inheritdoc/>
    public override void End(ContinualStage stage) =>
        anchors.Add(new EwcAnchor(stage.Name, stage.Trainer.Trainable.Parameters.Snapshot(), FisherInformation.Diagonal(stage.Trainer, stage.Train, fisherExamples, seed)));

    /// <inheritdoc/>
    public override void Write(StateWriter state)
    {
        state.Write(nameof(strength), strength);
        state.Write(nameof(fisherExamples), fisherExamples);
        state.Write(nameof(seed), seed);
        StoredAnchors.Write(state, anchors);
    }

    /// <inheritdoc/>
    public override Action Read(StateReader state)
    {
        state.Require(nameof(strength), strength);
        state.Require(nameof(fisherExamples), fisherExamples);
        state.Require(nameof(seed), seed);
        List<EwcAnchor> read = StoredAnchors.Read(state);
        return () =>
        {
            anchors.Clear();
            anchors.AddRange(read);
        };
    }
}

/// <summary>
/// Online elastic weight consolidation (Schwarz et al. 2018, section 3.2): one penalty ½λ·F̃⊙(θ − θ*)², where θ* are the parameters after the latest task and F̃ = γ·F̃ + F grows by each task's Fisher information F.
/// Its memory does not grow with the tasks, and with γ below 1 old tasks fade.
/// </summary>
/// <param name="strength">λ; see <see cref="EwcStrategy"/>.</param>
/// <param name="decay">γ, from 0 to 1.</param>
/// <param name="fisherExamples">The most examples of a task from which the Fisher information is computed.</param>
/// <param name="seed">The seed of the draw of these examples.</param>
public sealed class OnlineEwcStrategy(double strength, double decay = 0.9, int fisherExamples = 256, int seed = 0) : ContinualStrategy
{
    readonly double strength = NotNegative(strength, nameof(strength));
    readonly double decay = decay is >= 0 and <= 1 ? decay : throw new ArgumentOutOfRangeException(nameof(decay), decay, "The decay γ lies from 0 to 1; 0.9 is usual.");
    readonly int fisherExamples = fisherExamples > 0 ? fisherExamples : throw new ArgumentOutOfRangeException(nameof(fisherExamples), fisherExamples, "The Fisher information needs at least one example; 256 are usual.");

    /// <inheritdoc/>
    public override string Name => "online EWC";

    /// <summary>What it remembers; null before the first task's end.</summary>
    public EwcAnchor? Anchor { get; private set; }

    /// <summary>½λ·F̃⊙(θ − θ*)² at these values of the trained parameters.</summary>
    /// <param name="values">θ, laid out like the trained parameters.</param>
    public double Penalty(ReadOnlySpan<float> values) => AnchorRule.Penalty(strength, Anchor is { } anchor ? [anchor] : [], values);

    /// <inheritdoc/>
    public override IGradientRule? Begin(ContinualStage stage) => Anchor is { } anchor ? new AnchorRule(strength, [anchor]) : null;

    /// <inheritdoc/>
    public override void End(ContinualStage stage)
    {
        float[] fisher = FisherInformation.Diagonal(stage.Trainer, stage.Train, fisherExamples, seed);
        for (int i = 0; i < fisher.Length && Anchor is not null; i++)
            fisher[i] += (float)decay * Anchor.Fisher.Span[i];
        Anchor = new EwcAnchor(stage.Name, stage.Trainer.Trainable.Parameters.Snapshot(), fisher);
    }

    /// <inheritdoc/>
    public override void Write(StateWriter state)
    {
        state.Write(nameof(strength), strength);
        state.Write(nameof(decay), decay);
        state.Write(nameof(fisherExamples), fisherExamples);
        state.Write(nameof(seed), seed);
        StoredAnchors.Write(state, Anchor is { } anchor ? [anchor] : []);
    }

    /// <inheritdoc/>
    public override Action Read(StateReader state)
    {
        state.Require(nameof(strength), strength);
        state.Require(nameof(decay), decay);
        state.Require(nameof(fisherExamples), fisherExamples);
        state.Require(nameof(seed), seed);
        List<EwcAnchor> read = StoredAnchors.Read(state, most: 1);
        return () => Anchor = read.FirstOrDefault();
    }
}

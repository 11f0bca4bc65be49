namespace RnnDsl;

/// <summary>The dimension of the time of a step: one number. A <see cref="PhasedLstm{Input, Hidden}"/> takes it beside its input, as <c>Concat(time, x)</c> with
/// <c>Seq&lt;StepTime&gt; time</c>.</summary>
[Size(1)]
public sealed class StepTime : Dim;

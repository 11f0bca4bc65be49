namespace RnnDsl;

/// <summary>The dimension of a step's time, which is one number. A <see cref="PhasedLstm{Input, Hidden}"/> takes it beside its input, as <c>Concat(time, x)</c> with
/// <c>Seq&lt;StepTime&gt; time</c>.</summary>
[Size(1)]
public sealed class StepTime : Dim;

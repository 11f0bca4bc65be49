using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>Two GRUs side by side, one from the first step to the last and one from the last to the first (Schuster &amp; Paliwal 1997, with the units of Cho et al. 2014).</summary>
/// <typeparam name="Input">Units of the input.</typeparam>
/// <typeparam name="Hidden">Units of the state and output in each direction.</typeparam>
[Model]
public partial class BiGru<Input, Hidden> : Model
{
    Gru<Input, Hidden> forward, backward;

    /// <summary>The output of both directions at each step: one knows the steps before it, the other the steps after it.</summary>
    public Seq<Cat<Hidden, Hidden>> Run(Seq<Input> x) => Concat(forward.Scan(x), backward.ScanReversed(x));

    /// <summary>The final output of both directions: the forward one after the last step, the backward one after the first.</summary>
    public Vec<Cat<Hidden, Hidden>> Ends(Seq<Input> x) => Concat(Last(forward.Scan(x)), First(backward.ScanReversed(x)));
}

using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>
/// Two cells of any kind side by side, one from the first step to the last and one from the last to the first (Schuster &amp; Paliwal 1997): <c>BiOf&lt;Word, Hidden,
/// PeepholeLstm&lt;Word, Hidden&gt;&gt; context;</c>. It is abstract: use it as a layer of a model, or as the base of one.
/// </summary>
/// <typeparam name="Input">Units of the input.</typeparam>
/// <typeparam name="Hidden">Units of the output in each direction.</typeparam>
/// <typeparam name="TCell">The cell of each direction.</typeparam>
public abstract partial class BiOf<Input, Hidden, TCell> : Model where TCell : Cell<Input, Hidden>
{
    TCell forward, backward;

    /// <summary>The output of both directions at each step: one knows the steps before it, the other the steps after it.</summary>
    public Seq<Cat<Hidden, Hidden>> Run(Seq<Input> x) => Concat(forward.Scan(x), backward.ScanReversed(x));

    /// <summary>The final output of both directions: the forward one after the last step, the backward one after the first.</summary>
    public Vec<Cat<Hidden, Hidden>> Ends(Seq<Input> x) => Concat(Last(forward.Scan(x)), First(backward.ScanReversed(x)));
}

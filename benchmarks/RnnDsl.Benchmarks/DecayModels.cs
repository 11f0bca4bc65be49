using RnnDsl;
using static RnnDsl.Ops;

namespace RnnDsl.Benchmarks;

// One layer whose states are all that is left when the inputs stop. The weights of the steps say where gradients begin.

[Size(32)] public class DecayInput : Dim;
[Size(64)] public class DecayHidden : Dim;

public abstract partial class DecayOf<TCell> : Model where TCell : Cell<DecayInput, DecayHidden>
{
    TCell cell;

    Seq<DecayHidden> Outputs(Seq<DecayInput> x) => cell.Scan(x);

    Scalar Loss(Seq<DecayInput> x, Seq<DecayHidden> weight) => Mean(Mean(weight * cell.Scan(x)));
}

[Model] public partial class LstmDecay : DecayOf<Lstm<DecayInput, DecayHidden>>;

[Model] public partial class GruDecay : DecayOf<Gru<DecayInput, DecayHidden>>;

/// <summary>A leaky sum of its inputs behind a recurrent matrix.</summary>
[Cell]
public partial class LeakyCell<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> v;
    Mat<Hidden, Input> W;
    Mat<Hidden, Hidden> U;
    Vec<Hidden> rate;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var keep = Sigmoid(rate);
        return v = keep * v + (1 - keep) * Tanh(W * x + U * v);
    }
}

[Model] public partial class LeakyDecay : DecayOf<LeakyCell<DecayInput, DecayHidden>>;

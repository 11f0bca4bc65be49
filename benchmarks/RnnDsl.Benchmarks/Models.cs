using RnnDsl;
using static RnnDsl.Ops;

namespace RnnDsl.Benchmarks;

public class Input : Dim;
public class Hidden : Dim;
[Size(1)] public class One : Dim;

/// <summary>The peers' job in the language: one recurrent layer, a linear head of one output at every step, mean squared error.</summary>
public abstract partial class ModelOf<TCell> : Model where TCell : Cell<Input, Hidden>
{
    TCell cell;
    Linear<Hidden, One> head;

    Seq<Hidden> Outputs(Seq<Input> x) => cell.Scan(x);

    Scalar Loss(Seq<Input> x, Seq<One> y) => MeanSquaredError(head.Map(cell.Scan(x)), y);
}

[Model] public partial class LstmModel : ModelOf<Lstm<Input, Hidden>>;

[Model] public partial class GruModel : ModelOf<Gru<Input, Hidden>>;

[Model] public partial class ElmanModel : ModelOf<Elman<Input, Hidden>>;

/// <summary>As a user would write it, not the library's.</summary>
[Cell]
public partial class OwnPeephole<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h, c;
    Mat<Hidden, Input> Wi, Wf, Wg, Wo;
    Mat<Hidden, Hidden> Ui, Uf, Ug, Uo;
    Vec<Hidden> pi, pf, po, bi, bf, bg, bo;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var i = Sigmoid(Wi * x + Ui * h + pi * c + bi);
        var f = Sigmoid(Wf * x + Uf * h + pf * c + bf);
        c = f * c + i * Tanh(Wg * x + Ug * h + bg);
        var o = Sigmoid(Wo * x + Uo * h + po * c + bo);
        return h = o * Tanh(c);
    }
}

[Model] public partial class PeepholeModel : ModelOf<OwnPeephole<Input, Hidden>>;

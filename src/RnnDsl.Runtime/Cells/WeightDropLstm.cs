using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>Long short-term memory with weight drop (the AWD-LSTM of Merity, Keskar &amp; Socher 2018, section 2): in training, recurrent weights are dropped at random (DropConnect, Wan et al. 2013), the same
/// ones at all steps of all examples.</summary>
/// <remarks><code>
/// i = σ(Wi·x + (Mi ⊙ Ui)·h + bi)         input gate
/// f = σ(Wf·x + (Mf ⊙ Uf)·h + bf)         forget gate
/// g = tanh(Wg·x + (Mg ⊙ Ug)·h + bg)      candidate
/// o = σ(Wo·x + (Mo ⊙ Uo)·h + bo)         output gate
/// c = f ⊙ c + i ⊙ g
/// h = o ⊙ tanh(c)
/// </code>
/// An entry of M is zero with the probability 0.5, else 2, drawn anew for each training step. Everywhere else it is 1, and the layer is an <see cref="Lstm{Input, Hidden}"/>. 0.5
/// is the paper's rate; 0.2 to 0.5 are usual. A rate is a constant in the equations: for another rate copy this cell.</remarks>
/// <typeparam name="Input">Units of the input.</typeparam>
/// <typeparam name="Hidden">Units of the memory and of the output.</typeparam>
[Cell]
public partial class WeightDropLstm<Input, Hidden> : Cell<Input, Hidden>
{
    const double Rate = 0.5;

    [State] Vec<Hidden> h, c;

    Mat<Hidden, Input> Wi, Wf, Wg, Wo;
    Mat<Hidden, Hidden> Ui, Uf, Ug, Uo;
    Vec<Hidden> bi;
    [Init(1)] Vec<Hidden> bf;                  // remember at first (Jozefowicz et al. 2015)
    Vec<Hidden> bg, bo;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var i = Sigmoid(Wi * x + Dropout(Ui, Rate) * h + bi);
        var f = Sigmoid(Wf * x + Dropout(Uf, Rate) * h + bf);
        var g = Tanh(Wg * x + Dropout(Ug, Rate) * h + bg);
        var o = Sigmoid(Wo * x + Dropout(Uo, Rate) * h + bo);
        c = f * c + i * g;
        return h = o * Tanh(c);
    }
}

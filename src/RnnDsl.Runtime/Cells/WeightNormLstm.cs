using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>Long short-term memory with weight normalization (Salimans &amp; Kingma 2016, equation 2): the direction and the length of each unit's weights are separate parameters,
/// so that the size of a gradient step does not depend on the scale of the weights.</summary>
/// <remarks><code>
/// W = w ⊙ V / ‖V‖                  row by row: w the lengths, V the directions, ‖V‖ the lengths of its rows
/// i = σ(Wi·x + Ui·h + bi)         input gate
/// f = σ(Wf·x + Uf·h + bf)         forget gate
/// g = tanh(Wg·x + Ug·h + bg)      candidate
/// o = σ(Wo·x + Uo·h + bo)         output gate
/// c = f ⊙ c + i ⊙ g
/// h = o ⊙ tanh(c)
/// </code>
/// The parameters Wi, Ui … are the directions V; only the direction of a row counts. The lengths wi, ui … start at 1: for inputs of variance 1 each product then has variance 1,
/// which is the purpose of the paper's initialization from data. Apply weight decay to the lengths alone, since decaying the directions changes only the size of their
/// steps.</remarks>
/// <typeparam name="Input">Units of the input.</typeparam>
/// <typeparam name="Hidden">Units of the memory and of the output.</typeparam>
[Cell]
public partial class WeightNormLstm<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h, c;

    Mat<Hidden, Input> Wi, Wf, Wg, Wo;
    Mat<Hidden, Hidden> Ui, Uf, Ug, Uo;
    [Init(1)] Vec<Hidden> wi, wf, wg, wo, ui, uf, ug, uo;
    Vec<Hidden> bi;
    [Init(1)] Vec<Hidden> bf;                  // remember at first (Jozefowicz et al. 2015)
    Vec<Hidden> bg, bo;

    /// <summary>The matrix whose rows have these lengths and V's directions, times x.</summary>
    static Vec<Hidden> Times<D>(Vec<Hidden> length, Mat<Hidden, D> V, Vec<D> x) => length / Sqrt(SumOverColumns(Square(V))) * (V * x);

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var i = Sigmoid(Times(wi, Wi, x) + Times(ui, Ui, h) + bi);
        var f = Sigmoid(Times(wf, Wf, x) + Times(uf, Uf, h) + bf);
        var g = Tanh(Times(wg, Wg, x) + Times(ug, Ug, h) + bg);
        var o = Sigmoid(Times(wo, Wo, x) + Times(uo, Uo, h) + bo);
        c = f * c + i * g;
        return h = o * Tanh(c);
    }
}

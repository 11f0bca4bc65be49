using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>Long short-term memory with zoneout (Krueger et al. 2017): in training a unit keeps its old value at random, drawn anew at each step; everywhere else it takes the mean
/// of the training's values.</summary>
/// <remarks><code>
/// i = σ(Wi·x + Ui·h + bi)         input gate
/// f = σ(Wf·x + Uf·h + bf)         forget gate
/// g = tanh(Wg·x + Ug·h + bg)      candidate
/// o = σ(Wo·x + Uo·h + bo)         output gate
/// ĉ = f ⊙ c + i ⊙ g
/// ĥ = o ⊙ tanh(ĉ)
/// c = d ⊙ c + (1 − d) ⊙ ĉ         in training d is 1 with the probability 0.5, else 0; everywhere else it is 0.5
/// h = e ⊙ h + (1 − e) ⊙ ĥ         in training e is 1 with the probability 0.05, else 0; everywhere else it is 0.05
/// </code>
/// The rates are those of the paper for characters. A rate is a constant in the equations: for other rates copy this cell.</remarks>
/// <typeparam name="Input">Units of the input.</typeparam>
/// <typeparam name="Hidden">Units of the memory and of the output.</typeparam>
[Cell]
public partial class ZoneoutLstm<Input, Hidden> : Cell<Input, Hidden>
{
    const double Memory = 0.5, Output = 0.05;  // the probabilities with which c and h keep their old values

    [State] Vec<Hidden> h, c;

    Mat<Hidden, Input> Wi, Wf, Wg, Wo;
    Mat<Hidden, Hidden> Ui, Uf, Ug, Uo;
    Vec<Hidden> bi;
    [Init(1)] Vec<Hidden> bf;                  // remember at first (Jozefowicz et al. 2015)
    Vec<Hidden> bg, bo;

    // Dropout makes the change zero with the probability of the rate and else divides it by 1 − rate; outside of training it lets all of it through.
    static Vec<Hidden> Zoneout(Vec<Hidden> old, Vec<Hidden> next, double rate) => old + (1 - rate) * Dropout(next - old, rate);

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var i = Sigmoid(Wi * x + Ui * h + bi);
        var f = Sigmoid(Wf * x + Uf * h + bf);
        var g = Tanh(Wg * x + Ug * h + bg);
        var o = Sigmoid(Wo * x + Uo * h + bo);
        var next = f * c + i * g;
        c = Zoneout(c, next, Memory);
        return h = Zoneout(h, o * Tanh(next), Output);
    }
}

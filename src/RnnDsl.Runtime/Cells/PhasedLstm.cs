using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>Long short-term memory with peepholes whose units open in rhythms of their own (Phased LSTM, Neil, Pfeiffer &amp; Liu 2016), for long sequences and for values that come at uneven
/// times. The first unit of the input is the time of the step.</summary>
/// <remarks><code>
/// φ = (t / τ − s) mod 1                       where in its period a unit is; τ = e^(T + 1.5)
/// k = 2·φ / r             where φ &lt; r / 2     it opens,
///     2 − 2·φ / r         where φ &lt; r         closes,
///     0.001·φ             elsewhere           and leaks
/// i = σ(Wi·x + Ui·h + pi ⊙ c + bi)            input gate
/// f = σ(Wf·x + Uf·h + pf ⊙ c + bf)            forget gate
/// ĉ = f ⊙ c + i ⊙ tanh(Wg·x + Ug·h + bg)
/// o = σ(Wo·x + Uo·h + po ⊙ ĉ + bo)            output gate, sees the new ĉ
/// c = k ⊙ ĉ + (1 − k) ⊙ c
/// h = k ⊙ o ⊙ tanh(ĉ) + (1 − k) ⊙ h
/// </code>
/// In a model, <c>cell.Scan(Concat(time, x))</c> with <c>Seq&lt;StepTime&gt; time</c>. Periods start log-uniform from 1 to 20 (the paper's e^U(0, 3)), shifts uniform over a
/// period, and r, the fraction of a period in which a unit is open, at 0.05. Choose the unit of time accordingly, and let times begin near zero, since numbers have 24 bits. s is
/// the paper's shift divided by τ, and T the logarithm of τ / 4.48, so that periods stay above zero. The leak is the same in training and everywhere else; the paper closes it
/// after training.</remarks>
/// <typeparam name="Input">Units of the input beside the time.</typeparam>
/// <typeparam name="Hidden">Units of the memory and of the output.</typeparam>
[Cell]
public partial class PhasedLstm<Input, Hidden> : Cell<Cat<StepTime, Input>, Hidden>
{
    const double Leak = 0.001;

    [State] Vec<Hidden> h, c;

    Mat<Hidden, Input> Wi, Wf, Wg, Wo;
    Mat<Hidden, Hidden> Ui, Uf, Ug, Uo;
    Vec<Hidden> pi, pf, po;
    Vec<Hidden> bi;
    [Init(1)] Vec<Hidden> bf;                  // remember at first (Jozefowicz et al. 2015)
    Vec<Hidden> bg, bo;
    [Init(Initial.Uniform, 1.5)] Vec<Hidden> T;
    [Init(Initial.Uniform, 0.5)] Vec<Hidden> s;
    [Init(0.05)] Vec<Hidden> r;

    Vec<Hidden> Openness(Scalar time)
    {
        var phase = Mod(time * Exp(-(T + 1.5)) - s, 1);
        return Where(phase < r, 1 - Abs(2 * phase / r - 1), Leak * phase);
    }

    protected override Vec<Hidden> Step(Vec<Cat<StepTime, Input>> input)
    {
        var k = Openness(Sum(Left(input)));
        var x = Right(input);
        var i = Sigmoid(Wi * x + Ui * h + pi * c + bi);
        var f = Sigmoid(Wf * x + Uf * h + pf * c + bf);
        var next = f * c + i * Tanh(Wg * x + Ug * h + bg);
        var o = Sigmoid(Wo * x + Uo * h + po * next + bo);
        c = c + k * (next - c);
        return h = h + k * (o * Tanh(next) - h);
    }
}

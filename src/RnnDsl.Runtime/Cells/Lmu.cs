using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>The Legendre memory unit: a linear memory, whose matrices are not trained, holds a window of the past as coefficients of Legendre polynomials, and a hidden state
/// reads and writes it (Voelker, Kajić &amp; Eliasmith 2019).</summary>
/// <remarks><code>
/// u = ex·x + eh·h + em·m          a number, which is written into the memory
/// m = A·m + B·u                   A and B of <see cref="LegendreMemory"/>
/// h = tanh(Wx·x + Wh·h + Wm·m)
/// </code>
/// A memory of d units holds a window of 4·d steps. For another window, set the parameters A and B before training, from <see cref="LegendreMemory.Transition"/> and <see
/// cref="LegendreMemory.Entry"/>, or write these equations as your own cell with a <c>[Fixed]</c> function of another window.</remarks>
[Cell]
public partial class Lmu<Input, Memory, Hidden> : Cell<Input, Hidden>
{
    const int StepsPerUnit = 4;

    [State] Vec<Memory> m;
    [State] Vec<Hidden> h;

    [Fixed(nameof(Transition))] Mat<Memory, Memory> A;
    [Fixed(nameof(Entry))] Vec<Memory> B;
    [Init(Initial.Uniform, 0.5)] Vec<Input> ex;
    [Init(Initial.Uniform, 0.1)] Vec<Hidden> eh;
    Vec<Memory> em;                             // zero at first, as in the paper
    Mat<Hidden, Input> Wx;
    Mat<Hidden, Hidden> Wh;
    [Init(Initial.Xavier)] Mat<Hidden, Memory> Wm;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var u = Dot(ex, x) + Dot(eh, h) + Dot(em, m);
        m = A * m + B * u;
        return h = Tanh(Wx * x + Wh * h + Wm * m);
    }

    static double Transition(int row, int column, int size) => LegendreMemory.Transition(row, column, size, (double)StepsPerUnit * size);

    static double Entry(int unit, int size) => LegendreMemory.Entry(unit, size, (double)StepsPerUnit * size);
}

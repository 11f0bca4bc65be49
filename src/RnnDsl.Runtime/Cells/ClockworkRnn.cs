using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>The clockwork RNN (Koutník, Greff, Gomez &amp; Schmidhuber 2014): groups of units have their own clocks, and slow groups keep their values over many steps.</summary>
/// <remarks><code>
/// h = tanh(W·x + U·h + b)      for units whose period divides the number of the step
/// h = h                        for all others
/// </code>
/// The units form eight groups of equal size, with the periods 1, 2, 4 and so on up to 128. The step counts from 0, so that all units are updated at the first step. Other periods
/// are set through the parameters before training: <c>model.Parameters["layer.period"]</c>. They are not trained. In the paper a group reads only groups of the same or a longer
/// period, so that U is block-triangular. Here U is dense: a slow group also reads fast groups, at the steps at which the slow group is updated.</remarks>
[Cell]
public partial class ClockworkRnn<Input, Hidden> : Cell<Input, Hidden>
{
    const int Groups = 8;

    [State] Vec<Hidden> h;

    Mat<Hidden, Input> W;
    Mat<Hidden, Hidden> U;
    Vec<Hidden> b;
    [Fixed(nameof(Period))] Vec<Hidden> period;

    protected override Vec<Hidden> Step(Vec<Input> x) => h = Where(Mod(StepNumber, period) < 0.5, Tanh(W * x + U * h + b), h);

    static double Period(int unit, int size) => 1 << (int)((long)unit * Groups / size);
}

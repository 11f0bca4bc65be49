namespace RnnDsl.Namespace1;

using RnnDsl;
using static RnnDsl.Ops;

/// <summary>A unit that holds a value and decides at each step how much of it to replace.</summary>
[Cell]
public partial class RnnCellClass<Input, Hidden> : Cell<Input, Hidden>
{
    [State] Vec<Hidden> h;              // carried from step to step
    Mat<Hidden, Input> Wz, Wn;          // weights: the rows are the result's dimension, the columns the operand's
    Mat<Hidden, Hidden> Uz, Un;
    Vec<Hidden> bz, bn;

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        var z = Sigmoid(Wz * x + Uz * h + bz);
        var n = Tanh(Wn * x + Un * h + bn);
        return h = (1 - z) * h + z * n;
    }
}

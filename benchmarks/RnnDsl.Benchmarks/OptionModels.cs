using RnnDsl;
using static RnnDsl.Ops;

namespace RnnDsl.Benchmarks;

[Model]
public partial class LayerNormModel : Model
{
    class Input : Dim;
    class Hidden : Dim;
    [Size(1)] class One : Dim;

    LayerNormLstm<Input, Hidden> cell;
    Linear<Hidden, One> head;

    Scalar Loss(Seq<Input> x, Seq<One> y) => MeanSquaredError(head.Map(cell.Scan(x)), y);
}

[Model]
public partial class DropoutModel : Model
{
    class Input : Dim;
    class Hidden : Dim;
    [Size(1)] class One : Dim;

    Lstm<Input, Hidden> cell;
    Linear<Hidden, One> head;

    Scalar Loss(Seq<Input> x, Seq<One> y) => MeanSquaredError(head.Map(Dropout(cell.Scan(Dropout(x, 0.2)), 0.5)), y);
}

[Model]
public partial class TwoLayerModel : Model
{
    class Input : Dim;
    class Hidden : Dim;
    [Size(1)] class One : Dim;

    Lstm<Input, Hidden> cell;
    Lstm<Hidden, Hidden> upper;
    Linear<Hidden, One> head;

    Scalar Loss(Seq<Input> x, Seq<One> y) => MeanSquaredError(head.Map(upper.Scan(cell.Scan(x))), y);
}

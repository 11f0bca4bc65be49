using RnnDsl;
using static RnnDsl.Ops;

namespace RnnDsl.Benchmarks;

[Model] public partial class LayerNormModel : ModelOf<LayerNormLstm<Input, Hidden>>;

[Model]
public partial class DropoutModel : Model
{
    Lstm<Input, Hidden> cell;
    Linear<Hidden, One> head;

    Scalar Loss(Seq<Input> x, Seq<One> y) => MeanSquaredError(head.Map(Dropout(cell.Scan(Dropout(x, 0.2)), 0.5)), y);
}

[Model]
public partial class TwoLayerModel : Model
{
    Lstm<Input, Hidden> cell;
    Lstm<Hidden, Hidden> upper;
    Linear<Hidden, One> head;

    Scalar Loss(Seq<Input> x, Seq<One> y) => MeanSquaredError(head.Map(upper.Scan(cell.Scan(x))), y);
}

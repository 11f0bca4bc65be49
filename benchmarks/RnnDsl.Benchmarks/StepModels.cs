using RnnDsl;

namespace RnnDsl.Benchmarks;

// One layer and a linear head of one output: sizes asked for at run time, then known when the program is built.

[Model]
public partial class LstmStep : Model
{
    class Input : Dim;
    class Hidden : Dim;
    [Size(1)] class One : Dim;

    Lstm<Input, Hidden> cell;
    Linear<Hidden, One> head;

    Seq<One> Predict(Seq<Input> x) => head.Map(cell.Scan(x));
}

[Model]
public partial class GruStep : Model
{
    class Input : Dim;
    class Hidden : Dim;
    [Size(1)] class One : Dim;

    Gru<Input, Hidden> cell;
    Linear<Hidden, One> head;

    Seq<One> Predict(Seq<Input> x) => head.Map(cell.Scan(x));
}

[Model]
public partial class LstmStep1x8 : Model
{
    [Size(1)] class Input : Dim;
    [Size(8)] class Hidden : Dim;
    [Size(1)] class One : Dim;

    Lstm<Input, Hidden> cell;
    Linear<Hidden, One> head;

    Seq<One> Predict(Seq<Input> x) => head.Map(cell.Scan(x));
}

[Model]
public partial class LstmStep1x16 : Model
{
    [Size(1)] class Input : Dim;
    [Size(16)] class Hidden : Dim;
    [Size(1)] class One : Dim;

    Lstm<Input, Hidden> cell;
    Linear<Hidden, One> head;

    Seq<One> Predict(Seq<Input> x) => head.Map(cell.Scan(x));
}

[Model]
public partial class LstmStep1x32 : Model
{
    [Size(1)] class Input : Dim;
    [Size(32)] class Hidden : Dim;
    [Size(1)] class One : Dim;

    Lstm<Input, Hidden> cell;
    Linear<Hidden, One> head;

    Seq<One> Predict(Seq<Input> x) => head.Map(cell.Scan(x));
}

[Model]
public partial class LstmStep32x64 : Model
{
    [Size(32)] class Input : Dim;
    [Size(64)] class Hidden : Dim;
    [Size(1)] class One : Dim;

    Lstm<Input, Hidden> cell;
    Linear<Hidden, One> head;

    Seq<One> Predict(Seq<Input> x) => head.Map(cell.Scan(x));
}

[Model]
public partial class LstmStep64x128 : Model
{
    [Size(64)] class Input : Dim;
    [Size(128)] class Hidden : Dim;
    [Size(1)] class One : Dim;

    Lstm<Input, Hidden> cell;
    Linear<Hidden, One> head;

    Seq<One> Predict(Seq<Input> x) => head.Map(cell.Scan(x));
}

[Model]
public partial class LstmStep128x256 : Model
{
    [Size(128)] class Input : Dim;
    [Size(256)] class Hidden : Dim;
    [Size(1)] class One : Dim;

    Lstm<Input, Hidden> cell;
    Linear<Hidden, One> head;

    Seq<One> Predict(Seq<Input> x) => head.Map(cell.Scan(x));
}

[Model]
public partial class GruStep1x8 : Model
{
    [Size(1)] class Input : Dim;
    [Size(8)] class Hidden : Dim;
    [Size(1)] class One : Dim;

    Gru<Input, Hidden> cell;
    Linear<Hidden, One> head;

    Seq<One> Predict(Seq<Input> x) => head.Map(cell.Scan(x));
}

[Model]
public partial class GruStep1x16 : Model
{
    [Size(1)] class Input : Dim;
    [Size(16)] class Hidden : Dim;
    [Size(1)] class One : Dim;

    Gru<Input, Hidden> cell;
    Linear<Hidden, One> head;

    Seq<One> Predict(Seq<Input> x) => head.Map(cell.Scan(x));
}

[Model]
public partial class GruStep1x32 : Model
{
    [Size(1)] class Input : Dim;
    [Size(32)] class Hidden : Dim;
    [Size(1)] class One : Dim;

    Gru<Input, Hidden> cell;
    Linear<Hidden, One> head;

    Seq<One> Predict(Seq<Input> x) => head.Map(cell.Scan(x));
}

[Model]
public partial class GruStep32x64 : Model
{
    [Size(32)] class Input : Dim;
    [Size(64)] class Hidden : Dim;
    [Size(1)] class One : Dim;

    Gru<Input, Hidden> cell;
    Linear<Hidden, One> head;

    Seq<One> Predict(Seq<Input> x) => head.Map(cell.Scan(x));
}

[Model]
public partial class GruStep64x128 : Model
{
    [Size(64)] class Input : Dim;
    [Size(128)] class Hidden : Dim;
    [Size(1)] class One : Dim;

    Gru<Input, Hidden> cell;
    Linear<Hidden, One> head;

    Seq<One> Predict(Seq<Input> x) => head.Map(cell.Scan(x));
}

[Model]
public partial class GruStep128x256 : Model
{
    [Size(128)] class Input : Dim;
    [Size(256)] class Hidden : Dim;
    [Size(1)] class One : Dim;

    Gru<Input, Hidden> cell;
    Linear<Hidden, One> head;

    Seq<One> Predict(Seq<Input> x) => head.Map(cell.Scan(x));
}

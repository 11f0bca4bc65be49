using RnnDsl;

namespace RnnDsl.Benchmarks;

// One layer and a linear head of one output: sizes asked for at run time, then known when the program is built.

public abstract partial class StepOf<TCell, In, Units> : Model where TCell : Cell<In, Units>
{
    TCell cell;
    Linear<Units, One> head;

    Seq<One> Predict(Seq<In> x) => head.Map(cell.Scan(x));
}

[Size(1)] public class Of1 : Dim;
[Size(8)] public class Of8 : Dim;
[Size(16)] public class Of16 : Dim;
[Size(32)] public class Of32 : Dim;
[Size(64)] public class Of64 : Dim;
[Size(128)] public class Of128 : Dim;
[Size(256)] public class Of256 : Dim;

[Model] public partial class LstmStep : StepOf<Lstm<Input, Hidden>, Input, Hidden>;
[Model] public partial class LstmStep1x8 : StepOf<Lstm<Of1, Of8>, Of1, Of8>;
[Model] public partial class LstmStep1x16 : StepOf<Lstm<Of1, Of16>, Of1, Of16>;
[Model] public partial class LstmStep1x32 : StepOf<Lstm<Of1, Of32>, Of1, Of32>;
[Model] public partial class LstmStep32x64 : StepOf<Lstm<Of32, Of64>, Of32, Of64>;
[Model] public partial class LstmStep64x128 : StepOf<Lstm<Of64, Of128>, Of64, Of128>;
[Model] public partial class LstmStep128x256 : StepOf<Lstm<Of128, Of256>, Of128, Of256>;

[Model] public partial class GruStep : StepOf<Gru<Input, Hidden>, Input, Hidden>;
[Model] public partial class GruStep1x8 : StepOf<Gru<Of1, Of8>, Of1, Of8>;
[Model] public partial class GruStep1x16 : StepOf<Gru<Of1, Of16>, Of1, Of16>;
[Model] public partial class GruStep1x32 : StepOf<Gru<Of1, Of32>, Of1, Of32>;
[Model] public partial class GruStep32x64 : StepOf<Gru<Of32, Of64>, Of32, Of64>;
[Model] public partial class GruStep64x128 : StepOf<Gru<Of64, Of128>, Of64, Of128>;
[Model] public partial class GruStep128x256 : StepOf<Gru<Of128, Of256>, Of128, Of256>;

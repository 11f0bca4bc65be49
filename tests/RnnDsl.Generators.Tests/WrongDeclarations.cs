using static RnnDsl.Generators.Tests.WrongPrograms;

namespace RnnDsl.Generators.Tests;

/// <summary>Programs with mistakes in what stands around the equations, and mistakes that C# reports: nothing may be added to those.</summary>
static class WrongDeclarations
{
    public static readonly (string Name, string Source)[] All =
    [
        ("first values", Cell("""
            [State, {|RNN2014:Init(double.NegativeInfinity)|}] Vec<Hidden> h;
            [{|RNN2014:Init(double.NaN)|}] Mat<Hidden, Input> W;
            [{|RNN2014:Init(Initial.Normal, 1e39)|}] Mat<Hidden, Hidden> U;
            [{|RNN2014:Init((Initial)77)|}] Vec<Hidden> b;
            protected override Vec<Hidden> Step(Vec<Input> x) => h = W * x + U * h + b;
            """)),
        ("first values that would do nothing", Cell("""
            Mat<Hidden, Input> W = default; Vec<Hidden> b = {|RNN2014:new(0.75)|}; Scalar s = {|RNN2014:2|}; [State] Vec<Hidden> h = {|RNN2014:new(1, 2)|};
            [{|RNN2014:Init(3)|}] Linear<Hidden, Hidden> head = null!;
            [{|RNN2009:State|}] Linear<Hidden, Hidden> second = {|RNN2014:new(1, 1)|};
            [{|RNN2014:Init(2)|}] const double K = 2;
            [{|RNN2009:State|}] int count;
            public C(string name) { {|RNN2014:W = new(1, 1, 2)|}; count = name.Length; }
            protected override Vec<Hidden> Step(Vec<Input> x) => h = head.Map(second.Map(W * x + b * s)) + h * K;
            """)),
        ("methods that cannot compute a parameter", Cell("""
            [{|RNN2015:Fixed("Nowhere")|}] Mat<Hidden, Input> A;
            [{|RNN2015:Fixed(nameof(NotStatic))|}] Mat<Hidden, Input> B;
            [{|RNN2015:Init(nameof(Generic))|}] Mat<Hidden, Input> C1;
            [{|RNN2015:Init(nameof(Single))|}] Mat<Hidden, Input> D;
            [{|RNN2015:Fixed(nameof(Square))|}] Mat<Hidden, Input> E;
            [Fixed(nameof(Square))] Mat<Hidden, Hidden> F;
            [{|RNN2015:Fixed(nameof(Square))|}] Vec<Hidden> g;
            [{|RNN2015:Fixed(nameof(Square))|}] Scalar s;
            [{|RNN2015:Fixed(nameof(Reference))|}] Vec<Hidden> r;
            [{|RNN2015:Init((string)null!)|}] Vec<Hidden> n;
            [{|RNN2015:Fixed(nameof(Square))|}, Init(1)] Mat<Hidden, Hidden> both;
            [{|RNN2015:Fixed(nameof(F))|}] Vec<Hidden> field;
            double NotStatic(int row, int column) => 0;
            static double Generic<T>(int row, int column) => 0;
            static float Single(int row, int column) => 0;
            static double Square(int row, int column, int size) => 0;
            static double Reference(in int unit) => 0;
            protected override Vec<Hidden> Step(Vec<Input> x) => A * x + B * x + C1 * x + D * x + E * x + F * (g + r + n + field) + s + both * g;
            """)),
        ("what cannot be fixed", "[Cell] partial class Plain<A> : Cell<A, A> { protected override Vec<A> Step(Vec<A> x) => x; }\n" + Cell("""
            [State, {|RNN2015:Fixed|}] Vec<Hidden> h;
            [State, Init(nameof(One))] Vec<Hidden> {|RNN2009:k|};
            [{|RNN2015:Fixed|}] Plain<Hidden> layer;
            [{|RNN2015:Fixed|}] const int Number = 2;
            Mat<Hidden, Input> W;
            static double One(int unit) => 1;
            protected override Vec<Hidden> Step(Vec<Input> x) => h = layer.Map(W * x + Number * h);
            """)),
        ("layers that count steps", "[Cell] partial class Counting<A> : Cell<A, A> { protected override Vec<A> Step(Vec<A> x) => x + StepNumber; }\n" + Cell("""
            Counting<Input> {|RNN2012:inner|};
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x) => W * inner.Map(x);
            """) + Model("""
            class Feature : Dim;
            Counting<Feature> layer;
            Seq<Feature> Predict(Seq<Feature> x) => {|RNN2012:layer.Map(x)|};
            """)),
        ("the number of a step where there is none", Model("""
            class Feature : Dim;
            Seq<Feature> Predict(Seq<Feature> x) => x * StepNumber;
            """)),
        ("a number of a step that is assigned", Cell("""
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                StepNumber = 3;
                return W * x * StepNumber;
            }
            """)),
        ("sizes of what is no dimension", "[Size(3)]\n" + Model("""
            [Size(3)] class {|RNN2010:Feature|};
            class Other : Dim;
            Vec<Other> Predict(Vec<Other> x) => Tanh(x);
            """, "{|RNN2010:M|}")),
        ("dimensions of one file", "file class Hidden : Dim;\n" + Model("""
            Vec<Hidden> {|RNN2010:b|};
            class Other : Dim;
            Vec<Other> Predict(Vec<Other> x) => Tanh(x) + Sum(b);
            """)),
        ("numbers beyond single precision", Model("""
            class Feature : Dim;
            Vec<Feature> Sum(Vec<Feature> x) => (x * {|RNN3006:1e39|} + 1) * {|RNN3006:1e-39|};
            Vec<Feature> Small(Vec<Feature> x) => Log(x + {|RNN3006:1e-46|});
            Vec<Feature> Helper(Vec<Feature> x) => x * Big() + Clip(x, -1e300, 1e300) * 1e39 * 1e-39 + 0 * x;
            static Scalar Big() => {|RNN3006:-1e300|};
            """)),
        ("helpers that are too many", Cell($"""
            static Vec<Input> F0(Vec<Input> x) => Tanh(x);
            {string.Concat(Enumerable.Range(1, 20).Select(i => $"static Vec<Input> F{i}(Vec<Input> x) => {(i == 1 ? "{|RNN3007:F0(x)|} + F0(1.5 * x)" : $"F{i - 1}(x) + F{i - 1}({i}.5 * x)")};\n"))}
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x) => W * F20(x);
            """)),
        ("sizes below one", Model("""
            [Size(0)] class {|RNN2010:Feature|} : Dim;
            Vec<Outside> {|RNN2010:b|};
            Vec<Feature> Predict(Vec<Feature> x) => x + Sum(b);
            """) + "[Size(-3)] class Outside : Dim;"),
        ("constants out of range", Model("""
            class Feature : Dim;
            const double High = 1;
            Seq<Feature> Predict(Seq<Feature> x) => {|RNN3006:Clip(Normalize(x, 0), 2, High)|} + Clip(x, 1, 1) + Tanh({|RNN3006:Clip(low: double.NaN, high: 1, x: x)|});
            Vec<Feature> Mean(Vec<Feature> x) => {|RNN3006:Normalize(x, -1e-5)|};
            Seq<Feature> Drop(Seq<Feature> x) => {|RNN3006:Dropout(x, High)|} + {|RNN3006:VariationalDropout(x, -0.1)|} + {|RNN3006:Dropout(rate: double.NaN, x: x)|} + Dropout(x, 0);
            Scalar Loss(Seq<Feature> x, Seq<Feature> y) => {|RNN3006:Huber(x, y, -High)|} + {|RNN3006:Huber(x, y, delta: 0)|};
            """)),
        ("slices that cannot start", Cell("""
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x) => (W * x).Slice({|RNN3002:-1|}, W * x);
            """)),
        ("members that the half has too", Model("""
            class Feature : Dim;
            Vec<Feature> b;
            int {|RNN2011:featureSize|};
            class {|RNN2011:PredictTraining|};
            Seq<Feature> Predict(Seq<Feature> x) => x + b;
            public override void {|RNN2011:BindReference|}(RnnDsl.Execution.ReferenceParameters parameters) => featureSize++;
            public int Count => featureSize;
            """)),
        ("states that the half has too", Cell("""
            [State] Vec<Hidden> h;
            Mat<Hidden, Input> W;
            Vec<Hidden> {|RNN2011:GetState|}() => h;
            protected override Vec<Hidden> Step(Vec<Input> x) => h = W * x + GetState();
            """)),
        ("a constructor", Cell("""
            Mat<Hidden, Input> W;
            public {|RNN2011:C|}(int one, int two, int three) => _ = (one, two, three);
            protected override Vec<Hidden> Step(Vec<Input> x) => W * x;
            """)),
        ("parameters of the class", """
            [Model]
            partial class {|RNN2011:M|}(double k) : Model
            {
                class Feature : Dim;
                public double K => k;
                Seq<Feature> Predict(Seq<Feature> x) => Tanh(x);
            }
            """),
        ("a type parameter with the name of a program", """
            [Cell]
            partial class C<{|RNN2011:ScanForward|}> : Cell<ScanForward, ScanForward>
            {
                protected override Vec<ScanForward> Step(Vec<ScanForward> x) => Tanh(x);
            }
            """),
        ("a class of one file", """
            [Cell]
            file partial class {|RNN2001:C|}<A> : Cell<A, A>
            {
                protected override Vec<A> Step(Vec<A> x) => Tanh(x);
            }
            """),
        ("a record", "[Cell] partial record {|RNN2002:{|RNN2001:C|}|};"),
        ("an abstract step", "[Cell] abstract partial class {|RNN2003:C|}<A> : Cell<A, A> { protected abstract override Vec<A> Step(Vec<A> x); }"),
        ("a sequence where a vector is summed", Model("""
            class Feature : Dim;
            Scalar Loss(Seq<Feature> x) => {|RNN1003:Sum(x) + Max(x)|};
            """)),
        ("a layer without input", Model("""
            class Feature : Dim; class Hidden : Dim;
            Gru<Feature, Hidden> cell; Linear<Hidden, Feature> head;
            Seq<Feature> Predict(Seq<Feature> x) => head.Map({|RNN3002:cell.Scan()|});
            Seq<Feature> Again(Seq<Feature> x) => head.Map({|RNN2009:cell|});
            """)),
        ("a local function, an increment and a reference", Cell("""
            [State] Vec<Hidden> h;
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                Vec<Hidden> {|RNN3001:Twice|}(Vec<Hidden> v) => v + v;
                {|RNN3002:Split(h, out var z)|};
                {|RNN3001:h++|};
                return h = Twice(W * x) + z;
            }
            void Split(Vec<Hidden> a, out Vec<Hidden> b) => b = a;
            """)),
        ("a broken cell as a layer", """
            [Cell]
            class {|RNN2001:Closed|}<A> : Cell<A, A>
            {
                Vec<A> b;
                protected override Vec<A> Step(Vec<A> x) => x + b;
            }
            """ + Model("""
            class Feature : Dim;
            Closed<Feature> closed;
            Seq<Feature> Predict(Seq<Feature> x) => closed.Map(x);
            """)),

        ("C#: a step that returns nothing", Cell("Mat<Hidden, Input> W; protected override Vec<Hidden> Step(Vec<Input> x) { }")),
        ("C#: a step without equations", Cell("Mat<Hidden, Input> W; protected override Vec<Hidden> Step(Vec<Input> x);")),
        ("C#: a step of another type", Cell("Mat<Hidden, Input> W; protected override Vec<Input> Step(Vec<Input> x) => x;")),
        ("C#: a field declared twice", Cell("""
            Mat<Hidden, Input> W; Vec<Hidden> W; [State] Vec<Hidden> h; [State] Vec<Hidden> h;
            protected override Vec<Hidden> Step(Vec<Input> x) => h = W * x + h;
            """)),
        ("C#: marked twice", """
            [Cell] partial class C<A> : Cell<A, A> { protected override Vec<A> Step(Vec<A> x) => x + b; }
            [Cell] partial class C<A> { Vec<A> b; }
            """),
        ("C#: wrong type arguments", Cell("""
            Mat<Hidden> W; Vec<Hidden, Input> v; Scalar<Input> s; [State] Vec h; Gru<Input> g; Vec<Cat<Input>> c;
            protected override Vec<Hidden> Step(Vec<Input> x) => W * x + v + s + h + g.Map(x) + c;
            """)),
        ("C#: a helper whose type is missing", Model("""
            class Feature : Dim;
            Vec<Feature> b;
            static Sequence<D> Add<D>(Seq<D> x, Vec<D> v) => x + v;
            Seq<Feature> Predict(Seq<Feature> x) => Add(x, b);
            """)),
    ];
}

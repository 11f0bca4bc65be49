namespace RnnDsl.Generators.Tests;

/// <summary>Mistakes with matrices of steps, looks into sequences, memories and sequences at every step.</summary>
static class WrongWholes
{
    public static readonly (string Name, string Source)[] All =
    [
        ("products for each pair of steps", WrongPrograms.Model("""
            class Feature : Dim; class Hidden : Dim;
            Gru<Feature, Hidden> gru; Linear<Feature, Hidden> linear; Mat<Hidden, Feature> W;
            Seq<Hidden> Product(Seq<Feature> x, Seq<Feature> y) => Each(y, q => {|RNN3002:SumOverSteps(W * Tanh(x + q))|});
            Seq<Hidden> Layer(Seq<Feature> x, Seq<Feature> y) => Each(y, q => {|RNN3002:SumOverSteps(linear.Map(x * q))|});
            Seq<Hidden> Scan(Seq<Feature> x, Seq<Feature> y) => Each(y, q => {|RNN3002:Last(gru.Scan(x * q))|});
            Seq<Feature> Dropped(Seq<Feature> x, Seq<Feature> y) => Each(y, q => {|RNN3002:SumOverSteps(Dropout(x * q, 0.5))|});
            """)),
        ("functions that do not fit", WrongPrograms.Model("""
            class Feature : Dim; class Hidden : Dim;
            Mat<Hidden, Feature> W;
            Vec<Hidden> OfVector(Vec<Feature> v) => Last(Each({|RNN1007:Tanh(v)|}, q => W * q));
            Seq<Feature> Outside(Seq<Feature> x, Vec<Feature> v)
            {
                var sum = v;
                return Each(x, {|RNN3002:q =>
                {
                    sum = sum + q;
                    return sum;
                }|});
            }
            """)),
        ("sequences from outside beside sequences at every step", WrongPrograms.Model("""
            class Feature : Dim; class Hidden : Dim;
            Gru<Feature, Hidden> gru; Mat<Hidden, Feature> W;
            Seq<Hidden> Outside(Seqs<Feature> x, Seq<Hidden> y) => Each(x, {|RNN3002:s => Last(gru.Scan(s)) + Last(y)|});
            Seq<Hidden> InTuple(Seqs<Feature> x, Seq<Hidden> y) { var pair = (y, 1); return Each(x, {|RNN3002:s => Last(gru.Scan(s)) + Last(pair.Item1)|}); }
            Seq<Feature> OfSequences(Seq<Feature> x, Seqs<Feature> y) => Each(x, q => { var sums = {|RNN3002:Each(y, s => MeanOverSteps(s))|}; return Attend(q, sums, sums); });
            Seq<Feature> Beside(Seqs<Feature> x) => Each(x, s => MeanOverSteps(Each(s, {|RNN3002:Previous(s)|}, (q, r) => Attend(q - r, s, s))));
            Seq<Hidden> Nested(Seq<Feature> x) => Each(x, q => SumOverSteps({|RNN3002:Each(x * q, r => W * r)|}));
            """)),
        ("each k-th step", WrongPrograms.Model("""
            class Feature : Dim; class Hidden : Dim;
            Mat<Hidden, Feature> W;
            Vec<Feature> Zero(Seq<Feature> x) => Last({|RNN3006:Every(x, 0)|});
            Vec<Feature> Vector(Vec<Feature> v) => Last(Every({|RNN1007:v|}, 2));
            Seq<Feature> Own(Seq<Feature> x) => {|RNN3002:x + Every(x, 2)|};
            Seq<Feature> Others(Seq<Feature> x) => {|RNN3002:Every(x, 3) * Every(x, 2)|};
            Seq<Feature> Targets(Seq<Feature> x, Seq<Feature> y)
            {
                var half = Every(x, 2) + y;
                {|RNN3002:return half + Every(x, 3) + y;|}
            }
            Seq<Feature> Pairs(Seq<Feature> x, Seq<Feature> y) => Each(y, q => {|RNN3002:Last(Every(x * q, 2))|});
            Seq<Feature> Fits(Seq<Feature> x, Seq<Feature> y) => Every(x, 2) + Every(y, 2) + Every(x + y, 2);
            """)),
        ("steps of a memory in a cell", """
            [Cell]
            partial class Looking<Input, Hidden, Memory> : Cell<Input, Hidden, Memory>
            {
                Mat<Hidden, Input> W; Mat<Hidden, Memory> C;
                protected override Vec<Hidden> Step(Vec<Input> x, Seq<Memory> memory) => W * x + C * Last({|RNN3002:Every(memory, 2)|});
            }
            """),
        ("states that are sequences", """
            [Cell]
            partial class Plain<Input, Hidden> : Cell<Input, Hidden>
            {
                [State] Seq {|RNN2009:coverage|};
                Mat<Hidden, Input> W;
                protected override Vec<Hidden> Step(Vec<Input> x) => W * x;
            }

            [Cell]
            partial class Looking<Input, Hidden, Memory> : Cell<Input, Hidden, Memory>
            {
                [State] Seqs<Memory> {|RNN2009:notes|};
                Mat<Hidden, Input> W; Mat<Hidden, Memory> C;
                protected override Vec<Hidden> Step(Vec<Input> x, Seq<Memory> memory) => W * x + C * Last(memory);
            }
            """),
        ("memories that do not fit", """
            [Cell]
            partial class Looking<Input, Hidden, Memory> : Cell<Input, Hidden, Memory>
            {
                [State] Vec<Hidden> h;
                Mat<Hidden, Input> W; Mat<Hidden, Memory> C;
                protected override Vec<Hidden> Step(Vec<Input> x, Seq<Memory> memory) => h = Tanh(W * x + C * MeanOverSteps(memory * (Transpose(C) * h)));
            }

            [Model]
            partial class M : Model
            {
                class Feature : Dim; class Hidden : Dim; class Other : Dim;
                Looking<Feature, Hidden, Other> looking;
                Seq<Hidden> Vector(Seq<Feature> x, Vec<Other> m) => looking.Scan(x, {|RNN1006:m|});
                Seq<Hidden> Dimension(Seq<Feature> x) => looking.Scan(x, {|RNN1006:x|});
                Seq<Hidden> Fits(Seq<Feature> x, Seq<Other> m, Vec<Hidden> h) => looking.Scan(x, m, Start(h));
                Seq<Hidden> Start2(Seq<Feature> x, Seq<Other> m, Vec<Feature> f) => looking.Scan(x, m, Start({|RNN1006:f|}));
            }
            """),
        ("sides of matrices that do not fit", WrongPrograms.Cell("""
            [State] Mat<Hidden, Input> S;
            Mat<Hidden, Input> W; Vec<Hidden> b;
            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                S = ScaleRows(S, {|RNN1007:x|}) + ScaleColumns(S, {|RNN1007:b|}) + Outer(W * x, x);
                return S * x + SumOverColumns({|RNN1002:S + Outer(x, b)|});
            }
            """)),
    ];
}

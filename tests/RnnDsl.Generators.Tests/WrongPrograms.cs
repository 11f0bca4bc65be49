namespace RnnDsl.Generators.Tests;

/// <summary>Programs with mistakes, marked where each is reported.</summary>
static class WrongPrograms
{
    public static readonly (string Name, string Source)[] All = [.. Equations, .. WrongDeclarations.All, .. WrongStates.All];

    static (string Name, string Source)[] Equations =>
    [
        ("product", Cell("""
            [State] Vec<Hidden> h;
            Mat<Hidden, Input> Wi; Mat<Hidden, Hidden> Ui;
            protected override Vec<Hidden> Step(Vec<Input> x) => h = Tanh({|RNN1001:Wi * h|} + Ui * h);
            """)),
        ("product with the matrix on the right", Cell("""
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x) => {|RNN1001:x * W|};
            """)),
        ("sum of a vector and a matrix", Cell("""
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x) => {|RNN3002:W * x + W * 2|};
            """)),
        ("sum of two dimensions", Cell("""
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x) => {|RNN1002:W * x + x|};
            """)),
        ("compound assignment of two dimensions", Cell("""
            [State] Vec<Hidden> h;
            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                {|RNN1002:h += x|};
                return h;
            }
            """)),
        ("result", Cell("""
            Vec<Input> b;
            protected override Vec<Hidden> Step(Vec<Input> x) => {|RNN1003:x + b|};
            """)),
        ("result of a helper", Cell("""
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x) => Gate(x);
            Vec<Hidden> Gate(Vec<Input> v)
            {
                var y = W * v;
                return {|RNN1003:Sum(y)|};
            }
            """)),
        ("state", Cell("""
            [State] Vec<Hidden> h;
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                var y = W * x + h;
                h = {|RNN1004:x|};
                return y;
            }
            """)),
        ("state that is assigned a number", Cell("""
            [State] Vec<Hidden> h;
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                var y = W * x + h;
                h = {|RNN1004:0|};
                return y;
            }
            """)),
        ("typed local", Cell("""
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                Vec<Hidden> y = {|RNN1004:x|};
                return W * x + y;
            }
            """)),
        ("argument of a helper", Cell("""
            [State] Vec<Hidden> h;
            Mat<Hidden, Input> W; Mat<Hidden, Hidden> U;
            protected override Vec<Hidden> Step(Vec<Input> x) => h = Gate({|RNN1005:U|}, W, x) + Gate(W, {|RNN1005:x|}) + U * h;
            Vec<Hidden> Gate(Mat<Hidden, Input> w, Mat<Hidden, Input> v, Vec<Input> y) => w * y + v * y;
            Vec<Hidden> Gate(Mat<Hidden, Input> w, Vec<Hidden> y) => y * (w * Zero());
            Vec<Input> Zero() => b;
            Vec<Input> b;
            """)),
        ("layer to layer", Model("""
            class Feature : Dim; class Hidden : Dim;
            Lstm<Feature, Hidden> first; Lstm<Feature, Hidden> second; Linear<Hidden, Feature> head;
            Seq<Feature> Predict(Seq<Feature> x) => head.Map(second.Scan({|RNN1006:first.Scan(x)|}));
            """)),
        ("scan of a vector", Model("""
            class Feature : Dim; class Hidden : Dim;
            Gru<Feature, Hidden> cell;
            Seq<Hidden> Predict(Seq<Feature> x) => cell.Scan({|RNN1006:Last(x)|});
            """)),
        ("argument of an operation", Cell("""
            Mat<Hidden, Input> W; Vec<Hidden> b;
            protected override Vec<Hidden> Step(Vec<Input> x) => W * x + Dot(b, {|RNN1007:x|}) + Softmax({|RNN1007:W|}) + Max(b, {|RNN1007:x|});
            """)),
        ("loss of different shapes", Model("""
            class Feature : Dim; class Horizon : Dim;
            Linear<Feature, Horizon> head;
            Scalar Loss(Seq<Feature> x, Vec<Horizon> y) => MeanSquaredError(head.Map(x), {|RNN1007:y|});
            """)),
        ("transpose of a vector, left of a plain vector", Cell("""
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x) => W * x + Transpose({|RNN1007:x|}) * x + Left({|RNN1007:x|});
            """)),

        ("not partial", """
            [Cell]
            public class {|RNN2001:C|}<Input, Hidden> : Cell<Input, Hidden>
            {
                protected override Vec<Hidden> Step(Vec<Input> x) => throw null!;
            }
            """),
        ("not partial around", """
            class {|RNN2001:Outer|}
            {
                [Cell]
                partial class C<D> : Cell<D, D>
                {
                    protected override Vec<D> Step(Vec<D> x) => x;
                }
            }
            """),
        ("wrong base of a cell", "[Cell] partial class {|RNN2002:C|}<Input, Hidden> : Model;"),
        ("wrong base of a model", "[Model] partial class {|RNN2002:M|};"),
        ("no step", Cell("", "{|RNN2003:C|}")),
        ("no method", Model("", "{|RNN2003:M|}")),
        ("several steps", Cell("""
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x) => W * x;
            Vec<Hidden> {|RNN2004:Step|}(Vec<Hidden> x) => x;
            """)),
        ("state never assigned", Cell("""
            [State] Vec<Hidden> h, {|RNN2005:c|};
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x) => h = W * x + h + c;
            """)),
        ("state never read", Cell("""
            [State] Vec<Hidden> {|RNN2006:h|};
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x) => h = W * x;
            """)),
        ("unused parameter", Cell("""
            Mat<Hidden, Input> W; Vec<Hidden> {|RNN2007:b|};
            protected override Vec<Hidden> Step(Vec<Input> x) => W * x;
            """)),
        ("unused layer", Model("""
            class Feature : Dim;
            LayerNorm<Feature> norm, {|RNN2007:other|};
            Seq<Feature> Predict(Seq<Feature> x) => norm.Map(x);
            """)),
        ("unused local", Cell("""
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                var {|RNN2008:y|} = Tanh(x);
                return W * x;
            }
            """)),
        ("captured field, property and constructor parameter", """
            [Cell]
            partial class C<Input, Hidden> : Cell<Input, Hidden>
            {
                double slope = 2;
                double Gain => 3;
                Mat<Hidden, Input> W;
                protected override Vec<Hidden> Step(Vec<Input> x) => {|RNN2009:slope|} * ({|RNN2009:Gain|} * (W * x));
            }
            """),
        ("readonly and static parameters", Cell("""
            readonly Mat<Hidden, Input> {|RNN2009:W|};
            static Vec<Hidden> {|RNN2009:b|};
            protected override Vec<Hidden> Step(Vec<Input> x) => W * x + b;
            """)),
        ("state of a model", Model("""
            class Feature : Dim;
            [State] Vec<Feature> {|RNN2009:h|};
            Seq<Feature> Predict(Seq<Feature> x) => x + h;
            """)),
        ("dimensions that cannot be known", Cell("""
            class Free : Dim;
            Mat<Hidden, Input> W;
            Vec<Free> {|RNN2010:f|};
            Vec<int> {|RNN2010:g|};
            protected override Vec<Hidden> Step(Vec<Input> x) => W * x + Sum(f) + Sum(g);
            """)),
        ("names that collide", """
            [Cell]
            partial class {|RNN2011:C|}<Input, input> : Cell<Input, input>
            {
                Mat<input, Input> W;
                protected override Vec<input> Step(Vec<Input> x) => W * x;
            }
            """),
        ("overloads of a compiled method", Model("""
            class Feature : Dim;
            Seq<Feature> Predict(Seq<Feature> x) => Tanh(x);
            Vec<Feature> {|RNN2011:Predict|}(Vec<Feature> x) => Tanh(x);
            """)),
        ("map of a cell with states", Model("""
            class Feature : Dim; class Hidden : Dim;
            Gru<Feature, Hidden> cell;
            Seq<Hidden> Predict(Seq<Feature> x) => {|RNN2012:cell.Map(x)|};
            """)),
        ("cell with states in a cell", Cell("""
            Gru<Input, Hidden> {|RNN2012:inner|};
            protected override Vec<Hidden> Step(Vec<Input> x) => inner.Map(x);
            """)),
        ("layer that is not compiled", """
            abstract class Raw<A> : Cell<A, A>;
            [Model]
            partial class M : Model
            {
                class Feature : Dim;
                Raw<Feature> {|RNN2013:raw|};
                Seq<Feature> Predict(Seq<Feature> x) => raw.Map(x);
            }
            """),

        ("unsupported statements", Cell("""
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                {|RNN3001:try|} { } finally { }
                {|RNN3001:throw|} new InvalidOperationException();
                return W * x;
            }
            """)),
        ("a call for nothing", Cell("""
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                {|RNN3001:Tanh(x)|};
                return W * x;
            }
            """)),
        ("unsupported calls and expressions", Cell("""
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                var k = {|RNN3002:double.Parse("2")|};
                var a = {|RNN3002:new[] { x }|};
                return LeakyRelu(W * x, slope: k) * {|RNN3002:x.Length|};
            }
            """)),
        ("matrices of two shapes", Cell("""
            Mat<Hidden, Input> W; Mat<Input, Hidden> V;
            protected override Vec<Hidden> Step(Vec<Input> x) => W * x + ({|RNN1002:W + V|}) * x + Hadamard(W, {|RNN1007:V|}) * x + ({|RNN1002:W / V|}) * x + Max(W, {|RNN1007:V|}) * x;
            """)),
        ("product of matrices", Cell("""
            [State] Vec<Hidden> h;
            Mat<Hidden, Hidden> W, V;
            protected override Vec<Hidden> Step(Vec<Input> x) => h = Tanh(({|RNN1001:W * V|}) * h);
            """)),
        ("matrix with a value of a step", Cell("""
            [State] Vec<Hidden> h;
            [State] Scalar s;
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                s = s + Mean(x);
                return h = ({|RNN3002:s * W|}) * x + Max(W, {|RNN3002:s|}) * x + ({|RNN3002:W - h|}) * x + {|RNN3002:Sum(h) * W|} * x;
            }
            """)),
        ("matrix as a state, and as a result", Cell("""
            [State] Vec<Hidden> h;
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                var old = h;
                h = {|RNN1004:W - W|};
                return old + Left(Concat(h, x)) + Gate();
            }
            Vec<Hidden> Gate()
            {
                return {|RNN1003:2 * W|};
            }
            """)),
        ("sums of what is no matrix", Cell("""
            Vec<Hidden> b;
            protected override Vec<Hidden> Step(Vec<Input> x) => b + SumOverRows({|RNN1007:b|}) + SumOverColumns({|RNN1007:x|}) + Hadamard({|RNN1007:b|}, {|RNN1007:b|});
            """)),
        ("integers", Cell("""
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                int one = 1;
                return {|RNN3002:one / 2|} * (W * x);
            }
            """)),
        ("loops and conditions", Cell("""
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                foreach (int i in {|RNN3002:new[] { 1 }|}) { }
                {|RNN3003:foreach|} (var (a, b) in new[] { (1, 2) }) { }
                {|RNN3003:do|} { } while (false);
                while ({|RNN3002:W.Rows|} < 0) { }
                if ({|RNN3002:x.Length|} > 2) { }
                {|RNN3003:if|} (Sum(x) > 2) { }
                {|RNN3003:switch|} (x.Length) { case 1: break; }
                var chosen = {|RNN3003:Sum(x) switch { _ => W * x }|};
                return {|RNN3002:x.Length|} > 2 ? W * x : chosen;
            }
            """)),
        ("helper that calls itself", Cell("""
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x) => Twice(W * x);
            Vec<Hidden> Twice(Vec<Hidden> v) => v + {|RNN3004:Twice(v)|};
            """)),
        ("cell that contains itself", Cell("""
            C<Input, Hidden> {|RNN3004:inner|};
            protected override Vec<Hidden> Step(Vec<Input> x) => inner.Map(x);
            """)),
        ("assignment to a parameter and an input", Cell("""
            Mat<Hidden, Input> W; Vec<Hidden> b; Linear<Hidden, Hidden> L; [Count(2)] Vec<Hidden>[] R;
            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                {|RNN3005:b|} = W * x;
                {|RNN3005:L|} = L;
                {|RNN3005:R[0]|} = b;
                {|RNN3005:R|} = R;
                return L.Map(W * x + b) + R[1];
            }
            """)),
        ("arrays", Cell("""
            Vec<Hidden>[] {|RNN2016:uncounted|};
            [{|RNN2016:Count(0)|}] Vec<Hidden>[] none;
            [{|RNN2016:Count(1001)|}] Scalar[] many;
            [{|RNN2016:Count(2)|}] Vec<Hidden> one;
            [{|RNN2016:Count(2)|}] int number;
            [Count(3)] Vec<Hidden>[] b;
            Mat<Hidden, Input> W;
            Scalar s;
            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                return W * x + {|RNN3002:b[3]|} + {|RNN3002:b[^4]|} + {|RNN2009:b|} + b[(int){|RNN3002:s.Value|}] + {|RNN3002:x[0]|};
            }
            """)),
        ("an array of states", Cell("""
            [Count(3), State] Vec<Hidden>[] {|RNN2005:{|RNN2006:h|}|};
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                h[1] = W * x;
                return h[2] = h[2] + h[1];
            }
            """)),
        ("a model as a layer", """
            [Model]
            partial class Inner<A> : Model
            {
                [Size(2)] public class Two : Dim;
                Linear<A, Two> head;
                Gru<A, A> cell;
                public Vec<Two> Of(Vec<A> x) => head.Map(x);
                public Seq<A> Run(Seq<A> x) => cell.Scan(x);
                public T Same<T>(T x) => x;
                public Scalar Loss(Seq<A> p, Seq<A> y) => CrossEntropy(p, y);
                public Vec<A> Word([OneHot] Vec<A> x) => x;
            }
            [Model]
            partial class Open<A> : Model
            {
                public class Inside : Dim;
                Linear<A, Inside> head;
                public Vec<Inside> Of(Vec<A> x) => head.Map(x);
            }
            class Plain : Model;
            [Cell]
            partial class Holder<A> : Cell<A, A>
            {
                Inner<A> {|RNN2012:inner|};
                protected override Vec<A> Step(Vec<A> x) => x + x;
            }
            [Model]
            partial class M : Model
            {
                class Feature : Dim; class Other : Dim;
                Inner<Feature> inner;
                Open<Feature> {|RNN2010:open|};
                Plain {|RNN2013:plain|};
                M {|RNN3004:again|};
                Seq<Feature> A(Seq<Other> x) => inner.Run({|RNN1006:x|});
                Vec<Feature> B(Vec<Feature> x) => {|RNN3002:inner.Same(x)|};
                Vec<Feature> C(Vec<Feature> x) => inner.Word({|RNN3002:x|});
                Vec<Feature> Two(Vec<Other> x, Seq<Other> s) => Last(inner.Run({|RNN1006:s|})) + inner.Word({|RNN1006:x|});
                Scalar D(Seq<Feature> x, [OneHot] Seq<Feature> y) => inner.Loss(x, {|RNN3002:y|});
            }
            """),

        ("dimensions of which nothing is", """
            [Cell]
            partial class C<Input, {|RNN2017:Spare|}> : Cell<Input, Input>
            {
                [Size(3)] class {|RNN2017:Three|} : Dim;
                [Size(2)] class Two : Dim;
                Mat<Two, Input> W;
                protected override Vec<Input> Step(Vec<Input> x) => Transpose(W) * (W * x);
            }
            [Model]
            partial class Inner<A> : Model
            {
                public class {|RNN2017:Unseen|} : Dim;
                class Local : Dim;
                public abstract class Kind : Dim;
                public Vec<A> Same(Vec<A> x) => Twice(x);
                static Vec<D> Twice<D>(Vec<D> x) => 2 * x;
                Scalar First(Vec<A> x, Seq<Local> y) => Sum(x);
            }
            """),
        ("one-hot vectors that are written out", Model("""
            class Word : Dim; class Feature : Dim; class Hidden : Dim;
            LayerNorm<Word> norm; Lstm<Word, Hidden> lstm; Linear<Word, Hidden> linear; Qrnn<Word, Hidden> qrnn; RgLru<Word> unitwise;
            Embedding<Word, Hidden> words; Inner<Word> inner;
            Mat<Hidden, Word> W; Vec<Word> b;

            Seq<Hidden> Free([OneHot] Seq<Word> x, [OneHot] Seq<Word> y, Seq<Word> p) => lstm.Scan(x) + linear.Map(Previous(x)) + words.Map(x) + W * x + Dot(b, x) * (W * y) + Dot(p, Next(y));
            Scalar Loss([OneHot] Seq<Word> y, Seq<Word> p) => CrossEntropy(p, y) + MeanSquaredError(p, y) + BinaryCrossEntropy(p * y, y);
            Seq<Word> Beside([OneHot] Seq<Word> x, Seq<Word> p) => Max(x, p) + unitwise.Scan(x);

            Seq<Cat<Word, Feature>> Both([OneHot] Seq<Word> x, Seq<Feature> y) => {|RNN3008:Concat(x, y)|};
            Seq<Hidden> Layers([OneHot] Seq<Word> x) => words.Map({|RNN3008:norm.Map(x)|}) + {|RNN3008:qrnn.Scan(x)|};
            Seq<Word> Units([OneHot] Seq<Word> x, Seq s) => {|RNN3008:Tanh(x)|} + ({|RNN3008:x + b|}) + {|RNN3008:s * x|} + {|RNN3008:Dropout(x, 0.5)|} + {|RNN3008:VariationalDropout(x, 0.5)|};
            Seq<Word> Negative([OneHot] Seq<Word> x) => {|RNN3008:-x|};
            Vec<Hidden> Steps([OneHot] Seq<Word> x) => W * {|RNN3008:Last(x)|} + W * {|RNN3008:MeanOverSteps(x)|} + Last(W * x);
            Seq<Word> Helped([OneHot] Seq<Word> x) => Doubled(x) + inner.Same(x);
            Seq<Word> InModel([OneHot] Seq<Word> x) => {|RNN3008:inner.Square(x)|};
            static Seq<D> Doubled<D>(Seq<D> x) => {|RNN3008:2 * x|};
            """) + """
            [Model]
            partial class Inner<A> : Model
            {
                public Seq<A> Same(Seq<A> x) => x;
                public Seq<A> Square(Seq<A> x) => x * x;
            }
            """),
        ("several at once", Cell("""
            [State] Vec<Hidden> h, c;
            Mat<Hidden, Input> Wi; Mat<Hidden, Hidden> Ui; Vec<Input> bi; Vec<Hidden> {|RNN2007:bh|};
            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                var i = Sigmoid({|RNN1002:{|RNN1001:Wi * h|} + bi|}) + c;
                c = {|RNN1004:x|};
                var {|RNN2008:unused|} = Dot(h, {|RNN1007:x|});
                h = Tanh(Ui * h + c) + i;
                return {|RNN1003:x|};
            }
            """)),
        ("a mistake that C# reports is not reported twice", Cell("""
            Mat<Hidden, Input> W; Mat<Hidden, Missing> V;
            protected override Vec<Hidden> Step(Vec<Input> x) => W * x + V * x + missing + Missing(W * x);
            """)),
    ];

    internal static string Cell(string members, string name = "C") =>
        $"[Cell]\npartial class {name}<Input, Hidden> : Cell<Input, Hidden>\n{{\n{members}\n}}\n";

    internal static string Model(string members, string name = "M") => $"[Model]\npartial class {name} : Model\n{{\n{members}\n}}\n";
}

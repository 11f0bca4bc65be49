using static RnnDsl.Generators.Tests.WrongPrograms;

namespace RnnDsl.Generators.Tests;

/// <summary>Mistakes with matrices, arrays, models that are layers, dimensions and one-hot vectors.</summary>
static class WrongParts
{
    public static readonly (string Name, string Source)[] All =
    [
        ("matrices of two shapes", Cell("""
            Mat<Hidden, Input> W; Mat<Input, Hidden> V;
            protected override Vec<Hidden> Step(Vec<Input> x) => W * x + ({|RNN1002:W + V|}) * x + Hadamard(W, {|RNN1007:V|}) * x + ({|RNN1002:W / V|}) * x + Max(W, {|RNN1007:V|}) * x;
            """)),
        ("product of matrices that do not fit, and of one of a step", Cell("""
            [State] Vec<Hidden> h;
            [State] Mat<Hidden, Hidden> S;
            Mat<Hidden, Input> W, V;
            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                S = 0.5 * S + Outer(h, h);
                h = Tanh(({|RNN1001:W * V|}) * x) + {|RNN1001:W * V|} * h;
                return h + ({|RNN3002:S * W|}) * x + W * (({|RNN3002:Transpose(W) * S|}) * h);
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
        ("a method called as the element of a tuple", Model("""
            class Feature : Dim;
            (Seq<Feature> Tags, Vec<Feature> Intent) Predict(Seq<Feature> x) => (x, Last(x));
            Seq<Feature> {|RNN2011:PredictTags|}(Seq<Feature> x) => x;
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
    ];
}

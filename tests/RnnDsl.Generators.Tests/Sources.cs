namespace RnnDsl.Generators.Tests;

/// <summary>Programs in the language that several tests use.</summary>
static class Sources
{
    public const string Peephole = """
        namespace My.Cells;

        /// <summary>With peepholes.</summary>
        [Cell]
        public partial class Peephole<Input, Hidden> : Cell<Input, Hidden>
        {
            [State] Vec<Hidden> h, c;

            Mat<Hidden, Input>  Wi, Wf, Wg, Wo;
            Mat<Hidden, Hidden> Ui, Uf, Ug, Uo;
            Vec<Hidden> pi, pf, po;
            Vec<Hidden> bi, bg, bo;
            [Init(1)] Vec<Hidden> bf;                  // remember at first

            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                var i = Sigmoid(Wi * x + Ui * h + pi * c + bi);     // input gate
                var f = Sigmoid(Wf * x /* in the middle */ + Uf * h
                    + pf * c + bf);
                c = f * c + i * Tanh(Wg * x + Ug * h + bg);
                var o = Sigmoid(Wo * x + Uo * h + po * c + bo);
                return h = o * Tanh(c);
            }
        }
        """;

    /// <summary>Helpers of each kind, several assignments, constants, named and omitted arguments.</summary>
    public const string Helpers = """
        [Cell]
        public partial class Helpers<Input, Hidden> : Cell<Input, Hidden>
        {
            const double Decay = 0.9;
            [State, Init(0.5)] Scalar level;
            [State] Vec<Hidden> h, previous;
            [Init(Initial.Uniform, 0.1)] Mat<Hidden, Input> W;
            Mat<Hidden, Hidden> U;
            Vec<Hidden> b;

            Vec<Hidden> Drive(Vec<Input> x) => W * x + Transpose(U) * h + b;
            static Vec<D> Scaled<D>(Vec<D> v, double by = 0.5) => by * v;
            void Remember()
            {
                previous = h;
                level *= Decay;
            }

            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                Vec<Hidden> z = Clip(high: 2, low: -1 / 2.0, x: Drive(x)), y;
                y = Scaled(z) + Scaled(by: 2, v: previous);
                this.Remember();
                level += 1 - Decay;
                h = y = -LeakyRelu(y) * level;
                return y;
            }
        }
        """;

    /// <summary>Concatenations, slices, a fixed dimension, a result that is a parameter.</summary>
    public const string Shapes = """
        [Cell]
        public partial class Shapes<Input, Hidden> : Cell<Cat<Input, Hidden>, Cat<Hidden, Shapes<Input, Hidden>.Heads>>
        {
            [Size(3)] public class Heads : Dim;

            [State] Vec<Hidden> h;
            [State] Vec<Heads> heads;
            Mat<Hidden, Cat<Hidden, Input>> W;
            Vec<Heads> key;

            protected override Vec<Cat<Hidden, Heads>> Step(Vec<Cat<Input, Hidden>> x)
            {
                var next = W * Concat(h + Right(x), Left(x)) + Sum(heads);
                h = next;
                heads = key;
                return Concat(h, next.Slice(0, key));
            }
        }
        """;

    /// <summary>A layer in a cell, whose dimensions and fixed dimension become the owner's.</summary>
    public const string Nested = """
        [Cell]
        public partial class Inner<A, B> : Cell<A, B>
        {
            [Size(2)] public class Two : Dim;
            Mat<Two, A> W;
            Mat<B, Two> V;

            protected override Vec<B> Step(Vec<A> x) => V * Tanh(W * x) + Mean(x);
        }

        [Cell]
        public partial class Nested<Input, Hidden> : Cell<Input, Hidden>
        {
            [State] Vec<Hidden> h;
            Inner<Cat<Input, Hidden>, Hidden> inner;

            protected override Vec<Hidden> Step(Vec<Input> x) => h = inner.Map(Concat(x, h));
        }
        """;

    /// <summary>An input with the name of a parameter, a value with the name of a field of the program, and one layer scanned three times.</summary>
    public const string SameNames = """
        [Model]
        public partial class SameNames : Model
        {
            class Feature : Dim;

            Elman<Feature, Feature> layer;
            Vec<Feature> b;

            Seq<Feature> Predict(Seq<Feature> x, Vec<Feature> b)
            {
                var output = Tanh(layer.Scan(layer.ScanReversed(layer.Scan(x))));
                return output * output + Sigmoid(output) * this.b - b;
            }
        }
        """;

    /// <summary>Dropouts of one value at one rate, and in a layer that is called twice.</summary>
    public const string Dropped = """
        [Cell]
        public partial class Scaled<Input> : Cell<Input, Input>
        {
            Vec<Input> w;

            protected override Vec<Input> Step(Vec<Input> x) => w * Dropout(x, 0.25);
        }

        [Model]
        public partial class Dropped : Model
        {
            class Feature : Dim;

            Scaled<Feature> layer;

            Seq<Feature> Predict(Seq<Feature> x)
            {
                var once = Dropout(x, 0.5) + Dropout(x, 0.5);
                return layer.Map(once) + layer.Map(x);
            }

            Scalar Loss(Seq<Feature> x, Seq<Feature> y) => MeanSquaredError(Predict(x), y);
        }
        """;

    /// <summary>Layers of another assembly.</summary>
    public const string Forecaster = """
        namespace My.Models;

        [Model]
        public partial class Forecaster : Model
        {
            class Feature : Dim;  class Hidden : Dim;  class Horizon : Dim;

            PeepholeLstm<Feature, Hidden> encoder;
            Linear<Hidden, Horizon> head;

            Vec<Horizon> Predict(Seq<Feature> x) => head.Map(Last(encoder.Scan(x)));
            Scalar Loss(Seq<Feature> x, Vec<Horizon> y) => MeanSquaredError(Predict(x), y);
        }
        """;
}

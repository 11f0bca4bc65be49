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
                var f = Sigmoid(Wf * x + Uf * h + pf * c + bf);
                c = f * c + i * Tanh(Wg * x + Ug * h + bg);
                var o = Sigmoid(Wo * x + Uo * h + po * c + bo);
                return h = o * Tanh(c);
            }
        }
        """;

    public const string Forecaster = """
        namespace My.Models;

        [Cell]
        public partial class Dense<In, Out> : Cell<In, Out>
        {
            Mat<Out, In> W;
            Vec<Out> b;

            protected override Vec<Out> Step(Vec<In> x) => W * x + b;
        }

        [Model]
        public partial class Forecaster : Model
        {
            class Feature : Dim;  class Hidden : Dim;  class Horizon : Dim;

            Peephole<Feature, Hidden> encoder;
            Dense<Hidden, Horizon> head;

            Vec<Horizon> Predict(Seq<Feature> x) => head.Map(Last(encoder.Scan(x)));
            Scalar Loss(Seq<Feature> x, Vec<Horizon> y) => MeanSquaredError(Predict(x), y);
        }
        """;
}

namespace RnnDsl.CodeFixes.Tests;

/// <summary>Cells that are filled in or taken out of models.</summary>
public class CellWritingTests
{
    static Task Filled(string title, string before, string after) => Check.Fixed(new FillCell(), "CS0103", title, before, after);

    [Fact]
    public Task A_cell_is_filled_in() => Filled("Declare the 11 names that are missing", """
        /// <summary>Gated.</summary>
        [Cell]
        public partial class Gated<Input, Hidden> : Cell<Input, Hidden>
        {
            /// <summary>One step.</summary>
            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                var z = Sigmoid(Wz * x + Uz * h + bz);   // update
                var r = Sigmoid(Wr * x + Ur * h + br);
                var n = Tanh(Wn * x + Un * (r * h) + bn);
                c = 0.5 * c + Clip(n, -1, 1) * Dot(bz, bn);
                h = (1 - z) * n + z * h + c;
                return h;
            }
        }
        """, """
        /// <summary>Gated.</summary>
        [Cell]
        public partial class Gated<Input, Hidden> : Cell<Input, Hidden>
        {
            [State] Vec<Hidden> h, c;
            Mat<Hidden, Input> Wz, Wr, Wn;
            Mat<Hidden, Hidden> Uz, Ur, Un;
            Vec<Hidden> bz, br, bn;

            /// <summary>One step.</summary>
            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                var z = Sigmoid(Wz * x + Uz * h + bz);   // update
                var r = Sigmoid(Wr * x + Ur * h + br);
                var n = Tanh(Wn * x + Un * (r * h) + bn);
                c = 0.5 * c + Clip(n, -1, 1) * Dot(bz, bn);
                h = (1 - z) * n + z * h + c;
                return h;
            }
        }
        """);

    [Fact]
    public Task Names_go_behind_the_fields_that_are_there() => Filled("Declare s, W, Gate and U", """
        [Cell]
        partial class C<Input, Middle, Hidden> : Cell<Input, Hidden>
        {
            [State] Vec<Hidden> h; // kept
            Linear<Middle, Hidden> head; // a layer
            Vec<Hidden> Shift(Vec<Hidden> v) => v + s;
            protected override Vec<Hidden> Step(Vec<Input> x) => h = Shift(head.Map(W * Concat(x, h))) + Gate * x + Transpose(U) * x;
        }
        """, """
        [Cell]
        partial class C<Input, Middle, Hidden> : Cell<Input, Hidden>
        {
            [State] Vec<Hidden> h; // kept
            Linear<Middle, Hidden> head; // a layer
            Mat<Middle, Cat<Input, Hidden>> W;
            Mat<Hidden, Input> Gate;
            Mat<Input, Hidden> U;
            Vec<Hidden> s;
            Vec<Hidden> Shift(Vec<Hidden> v) => v + s;
            protected override Vec<Hidden> Step(Vec<Input> x) => h = Shift(head.Map(W * Concat(x, h))) + Gate * x + Transpose(U) * x;
        }
        """);

    [Fact]
    public Task One_name_in_one_line() => Filled("Declare b", "[Cell] partial class C<A> : Cell<A, A> { protected override Vec<A> Step(Vec<A> x) => Tanh(x) + b; }",
        "[Cell] partial class C<A> : Cell<A, A> { Vec<A> b; protected override Vec<A> Step(Vec<A> x) => Tanh(x) + b; }");

    [Theory]
    [InlineData("W * x + Sum(b)", "Declare W")]                // any dimension would do for b
    [InlineData("Missing(x) + W * Transpose(x)")]              // what is called is no parameter
    [InlineData("W * x + U * (W * x) + Transpose(U) * x")]     // U would be of two shapes
    [InlineData("Dot(W, x) * (V * x)")]                        // and W no matrix
    public Task What_equations_do_not_say_is_not_declared(string equation, params string[] titles) => Check.Titles(new FillCell(), "CS0103", $$"""
        [Cell] partial class C<A, B> : Cell<A, B> { protected override Vec<B> Step(Vec<A> x) => {{equation}}; }
        """, titles);

    [Fact]
    public Task Other_classes_are_left() => Check.Titles(new FillCell(), "CS0103", "class P { int Run(int x) => x + b; }");

    [Fact]
    public Task Equations_of_a_model_become_a_cell() => Check.Refactored(new ExtractCell(), "Extract the cell TaggerLayer", """
        namespace Words;

        [Model]
        public partial class Tagger : Model
        {
            class Feature : Dim;  class Hidden : Dim;  class Tag : Dim;

            Gru<Feature, Hidden> encoder;   // stays
            [Init(Initial.Normal, 0.1)] Mat<Tag, Hidden> W;
            Vec<Tag> b, other;
            Vec<Hidden> scale;
            Linear<Tag, Tag> last;

            Seq<Tag> Scores(Seq<Feature> x)
            {
                var h = encoder.Scan(x);
                [|var g = Sigmoid(scale * h) * h;
                var s = last.Map(Tanh(W * Dropout(g, 0.5) + b));|]
                return s + other;   // scores
            }

            Scalar Loss(Seq<Feature> x, Seq<Tag> y) => CrossEntropy(Scores(x), y);
        }

        class Behind;
        """, """
        namespace Words;

        [Model]
        public partial class Tagger : Model
        {
            class Feature : Dim;  class Hidden : Dim;  class Tag : Dim;

            Gru<Feature, Hidden> encoder;   // stays
            TaggerLayer<Hidden, Tag> layer;
            Vec<Tag> other;

            Seq<Tag> Scores(Seq<Feature> x)
            {
                var h = encoder.Scan(x);
                var s = layer.Map(h);
                return s + other;   // scores
            }

            Scalar Loss(Seq<Feature> x, Seq<Tag> y) => CrossEntropy(Scores(x), y);
        }

        [Cell]
        partial class TaggerLayer<Hidden, Tag> : Cell<Hidden, Tag>
        {
            [Init(Initial.Normal, 0.1)] Mat<Tag, Hidden> W;
            Vec<Tag> b;
            Vec<Hidden> scale;
            Linear<Tag, Tag> last;

            protected override Vec<Tag> Step(Vec<Hidden> h)
            {
                var g = Sigmoid(scale * h) * h;
                return last.Map(Tanh(W * Dropout(g, 0.5) + b));
            }
        }

        class Behind;
        """);

    [Fact]
    public Task An_expression_of_a_model_becomes_a_cell() => Check.Refactored(new ExtractCell(), "Extract the cell MLayer", """
        [Model]
        partial class M : Model
        {
            class A : Dim;  class B : Dim;
            Gru<A, A> cell;  Mat<B, Cat<A, A>> W;
            Vec<B> c;
            Vec<B> Predict(Vec<Cat<A, A>> x) => 2 * [|Tanh(W * x + Sum(x))|] + c;
            Seq<A> Run(Seq<A> x) => cell.Scan(x);
        }
        """, """
        [Model]
        partial class M : Model
        {
            class A : Dim;  class B : Dim;
            Gru<A, A> cell;  MLayer<A, B> layer;
            Vec<B> c;
            Vec<B> Predict(Vec<Cat<A, A>> x) => 2 * layer.Map(x) + c;
            Seq<A> Run(Seq<A> x) => cell.Scan(x);
        }

        [Cell]
        partial class MLayer<A, B> : Cell<Cat<A, A>, B>
        {
            Mat<B, Cat<A, A>> W;

            protected override Vec<B> Step(Vec<Cat<A, A>> x) => Tanh(W * x + Sum(x));
        }
        """);

    /// <summary>With the parameters of the model under their new names the cell gives the same numbers, uncompiled and compiled.</summary>
    [Fact]
    public async Task A_cell_that_was_extracted_means_the_same()
    {
        (System.Reflection.Assembly before, System.Reflection.Assembly after) = await Check.Loaded(new ExtractCell(), """
            [Model]
            public partial class M : Model
            {
                public class A : Dim; public class B : Dim;
                Elman<A, B> cell; Mat<B, B> W; Vec<B> b, c; Scalar s; Linear<A, B> linear;
                public Seq<B> Predict(Seq<A> x)
                {
                    var h = cell.Scan(x);
                    [|var g = Softmax(W * h + b) * Max(h, s);
                    var z = g / (1 + Sum(Square(h))) + Where(h > b, Normalize(h), -h) + 3 * Left(Concat(h, b));|]
                    return Previous(z) + c + linear.Map(x);
                }
            }
            """);
        var models = new[] { before, after }.Select(a => (RnnDsl.Execution.Module)Activator.CreateInstance(a.GetType("M")!, 2, 5, 1)!).ToArray();
        foreach (Parameter parameter in models[1].Parameters.Slices)
            models[0].Parameters[parameter.Name.Replace("layer.", "")].CopyTo(models[1].Parameters.Of(parameter));
        double[][] written = [.. models.Select(m => { m.BindReference(m.Parameters.ToReference()); return m.RunReference("Predict", [[1, -2, 0.5, 0.25, 3, -1]]); })];
        Assert.Equal(15, written[0].Length);
        Assert.Equal(written[0], written[1]);
        foreach (RnnDsl.Execution.Module model in models)
            RnnDsl.Training.GradientCheck.Verify(model);
        Assert.Equal(["layer.W", "layer.b", "layer.s"], models[1].Parameters.Slices.Select(p => p.Name).Where(n => n.StartsWith("layer.", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("[|MeanOverSteps(W * x)|] + b")]                 // goes over steps
    [InlineData("Last([|Tanh(W * x) + Tanh(W * z)|]) + b")]      // reads two sequences
    [InlineData("Last([|Tanh(x)|]) + b")]                        // has no parameter
    [InlineData("Last([|Tanh(W * x)|]) + W * Last(x)")]          // W is needed elsewhere
    [InlineData("Last([|Previous(W * x)|]) + b")]                // looks at other steps
    [InlineData("Last([|cell.Scan(x)|]) + b")]                   // is a recurrence already
    [InlineData("Last([|Tanh(fixedOne * x)|]) + b")]             // computed by a method of the model
    public Task What_a_step_cannot_say_stays_in_the_model(string equation) => Check.NotOffered(new ExtractCell(), $$"""
        [Model]
        partial class M : Model
        {
            class A : Dim;
            Gru<A, A> cell; Mat<A, A> W; Vec<A> b;
            [Fixed(nameof(One))] Mat<A, A> fixedOne;
            static double One(int row, int column) => 1;
            Vec<A> Predict(Seq<A> x, Seq<A> z) => {{equation}};
        }
        """);
}

namespace RnnDsl.CodeFixes.Tests;

/// <summary>Fixes of what stands around equations.</summary>
public class DeclarationTests
{
    [Fact]
    public Task A_class_and_what_is_around_it_become_partial() => Check.Fixed(new MakePartial(), "RNN2001", "Make C and Outer partial", """
        /// <summary>All around.</summary>
        public static class Outer   // outside
        {
            [Cell]
            public  sealed /* inside */ class C<D> : Cell<D, D>
            {
                protected override Vec<D> Step(Vec<D> x) => Tanh(x);
            }
        }
        """, """
        /// <summary>All around.</summary>
        public static partial class Outer   // outside
        {
            [Cell]
            public  sealed /* inside */ partial class C<D> : Cell<D, D>
            {
                protected override Vec<D> Step(Vec<D> x) => Tanh(x);
            }
        }
        """);

    [Fact]
    public Task Classes_within_one_another_become_partial_at_once() => Check.AllFixed(new MakePartial(), "RNN2001", "Make C and Mid and Outer partial", """
        static class Outer
        {
            static class Mid
            {
                [Cell] class C<A> : Cell<A, A> { protected override Vec<A> Step(Vec<A> x) => Tanh(x); }
                [Cell] sealed class D<A> : Cell<A, A> { protected override Vec<A> Step(Vec<A> x) => Tanh(x); }
            }
        }
        """, """
        static partial class Outer
        {
            static partial class Mid
            {
                [Cell] partial class C<A> : Cell<A, A> { protected override Vec<A> Step(Vec<A> x) => Tanh(x); }
                [Cell] sealed partial class D<A> : Cell<A, A> { protected override Vec<A> Step(Vec<A> x) => Tanh(x); }
            }
        }
        """);

    [Fact]
    public Task A_class_of_one_file_is_opened() => Check.Fixed(new MakePartial(), "RNN2001", "Make C visible outside of its file", """
        [Cell]
        file partial class C<A> : Cell<A, A>
        {
            protected override Vec<A> Step(Vec<A> x) => Tanh(x);
        }
        """, """
        [Cell]
        partial class C<A> : Cell<A, A>
        {
            protected override Vec<A> Step(Vec<A> x) => Tanh(x);
        }
        """);

    [Fact]
    public Task An_abstract_model_becomes_partial() => Check.Fixed(new MakePartial(), "RNN2018", "Make RunnerOf partial", """
        class A : Dim;
        abstract class RunnerOf<TCell> : Model where TCell : Cell<A, A>
        {
            TCell cell;
            public Seq<A> Run(Seq<A> x) => cell.Scan(x);
        }
        [Model] partial class Runner : RunnerOf<Gru<A, A>>;
        """, """
        class A : Dim;
        abstract partial class RunnerOf<TCell> : Model where TCell : Cell<A, A>
        {
            TCell cell;
            public Seq<A> Run(Seq<A> x) => cell.Scan(x);
        }
        [Model] partial class Runner : RunnerOf<Gru<A, A>>;
        """);

    [Fact]
    public Task Other_faults_of_abstract_models_are_left() => Check.Titles(new MakePartial(), "RNN2018", """
        class A : Dim;
        [Model] partial class RunnerOf<TCell> : Model where TCell : Cell<A, A> { TCell cell; public Seq<A> Run(Seq<A> x) => cell.Scan(x); }
        """);

    [Fact]
    public Task The_step_says_from_which_cell_a_class_derives() => Check.Fixed(new DeriveFromBase(), "RNN2002", "Derive Leaky from Cell<In, Out>", """
        [Cell]
        partial class Leaky<In, Middle, Out> : IDisposable
            // three dimensions
        {
            Mat<Middle, In> V; Mat<Out, Middle> W;

            public Vec<Out> Step(Vec<In> x) => W * Tanh(V * x);

            public void Dispose() { }
        }
        """, """
        [Cell]
        partial class Leaky<In, Middle, Out> : Cell<In, Out>, IDisposable
            // three dimensions
        {
            Mat<Middle, In> V; Mat<Out, Middle> W;

            protected override Vec<Out> Step(Vec<In> x) => W * Tanh(V * x);

            public void Dispose() { }
        }
        """);

    [Fact]
    public Task A_cell_that_looks_into_a_memory_and_names_nothing_imported() => Check.Fixed(new DeriveFromBase(), "RNN2002", "Derive Looking from RnnDsl.Cell<D, D, M>", """
        [RnnDsl.Cell]
        partial class Looking<D, M>
        {
            RnnDsl.Mat<D, M> C;
            RnnDsl.Vec<D> Step(RnnDsl.Vec<D> x, RnnDsl.Seq<M> memory) => x + C * RnnDsl.Ops.Last(memory);
        }
        """, """
        [RnnDsl.Cell]
        partial class Looking<D, M> : RnnDsl.Cell<D, D, M>
        {
            RnnDsl.Mat<D, M> C;
            protected override RnnDsl.Vec<D> Step(RnnDsl.Vec<D> x, RnnDsl.Seq<M> memory) => x + C * RnnDsl.Ops.Last(memory);
        }
        """, usings: false);

    [Fact]
    public Task A_model_derives_from_Model() => Check.Fixed(new DeriveFromBase(), "RNN2002", "Derive M from Model", """
        interface IOther;
        [Model] partial class M : IOther { class A : Dim; Vec<A> Predict(Vec<A> x) => Tanh(x); }
        """, """
        interface IOther;
        [Model] partial class M : Model, IOther { class A : Dim; Vec<A> Predict(Vec<A> x) => Tanh(x); }
        """);

    [Fact]
    public Task A_model_that_is_marked_as_a_cell_is_marked_as_a_model() => Check.Fixed(new DeriveFromBase(), "RNN2002", "Mark M [Model]", """
        [Cell /* no */] partial class M : Model { class A : Dim; Vec<A> Predict(Vec<A> x) => Tanh(x); }
        """, """
        [Model /* no */] partial class M : Model { class A : Dim; Vec<A> Predict(Vec<A> x) => Tanh(x); }
        """);

    [Fact]
    public async Task A_base_that_may_be_needed_is_not_replaced()
    {
        await Check.Titles(new DeriveFromBase(), "RNN2002", "[Model] partial class A<I, O> : Cell<I, O> { Mat<O, I> W; protected override Vec<O> Step(Vec<I> x) => W * x; }", "Mark A [Cell]");
        await Check.Titles(new DeriveFromBase(), "RNN2002", """
            abstract class Gated<I, O> : Cell<I, O> { protected static Vec<O> Gate(Vec<O> v) => Sigmoid(v); }
            [Cell] partial class A<I, O> : Gated<I, O> { Mat<O, I> W; protected override Vec<O> Step(Vec<I> x) => Gate(W * x); }
            """);
        await Check.Titles(new DeriveFromBase(), "RNN2002", "class Other { protected const double Rate = 2; } [Model] partial class M : Other { class A : Dim; Vec<A> Predict(Vec<A> x) => Rate * Tanh(x); }");
    }

    [Fact]
    public Task A_cell_that_derives_from_Model_derives_from_Cell() => Check.Fixed(new DeriveFromBase(), "RNN2002", "Derive C from Cell<A, A>",
        "[Cell] partial class C<A> : Model { Vec<A> Step(Vec<A> x) => Tanh(x); }", "[Cell] partial class C<A> : Cell<A, A> { protected override Vec<A> Step(Vec<A> x) => Tanh(x); }");

    [Fact]
    public async Task A_base_that_nothing_says_is_not_guessed()
    {
        await Check.Titles(new DeriveFromBase(), "RNN2002", "[Cell] partial class C<A, B, D> { }");
        await Check.Titles(new DeriveFromBase(), "RNN2002", "[Cell] partial class C<A, B> { int Step(int x) => x; }");
        await Check.Titles(new DeriveFromBase(), "RNN2002", "[Cell] partial class C<A, B> { }", "Derive C from Cell<A, B>");
    }

    [Fact]
    public Task Dimensions_become_as_visible_as_the_method() => Check.Fixed(new PublicDimensions(), "CS0050", "Make Hidden, Feature public", """
        [Model]
        public partial class M : Model
        {
            class Feature : Dim;  private protected sealed class Hidden : Dim;
            [Size(2)] class Inside : Dim;   // stays

            Linear<Feature, Inside> below; Linear<Inside, Hidden> above;

            public Seq<Hidden> Predict(Seq<Feature> x) => above.Map(below.Map(x));
        }
        """, """
        [Model]
        public partial class M : Model
        {
            public class Feature : Dim;  public sealed class Hidden : Dim;
            [Size(2)] class Inside : Dim;   // stays

            Linear<Feature, Inside> below; Linear<Inside, Hidden> above;

            public Seq<Hidden> Predict(Seq<Feature> x) => above.Map(below.Map(x));
        }
        """);

    [Fact]
    public Task Dimensions_of_inputs_become_visible_too() => Check.Fixed(new PublicDimensions(), "CS0051", "Make Feature public", """
        [Model] public partial class M : Model { class Feature : Dim; public Scalar Loss(Seq<Feature> x) => Sum(Last(x)); }
        """, """
        [Model] public partial class M : Model { public class Feature : Dim; public Scalar Loss(Seq<Feature> x) => Sum(Last(x)); }
        """);

    [Fact]
    public async Task What_is_no_dimension_or_no_model_stays_hidden()
    {
        await Check.Titles(new PublicDimensions(), "CS0051", "public class P { class Options; public void Run(Options o) { } }");
        await Check.Titles(new PublicDimensions(), "CS0051", "[Model] public partial class M : Model { class A : Dim; class Options; public Vec<A> Run(Vec<A> x, Options o) => Tanh(x); }");
    }
}

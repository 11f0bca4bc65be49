namespace RnnDsl.CodeFixes.Tests;

/// <summary>Tests that are written for a cell or model.</summary>
public class GradientCheckWritingTests
{
    [Fact]
    public Task A_gradient_check_is_written() => Check.Refactored(new WriteGradientCheck(), "Write a gradient check for Leaky", """
        namespace Cells.Own;

        [Cell]
        public partial class [|Leaky|]<Input, Hidden> : Cell<Input, Hidden>
        {
            [State] Vec<Hidden> v; Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x) => v = 0.5 * v + W * x;
        }

        """, """
        namespace Cells.Own;

        [Cell]
        public partial class Leaky<Input, Hidden> : Cell<Input, Hidden>
        {
            [State] Vec<Hidden> v; Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x) => v = 0.5 * v + W * x;
        }
        // LeakyGradientTests.cs
        using RnnDsl;
        using RnnDsl.Training;
        using Xunit;

        namespace Cells.Own;

        public class LeakyGradientTests
        {
            sealed class Input : Dim;
            sealed class Hidden : Dim;

            [Fact]
            public void What_is_compiled_is_what_is_written() => GradientCheck.Verify(new Leaky<Input, Hidden>(input: 3, hidden: 5));
        }

        """, tests: true);

    [Fact]
    public Task A_model_inside_that_drops_units_is_checked_for_values() => Check.Refactored(new WriteGradientCheck(), "Write a gradient check for M", """
        static partial class Outer
        {
            [Model] internal partial class [|M|] : Model { class Class : Dim; Linear<Class, Class> l; Scalar Loss(Seq<Class> x, Seq<Class> y) => CrossEntropy(l.Map(Dropout(x, 0.5)), y); }
        }

        """, """
        static partial class Outer
        {
            [Model] internal partial class M : Model { class Class : Dim; Linear<Class, Class> l; Scalar Loss(Seq<Class> x, Seq<Class> y) => CrossEntropy(l.Map(Dropout(x, 0.5)), y); }
        }
        // MGradientTests.cs
        using RnnDsl;
        using RnnDsl.Training;
        using Xunit;

        public class MGradientTests
        {
            // It drops units in training, which its equations do not when they run: values alone can be compared.
            [Fact]
            public void What_is_compiled_is_what_is_written() => GradientCheck.Verify(new Outer.M(@class: 3), new GradientCheckOptions { Gradients = false });
        }

        """, tests: true);

    [Theory]
    [InlineData("WeightDropLstm<A, A> cell; Seq<A> Run(Seq<A> x) => cell.Scan(x);", true)]
    [InlineData("Own<A> cell; Seq<A> Run(Seq<A> x) => cell.Scan(x);", true)]
    [InlineData("Inner<A> inner; Seq<A> Run(Seq<A> x) => inner.Run(x);", true)]
    [InlineData("Lstm<A, A> cell; Seq<A> Run(Seq<A> x) => cell.Scan(x);", false)]
    public Task A_model_with_a_layer_that_drops_units_is_checked_for_values(string members, bool drops)
    {
        const string Others = """
            [Cell] public partial class Own<D> : Cell<D, D> { [State] Vec<D> h; Zoneout<D> z; protected override Vec<D> Step(Vec<D> x) => h = z.Map(h + x); }
            [Cell] public partial class Zoneout<D> : Cell<D, D> { Vec<D> b; protected override Vec<D> Step(Vec<D> x) => Dropout(Tanh(x + b), 0.5); }
            [Model] public partial class Inner<D> : Model { Own<D> own; public Seq<D> Run(Seq<D> x) => own.Scan(x); }
            """;
        string options = drops ? ", new GradientCheckOptions { Gradients = false }" : "";
        string because = drops ? "    // It drops units in training, which its equations do not when they run: values alone can be compared.\n" : "";
        return Check.Refactored(new WriteGradientCheck(), "Write a gradient check for M", $"{Others}\n[Model] public partial class [|M|] : Model {{ public class A : Dim; {members} }}\n", $$"""
            {{Others}}
            [Model] public partial class M : Model { public class A : Dim; {{members}} }
            // MGradientTests.cs
            using RnnDsl;
            using RnnDsl.Training;
            using Xunit;

            public class MGradientTests
            {
            {{because}}    [Fact]
                public void What_is_compiled_is_what_is_written() => GradientCheck.Verify(new M(a: 3){{options}});
            }

            """, tests: true);
    }

    [Fact]
    public async Task A_check_is_not_written_where_it_would_not_compile()
    {
        const string Right = "[Cell] partial class [|C|]<A> : Cell<A, A> { protected override Vec<A> Step(Vec<A> x) => Tanh(x); }";
        await Check.NotOffered(new WriteGradientCheck(), Right);
        await Check.NotOffered(new WriteGradientCheck(), Right.Replace("partial ", ""), tests: true);
        await Check.NotOffered(new WriteGradientCheck(), $"partial class P {{ {Right.Replace("partial class [", "private partial class [")} }}", tests: true);
        await Check.NotOffered(new WriteGradientCheck(), Right + " class CGradientTests;", tests: true);
        await Check.NotOffered(new WriteGradientCheck(), "class [|P|];", tests: true);
    }
}

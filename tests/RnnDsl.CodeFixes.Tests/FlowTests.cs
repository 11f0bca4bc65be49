namespace RnnDsl.CodeFixes.Tests;

/// <summary>Fixes of loops, conditions, names and marks.</summary>
public class FlowTests
{
    static string Cell(string body) => $$"""
        [Cell]
        partial class C<Input, Hidden> : Cell<Input, Hidden>
        {
            [State] Vec<Hidden> h;
            Mat<Hidden, Input> V, W;

            protected override Vec<Hidden> Step(Vec<Input> x)
            {
        {{body}}
            }
        }
        """;

    [Theory]
    [InlineData("foreach (int i in Enumerable.Range(0, 3))  // three", "for (int i = 0; i < 3; i++)  // three")]
    [InlineData("foreach (var i in System.Linq.Enumerable.Range(Turns, Turns - 1))", "for (int i = Turns; i < Turns + (Turns - 1); i++)")]
    [InlineData("foreach (long i in Enumerable.Range(0, 3))", "for (long i = 0; i < 3; i++)")]
    public Task A_range_is_counted(string before, string after)
    {
        string Source(string loop) => Cell($$"""
                    const int Turns = 3;
                    {{loop}}
                        h = Tanh(h + i * (V * x)) * Turns;
                    return h + W * x;
            """);
        return Check.Fixed(new FollowLoop(), "RNN3002", "Write for", Source(before), Source(after));
    }

    [Fact]
    public Task Other_collections_are_left() => Check.Titles(new FollowLoop(), "RNN3002", Cell("""
                foreach (int i in new[] { 1, 2 })
                    h = Tanh(h + i * (V * x));
                return h + W * x;
        """));

    [Theory]
    [InlineData("float i in Enumerable.Range(0, 3)")]
    [InlineData("byte i in Enumerable.Range(0, 300)")]
    [InlineData("int i in Enumerable.Range(0, /* n */ 3)")]
    public Task Ranges_of_other_numbers_and_with_comments_are_left(string each) => Check.Titles(new FollowLoop(), "RNN3002", Cell($$"""
                foreach ({{each}})
                    h = Tanh(h + (int)i * (V * x));
                return h + W * x;
        """));

    [Theory]
    [InlineData("""
                var y = h + V * x;
                if (Sum(x) > 2)
                {
                    y = W * x;
                }
                return h = y;   // the end
        """, "Write y = Where(Sum(x) > 2, W * x, y)", """
                var y = h + V * x;
                y = Where(Sum(x) > 2, W * x, y);
                return h = y;   // the end
        """)]
    [InlineData("""
                Vec<Hidden> y;
                if (h <= V * x)
                    y = W * x;
                else
                    y = 2 * h;
                return h = y;
        """, "Write y = Where(h <= V * x, W * x, 2 * h)", """
                Vec<Hidden> y;
                y = Where(h <= V * x, W * x, 2 * h);
                return h = y;
        """)]
    [InlineData("""
                h = V * x + h;
                if (Sum(x) > 2)
                    return W * x;
                return h;   // else
        """, "Write return Where(Sum(x) > 2, W * x, h)", """
                h = V * x + h;
                return Where(Sum(x) > 2, W * x, h);   // else
        """)]
    [InlineData("""
                return h = h + /* or */ (Sum(x) > 2 ? W * x : V * x);
        """, "Write Where(Sum(x) > 2, W * x, V * x)", """
                return h = h + /* or */ (Where(Sum(x) > 2, W * x, V * x));
        """)]
    public Task Conditions_on_values_become_Where(string before, string title, string after) =>
        Check.Fixed(new ChooseWhere(), "RNN3003", title, Cell(before), Cell(after));

    [Fact]
    public async Task Conditions_that_Where_does_not_say_are_left()
    {
        // A comment would be lost.
        await Check.Titles(new ChooseWhere(), "RNN3003", Cell("""
                if (Sum(x) > 2)
                    return W * x; // large
                return h = V * x + h;
        """));
        // A state would be assigned in either case.
        await Check.Titles(new ChooseWhere(), "RNN3003", Cell("""
                if (Sum(x) > 2)
                    return h = V * x;
                else
                    return h = W * x + h;
        """));
        await Check.Titles(new ChooseWhere(), "RNN3003", Cell("""
                if (Sum(x) > 2)
                {
                    var z = W * x;
                    h = z;
                }
                return h + V * x;
        """));
    }

    [Fact]
    public async Task Names_are_those_of_now()
    {
        await Check.Fixed(new OldNames(), "CS0618", "Write Normalize", Cell("        return h = RnnDsl.Ops.Normalise(h + V * x) + W * x;"), Cell("        return h = RnnDsl.Ops.Normalize(h + V * x) + W * x;"));
        await Check.Fixed(new OldNames(), "CS0618", "Write Normalize", Cell("        return h = Normalise( /* v */ h + V * x) + W * x;"), Cell("        return h = Normalize( /* v */ h + V * x) + W * x;"));
        await Check.Fixed(new OldNames(), "CS0117", "Write Canceled",
            "using RnnDsl.Training;\nclass P { bool Ended(StopReason r) => r == StopReason.Cancelled; }", "using RnnDsl.Training;\nclass P { bool Ended(StopReason r) => r == StopReason.Canceled; }");
    }

    [Fact]
    public async Task Names_of_others_are_left()
    {
        await Check.Titles(new OldNames(), "CS0618", "class P { [Obsolete(\"no\")] int Normalise() => 0; int Run() => Normalise(); }");
        await Check.Titles(new OldNames(), "CS0117", "class P { bool Run(DayOfWeek d) => d == DayOfWeek.Cancelled; }");
    }

    const string Inner = """
        [Model]
        partial class Inner<A> : Model
        {
            public Scalar Loss(Seq<A> p, Seq<A> y) => CrossEntropy(p, y);
            public Vec<A> Word([OneHot] Vec<A> x) => x;
        }

        """;

    [Fact]
    public Task A_target_is_marked_one_hot() => Check.Fixed(new MarkOneHot(), "RNN3002", "Mark y [OneHot]", Inner + """
        [Model] partial class M : Model { class F : Dim; Inner<F> inner; Scalar D(Seq<F> x, [OneHot] Seq<F> z) => inner.Loss(y: z, p: x); }
        """, Inner.Replace(", Seq<A> y", ", [OneHot] Seq<A> y") + """
        [Model] partial class M : Model { class F : Dim; Inner<F> inner; Scalar D(Seq<F> x, [OneHot] Seq<F> z) => inner.Loss(y: z, p: x); }
        """);

    [Fact]
    public Task An_input_is_marked_one_hot() => Check.Fixed(new MarkOneHot(), "RNN3002", "Mark x [OneHot]", Inner + """
        [Model] partial class M : Model { class F : Dim; Inner<F> inner; Vec<F> D(/* in */ Vec<F> x) => inner.Word(x); }
        """, Inner + """
        [Model] partial class M : Model { class F : Dim; Inner<F> inner; Vec<F> D(/* in */ [OneHot] Vec<F> x) => inner.Word(x); }
        """);

    [Fact]
    public async Task What_is_no_input_is_not_marked()
    {
        await Check.Titles(new MarkOneHot(), "RNN3002", Inner + "[Model] partial class M : Model { class F : Dim; Inner<F> inner; Vec<F> D(Vec<F> x) => inner.Word(Tanh(x)); }", "Leave [OneHot] out of x of Word");
        await Check.Titles(new MarkOneHot(), "RNN3002", Cell("        return h = h * x.Length + W * x + V * x;"));
    }
}

namespace RnnDsl.CodeFixes.Tests;

/// <summary>Fixes of equations.</summary>
public class EquationTests
{
    static string Cell(string members) => $$"""
        [Cell]
        partial class C<Input, Hidden> : Cell<Input, Hidden>
        {
        {{members}}
        }
        """;

    static Task Product(string title, string before, string after) => Check.Fixed(new FitProduct(), "RNN1001", title, Cell(before), Cell(after));

    [Fact]
    public Task The_matrix_that_fits_takes_the_place() => Product("Write Ui in place of Wi", """
            [State] Vec<Hidden> h;
            Mat<Hidden, Input> Wi; Mat<Hidden, Hidden> Ui, Uf;
            protected override Vec<Hidden> Step(Vec<Input> x) => h = Tanh(Wi * x + Wi /* a */ * h // b
                + Uf * h + Ui * h);
        """, """
            [State] Vec<Hidden> h;
            Mat<Hidden, Input> Wi; Mat<Hidden, Hidden> Ui, Uf;
            protected override Vec<Hidden> Step(Vec<Input> x) => h = Tanh(Wi * x + Ui /* a */ * h // b
                + Uf * h + Ui * h);
        """);

    [Fact]
    public Task The_vector_that_fits_takes_the_place() => Product("Write x in place of h", """
            [Size(3)] class Middle : Dim;
            [State] Vec<Hidden> h;
            Mat<Middle, Input> W; Mat<Hidden, Middle> V;
            protected override Vec<Hidden> Step(Vec<Input> x) => h = h + V * (W*h);
        """, """
            [Size(3)] class Middle : Dim;
            [State] Vec<Hidden> h;
            Mat<Middle, Input> W; Mat<Hidden, Middle> V;
            protected override Vec<Hidden> Step(Vec<Input> x) => h = h + V * (W*x);
        """);

    [Fact]
    public Task A_matrix_is_transposed_where_it_stands() => Product("Write Transpose(V)", """
            Mat<Hidden, Input> V; Vec<Hidden> b;
            protected override Vec<Hidden> Step(Vec<Input> x) => Dot(x, V  * b ) * b;
        """, """
            Mat<Hidden, Input> V; Vec<Hidden> b;
            protected override Vec<Hidden> Step(Vec<Input> x) => Dot(x, Transpose(V)  * b ) * b;
        """);

    [Fact]
    public Task A_matrix_is_transposed_where_it_is_declared() => Product("Declare V as Mat<Hidden, Input>", """
            [Init(Initial.Xavier, 2)] Mat<Hidden, Hidden> U; // between steps
            [Init(Initial.Normal, 0.1)] Mat<Input, Hidden> V, W; // from the input
            [State] Vec<Hidden> h;
            protected override Vec<Hidden> Step(Vec<Input> x) => h = Tanh(V * x + U * h + Transpose(W) * x);
        """, """
            [Init(Initial.Xavier, 2)] Mat<Hidden, Hidden> U; // between steps
            [Init(Initial.Normal, 0.1)] Mat<Hidden, Input> V;
            [Init(Initial.Normal, 0.1)] Mat<Input, Hidden> W; // from the input
            [State] Vec<Hidden> h;
            protected override Vec<Hidden> Step(Vec<Input> x) => h = Tanh(V * x + U * h + Transpose(W) * x);
        """);

    [Fact]
    public Task One_declaration_is_transposed_in_its_place() => Product("Declare V as Mat<Hidden, Input>", """
            Mat<Input,  Hidden> V;
            protected override Vec<Hidden> Step(Vec<Input> x) => Tanh(V * x) + V * x;
        """, """
            Mat<Hidden,  Input> V;
            protected override Vec<Hidden> Step(Vec<Input> x) => Tanh(V * x) + V * x;
        """);

    [Fact]
    public Task A_matrix_of_several_keeps_the_comments_beside_it() => Product("Declare V as Mat<Hidden, Input>", """
            Mat<Input, Hidden> U,   // up
                 // across
                 V,   // over
                 W;   // down
            protected override Vec<Hidden> Step(Vec<Input> x) => Tanh(V * x + Transpose(U) * x + Transpose(W) * x);
        """, """
            Mat<Input, Hidden> U;   // up
                 // across
            Mat<Hidden, Input> V;   // over
            Mat<Input, Hidden> W;   // down
            protected override Vec<Hidden> Step(Vec<Input> x) => Tanh(V * x + Transpose(U) * x + Transpose(W) * x);
        """);

    [Fact]
    public Task All_matrices_of_a_declaration_are_transposed_at_once() => Check.AllFixed(new FitProduct(), "RNN1001", "Declare W as Mat<Hidden, Input>", Cell("""
            Mat<Input, Hidden> W, U, V, /* the last */ S; // four
            protected override Vec<Hidden> Step(Vec<Input> x) => Tanh(W * x + V * x) + Transpose(U) * x + S * x;
        """), Cell("""
            Mat<Hidden, Input> W;
            Mat<Input, Hidden> U;
            Mat<Hidden, Input> V;
            Mat<Hidden, Input> /* the last */ S; // four
            protected override Vec<Hidden> Step(Vec<Input> x) => Tanh(W * x + V * x) + Transpose(U) * x + S * x;
        """));

    [Fact]
    public Task A_declaration_that_others_need_is_not_transposed() => Check.Titles(new FitProduct(), "RNN1001", Cell("""
            Mat<Input, Hidden> V;
            protected override Vec<Hidden> Step(Vec<Input> x) => V * x + Transpose(V) * x;
        """), "Write Transpose(V)");

    [Theory]
    [InlineData("g * U * h", "Write g * (U * h)", "g * (U * h)")]
    [InlineData("2 * g * U  * (h + g)", "Write 2 * g * (U * (h + g))", "2 * g * (U  * (h + g))")]
    [InlineData("(g * /* of */ U) * h", "Write g * (U * h)", "g * /* of */ (U * h)")]
    [InlineData("g * U * 2 * h", "Write g * (U * 2 * h)", "g * (U * 2 * h)")]
    [InlineData("g * U * U * h", "Write g * (U * U * h)", "g * (U * U * h)")]
    [InlineData("(g * U * s) * h * 2", "Write g * (U * s * h)", "g * (U * s * h) * 2")]
    [InlineData("g * U", "Write U * g", "U * g")]
    [InlineData("(g + h) * U", "Write U * (g + h)", "U * (g + h)")]
    public Task Brackets_make_the_product_that_was_meant(string before, string title, string after)
    {
        string Members(string product) => $$"""
                [State] Vec<Hidden> h;
                Mat<Hidden, Input> W; Mat<Hidden, Hidden> U; Scalar s;
                protected override Vec<Hidden> Step(Vec<Input> x)
                {
                    var g = Sigmoid(W * x * s);
                    return h = h + {{product}}; // a gate
                }
            """;
        return Product(title, Members(before), Members(after));
    }

    [Fact]
    public async Task Products_that_nothing_fits_are_left()
    {
        await Check.Titles(new FitProduct(), "RNN1001", Cell("Mat<Hidden, Input> W, V; protected override Vec<Hidden> Step(Vec<Input> x) => W * V * x;"));
        await Check.Titles(new FitProduct(), "RNN1001", Cell("Mat<Hidden, Input> W; Vec<Hidden> b; protected override Vec<Hidden> Step(Vec<Input> x) => b * W;"));
    }

    [Fact]
    public Task A_state_takes_what_the_step_returns() => Check.Fixed(new AssignState(), "RNN2005", "Assign h what the step returns", Cell("""
            [State] Vec<Hidden> h;   // the state
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                var a = W * x;
                return  Tanh(a + h);   // all
            }
        """), Cell("""
            [State] Vec<Hidden> h;   // the state
            Mat<Hidden, Input> W;
            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                var a = W * x;
                return  h = Tanh(a + h);   // all
            }
        """));

    [Fact]
    public Task A_state_becomes_a_parameter() => Check.Fixed(new AssignState(), "RNN2005", "Make c a parameter", Cell("""
            [State, Init(1)] Vec<Hidden> c;
            [State] Vec<Hidden> h;
            protected override Vec<Hidden> Step(Vec<Input> x) => h = Tanh(h + c) * Sum(x);
        """), Cell("""
            [Init(1)] Vec<Hidden> c;
            [State] Vec<Hidden> h;
            protected override Vec<Hidden> Step(Vec<Input> x) => h = Tanh(h + c) * Sum(x);
        """));

    [Fact]
    public Task One_of_several_states_becomes_a_parameter() => Check.Fixed(new AssignState(), "RNN2005", "Make c a parameter", Cell("""
            [State] Vec<Hidden> c, h;   // two
            protected override Vec<Hidden> Step(Vec<Input> x) => h = Tanh(h + c) * Sum(x);
        """), Cell("""
            Vec<Hidden> c;
            [State] Vec<Hidden> h;   // two
            protected override Vec<Hidden> Step(Vec<Input> x) => h = Tanh(h + c) * Sum(x);
        """));

    [Theory]
    [InlineData("[State, Init(1)] Vec<Hidden> h, c;   // both", "[State, Init(1)] Vec<Hidden> h;\n    [Init(1)] Vec<Hidden> c;   // both")]
    [InlineData("[State] [Init(1)] Vec<Hidden> c, h;", "[Init(1)] Vec<Hidden> c;\n    [State] [Init(1)] Vec<Hidden> h;")]
    [InlineData("[Init(1), State] private Vec<Hidden> h, k, c;", "[Init(1), State] private Vec<Hidden> h, k;\n    [Init(1)] private Vec<Hidden> c;")]
    [InlineData("[State] Vec<Hidden> h, // hidden state\n            c; // cell state", "[State] Vec<Hidden> h; // hidden state\n    Vec<Hidden> c; // cell state")]
    [InlineData("[State] Vec<Hidden> h; [State] // bias\n    [Init(1)] Vec<Hidden> c;", "[State] Vec<Hidden> h; // bias\n    [Init(1)] Vec<Hidden> c;")]
    [InlineData("[State] Vec<Hidden> h; [State /* s */, /* i */ Init(1)] Vec<Hidden> c;", "[State] Vec<Hidden> h; [/* s *//* i */ Init(1)] Vec<Hidden> c;")]
    [InlineData("[State] Vec<Hidden> h; [Init(1) /* i */, State /* s */] Vec<Hidden> c;", "[State] Vec<Hidden> h; [Init(1) /* i */ /* s */] Vec<Hidden> c;")]
    public Task What_else_is_said_of_a_state_stays_with_the_parameter(string before, string after)
    {
        string step = before.Contains('k') ? "k = h = Tanh(h + c + k) * Sum(x)" : "h = Tanh(h + c) * Sum(x)";
        return Check.Fixed(new AssignState(), "RNN2005", "Make c a parameter", Cell($"    {before}\n    protected override Vec<Hidden> Step(Vec<Input> x) => {step};"),
            Cell($"    {after}\n    protected override Vec<Hidden> Step(Vec<Input> x) => {step};"));
    }

    [Fact]
    public Task All_states_of_a_declaration_become_parameters_at_once() => Check.AllFixed(new AssignState(), "RNN2005", "Make b a parameter", Cell("""
            [State, Init(1)] Vec<Hidden> b, h, c;
            protected override Vec<Hidden> Step(Vec<Input> x) => h = Tanh(b * h + c) * Sum(x);
        """), Cell("""
            [Init(1)] Vec<Hidden> b;
            [State, Init(1)] Vec<Hidden> h;
            [Init(1)] Vec<Hidden> c;
            protected override Vec<Hidden> Step(Vec<Input> x) => h = Tanh(b * h + c) * Sum(x);
        """));

    [Fact]
    public Task A_state_beside_another_that_is_assigned_is_not_assigned_the_result() => Check.Titles(new AssignState(), "RNN2005", Cell("""
            [State] Vec<Hidden> h, c;
            protected override Vec<Hidden> Step(Vec<Input> x)
            {
                h = Tanh(h + c) * Sum(x);
                return 2 * h;
            }
        """), "Make c a parameter");

    [Fact]
    public async Task A_state_that_the_result_does_not_fit_is_not_assigned_it()
    {
        await Check.Titles(new AssignState(), "RNN2005", Cell("[State] Vec<Input> k; Mat<Hidden, Input> W; protected override Vec<Hidden> Step(Vec<Input> x) => W * (x + k);"), "Make k a parameter");
        await Check.Titles(new AssignState(), "RNN2005", Cell("[State] Vec<Hidden> c, h; protected override Vec<Hidden> Step(Vec<Input> x) => h = Tanh(h + c) * Sum(x);"), "Make c a parameter");
        await Check.Titles(new AssignState(), "RNN2005", Cell("[State, Count(2)] Vec<Hidden>[] c; protected override Vec<Hidden> Step(Vec<Input> x) => (c[0] + c[1]) * Sum(x);"));
    }
}

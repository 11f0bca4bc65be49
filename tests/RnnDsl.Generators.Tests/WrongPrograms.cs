namespace RnnDsl.Generators.Tests;

/// <summary>Programs with mistakes, marked where each is reported.</summary>
static class WrongPrograms
{
    public static readonly (string Name, string Source)[] All = [.. Equations, .. WrongParts.All, .. WrongDeclarations.All, .. WrongStates.All, .. WrongWholes.All, .. WrongClosings.All];

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
                do { } {|RNN3003:while|} (Sum(x) > 2);
                while ({|RNN3002:W.Rows|} < 0) { }
                if ({|RNN3002:x.Length|} > 2) { }
                {|RNN3003:if|} (Sum(x) > 2) { }
                switch ({|RNN3002:x.Length|}) { case 1: break; }
                switch ({|RNN3003:Sum(x)|}) { default: break; }
                var chosen = {|RNN3003:Sum(x)|} switch { _ => W * x };
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

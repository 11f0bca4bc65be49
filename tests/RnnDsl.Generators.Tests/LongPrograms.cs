using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Tests;

using Dim = RnnDsl.Generators.Ir.Dim;

/// <summary>Programs of any length, as text and as the graphs that come of it.</summary>
static class LongPrograms
{
    static readonly Shape In = Shape.Vector(Ir.Dim.Named("A")), Hidden = Shape.Vector(Ir.Dim.Named("H")), Square = Shape.Matrix(Ir.Dim.Named("H"), Ir.Dim.Named("H"));

    static readonly Lazy<ModuleModel> Cell = new(() => GeneratorHarness.Valid("""
        [Cell]
        public partial class C<A, H> : Cell<A, H>
        {
            Mat<H, A> W;
            Vec<H> b;
            [State] Vec<H> h;
            protected override Vec<H> Step(Vec<A> x)
            {
                h = Tanh(W * x + h + b);
                return h;
            }
        }
        """).Models.Single());

    static readonly Lazy<ModuleModel> Stack = new(() => GeneratorHarness.Valid("""
        [Cell]
        public partial class C<A, H> : Cell<A, H>
        {
            Mat<H, A> W;
            Mat<H, H> U;
            Vec<H> b;
            [State] Vec<H> h;
            protected override Vec<H> Step(Vec<A> x)
            {
                h = Tanh(W * x + U * h + b);
                return h;
            }
        }

        [Model]
        public partial class M<H> : Model
        {
            C<H, H> layer;
            public Scalar Loss(Seq<H> x, Vec<H> y) => MeanSquaredError(Last(layer.Scan(x)), y);
            public Vec<H> Predict(Seq<H> x) => Last(layer.Scan(x));
        }
        """).Models.Single(m => m.Cell is null));

    /// <summary>The text of a long program.</summary>
    public static string Text(string kind, int size)
    {
        string All(string separator, Func<int, string> one) => string.Join(separator, Enumerable.Range(0, size).Select(one));
        (string members, string equations) = kind switch
        {
            "terms" => ($"Vec<H> {All(", ", i => $"p{i}")};", $"h = Tanh(W * x + {All(" + ", i => $"p{i} * h")});"),
            "numbers" => ("", $"h = Tanh(W * x + {All(" + ", i => $"{i}.5 * Tanh(h * {i})")});"),
            "terms in parentheses" => ("", $"h = Tanh(W * x - {All(" - ", i => $"(h + {i}.5)")});"),
            "products" => ($"Mat<H, A> {All(", ", i => $"W{i}")};", $"h = Tanh(h + {All(" + ", i => $"W{i} * x")});"),
            "numbers alone" => ("", $"h = Tanh(W * x + h * ({All(" + ", i => $"Math.Sqrt({i})")}));"),
            "statements" => ("", $"var v = W * x;\n{All("\n", i => "v = Tanh(v * h + b);")}\nh = v;"),
            "locals" => ("", $"var v = W * x;\n{All("\n", i => $"var v{i} = Tanh({(i == 0 ? "v" : $"v{i - 1}")} * h + b);")}\nh = v{size - 1};"),
            "calls of a helper" => ("Vec<H> F(Vec<H> v) => Tanh(v + b);", $"h = W * x + {All(" + ", i => $"F({i}.5 * h)")};"),
            "helpers that call helpers twice" => ($"Vec<H> F(Vec<H> v) => Tanh(v + b);\n{All("\n", i => $"Vec<H> F{i}(Vec<H> v) => Tanh(F{Before(i)}(v) * F{Before(i)}(v));")}",
                $"h = F{size - 1}(W * x + h);"),
            _ => throw new ArgumentException(kind),
        };
        return $$"""
            [Cell]
            public partial class C<A, H> : Cell<A, H>
            {
                Mat<H, A> W;
                Vec<H> b;
                {{members}}
                [State] Vec<H> h;
                protected override Vec<H> Step(Vec<A> x)
                {
                    {{equations}}
                    return Tanh(W * x + h + b);
                }
            }
            """;
    }

    static string Before(int i) => i == 0 ? "" : $"{i - 1}";

    /// <summary>What the parser would make of a long program.</summary>
    public static ModuleModel Model(string kind, int size) => kind == "layers" ? Layers(size) : OfCell(kind, size);

    static ModuleModel Layers(int size)
    {
        ModuleModel model = Stack.Value;
        LayerDecl layer = model.Layers[0];
        MethodModel With(MethodModel method)
        {
            var builder = new GraphBuilder();
            var copies = new List<Node>();
            foreach (Node node in method.Graph.Nodes)
            {
                Node copy = builder.Copy(node, [.. node.Inputs.Select(i => copies[i])]);
                for (int i = 1; i < size && node.Op == Op.Scan; i++)
                    copy = builder.Shaped(Op.Scan, node.Shape, new Argument.Named($"l{i}"), copy);
                copies.Add(copy);
            }
            builder.AddResult("return", copies[method.Graph.Result("return").Id]);
            return method with { Graph = builder.ToGraph() };
        }
        return model with
        {
            Layers = Enumerable.Range(0, size).Select(i => i == 0 ? layer : layer with { Field = $"l{i}" }).ToEquatable(),
            Fields = Enumerable.Range(0, size).Select(i => i == 0 ? model.Fields[0] : model.Fields[0] with { Field = $"l{i}" }).ToEquatable(),
            Methods = model.Methods.Select(With).ToEquatable(),
        };
    }

    static ModuleModel OfCell(string kind, int size)
    {
        ModuleModel model = Cell.Value;
        CellModel cell = model.Cell!;
        var builder = new GraphBuilder();
        var parameters = cell.Parameters.ToList();
        var states = cell.States.ToList();
        builder.AddEquation("the equations");
        Node Parameter(string name, Shape shape)
        {
            parameters.Add(new ParameterDecl(name, shape, InitialKind.Constant, 0));
            return builder.Leaf(Op.Parameter, shape, Domain.Parameters, name);
        }
        Node State(string name, Shape shape)
        {
            states.Add(new StateDecl(name, shape, 0));
            return builder.Leaf(Op.State, shape, Domain.Examples(), name);
        }
        Node Apply(Op op, params Node[] operands) => builder.Apply(op, operands);
        Node x = builder.Leaf(Op.Input, In, Domain.Examples(), "x"), h = builder.Leaf(Op.State, Hidden, Domain.Examples(), "h");
        Node W = builder.Leaf(Op.Parameter, Shape.Matrix(Hidden.Rows!, In.Rows!), Domain.Parameters, "W"), b = builder.Leaf(Op.Parameter, Hidden, Domain.Parameters, "b");
        Node sum = builder.Add(builder.Product(W, x, Over.Columns), b), result = sum;
        Node before = h;
        for (int i = 0; i < size; i++)
            switch (kind)
            {
                case "terms":
                    sum = builder.Add(sum, builder.Multiply(Parameter($"p{i}", Hidden), Apply(Op.Sigmoid, builder.Add(Parameter($"q{i}", Hidden), h))));
                    break;
                case "products of one vector":
                    sum = builder.Add(sum, builder.Multiply(h, builder.Product(Parameter($"p{i}", Square), h, Over.Columns)));
                    break;
                case "products of many vectors":
                    sum = builder.Add(sum, builder.Product(Parameter($"p{i}", Square), Apply(Op.Tanh, builder.Add(h, Parameter($"q{i}", Hidden))), Over.Columns));
                    break;
                case "sums of sums":
                    sum = builder.Multiply(Parameter($"p{i}", Hidden), builder.Add(sum, h));
                    break;
                case "statements":
                    sum = builder.Name(Apply(Op.Tanh, builder.Multiply(sum, h)), $"v{i}");
                    break;
                case "products in a row":
                    sum = builder.Name(Apply(Op.Tanh, builder.Product(Parameter($"p{i}", Square), sum, Over.Columns)), $"v{i}");
                    break;
                case "gates":
                    Node gate = builder.Add(builder.Add(builder.Product(Parameter($"p{i}", Square), h, Over.Columns), sum), Parameter($"q{i}", Hidden));
                    result = builder.Add(result, builder.Multiply(builder.Name(Apply(Op.Sigmoid, gate), $"g{i}"), h));
                    break;
                case "states":
                    Node own = State($"s{i}", Hidden);
                    builder.AddResult($"s{i}", builder.Name(Apply(Op.Tanh, builder.Add(builder.Multiply(Parameter($"p{i}", Hidden), own), sum)), $"s{i}"));
                    result = builder.Add(result, own);
                    break;
                case "states that become others":
                    Node next = before;
                    before = State($"s{i}", Hidden);
                    builder.AddResult($"s{i}", next);
                    result = builder.Add(result, before);
                    break;
                case "scalars":
                    Node scalar = State($"s{i}", Shape.Scalar);
                    builder.AddResult($"s{i}", builder.Name(Apply(Op.Tanh, builder.Add(builder.Multiply(Parameter($"p{i}", Shape.Scalar), scalar), builder.Sum(sum, Over.Units))), $"s{i}"));
                    result = builder.Multiply(result, scalar);
                    break;
                case "parameters alone":
                    result = builder.Add(result, builder.Multiply(h, Apply(Op.Tanh, builder.Multiply(Parameter($"p{i}", Hidden), b))));
                    break;
                case "normalizations":
                    sum = builder.Divide(sum, Apply(Op.Softplus, builder.Sum(builder.Multiply(sum, Parameter($"p{i}", Hidden)), Over.Units)));
                    break;
            }
        Node end = builder.Name(Apply(Op.Tanh, builder.Add(builder.Add(result, sum), h)), "h");
        builder.AddResult("h", end);
        builder.AddResult("return", end);
        cell = cell with { Parameters = parameters.ToEquatable(), States = states.ToEquatable(), Step = builder.ToGraph() };
        return model with { Cell = cell, Parameters = cell.Parameters };
    }
}

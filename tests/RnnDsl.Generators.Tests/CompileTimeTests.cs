using System.Diagnostics;
using RnnDsl.Generators.Emit;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Tests;

/// <summary>Passes and printer take time and memory that grow with the program, no faster. The programs are graphs, so that nothing else is measured.</summary>
public class CompileTimeTests
{
    const int Smallest = 250, Largest = 2000;

    /// <summary>Most that a program of twice the size may cost.</summary>
    const double MostADoubling = 2.6;

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

    public static TheoryData<string> Kinds => ["terms", "products of one vector", "products of many vectors", "sums of sums", "statements", "products in a row", "gates", "states",
        "states that become others", "scalars", "parameters alone", "normalisations", "layers"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_program_of_twice_the_size_takes_about_twice_the_time(string kind)
    {
        // What is compiled just in time is compiled before.
        Measure(Model(kind, 60), 3);
        var sizes = new List<(int Size, long Bytes, double Milliseconds)>();
        for (int size = Smallest; size <= Largest; size *= 2)
        {
            (long bytes, double milliseconds) = Measure(Model(kind, size), 3);
            sizes.Add((size, bytes, milliseconds));
        }
        string found = string.Join("; ", sizes.Select(s => $"{s.Size}: {s.Bytes >> 20} MiB, {s.Milliseconds:F0} ms"));
        for (int i = 1; i < sizes.Count; i++)
            Assert.True(sizes[i].Bytes <= MostADoubling * sizes[i - 1].Bytes, found);
        // Times are noisy one by one, so the first is compared with the last.
        int doublings = sizes.Count - 1;
        Assert.True(sizes[doublings].Milliseconds <= Math.Pow(MostADoubling, doublings) * sizes[0].Milliseconds, found);
    }

    [Theory]
    [InlineData("terms")]
    [InlineData("statements")]
    public void Three_thousand_are_compiled_within_five_seconds(string kind)
    {
        (_, double milliseconds) = Measure(Model(kind, 3000), 3);
        Assert.True(milliseconds < 5000, $"{milliseconds:F0} ms");
    }

    [Theory]
    [InlineData("terms")]
    [InlineData("sums of sums")]
    [InlineData("statements")]
    public void A_deep_program_needs_no_deep_stack(string kind)
    {
        string? failure = "";
        var thread = new Thread(() => failure = HalfWriter.Write(Model(kind, 10_000)).Failure, maxStackSize: 256 << 10);
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    static (long Bytes, double Milliseconds) Measure(ModuleModel model, int runs)
    {
        var best = (Bytes: long.MaxValue, Milliseconds: double.MaxValue);
        for (int i = 0; i < runs; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            var clock = Stopwatch.StartNew();
            Assert.Null(HalfWriter.Write(model).Failure);
            best = (Math.Min(best.Bytes, GC.GetAllocatedBytesForCurrentThread() - before), Math.Min(best.Milliseconds, clock.Elapsed.TotalMilliseconds));
        }
        return best;
    }

    static ModuleModel Model(string kind, int size) => kind == "layers" ? Layers(size) : OfCell(kind, size);

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
                    copy = builder.Shaped(Op.Scan, node.Shape, $"l{i}", copy);
                copies.Add(copy);
            }
            builder.AddResult("return", copies[method.Graph.Result("return").Id]);
            return method with { Graph = builder.ToGraph() };
        }
        return model with
        {
            Layers = Enumerable.Range(0, size).Select(i => i == 0 ? layer : layer with { Field = $"l{i}" }).ToEquatable(),
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
            return builder.Leaf(Op.Parameter, shape, Space.Parameter, name);
        }
        Node State(string name, Shape shape)
        {
            states.Add(new StateDecl(name, shape, 0));
            return builder.Leaf(Op.State, shape, Space.Batch, name);
        }
        Node Apply(Op op, params Node[] operands) => builder.Apply(op, operands);
        Node x = builder.Leaf(Op.Input, In, Space.Batch, "x"), h = builder.Leaf(Op.State, Hidden, Space.Batch, "h");
        Node W = builder.Leaf(Op.Parameter, Shape.Matrix(Hidden.Rows!, In.Rows!), Space.Parameter, "W"), b = builder.Leaf(Op.Parameter, Hidden, Space.Parameter, "b");
        Node sum = builder.Add(Apply(Op.MatVec, W, x), b), result = sum;
        Node before = h;
        for (int i = 0; i < size; i++)
            switch (kind)
            {
                case "terms":
                    sum = builder.Add(sum, builder.Multiply(Parameter($"p{i}", Hidden), Apply(Op.Sigmoid, builder.Add(Parameter($"q{i}", Hidden), h))));
                    break;
                case "products of one vector":
                    sum = builder.Add(sum, builder.Multiply(h, Apply(Op.MatVec, Parameter($"p{i}", Square), h)));
                    break;
                case "products of many vectors":
                    sum = builder.Add(sum, Apply(Op.MatVec, Parameter($"p{i}", Square), Apply(Op.Tanh, builder.Add(h, Parameter($"q{i}", Hidden)))));
                    break;
                case "sums of sums":
                    sum = builder.Multiply(Parameter($"p{i}", Hidden), builder.Add(sum, h));
                    break;
                case "statements":
                    sum = builder.Name(Apply(Op.Tanh, builder.Multiply(sum, h)), $"v{i}");
                    break;
                case "products in a row":
                    sum = builder.Name(Apply(Op.Tanh, Apply(Op.MatVec, Parameter($"p{i}", Square), sum)), $"v{i}");
                    break;
                case "gates":
                    Node gate = builder.Add(builder.Add(Apply(Op.MatVec, Parameter($"p{i}", Square), h), sum), Parameter($"q{i}", Hidden));
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
                    builder.AddResult($"s{i}", builder.Name(Apply(Op.Tanh, builder.Add(builder.Multiply(Parameter($"p{i}", Shape.Scalar), scalar), Apply(Op.Sum, sum))), $"s{i}"));
                    result = builder.Multiply(result, scalar);
                    break;
                case "parameters alone":
                    result = builder.Add(result, builder.Multiply(h, Apply(Op.Tanh, builder.Multiply(Parameter($"p{i}", Hidden), b))));
                    break;
                case "normalisations":
                    sum = builder.Divide(sum, Apply(Op.Softplus, Apply(Op.Sum, builder.Multiply(sum, Parameter($"p{i}", Hidden)))));
                    break;
            }
        Node end = builder.Name(Apply(Op.Tanh, builder.Add(builder.Add(result, sum), h)), "h");
        builder.AddResult("h", end);
        builder.AddResult("return", end);
        cell = cell with { Parameters = parameters.ToEquatable(), States = states.ToEquatable(), Step = builder.ToGraph() };
        return model with { Cell = cell, Parameters = cell.Parameters };
    }
}

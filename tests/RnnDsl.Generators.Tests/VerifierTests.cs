using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Passes;
using RnnDsl.Generators.Verification;

namespace RnnDsl.Generators.Tests;

/// <summary>The verifier says which rule a pass broke.</summary>
public class VerifierTests
{
    static Graph Gradient()
    {
        ModuleModel cell = GeneratorHarness.Valid("""
            [Cell]
            public partial class C<A, H> : Cell<A, H>
            {
                [State] Vec<H> h;
                Mat<H, A> W;
                Mat<H, H> U;
                Vec<H> b;

                protected override Vec<H> Step(Vec<A> x) => h = Tanh(W * x + U * h + U * b);
            }
            """).Models.Single();
        (Graph graph, _) = Inline.Run(Compiler.ScanMethod(cell).Graph, new([new LayerDecl("", "", cell.Cell!, default)]));
        return Simplify.Run(OrderSums.Run(Differentiate.Run(Simplify.Run(graph), inputs: true, untrained: [])));
    }

    static Schedule Scheduled(Graph graph)
    {
        Schedule schedule = DistributeLoops.Run(graph);
        SaveOrRecompute.Run(schedule);
        GatherProducts.Run(schedule);
        FoldAddends.Run(schedule);
        Fuse.Run(schedule, _ => false);
        Sweeps.Run(schedule);
        FirstWriters.Run(schedule);
        return schedule;
    }

    static string Broken<T>(T subject, IReadOnlyList<Rule<T>> rules) => Assert.Throws<InvalidOperationException>(() => Verifier.Check("a pass", subject, rules)).Message;

    [Fact]
    public void What_the_passes_make_keeps_all_rules()
    {
        Graph graph = Gradient();
        Verifier.Check("OrderSums", graph, GraphRules.All);
        Verifier.Check("Sweeps", Scheduled(graph), ScheduleRules.Swept);
    }

    [Fact]
    public void A_value_that_is_read_before_it_is_made_is_found()
    {
        Graph graph = Gradient();
        Node reader = graph.Nodes.First(n => n.Op == Op.Tanh);
        Node[] nodes = [.. graph.Nodes];
        nodes[reader.Id] = reader with { Inputs = new([nodes.Length - 1]) };
        Assert.StartsWith("After a pass: An operand comes before what reads it", Broken(new Graph(nodes, graph.Results, graph.Equations), GraphRules.All));
    }

    [Fact]
    public void A_wrong_shape_or_space_is_found()
    {
        Graph graph = Gradient();
        Node[] nodes = [.. graph.Nodes];
        Node product = graph.Nodes.First(n => n.IsMatrixProduct);
        nodes[product.Id] = product with { Domain = Domain.Parameters };
        Assert.Contains("are those that its operation computes from its operands. But ", Broken(new Graph(nodes, graph.Results, graph.Equations), GraphRules.All));
    }

    [Fact]
    public void An_answer_that_has_become_another_kind_of_value_is_found()
    {
        Graph graph = Gradient();
        IReadOnlyList<Rule<Graph>> rules = GraphRules.Of(new ValueDecl("return", graph.Result("return").Shape, Domain.Steps()));
        Verifier.Check("a pass", graph, rules);
        Node parameter = graph.Nodes.First(n => n.Op == Op.Parameter && n.Shape == graph.Result("return").Shape);
        Result[] results = [.. graph.Results.Select(r => r.Name == "return" ? r with { Node = parameter.Id } : r)];
        Assert.Contains("The answer has the shape and domain that the method returns. But ", Broken(new Graph(graph.Nodes, results, graph.Equations), rules));
    }

    [Fact]
    public void Two_first_writers_of_one_gradient_are_found()
    {
        Schedule schedule = Scheduled(Gradient());
        List<ProductOutput>[] outputs = [.. schedule.Stages.Where(s => s.Kind == StageKind.Outer).SelectMany(s => s.Phases).SelectMany(p => p.Products).Select(g => g.Outputs)];
        Assert.Equal(1, outputs.SelectMany(o => o).SelectMany(o => o.Gradients).Count(g => g is { Parameter: "U", First: false }));
        foreach (List<ProductOutput> group in outputs)
            for (int i = 0; i < group.Count; i++)
                group[i] = group[i] with { Gradients = [.. group[i].Gradients.Select(g => g with { First = true })] };
        Assert.EndsWith("But U has not.", Broken(schedule, ScheduleRules.Swept));
    }

    [Fact]
    public void A_state_that_no_loop_carries_is_found()
    {
        Schedule schedule = DistributeLoops.Run(Gradient());
        Stage loop = schedule.Stages.First(s => s.Kind == StageKind.Loop);
        loop.Nodes.Remove(loop.Nodes.First(id => schedule[id].Op == Op.Shift));
        Assert.StartsWith("After a pass: Every value that is needed is computed in some stage.", Broken(schedule, ScheduleRules.Assigned));
    }
}

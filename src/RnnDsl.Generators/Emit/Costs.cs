using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Emit;

/// <summary>The costs of a class, as formulas of its dimensions. An editor shows them when one hovers over the class.</summary>
internal static class Costs
{
    /// <summary>"4·Hidden·Input + 4·Hidden·Hidden + 4·Hidden".</summary>
    public static string Parameters(IEnumerable<ParameterDecl> parameters) => Sum(parameters.Select(p => Product(p.Shape.Rows, p.Shape.Columns)));

    /// <summary>Floating-point operations of the products, by step or example. A matrix of R × C counts as 2·R·C.</summary>
    public static string Products(Graph graph) => Sum(graph.Nodes
        .Where(n => n.IsMatrixProduct)
        .Select(n => graph.Input(n, 0).Shape)
        .SelectMany(s => Enumerable.Repeat(Product(s.Rows, s.Columns), 2)));

    /// <summary>The memory that training keeps: "28·Hidden + 4·Input bytes a step".</summary>
    public static string Saved(Graph graph, BufferPlan plan)
    {
        // Vectors are usually kept for all steps.
        bool IsOfStretch(KeyValuePair<int, BufferView> value) => value.Value.RowSet == RowSet.Stretch && graph[value.Key].Shape.IsMatrix;
        string stretch = Of(IsOfStretch), all = Of(p => p.Value.RowSet is RowSet.Sequence or RowSet.Stretch && !IsOfStretch(p));
        return $"{all} bytes a step" + (stretch == "0" ? "" : $", and {stretch} of each step of one stretch");

        string Of(Func<KeyValuePair<int, BufferView>, bool> chosen) => Sum(plan.CrossStage.Where(chosen)
            .SelectMany(p => Enumerable.Repeat(Product(graph[p.Key].Shape.Rows, graph[p.Key].Shape.Columns), sizeof(float))));
    }

    static string Product(Dim? rows, Dim? columns) => columns is null ? rows?.Text ?? "1" : $"{rows!.Text}·{columns.Text}";

    static string Sum(IEnumerable<string> terms)
    {
        string[] grouped = [.. terms.GroupBy(t => t).Select(g => g.Key == "1" ? g.Count().ToString() : g.Count() == 1 ? g.Key : $"{g.Count()}·{g.Key}")];
        return grouped.Length == 0 ? "0" : string.Join(" + ", grouped);
    }
}

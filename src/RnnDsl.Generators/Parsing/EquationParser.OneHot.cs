using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>Reports where one-hot vectors are written out.</summary>
internal sealed partial class EquationParser
{
    /// <summary>For each node, the expression that made it; null for nodes that exist before any expression.</summary>
    readonly List<ExpressionSyntax?> makers = [];

    /// <summary>Records that an expression has made all nodes without a recorded maker. The nodes of its parts were recorded before.</summary>
    void NoteMaker(ExpressionSyntax? expression)
    {
        while (makers.Count < builder.Count)
            makers.Add(expression);
    }

    /// <summary>Reports expressions that read one-hot vectors in another way than by the numbers of their units.</summary>
    /// <param name="results">The results of the method.</param>
    public void ReportWrittenOut(IEnumerable<int> results)
    {
        if (reporter.HasErrors)
            return;
        var nodes = new NodeReaders([.. Enumerable.Range(0, builder.Count).Select(id => builder[id])], [.. results]);
        Dictionary<string, LayerDecl> layers = members.Layers.ToDictionary(l => l.Field);
        foreach ((Node vector, Node reader) in OneHotRules.WrittenOut(nodes, n => n.Op == Op.OneHot, layers))
            if (reader.Id < makers.Count && makers[reader.Id] is { } maker)
                reporter.Report(Descriptors.OneHotWrittenOut, maker.GetLocation(), Text(maker), vector.Shape.Rows!,
                    vector.Domain.IsSteps ? " at every step" : "",
                    OneHotRules.IsCall(reader) && layers.TryGetValue(reader.Name, out LayerDecl? layer) ? $". {layer.Cell.Name} reads its input unit by unit; give it what an Embedding makes of the vector" : "");
    }
}

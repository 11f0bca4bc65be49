using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>Where one-hot vectors are written out.</summary>
internal sealed partial class EquationParser
{
    /// <summary>For each node the expression that made it; null for what is there before any.</summary>
    readonly List<ExpressionSyntax?> makers = [];

    /// <summary>Notes that an expression has made all nodes of which no other has been noted: those of its parts are read before its own.</summary>
    void NoteMaker(ExpressionSyntax? expression)
    {
        while (makers.Count < builder.Count)
            makers.Add(expression);
    }

    /// <summary>Reports what reads one-hot vectors otherwise than by the numbers of their units.</summary>
    /// <param name="results">What the method gives.</param>
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

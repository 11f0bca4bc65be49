using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;
using RnnDsl.Generators.Passes;

namespace RnnDsl.Generators.Parsing;

/// <summary>Numbers outside the range of single precision, in which programs compute.</summary>
internal sealed partial class EquationParser
{
    /// <summary>Where such numbers are written.</summary>
    readonly List<(double Value, ExpressionSyntax Syntax)> extremes = [];

    /// <summary>Reports such numbers that remain in a graph after its algebra.</summary>
    public void CheckConstants(Graph graph, Location method)
    {
        if (graph.Nodes.All(n => n.Op != Op.Constant || Algebra.IsSingle(n.Number)))
            return;
        graph = Simplify.Run(Simplify.Run(graph));
        foreach (Node node in graph.Nodes)
            for (int i = 0; i < node.Inputs.Count; i++)
                if (graph.Input(node, i) is { Op: Op.Constant } constant && !Algebra.IsSingle(constant.Number) && !IsBound(node, i, constant.Number))
                    Report(constant.Number);
        foreach (Result result in graph.Results)
            if (graph[result.Node] is { Op: Op.Constant } constant && !Algebra.IsSingle(constant.Number))
                Report(constant.Number);

        void Report(double value)
        {
            ExpressionSyntax? syntax = extremes.Where(e => e.Value == value).Concat(extremes).Select(e => e.Syntax).FirstOrDefault();
            reporter.Report(Descriptors.ConstantOutOfRange, syntax?.GetLocation() ?? method, value.ToString("R", CultureInfo.InvariantCulture),
                "programs compute in single precision, which holds numbers from 1.2e-38 to 3.4e38");
        }
    }

    /// <summary>True if the number only bounds what it is compared with. Such a number is beyond all floats, and infinity has the same effect.</summary>
    static bool IsBound(Node node, int operand, double value) =>
        Math.Abs(value) > 1 && (node.Op is Op.Min or Op.Max || (node.Op == Op.SelectGreater && operand < 2));
}

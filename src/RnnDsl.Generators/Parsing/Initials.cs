using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>Chooses the initial values of parameters for which the user gives none.</summary>
internal static class Initials
{
    /// <summary>Vectors and scalars start at zero. Matrices that multiply a value which depends on a state, also as a part of another matrix, start orthogonal (Saxe et al. 2014).
    /// All other matrices start with Xavier's values (Glorot &amp; Bengio 2010).</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="step">The step of a cell, or null.</param>
    /// <param name="states">The states of the cell. The number of the step does not count as recurrent.</param>
    public static EquatableArray<ParameterDecl> Decide(IEnumerable<ParameterDecl> parameters, Graph? step, IEnumerable<StateDecl> states)
    {
        HashSet<string> recurrent = step is null ? [] : Recurrent(step, [.. states.Where(s => !s.CountsSteps).Select(s => s.Name)]);
        return parameters.Select(p => p.Initial != InitialKind.Auto ? p
            : !p.Shape.IsMatrix ? p with { Initial = InitialKind.Constant, InitialValue = 0 }
            : p with { Initial = recurrent.Contains(p.Name) ? InitialKind.Orthogonal : InitialKind.Xavier, InitialValue = 1 }).ToEquatable();
    }

    static HashSet<string> Recurrent(Graph step, HashSet<string> states)
    {
        var dependent = new bool[step.Nodes.Count];
        var names = new HashSet<string>();
        foreach (Node node in step.Nodes)
        {
            dependent[node.Id] = (node.Op == Op.State && states.Contains(node.Name)) || node.Inputs.Any(i => dependent[i]);
            if (node.IsMatrixProduct && dependent[node.Inputs[1]])
                AddMatrices(step.Input(node, 0));
        }
        return names;

        // Adds all matrices that a matrix is computed from: W is a part of W - Transpose(W), which multiplies a state.
        void AddMatrices(Node matrix)
        {
            var seen = new HashSet<int>();
            var open = new Stack<Node>([matrix]);
            while (open.Count > 0)
            {
                Node part = open.Pop();
                if (!seen.Add(part.Id))
                    continue;
                if (part is { Op: Op.Parameter, Shape.IsMatrix: true })
                    names.Add(part.Name);
                for (int i = 0; i < part.Inputs.Count; i++)
                    open.Push(step.Input(part, i));
            }
        }
    }
}

namespace RnnDsl.Onnx.Equations;

// In here, so that Dim is the graph's and not the language's, which this file may see too.
using RnnDsl.Generators.Ir;

/// <summary>
/// Compares the step of a cell with a form, node by node from the results down. Where the form has a sigmoid or tanh, the cell may have any activation, whose
/// argument may be clipped. The matcher finds these activations and the clipping. Names of values and the order of the nodes do not matter.
/// </summary>
sealed class FormMatcher
{
    // In the order of ONNX's activations: of the gates, of the candidate, and of the memory cell for the output.
    const int Gate = 0, Candidate = 1, Memory = 2, Roles = 3;

    readonly Graph form, cell;
    readonly Dictionary<int, int> pairs = [];
    readonly Activation?[] activations = new Activation?[Roles];
    readonly Clipping?[] clippings = new Clipping?[Roles];

    FormMatcher(Graph form, Graph cell)
    {
        this.form = form;
        this.cell = cell;
    }

    /// <summary>The activations and the clipping of a cell of this form, or null if the cell has another form.</summary>
    public static (Activation[] Activations, Clipping? Clipping)? Match(Graph form, Graph cell)
    {
        var matcher = new FormMatcher(form, cell);
        if (!form.Results.Select(r => r.Name).Order().SequenceEqual(cell.Results.Select(r => r.Name).Order())
            || !form.Results.All(r => matcher.Same(r.Node, cell.Result(r.Name).Id)))
            return null;
        int[] present = [.. Enumerable.Range(0, Roles).Where(r => matcher.activations[r] is not null)];
        Clipping? clipping = present.Length == 0 ? null : matcher.clippings[present[0]];
        // The arguments of all activations are clipped, or none. The memory cell is never clipped.
        bool alike = present.All(r => matcher.clippings[r] == (r == Memory ? null : clipping));
        return alike ? ([.. present.Select(r => matcher.activations[r]!)], clipping) : null;
    }

    /// <summary>Tells whether the form's node stands for this node of the cell, and for no other.</summary>
    bool Same(int formId, int cellId)
    {
        if (pairs.TryGetValue(formId, out int known))
            return known == cellId;
        Node node = form[formId];
        bool same = node.Op is Op.Sigmoid or Op.Tanh ? SameActivation(node, cellId) : SameOperation(node, cell[cellId]);
        if (same)
            pairs[formId] = cellId;
        return same;
    }

    bool SameOperation(Node expected, Node found)
    {
        // The user chooses the name of the input. A form has only one input, so names need not be compared.
        bool argument = expected.Op == Op.Input || expected.Argument == found.Argument;
        if (expected.Op != found.Op || !argument || expected.Shape != found.Shape || expected.Inputs.Count != found.Inputs.Count)
            return false;
        if (expected.Inputs.Zip(found.Inputs, Same).All(s => s))
            return true;
        return expected.Op is Op.Add or Op.Multiply && Same(expected.Inputs[0], found.Inputs[1]) && Same(expected.Inputs[1], found.Inputs[0]);
    }

    bool SameActivation(Node expected, int cellId)
    {
        int argument = Unclipped(expected.Inputs[0]), role = Role(expected, argument);
        foreach ((Activation activation, int x) in ActivationPattern.Of(cell, cellId))
        {
            Clipping? clipping = null;
            bool same = Same(argument, x);
            if (!same)
                foreach ((Clipping candidate, int inner) in Clipping.Of(cell, x))
                    if (!same && Same(argument, inner))
                        (same, clipping) = (true, candidate);
            if (!same)
                continue;
            if (activations[role] is { } other && (other, clippings[role]) != (activation, clipping))
                return false;
            (activations[role], clippings[role]) = (activation, clipping);
            return true;
        }
        return false;
    }

    /// <summary>The argument without a clipping, since the form may come from a cell that clips.</summary>
    int Unclipped(int argument) => Clipping.Of(form, argument).Select(c => c.Argument).FirstOrDefault(argument);

    int Role(Node activation, int argument) => activation.Op == Op.Sigmoid ? Gate
        : form.Results.Any(r => r.Name != "return" && r.Node == argument) ? Memory : Candidate;
}

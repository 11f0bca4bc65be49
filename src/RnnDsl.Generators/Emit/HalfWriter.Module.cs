using System.Security.Cryptography;
using System.Text;
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Parsing;

namespace RnnDsl.Generators.Emit;

/// <summary>The constructor and the description of the module.</summary>
internal sealed partial class HalfWriter
{
    IEnumerable<DimDecl> AskedDims => module.Dims.Where(d => d.FixedSize is null);

    void Sizes()
    {
        if (!AskedDims.Any())
            return;
        code.Line($"readonly int {string.Join(", ", AskedDims.Select(SizeField))};");
        code.Line();
    }

    void Constructor()
    {
        code.Line("/// <summary>Made for these sizes; the parameters get their first values at the first use.</summary>");
        foreach (DimDecl dim in AskedDims)
            code.Line($"/// <param name=\"{SizeName(dim)}\">Size of {dim.Name}.</param>");
        code.Line("/// <param name=\"seed\">Of the random numbers that parameters start from.</param>");
        code.Line("/// <exception cref=\"global::System.ArgumentOutOfRangeException\">A size is below 1.</exception>");
        if (Slices().Any())
            code.Line("/// <exception cref=\"global::System.ArgumentException\">A vector is too short for a slice of it.</exception>");
        string arguments = string.Concat(AskedDims.Select(d => $"int {Argument(d)}, "));
        code.Open($"{module.Type.Accessibility} {TypeDecls.Identifier(module.Type.Name)}({arguments}int seed = 0)");
        foreach (DimDecl dim in AskedDims)
        {
            code.Line($"if ({Argument(dim)} < 1)");
            code.Line($"    throw new global::System.ArgumentOutOfRangeException(nameof({Argument(dim)}), {Argument(dim)}, " +
                $"\"{module.Type.Name} needs a size of at least 1 for its dimension {dim.Name}.\");");
            code.Line($"{SizeField(dim)} = {Argument(dim)};");
        }
        foreach (LayerDecl layer in module.Layers)
        {
            string sizes = string.Join(", ", layer.Arguments.Select(a => Size(a, inConstructor: true)));
            code.Line($"this.{TypeDecls.Identifier(layer.Field)} = new({sizes});");
        }
        foreach ((string condition, string message) in Slices().Distinct())
        {
            code.Line($"if ({condition})");
            code.Line($"    throw new global::System.ArgumentException({Literal(message)});");
        }
        code.Line("base.Seed = seed;");
        code.Close();
    }

    /// <summary>When a slice would reach beyond its vector, and what to say then: compiled programs do not look.</summary>
    IEnumerable<(string Condition, string Message)> Slices()
    {
        foreach (Graph graph in module.Cell is { } cell ? [cell.Step] : module.Methods.Select(m => m.Graph))
            foreach (Node node in graph.Nodes.Where(n => n.Op == Op.Slice && int.TryParse(n.Text, out _)))
            {
                Dim whole = graph.Input(node, 0).Shape.Rows!, part = node.Shape.Rows!;
                bool fits = node.Text == "0" && (part.Equals(whole) || (whole.IsConcat && part.Equals(whole.Left)));
                if (!fits)
                    yield return ($"(long){Size(part, inConstructor: true)} + {node.Text} > {Size(whole, inConstructor: true)}",
                        $"{module.Type.Name} takes a slice of {part} from unit {node.Text} of a vector of {whole}, which has too few units.");
            }
    }

    void Describe()
    {
        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Line("protected override global::RnnDsl.Execution.ModuleInfo Describe() => new(");
        code.Line($"    {Literal(module.Type.Name)},");
        List("    ", module.Dims.Select(d => $"new({Literal(d.Name)}, {Size(Dim.Named(d.Name))}),"), ",");
        List("    ", Parameters("", module.Parameters, module.Layers), ",");
        List("    ", methods.SelectMany(m => Method(m.Method, m.Compiled)), ",");
        code.Line($"    {Literal(Fingerprint())});");
    }

    void List(string indent, IEnumerable<string> items, string end)
    {
        code.Line(indent + "[");
        foreach (string item in items)
            code.Line(indent + "    " + item);
        code.Line(indent + "]" + end);
    }

    /// <summary>The class's own parameters, then those of its layers, with the layers' paths.</summary>
    IEnumerable<string> Parameters(string path, IEnumerable<ParameterDecl> parameters, IEnumerable<LayerDecl> layers) =>
        parameters.Select(p => Parameter(path + p.Name, p))
            .Concat(layers.SelectMany(l => Parameters(path + l.Field + ".", l.Cell.Parameters, l.Cell.Layers)));

    string Parameter(string name, ParameterDecl parameter)
    {
        string rows = Width(parameter.Shape), columns = parameter.Shape.IsMatrix ? Size(parameter.Shape.Columns!) : "1";
        return $"new({Literal(name)}, {Number(parameter.Shape.Rank)}, {rows}, {columns}, " +
            $"global::RnnDsl.Initial.{parameter.Initial}, {Number(parameter.InitialValue)}),";
    }

    IEnumerable<string> Method(MethodModel method, CompiledMethodText compiled)
    {
        string sizes = string.Join(", ", module.Dims.Select(d => Size(Dim.Named(d.Name))));
        yield return $"new({Literal(method.Name)},";
        yield return $"    [{string.Join(", ", method.Inputs.Select(ValueInfo))}],";
        yield return $"    {ValueInfo(method.Result)},";
        yield return $"    [{string.Join(", ", compiled.States.Select(StateInfo))}],";
        yield return $"    new {method.Name}Forward({sizes}),";
        yield return compiled.Training is null ? "    null," : $"    new {method.Name}Training({sizes}),";
        string asked = string.Join(", ", AskedDims.Select(d => Size(Dim.Named(d.Name))));
        yield return compiled.Step is null ? $"    null){(compiled.WithoutStream is { } reason ? $" {{ WithoutStream = {Literal(reason)} }}" : "")}," : $"    new {method.Name}Step<FloatWeights>({asked})),";
    }

    string StateInfo(CarriedState state) =>
        $"new({Literal(state.Name)}, {Width(state.Shape)}, (float){Number(state.Initial)}, {Bool(state.Reverse)}, {Bool(state.Shape.IsScalar)})";

    string ValueInfo(ValueDecl value)
    {
        string kind = value.Space == Space.Sequence ? "Sequence" : value.Shape.IsScalar ? "Scalar" : "Vector";
        string target = value.Target is null ? "" : $" {{ Target = global::RnnDsl.Execution.TargetKind.{value.Target} }}";
        return $"new({Literal(value.Name)}, global::RnnDsl.Execution.ValueKind.{kind}, {Width(value.Shape)}){target}";
    }

    /// <summary>Names everything that the meaning of stored parameters depends on: equations, shapes and order; not how the user calls
    /// what lies between.</summary>
    string Fingerprint()
    {
        var text = new StringBuilder();
        foreach (DimDecl dim in module.Dims)
            text.Append("dim ").Append(dim.Name).Append(' ').Append(dim.FixedSize is { } size ? Number(size) : "-").Append('\n');
        if (module.Cell is { } cell)
            Canonical(text, cell);
        else
        {
            Canonical(text, module.Parameters, module.Layers);
            foreach (MethodModel method in module.Methods)
                text.Append("method ").Append(method.Name).Append('\n').Append(Unlabelled(method.Graph));
        }
        using var sha = SHA256.Create();
        byte[] hash = sha.ComputeHash(Encoding.UTF8.GetBytes(text.ToString()));
        return string.Concat(hash.Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
    }

    static void Canonical(StringBuilder text, CellModel cell)
    {
        Canonical(text, cell.Parameters, cell.Layers);
        foreach (StateDecl state in cell.States)
            text.Append("state ").Append(state.Name).Append(' ').Append(state.Shape).Append(' ').Append(Number(state.Initial)).Append('\n');
        text.Append(Unlabelled(cell.Step));
    }

    static void Canonical(StringBuilder text, EquatableArray<ParameterDecl> parameters, EquatableArray<LayerDecl> layers)
    {
        foreach (ParameterDecl parameter in parameters)
            text.Append("parameter ").Append(parameter.Name).Append(' ').Append(parameter.Shape).Append('\n');
        foreach (LayerDecl layer in layers)
        {
            text.Append("layer ").Append(layer.Field).Append('\n');
            Canonical(text, layer.Cell);
        }
    }

    static Graph Unlabelled(Graph graph) => new(graph.Nodes.Select(n => n with { Label = null, Equation = -1 }), graph.Results, []);
}

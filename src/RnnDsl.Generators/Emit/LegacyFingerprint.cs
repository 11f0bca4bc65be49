using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Emit;

/// <summary>
/// The only fingerprint of a class that files of the first version hold: a hash of its dimensions, parameters, layers and graphs, in the text form of that version. It has a
/// printer of its own that never changes, so that those files still load when the graph's text form changes.
/// </summary>
internal static class LegacyFingerprint
{
    public static string Of(ModuleModel module)
    {
        var text = new StringBuilder();
        foreach (DimDecl dim in module.Dims)
            text.Append("dim ").Append(dim.Name).Append(' ').Append(dim.FixedSize?.ToString(CultureInfo.InvariantCulture) ?? "-").Append('\n');
        if (module.Cell is { } cell)
            Write(text, cell);
        else
        {
            Write(text, module.Parameters, module.Layers);
            foreach (MethodModel method in module.Methods)
            {
                text.Append("method ").Append(method.Name).Append('\n');
                Write(text, method.Graph);
            }
        }
        using var sha = SHA256.Create();
        byte[] hash = sha.ComputeHash(Encoding.UTF8.GetBytes(text.ToString()));
        return string.Concat(hash.Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
    }

    static void Write(StringBuilder text, CellModel cell)
    {
        Write(text, cell.Parameters, cell.Layers);
        foreach (StateDecl state in cell.States)
            text.Append("state ").Append(state.Name).Append(' ').Append(Text(state.Shape)).Append(' ').Append(Text(state.Initial)).Append('\n');
        Write(text, cell.Step);
    }

    static void Write(StringBuilder text, EquatableArray<ParameterDecl> parameters, EquatableArray<LayerDecl> layers)
    {
        foreach (ParameterDecl parameter in parameters)
            text.Append("parameter ").Append(parameter.Name).Append(' ').Append(Text(parameter.Shape)).Append('\n');
        foreach (LayerDecl layer in layers)
        {
            text.Append("layer ").Append(layer.Field).Append('\n');
            Write(text, layer.Cell);
        }
    }

    static void Write(StringBuilder text, Graph graph)
    {
        foreach (Node node in graph.Nodes)
        {
            text.Append('%').Append(node.Id).Append(" = ").Append(StoredText.NameOf(node));
            if (StoredText.NumberOf(node) is { } number)
                text.Append(' ').Append(Text(number));
            foreach (int input in node.Inputs)
                text.Append(" %").Append(input);
            if (StoredText.ArgumentOf(node) is { Length: > 0 } argument)
                text.Append(" '").Append(argument).Append('\'');
            text.Append(" : ").Append(Text(node.Shape)).Append(" @").Append(node.Domain.Kind).Append('\n');
        }
        foreach (Result result in graph.Results)
            text.Append("result ").Append(result.Name).Append(" %").Append(result.Node).Append('\n');
    }

    static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    static string Text(Shape shape) => shape.Rank switch { 0 => "scalar", 1 => $"vec[{Text(shape.Rows!)}]", _ => $"mat[{Text(shape.Rows!)},{Text(shape.Columns!)}]" };

    static string Text(Dim dim) => dim.IsConcat ? $"({Text(dim.Left!)}+{Text(dim.Right!)})" : dim.Text;
}

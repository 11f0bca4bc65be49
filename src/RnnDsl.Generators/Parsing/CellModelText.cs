using System.Globalization;
using System.Text;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>
/// A cell as text, for models in other assemblies. One item a line; a layer's cell stands between its line and "end"; the step's graph
/// follows "step" in the graph's own text form.
/// </summary>
internal static class CellModelText
{
    public static string Write(CellModel cell)
    {
        var text = new StringBuilder();
        Write(cell, text);
        return text.ToString();
    }

    public static CellModel Parse(string text)
    {
        using IEnumerator<string> lines = text.Split('\n').Select(l => l.TrimEnd('\r')).GetEnumerator();
        return Parse(lines);
    }

    static void Write(CellModel cell, StringBuilder text)
    {
        Line(text, "cell", cell.Name);
        foreach (DimDecl dim in cell.Dims)
            Line(text, "dim", dim.Name, dim.FixedSize is { } size ? Text(size) : "-", dim.TypeName);
        Line(text, "input", cell.Input.ToString());
        Line(text, "output", cell.Output.ToString());
        foreach (ParameterDecl parameter in cell.Parameters)
            Line(text, "parameter", parameter.Name, parameter.Shape.ToString(), parameter.Initial.ToString(), Text(parameter.InitialValue));
        foreach (StateDecl state in cell.States)
            Line(text, "state", state.Name, state.Shape.ToString(), Text(state.Initial));
        foreach (LayerDecl layer in cell.Layers)
        {
            string arguments = layer.Arguments.Count == 0 ? "-" : string.Join(",", layer.Arguments.Select(a => a.Text));
            Line(text, "layer", layer.Field, arguments, layer.TypeName);
            Write(layer.Cell, text);
        }
        Line(text, "step");
        text.Append(cell.Step);
        Line(text, "end");
    }

    static CellModel Parse(IEnumerator<string> lines)
    {
        string name = "";
        Shape input = Shape.Scalar, output = Shape.Scalar;
        var dims = new List<DimDecl>();
        var parameters = new List<ParameterDecl>();
        var states = new List<StateDecl>();
        var layers = new List<LayerDecl>();
        while (lines.MoveNext() && lines.Current != "step")
        {
            // The last item of a line may contain spaces.
            string[] items = lines.Current.Split([' '], lines.Current.StartsWith("parameter", StringComparison.Ordinal) ? 5 : 4);
            switch (items[0])
            {
                case "cell": name = items[1]; break;
                case "dim":
                    int? size = items[2] == "-" ? null : int.Parse(items[2], CultureInfo.InvariantCulture);
                    dims.Add(new DimDecl(items[1], items[3], size));
                    break;
                case "input": input = Shape.Parse(items[1]); break;
                case "output": output = Shape.Parse(items[1]); break;
                case "parameter":
                    var kind = (InitialKind)Enum.Parse(typeof(InitialKind), items[3]);
                    parameters.Add(new ParameterDecl(items[1], Shape.Parse(items[2]), kind, Number(items[4])));
                    break;
                case "state": states.Add(new StateDecl(items[1], Shape.Parse(items[2]), Number(items[3]))); break;
                case "layer":
                    IEnumerable<Dim> arguments = items[2] == "-" ? [] : items[2].Split(',').Select(Dim.Parse);
                    layers.Add(new LayerDecl(items[1], items[3], Parse(lines), arguments.ToEquatable()));
                    break;
                default:
                    throw new FormatException($"'{lines.Current}' is no line of a cell's text: it was compiled by another version.");
            }
        }
        var step = new List<string>();
        while (lines.MoveNext() && lines.Current != "end")
            step.Add(lines.Current);
        return new CellModel(name, dims.ToEquatable(), input, output, parameters.ToEquatable(), states.ToEquatable(), layers.ToEquatable(),
            GraphText.Parse(step));
    }

    static void Line(StringBuilder text, params string[] items) => text.Append(string.Join(" ", items)).Append('\n');

    static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}

using System.Globalization;
using System.Text;

namespace RnnDsl.Generators.Parsing;

// Inside the namespace, so that Dim is the graph's type and not the language's, which this file may also see.
using RnnDsl.Generators.Ir;

/// <summary>
/// A cell as text, for models in other assemblies. The first line has the text's version; only texts of the first version lack it. Every further line is one item. A layer's cell
/// stands between the layer's line and "end". The step's graph follows the line "step", in the graph's own text form.
/// </summary>
internal static class CellModelText
{
    /// <summary>The version of the text that is written. A change of the text's content increases it, and earlier versions stay readable.</summary>
    const int Version = 6;

    /// <summary>The versions of texts without products of matrices, without abstract models and thinned sequences, without matrices of steps, and without fixed parameters. Older compilers can read them.</summary>
    const int VersionOfAbstract = 5, VersionOfMatrices = 4, VersionOfFixed = 3, VersionBefore = 2;

    public static string Write(CellModel cell)
    {
        var text = new StringBuilder();
        WriteVersion(text, cell.Parameters, [new LayerDecl("", "", cell, default)], []);
        Write(cell, text);
        return text.ToString();
    }

    /// <exception cref="LaterVersionException">The text is of a version that this compiler does not know.</exception>
    /// <exception cref="FormatException">The text is not that of a cell.</exception>
    public static CellModel Parse(string text)
    {
        using IEnumerator<string> lines = Lines(text);
        return Parse(lines);
    }

    public static void WriteVersion(StringBuilder text, IEnumerable<ParameterDecl> parameters, IEnumerable<LayerDecl> layers, IEnumerable<Graph> graphs, bool isAbstract = false) =>
        Line(text, "version", (HasProducts(layers, graphs) ? Version : isAbstract || graphs.Any(g => g.Thinned.Any()) ? VersionOfAbstract : HasMatrices(layers, graphs) ? VersionOfMatrices : HasFixed(parameters, layers) ? VersionOfFixed : VersionBefore).ToString(CultureInfo.InvariantCulture));

    static bool HasFixed(IEnumerable<ParameterDecl> parameters, IEnumerable<LayerDecl> layers) =>
        parameters.Any(p => p.IsFixed || p.Function is not null) || layers.Any(l => HasFixed(l.Cell.Parameters, l.Cell.Layers));

    /// <summary>New in version 6: products of matrices.</summary>
    static bool HasProducts(IEnumerable<LayerDecl> layers, IEnumerable<Graph> graphs) =>
        graphs.Any(g => g.Nodes.Any(n => n.Op == Op.MatMul)) || layers.Any(l => HasProducts(l.Cell.Layers, [l.Cell.Step]));

    /// <summary>New in version 4: whole sequences, and matrices of steps.</summary>
    static bool HasMatrices(IEnumerable<LayerDecl> layers, IEnumerable<Graph> graphs) =>
        graphs.Any(g => g.Nodes.Any(n => n.Op is Op.Whole or Op.Across || (n.ReducesSide && n.IsMax)))
        || layers.Any(l => l.Cell.Memory is not null || l.Cell.States.Any(s => s.Shape.IsMatrix) || HasMatrices(l.Cell.Layers, [l.Cell.Step]));

    /// <summary>The lines after the version.</summary>
    public static IEnumerator<string> Lines(string text)
    {
        string[] lines = [.. text.Split('\n').Select(l => l.TrimEnd('\r'))];
        bool hasVersion = lines[0].StartsWith("version ", StringComparison.Ordinal);
        return !hasVersion || (int.TryParse(lines[0].Substring(8), NumberStyles.None, CultureInfo.InvariantCulture, out int version) && version <= Version)
            ? lines.Skip(hasVersion ? 1 : 0).GetEnumerator()
            : throw new LaterVersionException($"its equations are stored in version {lines[0].Substring(8)}, and this compiler reads up to version {Version}");
    }

    static void Write(CellModel cell, StringBuilder text)
    {
        Line(text, "cell", cell.Name);
        if (cell.Parameter is { } parameter)
            Line(text, "stands", parameter);
        WriteDims(text, cell.Dims);
        Line(text, "input", cell.Input.ToString());
        Line(text, "output", cell.Output.ToString());
        if (cell.Memory is { } memory)
            Line(text, CellModel.MemoryName, memory.ToString());
        WriteParameters(text, cell.Parameters);
        foreach (StateDecl state in cell.States)
            Line(text, "state", state.Name, state.Shape.ToString(), Text(state.Initial));
        WriteLayers(text, cell.Layers);
        Line(text, "step");
        text.Append(cell.Step);
        Line(text, "end");
    }

    public static void WriteDims(StringBuilder text, IEnumerable<DimDecl> dims)
    {
        foreach (DimDecl dim in dims)
            Line(text, "dim", dim.Name, dim.FixedSize is { } size ? Text(size) : "-", dim.TypeName);
    }

    public static void WriteParameters(StringBuilder text, IEnumerable<ParameterDecl> parameters)
    {
        foreach (ParameterDecl parameter in parameters)
            Line(text, ["parameter", parameter.Name, parameter.Shape.ToString(), parameter.Initial.ToString(), Text(parameter.InitialValue),
                .. parameter.IsFixed ? [Fixed] : Array.Empty<string>(), .. parameter.Function is not null ? [Computed] : Array.Empty<string>()]);
    }

    const string Fixed = "fixed", Computed = "computed";

    public static void WriteLayers(StringBuilder text, IEnumerable<LayerDecl> layers)
    {
        foreach (LayerDecl layer in layers)
        {
            string arguments = layer.Arguments.Count == 0 ? "-" : string.Join(",", layer.Arguments.Select(a => a.Text));
            Line(text, "layer", layer.Field, arguments, layer.TypeName);
            Write(layer.Cell, text);
        }
    }

    static CellModel Parse(IEnumerator<string> lines)
    {
        string name = "";
        Shape input = Shape.Scalar, output = Shape.Scalar;
        Shape? memory = null;
        string? parameter = null;
        var states = new List<StateDecl>();
        var declarations = new Declarations();
        while (lines.MoveNext() && lines.Current != "step")
        {
            string[] items = lines.Current.Split(' ');
            switch (items[0])
            {
                case "cell": name = items[1]; break;
                case "stands": parameter = items[1]; break;
                case "input": input = Shape.Parse(items[1]); break;
                case "output": output = Shape.Parse(items[1]); break;
                case CellModel.MemoryName: memory = Shape.Parse(items[1]); break;
                case "state": states.Add(new StateDecl(items[1], Shape.Parse(items[2]), Number(items[3])) { CountsSteps = items[1] == StateDecl.StepNumber }); break;
                default: declarations.Read(lines); break;
            }
        }
        return new CellModel(name, declarations.Dims.ToEquatable(), input, output, declarations.Parameters.ToEquatable(), states.ToEquatable(),
            declarations.Layers.ToEquatable(), ReadGraph(lines)) { Memory = memory, Parameter = parameter };
    }

    /// <summary>The lines up to "end".</summary>
    public static Graph ReadGraph(IEnumerator<string> lines)
    {
        var graph = new List<string>();
        while (lines.MoveNext() && lines.Current != "end")
            graph.Add(lines.Current);
        return GraphText.Parse(graph);
    }

    /// <summary>The declarations that cells and models have in common.</summary>
    internal sealed class Declarations
    {
        public List<DimDecl> Dims { get; } = [];

        public List<ParameterDecl> Parameters { get; } = [];

        public List<LayerDecl> Layers { get; } = [];

        /// <summary>Reads the current line and, for a layer, the lines of its cell.</summary>
        public void Read(IEnumerator<string> lines)
        {
            // The last item of a line may contain spaces.
            string[] items = lines.Current.Split([' '], lines.Current.StartsWith("parameter", StringComparison.Ordinal) ? 7 : 4);
            switch (items[0])
            {
                case "dim":
                    int? size = items[2] == "-" ? null : int.Parse(items[2], CultureInfo.InvariantCulture);
                    Dims.Add(new DimDecl(items[1], items[3], size));
                    break;
                case "parameter":
                    var kind = (InitialKind)Enum.Parse(typeof(InitialKind), items[3]);
                    Parameters.Add(new ParameterDecl(items[1], Shape.Parse(items[2]), kind, Number(items[4]))
                    {
                        IsFixed = items.Skip(5).Contains(Fixed), Function = items.Skip(5).Contains(Computed) ? ParameterFunction.OfLayer : null,
                    });
                    break;
                case "layer":
                    IEnumerable<Dim> arguments = items[2] == "-" ? [] : items[2].Split(',').Select(Dim.Parse);
                    Layers.Add(new LayerDecl(items[1], items[3], Parse(lines), arguments.ToEquatable()));
                    break;
                default:
                    throw new FormatException($"'{lines.Current}' is no line of a module's text: it was compiled by another version.");
            }
        }
    }

    internal static void Line(StringBuilder text, params string[] items) => text.Append(string.Join(" ", items)).Append('\n');

    static string Text(double number) => GraphText.Number(number);

    static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>The exception for a text that a later version of the compiler wrote.</summary>
internal sealed class LaterVersionException(string message) : FormatException(message);

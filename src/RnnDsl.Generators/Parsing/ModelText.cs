using System.Text;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>
/// A model as text, for readers of its equations at run time. The version, dimensions, parameters and layers are written as in <see cref="CellModelText"/>. Each method is a line
/// "method", its inputs and result, and its graph up to "end". The text of an abstract model says that it is abstract, and has cells that stand for type parameters.
/// </summary>
internal sealed record ModelText(
    string Name,
    EquatableArray<DimDecl> Dims,
    EquatableArray<ParameterDecl> Parameters,
    EquatableArray<LayerDecl> Layers,
    EquatableArray<MethodModel> Methods)
{
    const string Abstract = "abstract";

    /// <summary>Whether it is abstract.</summary>
    public bool IsAbstract { get; init; }

    /// <summary>Whether it contains mistakes, which are reported where it is declared. It has no methods then.</summary>
    public bool IsBroken { get; init; }

    /// <summary>Whether a text is that of an abstract model.</summary>
    public static bool IsOfAbstract(string text) => text.IndexOf($"\n{Abstract}\n", StringComparison.Ordinal) >= 0;

    public static string Write(ModuleModel model)
    {
        var text = new StringBuilder();
        CellModelText.WriteVersion(text, model.Parameters, model.Layers, model.Methods.Select(m => m.Graph), model.IsAbstract);
        CellModelText.Line(text, "model", model.Type.Name);
        if (model.IsAbstract)
            CellModelText.Line(text, Abstract);
        CellModelText.WriteDims(text, model.Dims);
        CellModelText.WriteParameters(text, model.Parameters);
        CellModelText.WriteLayers(text, model.Layers);
        foreach (MethodModel method in model.Methods)
        {
            CellModelText.Line(text, "method", method.Name, method.IsLoss ? "loss" : "value");
            foreach (ValueDecl input in method.Inputs)
                Write(text, "input", input);
            Write(text, "result", method.Result);
            text.Append(method.Graph);
            CellModelText.Line(text, "end");
        }
        return text.ToString();
    }

    static void Write(StringBuilder text, string kind, ValueDecl value) =>
        CellModelText.Line(text, [kind, value.Name, value.Shape.ToString(), value.Domain.ToString(), .. value.Units is null ? Array.Empty<string>() : [value.Units.Text]]);

    /// <exception cref="FormatException">The text is of another version of the generator.</exception>
    public static ModelText Parse(string text)
    {
        using IEnumerator<string> lines = CellModelText.Lines(text);
        string name = "";
        bool isAbstract = false;
        var declarations = new CellModelText.Declarations();
        var methods = new List<MethodModel>();
        while (lines.MoveNext() && lines.Current.Length > 0)
        {
            string[] items = lines.Current.Split(' ');
            switch (items[0])
            {
                case "model": name = items[1]; break;
                case Abstract: isAbstract = true; break;
                case "method": methods.Add(ReadMethod(items[1], items[2] == "loss", lines)); break;
                default: declarations.Read(lines); break;
            }
        }
        return new ModelText(name, declarations.Dims.ToEquatable(), declarations.Parameters.ToEquatable(), declarations.Layers.ToEquatable(),
            methods.ToEquatable()) { IsAbstract = isAbstract };
    }

    static MethodModel ReadMethod(string name, bool isLoss, IEnumerator<string> lines)
    {
        var values = new List<ValueDecl>();
        string kind = "";
        while (kind != "result" && lines.MoveNext())
        {
            string[] items = lines.Current.Split(' ');
            kind = items[0];
            var domain = Domain.Parse(items[3]);
            values.Add(new ValueDecl(items[1], Shape.Parse(items[2]), domain, Units: items.Length > 4 ? Ir.Dim.Parse(items[4]) : null));
        }
        return new MethodModel(name, values.Take(values.Count - 1).ToEquatable(), values[values.Count - 1], isLoss, CellModelText.ReadGraph(lines));
    }
}

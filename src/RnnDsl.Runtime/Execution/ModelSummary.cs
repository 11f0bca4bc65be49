using System.Globalization;
using System.Text;
using RnnDsl.Execution;

namespace RnnDsl;

/// <summary>One layer of a model, or the model's own parameters.</summary>
/// <param name="Name">The layer's field, with its path; "" for the model's own parameters.</param>
/// <param name="Parameters">Names and shapes, such as "Wi 64×7".</param>
/// <param name="Count">Number of values.</param>
public sealed record LayerSummary(string Name, IReadOnlyList<string> Parameters, long Count);

/// <summary>What a model consists of: its layers with their shapes, the number of parameters, their bytes, and what one step costs.</summary>
/// <param name="Model">The name of the class.</param>
/// <param name="Dimensions">The names and sizes of the dimensions.</param>
/// <param name="Layers">The layers, in the order of the parameters.</param>
/// <param name="Trained">The number of values that are trained.</param>
/// <param name="Fixed">The number of values that are not trained.</param>
/// <param name="StepOperations">The floating-point operations of the products with all matrices, each multiplied once per step: 2 × rows × columns. A table of which one-hot inputs
/// read rows counts as nothing. Functions do not count, and matrices that are multiplied more or less often count once.</param>
public sealed record ModelSummary(string Model, IReadOnlyList<Dimension> Dimensions, IReadOnlyList<LayerSummary> Layers, long Trained, long Fixed, long StepOperations)
{
    /// <summary>The size of the parameters as floats, in bytes.</summary>
    public long Bytes => (Trained + Fixed) * sizeof(float);

    /// <summary>A table with a line for each layer, and a line with the sums.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Model}: {string.Join(", ", Dimensions.Select(d => $"{d.Name} {d.Size}"))}\n\n");
        int width = Math.Max(5, Layers.Select(l => l.Name.Length).DefaultIfEmpty().Max());
        text.Append(CultureInfo.InvariantCulture, $"{"layer".PadRight(width)}  {"parameters",12}  shapes\n");
        foreach (LayerSummary layer in Layers)
            text.Append(CultureInfo.InvariantCulture, $"{(layer.Name.Length == 0 ? "own" : layer.Name).PadRight(width)}  {layer.Count,12:N0}  {Wrapped(layer.Parameters, width + 16)}\n");
        return text.Append(CultureInfo.InvariantCulture, $"\n{Trained:N0} trained parameters{(Fixed > 0 ? string.Create(CultureInfo.InvariantCulture, $" and {Fixed:N0} fixed ones") : "")}, {Bytes:N0} bytes, {StepOperations:N0} operations a step")
            .ToString();
    }

    /// <summary>The shapes in lines of at most 80 characters.</summary>
    static string Wrapped(IReadOnlyList<string> shapes, int indent)
    {
        var text = new StringBuilder();
        int column = indent;
        foreach (string shape in shapes)
        {
            if (column > indent && column + shape.Length + 2 > 80)
            {
                text.Append(",\n").Append(' ', indent);
                column = indent;
            }
            else if (column > indent)
                text.Append(", ");
            text.Append(shape);
            column += shape.Length + 2;
        }
        return text.ToString();
    }
}

/// <summary>Summarizes models.</summary>
public static class ModelSummaries
{
    /// <summary>The parts of a model. <see cref="ModelSummary.ToString"/> makes a table of them.</summary>
    public static ModelSummary Summary(this Module model)
    {
        ModuleInfo info = model.Info;
        var layers = new List<LayerSummary>();
        foreach (IGrouping<string, ParameterInfo> layer in info.Parameters.GroupBy(p => LayerOf(p.Name)))
            layers.Add(new LayerSummary(layer.Key, [.. layer.Select(p => $"{p.Name[(layer.Key.Length == 0 ? 0 : layer.Key.Length + 1)..]} {Shape(p)}")], layer.Sum(p => p.Floats)));
        HashSet<int> vocabularies = [.. info.Methods.SelectMany(method => method.Inputs).Select(input => input.Units).Where(units => units > 0)];
        return new ModelSummary(info.Name, info.Dimensions, layers, info.Parameters.Where(p => !p.IsFixed).Sum(p => p.Floats), info.Parameters.Where(p => p.IsFixed).Sum(p => p.Floats),
            info.Parameters.Where(p => p.Rank == 2 && !vocabularies.Contains(p.Columns)).Sum(p => 2 * p.Floats));
    }

    static string LayerOf(string parameter) => parameter.LastIndexOf('.') is > 0 and var dot ? parameter[..dot] : "";

    static string Shape(ParameterInfo parameter) => parameter.Rank switch
    {
        0 => "scalar",
        1 => parameter.Rows.ToString(CultureInfo.InvariantCulture),
        _ => string.Create(CultureInfo.InvariantCulture, $"{parameter.Rows}×{parameter.Columns}"),
    };
}

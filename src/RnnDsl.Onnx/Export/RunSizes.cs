using RnnDsl.Onnx.Equations;
using RnnDsl.Onnx.Protobuf;

namespace RnnDsl.Onnx.Export;

// In here, so that Dim is the graph's and not the language's, which this file may see too.
using RnnDsl.Generators.Ir;

/// <summary>The sizes that are known only at run time: the number of examples, and for each axis the number of steps and the masks of each example's own steps.</summary>
sealed class RunSizes(ModuleEquations equations)
{
    readonly Dictionary<int, (string Steps, string Axis, Padding? Padding)> axes = [];

    /// <summary>Number of examples, a row of one integer.</summary>
    public string Batch { get; set; } = "";

    /// <param name="axis">The axis.</param>
    /// <param name="steps">Its number of steps, a row of one integer.</param>
    /// <param name="name">Name of the dimension.</param>
    /// <param name="lengths">The input with the lengths of the examples; null if all examples have the same length.</param>
    public void Add(int axis, string steps, string name, string? lengths) =>
        axes.Add(axis, (steps, name, lengths is null ? null : new Padding(lengths, steps, axis)));

    /// <summary>Adds an axis that consists of every k-th step of another axis.</summary>
    public void AddThinned(GraphWriter writer, int axis, Thinning thinning)
    {
        (string steps, string name, Padding? padding) = axes[thinning.SourceAxis];
        string Taken(string count, string all, string one) => writer.Add("Div", $"{count}.every", [writer.Add("Add", $"{count}.whole", [count, all]), one]);
        string? lengths = padding is null ? null
            : writer.Add("Cast", "lengths.every", [Taken(writer.Add("Cast", "lengths.whole", [padding.Lengths], AttributeProto.Of("to", TensorProto.Int64)), writer.Ints(thinning.Every - 1), writer.Ints(thinning.Every))], AttributeProto.Of("to", TensorProto.Int32));
        Add(axis, Taken(steps, writer.Ints(thinning.Every - 1), writer.Ints(thinning.Every)), $"{name}/{thinning.Every}", lengths);
    }

    /// <summary>The masks of each example's own steps; null if all examples have the same length.</summary>
    public Padding? Padding(int axis) => axes[axis].Padding;

    /// <summary>The name of the axis in the file.</summary>
    public string AxisName(int axis) => axes[axis].Axis;

    /// <summary>The sizes of a shape as the file shows them: numbers, or names of axes.</summary>
    public string[] Names(Shape shape) => shape.IsScalar ? ["1"] : [.. Sides(shape).Select(d => d.IsSteps ? AxisName(d.Axis) : $"{equations.Size(d)}")];

    /// <summary>All sizes of a value, as a row of integers.</summary>
    public string Of(GraphWriter writer, Shape shape, Domain domain)
    {
        Dim[] sides = Sides(shape);
        if (domain.IsParameters && !sides.Any(d => d.IsSteps))
            return shape.IsScalar ? writer.Ints(1) : writer.Ints([.. sides.Select(d => (long)equations.Size(d))]);
        string kind = domain.IsSteps ? $"{domain.Kind} {domain.Axis}" : domain.Kind;
        return writer.Shared($"axes {string.Join('×', Names(shape))} {kind}", root =>
        {
            var sizes = new List<string>();
            if (domain.IsSteps)
                sizes.Add(axes[domain.Axis].Steps);
            if (!domain.IsParameters)
                sizes.Add(Batch);
            if (shape.IsScalar)
                sizes.Add(root.Ints(1));
            sizes.AddRange(sides.Select(d => d.IsSteps ? axes[d.Axis].Steps : root.Ints(equations.Size(d))));
            return root.Add("Concat", "axes", [.. sizes], AttributeProto.Of("axis", 0));
        });
    }

    /// <summary>The number of steps of each example as a value [batch, 1].</summary>
    public string StepCount(GraphWriter writer, int axis) => writer.Shared($"length {axis}", root =>
    {
        if (Padding(axis) is { } padding)
            return root.Add("Unsqueeze", "lengths", [root.Add("Cast", "lengths", [padding.Lengths], AttributeProto.Of("to", TensorProto.Float)), root.Ints(1)]);
        string number = root.Add("Cast", "length", [axes[axis].Steps], AttributeProto.Of("to", TensorProto.Float));
        return root.Add("Expand", "lengths", [number, root.Add("Concat", "axes", [Batch, root.Ints(1)], AttributeProto.Of("axis", 0))]);
    });

    static Dim[] Sides(Shape shape) => shape.Rank switch { 0 => [], 1 => [shape.Rows!], _ => [shape.Rows!, shape.Columns!] };
}

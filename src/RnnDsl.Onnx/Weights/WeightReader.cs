using RnnDsl.Sequences;

namespace RnnDsl.Onnx.Weights;

/// <summary>Reads and checks tensors by name, and remembers which were read.</summary>
sealed class WeightReader(TensorSource source)
{
    readonly HashSet<string> read = [];

    /// <summary>Tensors that nobody has read.</summary>
    public IEnumerable<string> Unused => source.Shapes.Keys.Where(name => !read.Contains(name));

    public IEnumerable<string> Names => source.Shapes.Keys;

    public bool Has(string name) => source.Shapes.ContainsKey(name);

    /// <exception cref="InvalidDataException">There is no such tensor.</exception>
    public long[] Shape(string name) => source.Shapes.TryGetValue(name, out long[]? shape) ? shape : throw new InvalidDataException(
        $"There is no tensor '{name}'. {Hint(name)}");

    /// <summary>The values of a tensor of exactly this shape.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="use">The layer that needs the tensor, for messages.</param>
    /// <param name="shape">The shape it must have.</param>
    /// <exception cref="InvalidDataException">It is missing, of another shape, or not finite.</exception>
    public double[] Read(string name, string use, params ReadOnlySpan<long> shape)
    {
        long[] found = Shape(name);
        if (!found.AsSpan().SequenceEqual(shape))
            throw new InvalidDataException($"Tensor '{name}' is [{string.Join(", ", found)}], but {use} needs [{string.Join(", ", shape.ToArray())}].");
        read.Add(name);
        double[] values = Array.ConvertAll(source.Read(name), value => (double)value);
        CheckFinite(name, values);
        return values;
    }

    public static void CheckFinite(string name, ReadOnlySpan<double> values)
    {
        for (int i = 0; i < values.Length; i++)
            if (!float.IsFinite((float)values[i]))
                throw new InvalidDataException(FormattableString.Invariant($"Tensor '{name}' is {values[i]} at index {i}: a parameter must be a finite float."));
    }

    /// <summary>The last sentence of a message about a missing name.</summary>
    public string Hint(string name) => NearestName.Hint(name, Known());

    /// <summary>The names of at most 40 tensors, for messages.</summary>
    string[] Known() => source.Shapes.Count <= 40 ? [.. source.Shapes.Keys] : [.. source.Shapes.Keys.Take(40), $"and {source.Shapes.Count - 40} more"];
}

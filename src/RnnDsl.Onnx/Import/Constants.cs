using RnnDsl.Onnx.Protobuf;

namespace RnnDsl.Onnx.Import;

/// <summary>A tensor whose values do not depend on inputs.</summary>
sealed record Constant(double[] Values, long[] Shape)
{
    public override string ToString() => $"[{string.Join(", ", Shape)}]";
}

/// <summary>
/// Values that do not depend on inputs: initializers, Constant nodes, and what Identity, Cast, Transpose, Reshape, Squeeze, Unsqueeze, Concat and Slice make of them, as
/// exporters write them around weights. An initializer that is the default of an input also counts, and so does the value that a caller gives to an input.
/// </summary>
sealed class Constants
{
    const int MaximumDepth = 64;

    readonly OnnxGraph file;
    readonly IReadOnlyDictionary<string, OnnxTensor> given;
    readonly Constants? around;
    readonly Budget budget;
    readonly Dictionary<string, Constant?> known = [];

    /// <param name="file">The model's graph.</param>
    /// <param name="given">Values of its inputs.</param>
    public Constants(OnnxGraph file, IReadOnlyDictionary<string, OnnxTensor> given) =>
        (this.file, this.given, budget) = (file, given, new() { Rest = 1000 + 2 * (file.Bytes + given.Values.Sum(t => sizeof(float) * (long)t.Values.Length)) });

    /// <param name="file">A graph inside another one.</param>
    /// <param name="around">The constants of the outer graph.</param>
    public Constants(OnnxGraph file, Constants around) => (this.file, this.around, given, budget) = (file, around, new Dictionary<string, OnnxTensor>(), around.budget);

    /// <summary>The number of values that may still be made. It is proportional to the file's size, so that nodes which repeat a constant many times cannot use much more memory than the file.</summary>
    sealed class Budget
    {
        public long Rest;
    }

    /// <summary>The constant, or null if the value is not constant.</summary>
    /// <exception cref="InvalidDataException">The value is a constant, but a damaged one.</exception>
    public Constant? Find(string name) => Find(name, 0);

    /// <summary>The shape of a constant, or null. The values of tensors are not read, so tensors that nobody needs may be unreadable.</summary>
    public long[]? Shape(string name) => !file.Has(name) ? around!.Shape(name)
        : !given.ContainsKey(name) && file.Initializers.TryGetValue(name, out TensorProto? tensor) ? [.. tensor.Dims] : Find(name)?.Shape;

    Constant? Find(string name, int depth)
    {
        if (name.Length == 0 || depth > MaximumDepth)
            return null;
        if (!file.Has(name))
            return around!.Find(name, depth);
        if (!known.TryGetValue(name, out Constant? constant))
        {
            // A value counts as no constant while it is computed, so that a cycle ends.
            known[name] = null;
            constant = Evaluate(name, depth);
            budget.Rest -= constant?.Values.Length ?? 0;
            known[name] = constant;
        }
        return constant;
    }

    Constant? Evaluate(string name, int depth)
    {
        if (given.TryGetValue(name, out OnnxTensor? value))
            return new Constant(Array.ConvertAll(value.Values, v => (double)v), [.. value.Shape]);
        if (file.Initializers.TryGetValue(name, out TensorProto? tensor))
            return Of(tensor);
        if (file.Producer(name) is not { Domain: "" or "ai.onnx" } node)
            return null;
        if (node.OpType == "Constant")
            return OfAttribute(node);
        if (node.OpType is not ("Identity" or "Cast" or "Transpose" or "Reshape" or "Squeeze" or "Unsqueeze" or "Concat" or "Slice"))
            return null;
        // An optional input that is left out becomes an empty row.
        Constant?[] inputs = [.. node.Input.Select(i => i.Length == 0 ? new Constant([], [0]) : Find(i, depth + 1))];
        if (inputs.Length == 0 || inputs.Any(i => i is null))
            return null;
        try
        {
            return ConstantOperations.Apply(node, inputs!, budget.Rest);
        }
        catch (Exception e) when (e is IndexOutOfRangeException or ArgumentException or OverflowException or InvalidOperationException)
        {
            throw new InvalidDataException($"{OnnxGraph.Describe(node)} does not fit its operands {string.Join(" and ", inputs.Select(i => i!.ToString()))}.", e);
        }
    }

    Constant Of(TensorProto tensor)
    {
        var constant = new Constant(tensor.ToDoubles(file.External), [.. tensor.Dims]);
        // Data in another file counts as part of this file.
        budget.Rest += tensor.IsExternal ? 2 * constant.Values.Length : 0;
        return constant;
    }

    Constant? OfAttribute(NodeProto node)
    {
        if (node.Find("value")?.T is { } tensor)
            return Of(tensor);
        if (node.Find("value_float") is { } number)
            return new Constant([number.F], []);
        if (node.Find("value_int") is { } integer)
            return new Constant([integer.I], []);
        if (node.Find("value_floats") is { } numbers)
            return new Constant([.. numbers.Floats.Select(f => (double)f)], [numbers.Floats.Count]);
        return node.Find("value_ints") is { } integers ? new Constant([.. integers.Ints.Select(i => (double)i)], [integers.Ints.Count]) : null;
    }
}

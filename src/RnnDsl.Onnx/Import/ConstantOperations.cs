using RnnDsl.Onnx.Protobuf;

namespace RnnDsl.Onnx.Import;

/// <summary>The operations that only move the values of constants (ONNX operator sets 7 to 23). Operands that do not fit throw exceptions, for which
/// <see cref="Constants"/> makes the messages.</summary>
static class ConstantOperations
{
    /// <param name="node">The node.</param>
    /// <param name="x">Its operands.</param>
    /// <param name="limit">The largest number of values that the result may have.</param>
    public static Constant Apply(NodeProto node, Constant[] x, long limit) => node.OpType switch
    {
        "Identity" or "Cast" => x[0],
        "Transpose" => Transpose(x[0], node.Find("perm")?.Ints),
        "Reshape" => Reshape(x[0], Integers(x[1])),
        "Squeeze" => Squeeze(x[0], Axes(node, x)),
        "Unsqueeze" => Unsqueeze(x[0], Axes(node, x) ?? throw new ArgumentException("No axes.")),
        "Concat" => Concat(node, x, limit),
        _ => Slice(node, x),
    };

    static long[] Integers(Constant constant) => [.. constant.Values.Select(v => checked((long)v))];

    /// <summary>The axes are an attribute up to operator set 12, and an operand since.</summary>
    static long[]? Axes(NodeProto node, Constant[] x) => node.Find("axes") is { } attribute ? [.. attribute.Ints] : x.Length > 1 ? Integers(x[1]) : null;

    static int Axis(long axis, int rank)
    {
        long positive = axis < 0 ? axis + rank : axis;
        return positive >= 0 && positive < rank ? (int)positive : throw new ArgumentException("No such axis.");
    }

    static long Count(IEnumerable<long> shape) => shape.Aggregate(1L, (a, b) => checked(a * b));

    static Constant Transpose(Constant x, List<long>? order)
    {
        int rank = x.Shape.Length;
        int[] axes = [.. (order ?? [.. Enumerable.Range(0, rank).Reverse().Select(i => (long)i)]).Select(a => Axis(a, rank))];
        if (axes.Length != rank || axes.Distinct().Count() != rank)
            throw new ArgumentException("No permutation.");
        long[] strides = Strides(x.Shape), shape = [.. axes.Select(a => x.Shape[a])];
        return Gather(x, shape, [.. axes.Select(a => strides[a])], 0);
    }

    static long[] Strides(long[] shape)
    {
        var strides = new long[shape.Length];
        long stride = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= shape[i];
        }
        return strides;
    }

    /// <summary>Reads along strides, in the order of the new shape.</summary>
    static Constant Gather(Constant x, long[] shape, long[] strides, long start)
    {
        var values = new double[Count(shape)];
        var index = new long[shape.Length];
        for (int i = 0; i < values.Length; i++)
        {
            long at = start;
            for (int a = 0; a < index.Length; a++)
                at += index[a] * strides[a];
            values[i] = x.Values[at];
            for (int a = index.Length - 1; a >= 0 && ++index[a] == shape[a]; a--)
                index[a] = 0;
        }
        return new Constant(values, shape);
    }

    static Constant Reshape(Constant x, long[] wanted)
    {
        long[] shape = [.. wanted.Select((s, i) => s == 0 ? x.Shape[i] : s)];
        int open = Array.IndexOf(shape, -1L);
        if (open >= 0)
        {
            long rest = Count(shape.Where((_, i) => i != open));
            shape[open] = rest > 0 ? x.Values.Length / rest : throw new ArgumentException("No size for -1.");
        }
        return shape.All(s => s >= 0) && Count(shape) == x.Values.Length ? new Constant(x.Values, shape) : throw new ArgumentException("Other sizes.");
    }

    static Constant Squeeze(Constant x, long[]? axes)
    {
        HashSet<int> dropped = [.. axes is null ? Enumerable.Range(0, x.Shape.Length).Where(i => x.Shape[i] == 1) : axes.Select(a => Axis(a, x.Shape.Length))];
        return dropped.All(a => x.Shape[a] == 1) ? x with { Shape = [.. x.Shape.Where((_, i) => !dropped.Contains(i))] } : throw new ArgumentException("Not 1.");
    }

    static Constant Unsqueeze(Constant x, long[] axes)
    {
        int rank = x.Shape.Length + axes.Length;
        HashSet<int> added = [.. axes.Select(a => Axis(a, rank))];
        if (added.Count != axes.Length)
            throw new ArgumentException("An axis twice.");
        var rest = new Queue<long>(x.Shape);
        return x with { Shape = [.. Enumerable.Range(0, rank).Select(i => added.Contains(i) ? 1 : rest.Dequeue())] };
    }

    static Constant Concat(NodeProto node, Constant[] x, long limit)
    {
        int at = Axis(node.Find("axis")?.I ?? 0, x[0].Shape.Length);
        if (x.Any(p => p.Shape.Length != x[0].Shape.Length || p.Shape.Where((s, i) => i != at && s != x[0].Shape[i]).Any()))
            throw new ArgumentException("Other shapes.");
        long[] shape = [.. x[0].Shape];
        shape[at] = x.Sum(p => p.Shape[at]);
        if (Count(shape) > limit)
            throw new InvalidDataException($"{OnnxGraph.Describe(node)} makes more values than its file could hold.");
        int outer = checked((int)Count(shape.Take(at))), filled = 0;
        var values = new double[Count(shape)];
        for (int i = 0; i < outer; i++)
            foreach (Constant part in x)
            {
                int length = part.Values.Length / outer;
                part.Values.AsSpan(i * length, length).CopyTo(values.AsSpan(filled));
                filled += length;
            }
        return new Constant(values, shape);
    }

    /// <summary>Operands starts, ends, axes, steps since operator set 10, attributes before.</summary>
    static Constant Slice(NodeProto node, Constant[] x)
    {
        long[]? Row(string attribute, int operand) => node.Find(attribute) is { } row ? [.. row.Ints]
            : x.Length > operand && x[operand].Values.Length > 0 ? Integers(x[operand]) : null;
        long[] starts = Row("starts", 1) ?? throw new ArgumentException("No starts."), ends = Row("ends", 2) ?? throw new ArgumentException("No ends.");
        long[] axes = Row("axes", 3) ?? [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)], steps = Row("steps", 4) ?? [.. starts.Select(_ => 1L)];
        long[] shape = [.. x[0].Shape], strides = Strides(shape);
        long offset = 0;
        for (int i = 0; i < starts.Length; i++)
        {
            int axis = Axis(axes[i], shape.Length);
            long size = x[0].Shape[axis];
            if (steps[i] != 1)
                throw new ArgumentException("Only steps of 1 are read.");
            long start = Math.Clamp(starts[i] < 0 ? starts[i] + size : starts[i], 0, size), end = Math.Clamp(ends[i] < 0 ? ends[i] + size : ends[i], 0, size);
            offset += start * strides[axis];
            shape[axis] = Math.Max(0, end - start);
        }
        return Gather(x[0], shape, strides, offset);
    }
}

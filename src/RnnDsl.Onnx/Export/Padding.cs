using RnnDsl.Generators.Ir;
using RnnDsl.Onnx.Protobuf;

namespace RnnDsl.Onnx.Export;

/// <summary>The masks for examples of unequal length in one batch, which tell an example's own steps from padding.</summary>
/// <param name="lengths">Name of the input with the lengths, [batch].</param>
/// <param name="steps">Name of the number of steps of the batch, a row of one integer.</param>
/// <param name="axis">The axis of the steps.</param>
sealed class Padding(string lengths, string steps, int axis)
{
    public string Lengths => lengths;

    /// <summary>[length, batch, 1], true at each example's steps.</summary>
    public string IsStep(GraphWriter writer) => writer.Shared($"is step {axis}", root => Mask(root, "Less", Ends(root)));

    /// <summary>[length, batch, 1], true at each example's last step.</summary>
    public string IsLast(GraphWriter writer) => writer.Shared($"is last {axis}", root => Mask(root, "Equal", root.Add("Sub", "last", [Ends(root), root.Ints(1)])));

    /// <summary>The mask with the axes of values of this shape at each step.</summary>
    public static string Like(GraphWriter writer, string mask, Shape shape) =>
        !shape.IsMatrix ? mask : writer.Shared("entries " + mask, root => root.Add("Unsqueeze", mask + ".entries", [mask, root.Ints(3)]));

    /// <summary>The mask for whole sequences: [batch, length] for vectors; for matrices, along one side, [batch, length, 1] or [batch, 1, length].</summary>
    public static string Whole(GraphWriter writer, string mask, Shape shape, Over side)
    {
        string whole = writer.Shared("whole " + mask, root =>
            root.Add("Transpose", mask + ".whole", [root.Add("Squeeze", mask + ".steps", [mask, root.Ints(2)])], AttributeProto.Of("perm", [1L, 0L])));
        return !shape.IsMatrix ? whole
            : writer.Shared($"side {side} {mask}", root => root.Add("Unsqueeze", mask + ".side", [whole, root.Ints(side == Over.Rows ? 2 : 1)]));
    }

    /// <summary>The sequence where the mask is true, and zero or the given number elsewhere.</summary>
    public static string Only(GraphWriter writer, string mask, string sequence, double otherwise = 0) => writer.Add("Where", sequence + ".steps", [mask, sequence, writer.Number(otherwise)]);

    /// <summary>The lengths as integers, [1, batch].</summary>
    string Ends(GraphWriter root) => root.Shared($"ends {axis}", r =>
        r.Add("Unsqueeze", "ends", [r.Add("Cast", "ends", [lengths], AttributeProto.Of("to", TensorProto.Int64)), r.Ints(0)]));

    string Mask(GraphWriter root, string op, string ends) => root.Add("Unsqueeze", "mask", [root.Add(op, "mask", [Numbers(root), ends]), root.Ints(2)]);

    /// <summary>The numbers of the steps, [length, 1].</summary>
    string Numbers(GraphWriter root) => root.Shared($"numbers {axis}", r =>
    {
        string count = r.Add("Squeeze", "count", [steps, r.Ints(0)]);
        return r.Add("Unsqueeze", "numbers", [r.Add("Range", "numbers", [r.Int(0), count, r.Int(1)]), r.Ints(1)]);
    });
}

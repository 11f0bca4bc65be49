using RnnDsl.Onnx.Equations;
using RnnDsl.Onnx.Protobuf;

namespace RnnDsl.Onnx.Export;

// In here, so that Dim is the graph's and not the language's, which this file may see too.
using RnnDsl.Generators.Ir;

/// <summary>
/// Writes one-hot vectors. A product with a one-hot vector is a Gather of one row of a table, whose cost does not grow with the number of units. It is zero for −1, and for any other number that is not a unit.
/// </summary>
sealed class OneHotWriter(ModuleEquations equations)
{
    readonly Dictionary<(GraphWriter, string), string> made = [];

    /// <summary>The vector itself, [..., units].</summary>
    public Value Vector(GraphWriter writer, Value value)
    {
        int units = equations.Width(value.Shape);
        return new Value(Once(writer, $"vector {units} {value.Hot!.Name}", () =>
        {
            string numbers = writer.Tensor($"numbers {units}", [.. Enumerable.Range(0, units).Select(n => (float)n)], units);
            return writer.Add("Cast", "OneHot", [writer.Add("Equal", "OneHot.equal", [value.Hot.Name, numbers])], AttributeProto.Of("to", TensorProto.Float));
        }), value.Shape, value.Hot.Domain);
    }

    /// <summary>The row of a table [units, columns] at the value's number, [..., columns].</summary>
    public string Row(GraphWriter writer, string table, Value value, string hint)
    {
        int units = equations.Width(value.Shape);
        string number = value.Hot!.Name;
        string unit = Once(writer, $"unit {units} {number}", () => writer.Add("Clip", number + ".unit",
            [writer.Add("Cast", number + ".number", [number], AttributeProto.Of("to", TensorProto.Int64)), writer.Int(0), writer.Int(units - 1)]));
        string known = Once(writer, $"known {units} {number}", () => writer.Add("Equal", number + ".known",
            [number, writer.Add("Cast", unit + ".float", [unit], AttributeProto.Of("to", TensorProto.Float))]));
        string index = Once(writer, $"index {units} {number}", () => writer.Add("Squeeze", number + ".index", [unit, writer.Ints(-1)]));
        string row = writer.Add("Gather", hint + ".row", [table, index], AttributeProto.Of("axis", 0));
        return writer.Add("Where", hint, [known, row, writer.Number(0)]);
    }

    string Once(GraphWriter writer, string key, Func<string> make)
    {
        if (!made.TryGetValue((writer, key), out string? name))
            made.Add((writer, key), name = make());
        return name;
    }
}

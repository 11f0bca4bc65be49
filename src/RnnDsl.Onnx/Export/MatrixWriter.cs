using RnnDsl.Onnx.Protobuf;

namespace RnnDsl.Onnx.Export;

// In here, so that Dim is the graph's and not the language's, which this file may see too.
using RnnDsl.Generators.Ir;

/// <summary>
/// Matrices: of parameters [rows, columns], of each example [batch, rows, columns], of each step [length, batch, rows, columns]. A whole sequence is a matrix of each example, with a row for
/// each step. If examples differ in length, operations over its rows leave out the rows that are padding.
/// </summary>
sealed class MatrixWriter(RunSizes sizes, EquationWriter nodes)
{
    /// <summary>A sequence [length, batch, units] as a matrix [batch, length, units]. A sequence of scalars becomes a vector [batch, length].</summary>
    public static string Whole(GraphWriter writer, Value sequence, string hint) => sequence.Shape.IsScalar
        ? writer.Add("Transpose", hint, [writer.Add("Squeeze", hint + ".steps", [sequence.Name, writer.Ints(2)])], AttributeProto.Of("perm", [1L, 0L]))
        : writer.Add("Transpose", hint, [sequence.Name], AttributeProto.Of("perm", [1L, 0L, 2L]));

    /// <summary>Converts a whole sequence back to a sequence of steps.</summary>
    public static Value Sequence(GraphWriter writer, Value whole)
    {
        string hint = whole.Name + ".sequence";
        Domain domain = Domain.Steps(whole.Shape.Rows!.Axis);
        return whole.Shape.IsMatrix ? new Value(writer.Add("Transpose", hint, [whole.Name], AttributeProto.Of("perm", [1L, 0L, 2L])), whole.Shape.OfStep, domain)
            : new Value(writer.Add("Unsqueeze", hint, [writer.Add("Transpose", hint + ".numbers", [whole.Name], AttributeProto.Of("perm", [1L, 0L])), writer.Ints(2)]), Shape.Scalar, domain);
    }

    /// <summary>A matrix that repeats a vector in each row or column, written as a matrix with a single row or column.</summary>
    public static Value Across(GraphWriter writer, Value vector, Shape shape, Over over, string hint) =>
        new(over == Over.Rows ? vector.Domain.IsParameters ? vector.Name : writer.Add("Unsqueeze", hint + ".row", [vector.Name, writer.Ints(-2)])
            : writer.Add("Unsqueeze", hint + ".column", [vector.Name, writer.Ints(vector.Domain.IsParameters ? 1 : -1)]), shape, vector.Domain) { Repeats = over };

    /// <summary>The matrix with all of its rows and columns.</summary>
    public Value Full(GraphWriter writer, Value value, string hint) => value.Repeats is null ? value
        : new Value(writer.Add("Expand", hint, [value.Name, sizes.Of(writer, value.Shape, Domain.Parameters)]), value.Shape, value.Domain);

    /// <summary>The value. A scalar of an example or a step gets one more axis, so that it broadcasts with matrices.</summary>
    public static Value ToMatrix(GraphWriter writer, Value value) => !value.Shape.IsScalar || value.Domain.IsParameters ? value
        : value with { Name = writer.Add("Unsqueeze", value.Name + ".entry", [value.Name, writer.Ints(-1)]) };

    public static string Transpose(GraphWriter writer, Value matrix, string hint)
    {
        int leading = matrix.Leading;
        return writer.Add("Transpose", hint, [matrix.Name], AttributeProto.Of("perm", [.. Enumerable.Range(0, leading).Select(i => (long)i), leading + 1L, leading]));
    }

    /// <summary>A sum or a maximum over the units of a vector, or over the rows, the columns or all entries of a matrix.</summary>
    public Value Reduce(GraphWriter writer, Node node, Value x, string hint)
    {
        double neutral = node.IsMax ? double.NegativeInfinity : 0;
        bool units = node.Reduces(Over.Units);
        if (!x.Shape.IsMatrix)
        {
            x = Own(writer, x, Over.Rows, neutral);
            return new Value(Take(hint, x.Name, -1, keep: true), node.Shape, x.Domain);
        }
        if (units || node.Over == Over.Rows)
            x = Own(writer, x, Over.Rows, neutral);
        if (units || node.Over == Over.Columns)
            x = Own(writer, x, Over.Columns, neutral);
        long rows = x.Domain.IsParameters ? 0 : -2, columns = x.Domain.IsParameters ? 1 : -1;
        string name = units ? Take(hint, Take(hint + ".columns", x.Name, -1, keep: true), rows, keep: false) : Take(hint, x.Name, node.Over == Over.Rows ? rows : columns, keep: false);
        return new Value(name, node.Shape, x.Domain);

        string Take(string called, string value, long axis, bool keep)
        {
            AttributeProto[] attributes = keep ? [] : [AttributeProto.Of("keepdims", 0)];
            return node.IsMax ? writer.Add("ReduceMax", called, [value], [AttributeProto.Of("axes", [axis]), .. attributes])
                : writer.Add("ReduceSum", called, [value, writer.Ints(axis)], attributes);
        }
    }

    /// <summary>The product of a matrix and a vector, for matrices that depend on more than parameters or have a row for each step.</summary>
    public Value Product(GraphWriter writer, Node node, Value matrix, Value vector, string hint)
    {
        bool overColumns = node.Over == Over.Columns;
        matrix = Own(writer, matrix, node.Over, 0);
        vector = Own(writer, vector, Over.Rows, 0);
        Domain domain = Domain.Join(matrix.Domain, vector.Domain);
        // One product multiplies the matrix of an example by the vectors of all its steps.
        if (matrix.Domain.IsExamples && vector.Domain.IsSteps)
        {
            string side = writer.Add("Transpose", hint + ".steps", [vector.Name], AttributeProto.Of("perm", (long[])(overColumns ? [1, 2, 0] : [1, 0, 2])));
            string products = writer.Add("MatMul", hint + ".examples", overColumns ? [matrix.Name, side] : [side, matrix.Name]);
            return new Value(writer.Add("Transpose", hint, [products], AttributeProto.Of("perm", (long[])(overColumns ? [2, 0, 1] : [1, 0, 2]))), node.Shape, domain);
        }
        string along = writer.Ints(overColumns ? -1 : -2);
        string single = writer.Add("Unsqueeze", hint + ".single", [vector.Name, along]);
        string product = writer.Add("MatMul", hint + ".product", overColumns ? [matrix.Name, single] : [single, matrix.Name]);
        return new Value(writer.Add("Squeeze", hint, [product, along]), node.Shape, domain);
    }

    /// <summary>A whole sequence shifted by one step. The step that is missing at the end is a given number.</summary>
    public Value Delay(GraphWriter writer, Node node, Value x, Value beyond, string hint)
    {
        Padding? padding = node.IsForward ? null : sizes.Padding(x.Shape.Rows!.Axis);
        Domain domain = Domain.Join(x.Domain, beyond.Domain);
        x = nodes.Lift(writer, x, x.Shape, padding is not null && domain.IsParameters ? Domain.Examples() : domain);
        beyond = x.Shape.IsMatrix ? ToMatrix(writer, beyond) : beyond;
        long side = x.Shape.IsMatrix ? -2 : -1;
        string one = writer.Add("Slice", hint + ".one", [x.Name, writer.Ints(0), writer.Ints(1), writer.Ints(side)]);
        string step = writer.Add("Expand", hint + ".step", [beyond.Name, writer.Add("Shape", hint + ".axes", [one])]);
        string rest = writer.Add("Slice", hint + ".rest", node.IsForward ? [x.Name, writer.Ints(0), writer.Ints(-1), writer.Ints(side)]
            : [x.Name, writer.Ints(1), writer.Ints(int.MaxValue), writer.Ints(side)]);
        string moved = writer.Add("Concat", hint, node.IsForward ? [step, rest] : [rest, step], AttributeProto.Of("axis", side));
        return x with { Name = padding is null ? moved : writer.Add("Where", hint + ".end", [Padding.Whole(writer, padding.IsLast(writer), x.Shape, Over.Rows), step, moved]) };
    }

    /// <summary>The matrix with a number in place of the padding, if this side consists of the steps of an axis and examples differ in length.</summary>
    Value Own(GraphWriter writer, Value x, Over side, double otherwise)
    {
        Dim dim = side == Over.Columns ? x.Shape.Columns! : x.Shape.Rows!;
        if (!dim.IsSteps || sizes.Padding(dim.Axis) is not { } padding)
            return x;
        return x with
        {
            Name = Padding.Only(writer, Padding.Whole(writer, padding.IsStep(writer), x.Shape, side), x.Name, otherwise),
            Domain = x.Domain.IsParameters ? Domain.Examples() : x.Domain,
        };
    }
}

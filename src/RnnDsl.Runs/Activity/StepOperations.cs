namespace RnnDsl.Runs.Equations;

using RnnDsl.Generators.Ir;

/// <summary>Operations that make one value of others, in double precision.</summary>
static class StepOperations
{
    /// <summary>The result of an operation on values of one step, one example, or of parameters.</summary>
    /// <param name="node">The operation.</param>
    /// <param name="x">Its operands.</param>
    /// <param name="size">The size of a dimension.</param>
    public static Tensor Of(Node node, Tensor[] x, Func<Dim, int> size) => node.Op switch
    {
        Op.Negate => x[0].Select(v => -v),
        Op.Sigmoid => x[0].Select(Sigmoid),
        Op.Tanh => x[0].Select(Math.Tanh),
        Op.Exp => x[0].Select(Math.Exp),
        Op.Log => x[0].Select(Math.Log),
        Op.Sqrt => x[0].Select(Math.Sqrt),
        Op.Abs => x[0].Select(Math.Abs),
        Op.Softplus => x[0].Select(v => Math.Max(v, 0) + Math.Log(1 + Math.Exp(-Math.Abs(v)))),
        Op.Sin => x[0].Select(Math.Sin),
        Op.Cos => x[0].Select(Math.Cos),
        Op.Floor => x[0].Select(Math.Floor),
        Op.StopGradient or Op.Dropout => x[0],
        Op.Add => Zip(x, v => v[0] + v[1]),
        Op.Subtract => Zip(x, v => v[0] - v[1]),
        Op.Multiply => Zip(x, v => v[0] * v[1]),
        Op.Divide => Zip(x, v => v[0] / v[1]),
        Op.Min => Zip(x, v => v[0] < v[1] ? v[0] : v[1]),
        Op.Max => Zip(x, v => v[0] > v[1] ? v[0] : v[1]),
        Op.SelectGreater => Zip(x, v => v[0] > v[1] ? v[2] : v[3]),
        Op.Broadcast => Filled(x[0], node.Shape, size),
        Op.OneHot => OneHot(size(node.Shape.Rows!), x[0].Number),
        Op.Reduce => Reduce(node, x[0]),
        Op.Product => node.Over switch
        {
            Over.Columns => x[0].Times(x[1]),
            Over.Rows => x[0].TransposedTimes(x[1]),
            _ => throw new NotSupportedException($"The product {StoredText.NameOf(node)} occurs in gradients alone."),
        },
        Op.Gather => Gather(node, x[0], x[1].Number),
        Op.Concat => Tensor.Vector([.. x[0].Values, .. x[1].Values]),
        Op.Slice => Slice(x[0], node.Offset.After is { } after ? size(after) : node.Offset.Units, node.Shape.IsScalar ? 1 : size(node.Shape.Rows!)),
        Op.Transpose => x[0].Transposed(),
        Op.Across => Across(node, x[0], size),
        Op.Delay => Delay(x[0], x[1].Number, node.IsForward),
        _ => throw new NotSupportedException($"The operation {StoredText.NameOf(node)} is not run one by one."),
    };

    static double Sigmoid(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    /// <summary>Entry by entry. A scalar stands for all entries.</summary>
    static Tensor Zip(Tensor[] x, Func<double[], double> function)
    {
        Tensor shape = x[0];
        foreach (Tensor operand in x)
            if (operand.Values.Length > shape.Values.Length)
                shape = operand;
        var values = new double[shape.Values.Length];
        var entries = new double[x.Length];
        for (int i = 0; i < values.Length; i++)
        {
            for (int operand = 0; operand < x.Length; operand++)
                entries[operand] = x[operand].Values.Length == 1 ? x[operand].Values[0] : x[operand].Values[i];
            values[i] = function(entries);
        }
        return shape with { Values = values };
    }

    static Tensor Filled(Tensor x, Shape shape, Func<Dim, int> size)
    {
        int rows = shape.IsScalar ? 1 : size(shape.Rows!), columns = shape.IsMatrix ? size(shape.Columns!) : 1;
        if (x.Rows == rows && x.Columns == columns)
            return x;
        var values = new double[rows * columns];
        Array.Fill(values, x.Number);
        return new(rows, columns, values);
    }

    static Tensor OneHot(int units, double number)
    {
        var values = new double[units];
        if (number >= 0)
            values[(int)Math.Round(number)] = 1;
        return Tensor.Vector(values);
    }

    static Tensor Reduce(Node node, Tensor x)
    {
        if (node.Over == Over.Units)
            return Tensor.Scalar(Total(x.Values, node.IsMax));
        Tensor across = node.Over == Over.Columns ? x : x.Transposed();
        return Tensor.Vector([.. Enumerable.Range(0, across.Rows).Select(row => Total(across.Values.AsSpan(row * across.Columns, across.Columns), node.IsMax))]);
    }

    static double Total(ReadOnlySpan<double> values, bool isMax)
    {
        double total = isMax ? double.NegativeInfinity : 0;
        foreach (double value in values)
            total = isMax ? Math.Max(total, value) : total + value;
        return total;
    }

    static Tensor Gather(Node node, Tensor matrix, double number)
    {
        Tensor rows = node.Over == Over.Rows ? matrix : matrix.Transposed();
        return number < 0 ? Tensor.Vector(new double[rows.Columns]) : rows.Row((int)Math.Round(number));
    }

    static Tensor Slice(Tensor x, int start, int length) => Tensor.Vector(x.Values[start..(start + length)]);

    /// <summary>The matrix with the vector in each row, or in each column.</summary>
    static Tensor Across(Node node, Tensor vector, Func<Dim, int> size)
    {
        int rows = size(node.Shape.Rows!), columns = size(node.Shape.Columns!);
        var values = new double[rows * columns];
        for (int i = 0; i < values.Length; i++)
            values[i] = vector.Values[node.Over == Over.Rows ? i % columns : i / columns];
        return new(rows, columns, values);
    }

    /// <summary>A whole sequence one step later or earlier.</summary>
    static Tensor Delay(Tensor x, double beyond, bool isForward)
    {
        var values = new double[x.Values.Length];
        Array.Fill(values, beyond);
        int kept = values.Length - x.Columns;
        if (isForward)
            x.Values.AsSpan(0, kept).CopyTo(values.AsSpan(x.Columns));
        else
            x.Values.AsSpan(x.Columns).CopyTo(values);
        return x with { Values = values };
    }
}

namespace RnnDsl.Generators.Ir;

/// <summary>The shape of one value, without batch and time: a scalar, a vector or a matrix. The units of a vector are its <see cref="Rows"/>.</summary>
internal sealed record Shape(Dim? Rows, Dim? Columns)
{
    public static readonly Shape Scalar = new(null, null);

    public static Shape Vector(Dim dim) => new(dim, null);

    public static Shape Matrix(Dim rows, Dim columns) => new(rows, columns);

    public int Rank => Rows is null ? 0 : Columns is null ? 1 : 2;

    public bool IsScalar => Rank == 0;

    public bool IsVector => Rank == 1;

    public bool IsMatrix => Rank == 2;

    /// <summary>True for a whole sequence as one value: a matrix with a row for each step, or a vector with a unit for each step.</summary>
    public bool IsSequence => Rows is { IsSteps: true };

    /// <summary>The shape of a whole sequence whose steps have this shape, along an axis.</summary>
    public Shape ForEachStep(int axis) => IsScalar ? Vector(Dim.Steps(axis)) : Matrix(Dim.Steps(axis), Rows!);

    /// <summary>For a whole sequence, the shape of one step; otherwise the shape itself.</summary>
    public Shape OfStep => !IsSequence ? this : IsMatrix ? Vector(Columns!) : Scalar;

    public Shape Rename(IReadOnlyDictionary<string, Dim> names) => new(Rows?.Rename(names), Columns?.Rename(names));

    /// <summary>For users: "Hidden×Input", "a vector of Hidden", "a scalar".</summary>
    public string Describe() => Rank switch { 0 => "a scalar", 1 => $"a vector of {Rows}", _ => $"{Rows}×{Columns}" };

    /// <summary>"scalar", "vec[Hidden]", "mat[Hidden,Input]".</summary>
    public override string ToString() => Rank switch { 0 => "scalar", 1 => $"vec[{Rows}]", _ => $"mat[{Rows},{Columns}]" };

    public static Shape Parse(string text)
    {
        if (text == "scalar")
            return Scalar;
        string inside = text.Substring(4, text.Length - 5);
        if (text.StartsWith("vec[", StringComparison.Ordinal))
            return Vector(Dim.Parse(inside));
        string[] parts = inside.Split(',');
        return Matrix(Dim.Parse(parts[0]), Dim.Parse(parts[1]));
    }
}

using Microsoft.CodeAnalysis;

namespace RnnDsl.CodeFixes;

/// <summary>A dimension: a named type, two dimensions one after the other, or a dimension that is not known yet.</summary>
internal sealed class Dimension
{
    Dimension? found;
    readonly string? name;
    readonly Dimension? left, right;

    /// <summary>A dimension that is not known yet.</summary>
    public Dimension()
    {
    }

    public Dimension(string name) => this.name = name;

    public Dimension(Dimension left, Dimension right) => (this.left, this.right) = (left, right);

    public static Dimension Of(ITypeSymbol type) => type is INamedTypeSymbol { Name: "Cat", TypeArguments: [var left, var right] } ? new(Of(left), Of(right)) : new(type.Name);

    Dimension Known => found?.Known ?? this;

    bool IsOpen => name is null && left is null;

    /// <summary>The dimension as it is written in C#; null while it is not known.</summary>
    public string? Text => Known is var known && known.left is { } a && known.right is { } b ? a.Text is { } first && b.Text is { } second ? $"Cat<{first}, {second}>" : null : known.name;

    /// <summary>States that two dimensions are the same. Returns false if they cannot be.</summary>
    public static bool Join(Dimension one, Dimension other)
    {
        (Dimension a, Dimension b) = (one.Known, other.Known);
        if (a == b)
            return true;
        if (a.IsOpen)
            return !b.Contains(a) && (a.found = b) is not null;
        if (b.IsOpen)
            return Join(b, a);
        return a.name is not null || b.name is not null ? a.name == b.name : Join(a.left!, b.left!) && Join(a.right!, b.right!);
    }

    bool Contains(Dimension part) => Known == part || (Known.left?.Contains(part) ?? false) || (Known.right?.Contains(part) ?? false);
}

/// <summary>The shape of an expression: a matrix with rows and columns, a vector with rows alone, or a number with neither.</summary>
internal sealed record Shape(Dimension? Rows, Dimension? Columns)
{
    public static readonly Shape Number = new(null, null);

    public bool IsNumber => Rows is null;

    public bool IsMatrix => Columns is not null;

    public bool IsVector => Rows is not null && Columns is null;

    public static Shape Vector(Dimension units) => new(units, null);

    /// <summary>The shape of a type of the language, or of a number of C#; null for other types.</summary>
    public static Shape? Of(ITypeSymbol? type) => type switch
    {
        INamedTypeSymbol { TypeArguments: [var rows, var columns] } when Known.IsMat(type) => new(Dimension.Of(rows), Dimension.Of(columns)),
        INamedTypeSymbol { TypeArguments: [var units] } when Known.IsVec(type) => Vector(Dimension.Of(units)),
        { SpecialType: >= SpecialType.System_SByte and <= SpecialType.System_Double } => Number,
        _ => Known.IsScalar(type) ? Number : null,
    };

    /// <summary>The type of a matrix or vector as it is written in C#; null while one of its dimensions is not known, and for a number.</summary>
    public string? Text => IsMatrix ? Rows!.Text is { } rows && Columns!.Text is { } columns ? $"Mat<{rows}, {columns}>" : null : IsVector && Rows!.Text is { } units ? $"Vec<{units}>" : null;
}

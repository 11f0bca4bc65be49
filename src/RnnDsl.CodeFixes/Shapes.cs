using Microsoft.CodeAnalysis;

namespace RnnDsl.CodeFixes;

/// <summary>A dimension: a type, two of them together, or one that is still to be found.</summary>
internal sealed class Dimension
{
    Dimension? found;
    readonly string? name;
    readonly Dimension? left, right;

    /// <summary>To be found.</summary>
    public Dimension()
    {
    }

    public Dimension(string name) => this.name = name;

    public Dimension(Dimension left, Dimension right) => (this.left, this.right) = (left, right);

    public static Dimension Of(ITypeSymbol type) => type is INamedTypeSymbol { Name: "Cat", TypeArguments: [var left, var right] } ? new(Of(left), Of(right)) : new(type.Name);

    Dimension Known => found?.Known ?? this;

    bool IsOpen => name is null && left is null;

    /// <summary>As it is written; null while it is not known.</summary>
    public string? Text => Known is var known && known.left is { } a && known.right is { } b ? a.Text is { } first && b.Text is { } second ? $"Cat<{first}, {second}>" : null : known.name;

    /// <summary>Makes two the same. False if they are not.</summary>
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

/// <summary>What an expression is: a matrix of rows and columns, a vector of rows, or a number.</summary>
internal sealed record Shape(Dimension? Rows, Dimension? Columns)
{
    public static readonly Shape Number = new(null, null);

    public bool IsNumber => Rows is null;

    public bool IsMatrix => Columns is not null;

    public bool IsVector => Rows is not null && Columns is null;

    public static Shape Vector(Dimension units) => new(units, null);

    /// <summary>Of a type of the language, or a number of C#; null of others.</summary>
    public static Shape? Of(ITypeSymbol? type) => type switch
    {
        INamedTypeSymbol { TypeArguments: [var rows, var columns] } when Known.IsMat(type) => new(Dimension.Of(rows), Dimension.Of(columns)),
        INamedTypeSymbol { TypeArguments: [var units] } when Known.IsVec(type) => Vector(Dimension.Of(units)),
        { SpecialType: >= SpecialType.System_SByte and <= SpecialType.System_Double } => Number,
        _ => Known.IsScalar(type) ? Number : null,
    };

    /// <summary>As it is written; null while a dimension is not known.</summary>
    public string? Text => IsMatrix ? Rows!.Text is { } rows && Columns!.Text is { } columns ? $"Mat<{rows}, {columns}>" : null : IsVector && Rows!.Text is { } units ? $"Vec<{units}>" : null;
}

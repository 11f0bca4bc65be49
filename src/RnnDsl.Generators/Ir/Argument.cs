using System.Globalization;

namespace RnnDsl.Generators.Ir;

/// <summary>The dimension that a product contracts or that a reduction reduces.</summary>
internal enum Over
{
    /// <summary>The units of a vector, or all entries of a matrix.</summary>
    Units,
    /// <summary>The rows of a matrix.</summary>
    Rows,
    /// <summary>The columns of a matrix.</summary>
    Columns,
    /// <summary>The steps of each example.</summary>
    Steps,
    /// <summary>The whole domain: all steps of all examples, or all examples.</summary>
    Domain,
}

/// <summary>How a reduction combines numbers.</summary>
internal enum Monoid
{
    Sum,
    Max,
}

/// <summary>What an operation is told besides its operands. <see cref="Op"/> says which operation takes which argument.</summary>
internal abstract record Argument
{
    public static readonly Argument None = new Nothing();

    public sealed record Nothing : Argument;

    /// <summary>The name of an input, a parameter, a state, or the field of a layer.</summary>
    public sealed record Named(string Name) : Argument;

    /// <summary>A number. Two are equal if they have the same bits: 0 and −0 are not the same.</summary>
    public sealed record Number(double Value) : Argument
    {
        public bool Equals(Number? other) => other is not null && BitConverter.DoubleToInt64Bits(Value) == BitConverter.DoubleToInt64Bits(other.Value);

        public override int GetHashCode() => BitConverter.DoubleToInt64Bits(Value).GetHashCode();
    }

    /// <summary>The dimension whose size the operation gives.</summary>
    public sealed record Extent(Dim Dim) : Argument;

    /// <summary>Where a slice or padding begins: after the units of a dimension, or at a unit's number.</summary>
    public sealed record Offset(Dim? After, int Units) : Argument
    {
        public static Offset Parse(string text) => char.IsDigit(text[0]) ? new(null, int.Parse(text, CultureInfo.InvariantCulture)) : new(Dim.Parse(text), 0);

        public override string ToString() => After?.Text ?? Units.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The direction of a shift: towards later or earlier steps.</summary>
    public sealed record Direction(bool Forward) : Argument;

    /// <summary>The distance from one taken step to the next. For <see cref="Op.InsertZeros"/>, also the axis along which the operand's steps stand.</summary>
    public sealed record Stride(int Steps, int Axis = 0) : Argument;

    /// <summary>A dropout: the number of its mask, and its rate.</summary>
    public sealed record Mask(int Id, double Rate) : Argument;

    /// <summary>The side that a product contracts, that a gather or scatter indexes, or across which a vector is repeated.</summary>
    public sealed record Side(Over Over) : Argument;

    /// <summary>The side that a reduction reduces, and how.</summary>
    public sealed record Reduction(Over Over, Monoid Monoid) : Argument;

    /// <summary>Each example has a loss weight of its own.</summary>
    public sealed record PerExample : Argument;
}

using System.Globalization;

namespace RnnDsl.Generators.Ir;

/// <summary>Over what an operation sums: what a product contracts, what a reduction takes together.</summary>
internal enum Over
{
    /// <summary>The units of a vector; of a matrix all numbers.</summary>
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

/// <summary>What a reduction makes of many numbers.</summary>
internal enum Monoid
{
    Sum,
    Max,
}

/// <summary>What an operation is told besides its operands. Which operation takes which stands at <see cref="Op"/>.</summary>
internal abstract record Argument
{
    public static readonly Argument None = new Nothing();

    public sealed record Nothing : Argument;

    /// <summary>Of an input, a parameter, a state, or the field of a layer.</summary>
    public sealed record Named(string Name) : Argument;

    /// <summary>A number. Two are equal if they have the same bits: 0 and −0 are not the same.</summary>
    public sealed record Number(double Value) : Argument
    {
        public bool Equals(Number? other) => other is not null && BitConverter.DoubleToInt64Bits(Value) == BitConverter.DoubleToInt64Bits(other.Value);

        public override int GetHashCode() => BitConverter.DoubleToInt64Bits(Value).GetHashCode();
    }

    /// <summary>The dimension whose size it is.</summary>
    public sealed record Extent(Dim Dim) : Argument;

    /// <summary>The first unit of a part: behind a dimension, or by its number.</summary>
    public sealed record Offset(Dim? After, int Units) : Argument
    {
        public static Offset Parse(string text) => char.IsDigit(text[0]) ? new(null, int.Parse(text, CultureInfo.InvariantCulture)) : new(Dim.Parse(text), 0);

        public override string ToString() => After?.Text ?? Units.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Towards later or earlier steps.</summary>
    public sealed record Direction(bool Forward) : Argument;

    /// <summary>Of how many steps one is taken; where they are put between others, also the axis along which they stand.</summary>
    public sealed record Stride(int Steps, int Axis = 0) : Argument;

    /// <summary>A dropout: which mask, and the rate.</summary>
    public sealed record Mask(int Id, double Rate) : Argument;

    /// <summary>What a product contracts, what is gathered or scattered, or along what a vector is repeated.</summary>
    public sealed record Side(Over Over) : Argument;

    /// <summary>A reduction.</summary>
    public sealed record Reduction(Over Over, Monoid Monoid) : Argument;

    /// <summary>The weight of an example: its own.</summary>
    public sealed record PerExample : Argument;
}

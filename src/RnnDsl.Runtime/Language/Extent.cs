namespace RnnDsl;

/// <summary>
/// The size of a dimension at run time and, for a <see cref="Cat{A, B}"/>, the sizes of its parts, which <see cref="Ops.Left{A, B}(Vec{Cat{A, B}})"/> uses. Values carry their
/// extents, so that sizes belong to values and not to types, and two models of different sizes can coexist. A plain size converts from <see cref="int"/>; an extent without parts
/// fits every extent of its size.
/// </summary>
public sealed class Extent
{
    /// <summary>A plain dimension.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is not positive.</exception>
    public Extent(int size)
    {
        if (size < 1)
            throw new ArgumentOutOfRangeException(nameof(size), size, "A dimension needs a size of at least 1.");
        Size = size;
    }

    /// <summary>The dimension of a concatenation.</summary>
    public Extent(Extent left, Extent right) : this(checked(left.Size + right.Size))
    {
        Left = left;
        Right = right;
    }

    /// <summary>The number of units, from 1.</summary>
    public int Size { get; }

    /// <summary>The first part of a concatenation, else null.</summary>
    public Extent? Left { get; }

    /// <summary>The second part of a concatenation, else null.</summary>
    public Extent? Right { get; }

    /// <summary>A plain dimension of this size.</summary>
    public static implicit operator Extent(int size) => new(size);

    /// <summary>The size, of a concatenation as the sum of its parts: "(3+4)".</summary>
    public override string ToString() => Left is null ? Numbers.Text(Size) : $"({Left}+{Right})";

    /// <summary>The extent that two values of one dimension show together.</summary>
    /// <exception cref="ArgumentException">They are not of one size, or are concatenations of differently sized parts.</exception>
    internal static Extent Unify(Extent a, Extent b, string what)
    {
        if (ReferenceEquals(a, b))
            return a;
        if (a.Size != b.Size)
            throw Misfit(a, b, what);
        if (b.Left is null)
            return a;
        if (a.Left is null)
            return b;
        if (a.Left.Size != b.Left.Size)
            throw Misfit(a, b, what);
        return new Extent(Unify(a.Left, b.Left, what), Unify(a.Right!, b.Right!, what));
    }

    /// <summary>This extent, if it is one of <paramref name="count"/> values.</summary>
    internal Extent Of(int count, string what) => count == Size
        ? this
        : throw new ArgumentException($"{what} of size {this} takes {Numbers.Text(Size)} values, but {Numbers.Text(count)} were given.");

    static ArgumentException Misfit(Extent a, Extent b, string what) => new(
        $"{what}: the sizes {a} and {b} do not fit together. Both values must be of one model, or be made with one size.");
}

namespace RnnDsl;

// Concatenations, their parts, and transposition.
public static partial class Ops
{
    /// <summary>The units of <paramref name="a"/>, then those of <paramref name="b"/>.</summary>
    public static Vec<Cat<A, B>> Concat<A, B>(Vec<A> a, Vec<B> b) =>
        Vec<Cat<A, B>>.Own(new Extent(a.Extent, b.Extent), [.. a.Values, .. b.Values]);

    /// <summary>The concatenation of the two vectors of every step.</summary>
    public static Seq<Cat<A, B>> Concat<A, B>(Seq<A> a, Seq<B> b) => a.Zip(b, Concat);

    /// <summary>The concatenation of the vector of every step and a vector that is the same at all of them.</summary>
    public static Seq<Cat<A, B>> Concat<A, B>(Seq<A> a, Vec<B> b) => a.Select(step => Concat(step, b));

    /// <inheritdoc cref="Concat{A, B}(Seq{A}, Vec{B})"/>
    public static Seq<Cat<A, B>> Concat<A, B>(Vec<A> a, Seq<B> b) => b.Select(step => Concat(a, step));

    /// <summary>The first part of a concatenation.</summary>
    public static Vec<A> Left<A, B>(Vec<Cat<A, B>> x)
    {
        Extent left = Parts(x).Left!;
        return Vec<A>.Own(left, x.Values[..left.Size]);
    }

    /// <inheritdoc cref="Left{A, B}(Vec{Cat{A, B}})"/>
    public static Seq<A> Left<A, B>(Seq<Cat<A, B>> x) => x.Select(Left);

    /// <summary>The second part of a concatenation.</summary>
    public static Vec<B> Right<A, B>(Vec<Cat<A, B>> x)
    {
        Extent right = Parts(x).Right!;
        return Vec<B>.Own(right, x.Values[^right.Size..]);
    }

    /// <inheritdoc cref="Right{A, B}(Vec{Cat{A, B}})"/>
    public static Seq<B> Right<A, B>(Seq<Cat<A, B>> x) => x.Select(Right);

    /// <summary>The matrix with rows and columns exchanged: of a [R × C] matrix [C × R].</summary>
    public static Mat<C, R> Transpose<R, C>(Mat<R, C> x) => x.Transposed();

    static Extent Parts<A, B>(Vec<Cat<A, B>> x) => x.Extent.Left is not null
        ? x.Extent
        : throw new InvalidOperationException($"This {Numbers.Text(typeof(Vec<Cat<A, B>>))} of {Numbers.Text(x.Length)} units does not " +
            "know where its second part begins: make it by Concat, or give both sizes: new Vec<…>(new Extent(left, right), values).");
}

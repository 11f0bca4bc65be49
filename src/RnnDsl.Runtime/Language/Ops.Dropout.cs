namespace RnnDsl;

public static partial class Ops
{
    /// <summary>
    /// In training each unit is zero with the probability <paramref name="rate"/>, and otherwise divided by 1 − <paramref name="rate"/> (Srivastava et al. 2014). Everywhere else,
    /// also uncompiled, the result is x. Each example has its own mask; in a cell, and for a sequence, each step has its own too. A value that is the same at all steps of an
    /// example has one mask for all of them.
    /// </summary>
    /// <param name="x">A vector.</param>
    /// <param name="rate">A constant from 0 to below 1.</param>
    /// <exception cref="ArgumentException">The rate is outside this range.</exception>
    public static Vec<D> Dropout<D>(Vec<D> x, double rate)
    {
        Functions.CheckRate(rate);
        return x;
    }

    /// <inheritdoc cref="Dropout{D}(Vec{D}, double)"/>
    public static Seq<D> Dropout<D>(Seq<D> x, double rate)
    {
        Functions.CheckRate(rate);
        return x;
    }

    /// <summary>Like <see cref="Dropout{D}(Vec{D}, double)"/>, with one mask for all steps of an example (Gal &amp; Ghahramani 2016).</summary>
    /// <param name="x">A vector; in a cell, its value at each step.</param>
    /// <param name="rate">A constant from 0 to below 1.</param>
    /// <exception cref="ArgumentException">The rate is outside this range.</exception>
    public static Vec<D> VariationalDropout<D>(Vec<D> x, double rate) => Dropout(x, rate);

    /// <inheritdoc cref="VariationalDropout{D}(Vec{D}, double)"/>
    public static Seq<D> VariationalDropout<D>(Seq<D> x, double rate) => Dropout(x, rate);
}

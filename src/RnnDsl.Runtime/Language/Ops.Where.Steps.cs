namespace RnnDsl;

// Choices in which a condition and values of an example stand beside those of its steps, as in all that works unit by unit.
public static partial class Ops
{
    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Seq<D>> holds, Seq<D> x, Vec<D> y) => Where(holds, x, Spread(holds.Holds, y));

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Seq<D>> holds, Vec<D> x, Seq<D> y) => Where(holds, Spread(holds.Holds, x), y);

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Seq<D>> holds, Vec<D> x, Vec<D> y) => Where(holds, Spread(holds.Holds, x), Spread(holds.Holds, y));

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Seq<D>> holds, Vec<D> x, Scalar y) => Where(holds, Spread(holds.Holds, x), y);

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Seq<D>> holds, Scalar x, Vec<D> y) => Where(holds, x, Spread(holds.Holds, y));

    /// <summary>At each step all units of <paramref name="x"/> if the comparison of two numbers holds there, else those of <paramref name="y"/>: <c>Where(mask &gt; 0.5, h, 0)</c>. The gradient goes to the
    /// chosen value; the compared values get none.</summary>
    public static Seq<D> Where<D>(Compared<Seq> holds, Seq<D> x, Seq<D> y) => Where(Spread(x, holds), x, y);

    /// <inheritdoc cref="Where{D}(Compared{Seq}, Seq{D}, Seq{D})"/>
    public static Seq<D> Where<D>(Compared<Seq> holds, Seq<D> x, Vec<D> y) => Where(Spread(x, holds), x, y);

    /// <inheritdoc cref="Where{D}(Compared{Seq}, Seq{D}, Seq{D})"/>
    public static Seq<D> Where<D>(Compared<Seq> holds, Vec<D> x, Seq<D> y) => Where(Spread(y, holds), x, y);

    /// <inheritdoc cref="Where{D}(Compared{Seq}, Seq{D}, Seq{D})"/>
    public static Seq<D> Where<D>(Compared<Seq> holds, Seq<D> x, Scalar y) => Where(Spread(x, holds), x, y);

    /// <inheritdoc cref="Where{D}(Compared{Seq}, Seq{D}, Seq{D})"/>
    public static Seq<D> Where<D>(Compared<Seq> holds, Scalar x, Seq<D> y) => Where(Spread(y, holds), x, y);

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Vec<D>> holds, Seq<D> x, Seq<D> y) => Where(Spread(x, holds), x, y);

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Vec<D>> holds, Seq<D> x, Vec<D> y) => Where(Spread(x, holds), x, y);

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Vec<D>> holds, Vec<D> x, Seq<D> y) => Where(Spread(y, holds), x, y);

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Vec<D>> holds, Seq<D> x, Scalar y) => Where(Spread(x, holds), x, y);

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Vec<D>> holds, Scalar x, Seq<D> y) => Where(Spread(y, holds), x, y);

    /// <inheritdoc cref="Where{D}(Compared{Scalar}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Scalar> holds, Seq<D> x, Seq<D> y) => Where(Spread(x, holds), x, y);

    /// <inheritdoc cref="Where{D}(Compared{Scalar}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Scalar> holds, Seq<D> x, Vec<D> y) => Where(Spread(x, holds), x, y);

    /// <inheritdoc cref="Where{D}(Compared{Scalar}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Scalar> holds, Vec<D> x, Seq<D> y) => Where(Spread(y, holds), x, y);

    /// <inheritdoc cref="Where{D}(Compared{Scalar}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Scalar> holds, Seq<D> x, Scalar y) => Where(Spread(x, holds), x, y);

    /// <inheritdoc cref="Where{D}(Compared{Scalar}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Scalar> holds, Scalar x, Seq<D> y) => Where(Spread(y, holds), x, y);

    /// <inheritdoc cref="Where{D}(Compared{Scalar}, Vec{D}, Vec{D})"/>
    public static Seq Where(Compared<Scalar> holds, Seq x, Seq y) => Where(Spread(x, holds), x, y);

    /// <inheritdoc cref="Where{D}(Compared{Scalar}, Vec{D}, Vec{D})"/>
    public static Seq Where(Compared<Scalar> holds, Seq x, Scalar y) => Where(Spread(x, holds), x, y);

    /// <inheritdoc cref="Where{D}(Compared{Scalar}, Vec{D}, Vec{D})"/>
    public static Seq Where(Compared<Scalar> holds, Scalar x, Seq y) => Where(Spread(y, holds), x, y);

    /// <inheritdoc cref="Min{D}(Vec{D}, Vec{D})"/>
    public static Seq<D> Min<D>(Seq<D> a, Vec<D> b) => Min(a, Spread(a, b));

    /// <inheritdoc cref="Max{D}(Vec{D}, Vec{D})"/>
    public static Seq<D> Max<D>(Seq<D> a, Vec<D> b) => Max(a, Spread(a, b));

    static Seq<D> Spread<D>(Seq<D> like, Vec<D> x) => like.Select(_ => x);

    static Compared<Seq<D>> Spread<D>(Seq<D> like, Compared<Vec<D>> holds) => new(Spread(like, holds.Holds));

    static Compared<Seq<D>> Spread<D>(Seq<D> like, Compared<Scalar> holds) => new(like.Select(step => Like(step, holds.Holds)));

    static Compared<Seq<D>> Spread<D>(Seq<D> like, Compared<Seq> holds) => new(holds.Holds.Zip(like, static (value, step) => Like(step, value)));

    static Compared<Seq> Spread(Seq like, Compared<Scalar> holds) => new(like.Select(_ => holds.Holds.Value));
}

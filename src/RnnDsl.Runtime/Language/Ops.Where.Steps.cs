namespace RnnDsl;

// Choices whose operands are numbers, vectors, and sequences of either, side by side, as in all that works unit by unit.
public static partial class Ops
{
    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Seq<D>> holds, Seq<D> x, Vec<D> y) => Where(holds, x, Spread(x, y));

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Seq<D>> holds, Seq<D> x, Seq y) => Where(holds, x, Spread(x, y));

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Seq<D>> holds, Vec<D> x, Seq<D> y) => Where(holds, Spread(y, x), y);

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Seq<D>> holds, Vec<D> x, Vec<D> y) => Where(holds, Spread(holds.Holds, x), Spread(holds.Holds, y));

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Seq<D>> holds, Vec<D> x, Seq y) => Where(holds, Spread(holds.Holds, x), Spread(holds.Holds, y));

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Seq<D>> holds, Vec<D> x, Scalar y) => Where(holds, Spread(holds.Holds, x), Spread(holds.Holds, y));

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Seq<D>> holds, Seq x, Seq<D> y) => Where(holds, Spread(y, x), y);

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Seq<D>> holds, Seq x, Vec<D> y) => Where(holds, Spread(holds.Holds, x), Spread(holds.Holds, y));

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Seq<D>> holds, Seq x, Seq y) => Where(holds, Spread(holds.Holds, x), Spread(holds.Holds, y));

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Seq<D>> holds, Seq x, Scalar y) => Where(holds, Spread(holds.Holds, x), Spread(holds.Holds, y));

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Seq<D>> holds, Scalar x, Vec<D> y) => Where(holds, Spread(holds.Holds, x), Spread(holds.Holds, y));

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Seq<D>> holds, Scalar x, Seq y) => Where(holds, Spread(holds.Holds, x), Spread(holds.Holds, y));

    /// <summary>At each step all units of <paramref name="x"/> if the comparison of two numbers holds there, else those of <paramref name="y"/>: <c>Where(mask &gt; 0.5, h, 0)</c>. The gradient goes to the
    /// chosen value; the compared values get none.</summary>
    public static Seq<D> Where<D>(Compared<Seq> holds, Seq<D> x, Seq<D> y) => Where(Spread(x, holds), x, y);

    /// <inheritdoc cref="Where{D}(Compared{Seq}, Seq{D}, Seq{D})"/>
    public static Seq<D> Where<D>(Compared<Seq> holds, Seq<D> x, Vec<D> y) => Where(Spread(x, holds), x, Spread(x, y));

    /// <inheritdoc cref="Where{D}(Compared{Seq}, Seq{D}, Seq{D})"/>
    public static Seq<D> Where<D>(Compared<Seq> holds, Seq<D> x, Seq y) => Where(Spread(x, holds), x, Spread(x, y));

    /// <inheritdoc cref="Where{D}(Compared{Seq}, Seq{D}, Seq{D})"/>
    public static Seq<D> Where<D>(Compared<Seq> holds, Seq<D> x, Scalar y) => Where(Spread(x, holds), x, Spread(x, y));

    /// <inheritdoc cref="Where{D}(Compared{Seq}, Seq{D}, Seq{D})"/>
    public static Seq<D> Where<D>(Compared<Seq> holds, Vec<D> x, Seq<D> y) => Where(Spread(y, holds), Spread(y, x), y);

    /// <inheritdoc cref="Where{D}(Compared{Seq}, Seq{D}, Seq{D})"/>
    public static Seq<D> Where<D>(Compared<Seq> holds, Vec<D> x, Vec<D> y) => Where(Spread(Spread(holds.Holds, x), holds), Spread(Spread(holds.Holds, x), x), Spread(Spread(holds.Holds, x), y));

    /// <inheritdoc cref="Where{D}(Compared{Seq}, Seq{D}, Seq{D})"/>
    public static Seq<D> Where<D>(Compared<Seq> holds, Vec<D> x, Seq y) => Where(Spread(Spread(y, x), holds), Spread(Spread(y, x), x), Spread(Spread(y, x), y));

    /// <inheritdoc cref="Where{D}(Compared{Seq}, Seq{D}, Seq{D})"/>
    public static Seq<D> Where<D>(Compared<Seq> holds, Vec<D> x, Scalar y) => Where(Spread(Spread(holds.Holds, x), holds), Spread(Spread(holds.Holds, x), x), Spread(Spread(holds.Holds, x), y));

    /// <inheritdoc cref="Where{D}(Compared{Seq}, Seq{D}, Seq{D})"/>
    public static Seq<D> Where<D>(Compared<Seq> holds, Seq x, Seq<D> y) => Where(Spread(y, holds), Spread(y, x), y);

    /// <inheritdoc cref="Where{D}(Compared{Seq}, Seq{D}, Seq{D})"/>
    public static Seq<D> Where<D>(Compared<Seq> holds, Seq x, Vec<D> y) => Where(Spread(Spread(x, y), holds), Spread(Spread(x, y), x), Spread(Spread(x, y), y));

    /// <inheritdoc cref="Where{D}(Compared{Seq}, Seq{D}, Seq{D})"/>
    public static Seq<D> Where<D>(Compared<Seq> holds, Scalar x, Seq<D> y) => Where(Spread(y, holds), Spread(y, x), y);

    /// <inheritdoc cref="Where{D}(Compared{Seq}, Seq{D}, Seq{D})"/>
    public static Seq<D> Where<D>(Compared<Seq> holds, Scalar x, Vec<D> y) => Where(Spread(Spread(holds.Holds, y), holds), Spread(Spread(holds.Holds, y), x), Spread(Spread(holds.Holds, y), y));

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Vec<D>> holds, Seq<D> x, Seq<D> y) => Where(Spread(x, holds), x, y);

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Vec<D>> holds, Seq<D> x, Vec<D> y) => Where(Spread(x, holds), x, Spread(x, y));

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Vec<D>> holds, Seq<D> x, Seq y) => Where(Spread(x, holds), x, Spread(x, y));

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Vec<D>> holds, Seq<D> x, Scalar y) => Where(Spread(x, holds), x, Spread(x, y));

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Vec<D>> holds, Vec<D> x, Seq<D> y) => Where(Spread(y, holds), Spread(y, x), y);

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Vec<D>> holds, Vec<D> x, Seq y) => Where(Spread(Spread(y, x), holds), Spread(Spread(y, x), x), Spread(Spread(y, x), y));

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Vec<D>> holds, Seq x, Seq<D> y) => Where(Spread(y, holds), Spread(y, x), y);

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Vec<D>> holds, Seq x, Vec<D> y) => Where(Spread(Spread(x, y), holds), Spread(Spread(x, y), x), Spread(Spread(x, y), y));

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Vec<D>> holds, Seq x, Seq y) => Where(Spread(Spread(x, holds.Holds), holds), Spread(Spread(x, holds.Holds), x), Spread(Spread(x, holds.Holds), y));

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Vec<D>> holds, Seq x, Scalar y) => Where(Spread(Spread(x, holds.Holds), holds), Spread(Spread(x, holds.Holds), x), Spread(Spread(x, holds.Holds), y));

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Vec<D>> holds, Scalar x, Seq<D> y) => Where(Spread(y, holds), Spread(y, x), y);

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Vec<D>> holds, Scalar x, Seq y) => Where(Spread(Spread(y, holds.Holds), holds), Spread(Spread(y, holds.Holds), x), Spread(Spread(y, holds.Holds), y));

    /// <inheritdoc cref="Where{D}(Compared{Scalar}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Scalar> holds, Seq<D> x, Seq<D> y) => Where(Spread(x, holds), x, y);

    /// <inheritdoc cref="Where{D}(Compared{Scalar}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Scalar> holds, Seq<D> x, Vec<D> y) => Where(Spread(x, holds), x, Spread(x, y));

    /// <inheritdoc cref="Where{D}(Compared{Scalar}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Scalar> holds, Seq<D> x, Seq y) => Where(Spread(x, holds), x, Spread(x, y));

    /// <inheritdoc cref="Where{D}(Compared{Scalar}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Scalar> holds, Seq<D> x, Scalar y) => Where(Spread(x, holds), x, Spread(x, y));

    /// <inheritdoc cref="Where{D}(Compared{Scalar}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Scalar> holds, Vec<D> x, Seq<D> y) => Where(Spread(y, holds), Spread(y, x), y);

    /// <inheritdoc cref="Where{D}(Compared{Scalar}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Scalar> holds, Vec<D> x, Seq y) => Where(Spread(Spread(y, x), holds), Spread(Spread(y, x), x), Spread(Spread(y, x), y));

    /// <inheritdoc cref="Where{D}(Compared{Scalar}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Scalar> holds, Seq x, Seq<D> y) => Where(Spread(y, holds), Spread(y, x), y);

    /// <inheritdoc cref="Where{D}(Compared{Scalar}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Scalar> holds, Seq x, Vec<D> y) => Where(Spread(Spread(x, y), holds), Spread(Spread(x, y), x), Spread(Spread(x, y), y));

    /// <inheritdoc cref="Where{D}(Compared{Scalar}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Scalar> holds, Scalar x, Seq<D> y) => Where(Spread(y, holds), Spread(y, x), y);

    /// <inheritdoc cref="Where{D}(Compared{Scalar}, Vec{D}, Vec{D})"/>
    public static Seq Where(Compared<Scalar> holds, Seq x, Seq y) => Where(new Compared<Seq>(x.Select(_ => holds.Holds.Value)), x, y);

    /// <inheritdoc cref="Where{D}(Compared{Scalar}, Vec{D}, Vec{D})"/>
    public static Seq Where(Compared<Scalar> holds, Seq x, Scalar y) => Where(new Compared<Seq>(x.Select(_ => holds.Holds.Value)), x, y);

    /// <inheritdoc cref="Where{D}(Compared{Scalar}, Vec{D}, Vec{D})"/>
    public static Seq Where(Compared<Scalar> holds, Scalar x, Seq y) => Where(new Compared<Seq>(y.Select(_ => holds.Holds.Value)), x, y);

    /// <inheritdoc cref="Min{D}(Vec{D}, Vec{D})"/>
    public static Vec<D> Min<D>(Scalar a, Vec<D> b) => Min(b, a);

    /// <inheritdoc cref="Min{D}(Vec{D}, Vec{D})"/>
    public static Seq<D> Min<D>(Scalar a, Seq<D> b) => Min(b, a);

    /// <inheritdoc cref="Min{D}(Vec{D}, Vec{D})"/>
    public static Seq Min(Scalar a, Seq b) => Min(b, a);

    /// <inheritdoc cref="Min{D}(Vec{D}, Vec{D})"/>
    public static Seq<D> Min<D>(Vec<D> a, Seq<D> b) => Min(b, Spread(b, a));

    /// <inheritdoc cref="Min{D}(Vec{D}, Vec{D})"/>
    public static Seq<D> Min<D>(Seq<D> a, Vec<D> b) => Min(a, Spread(a, b));

    /// <inheritdoc cref="Min{D}(Vec{D}, Vec{D})"/>
    public static Seq<D> Min<D>(Seq<D> a, Seq b) => Min(a, Spread(a, b));

    /// <inheritdoc cref="Min{D}(Vec{D}, Vec{D})"/>
    public static Seq<D> Min<D>(Seq a, Seq<D> b) => Min(b, Spread(b, a));

    /// <inheritdoc cref="Min{D}(Vec{D}, Vec{D})"/>
    public static Seq<D> Min<D>(Vec<D> a, Seq b) => Min(Spread(b, a), a);

    /// <inheritdoc cref="Min{D}(Vec{D}, Vec{D})"/>
    public static Seq<D> Min<D>(Seq a, Vec<D> b) => Min(Spread(a, b), b);

    /// <inheritdoc cref="Max{D}(Vec{D}, Vec{D})"/>
    public static Vec<D> Max<D>(Scalar a, Vec<D> b) => Max(b, a);

    /// <inheritdoc cref="Max{D}(Vec{D}, Vec{D})"/>
    public static Seq<D> Max<D>(Scalar a, Seq<D> b) => Max(b, a);

    /// <inheritdoc cref="Max{D}(Vec{D}, Vec{D})"/>
    public static Seq Max(Scalar a, Seq b) => Max(b, a);

    /// <inheritdoc cref="Max{D}(Vec{D}, Vec{D})"/>
    public static Seq<D> Max<D>(Vec<D> a, Seq<D> b) => Max(b, Spread(b, a));

    /// <inheritdoc cref="Max{D}(Vec{D}, Vec{D})"/>
    public static Seq<D> Max<D>(Seq<D> a, Vec<D> b) => Max(a, Spread(a, b));

    /// <inheritdoc cref="Max{D}(Vec{D}, Vec{D})"/>
    public static Seq<D> Max<D>(Seq<D> a, Seq b) => Max(a, Spread(a, b));

    /// <inheritdoc cref="Max{D}(Vec{D}, Vec{D})"/>
    public static Seq<D> Max<D>(Seq a, Seq<D> b) => Max(b, Spread(b, a));

    /// <inheritdoc cref="Max{D}(Vec{D}, Vec{D})"/>
    public static Seq<D> Max<D>(Vec<D> a, Seq b) => Max(Spread(b, a), a);

    /// <inheritdoc cref="Max{D}(Vec{D}, Vec{D})"/>
    public static Seq<D> Max<D>(Seq a, Vec<D> b) => Max(Spread(a, b), b);

    static Seq<D> Spread<D>(Seq<D> like, Vec<D> x) => like.Select(_ => x);

    static Seq<D> Spread<D>(Seq<D> like, Scalar x) => like.Select(step => Like(step, x));

    static Seq<D> Spread<D>(Seq<D> like, Seq x) => x.Zip(like, static (value, step) => Like(step, value));

    /// <summary>The number of each step in all units.</summary>
    static Seq<D> Spread<D>(Seq steps, Vec<D> units) => Seq<D>.Own(Array.ConvertAll(steps.All, value => Like(units, value)));

    static Compared<Seq<D>> Spread<D>(Seq<D> like, Compared<Vec<D>> holds) => new(Spread(like, holds.Holds));

    static Compared<Seq<D>> Spread<D>(Seq<D> like, Compared<Scalar> holds) => new(Spread(like, holds.Holds));

    static Compared<Seq<D>> Spread<D>(Seq<D> like, Compared<Seq> holds) => new(Spread(like, holds.Holds));
}

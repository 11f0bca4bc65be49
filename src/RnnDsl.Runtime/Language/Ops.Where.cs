namespace RnnDsl;

// The choice between two values by a comparison.
public static partial class Ops
{
    /// <summary>Unit by unit <paramref name="x"/> where the comparison holds, else <paramref name="y"/>: <c>Where(a &gt; b, x, y)</c>. The gradient goes to the chosen value; the
    /// compared values get none.</summary>
    public static Vec<D> Where<D>(Compared<Vec<D>> holds, Vec<D> x, Vec<D> y) => Chosen(holds.Holds, x) + Rest(holds.Holds, y);

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Vec<D> Where<D>(Compared<Vec<D>> holds, Vec<D> x, Scalar y) => Where(holds, x, Like(holds.Holds, y));

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Vec<D> Where<D>(Compared<Vec<D>> holds, Scalar x, Vec<D> y) => Where(holds, Like(holds.Holds, x), y);

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Vec<D> Where<D>(Compared<Vec<D>> holds, Scalar x, Scalar y) => Where(holds, Like(holds.Holds, x), Like(holds.Holds, y));

    /// <summary><paramref name="x"/> where the comparison of two numbers holds, else <paramref name="y"/>.</summary>
    public static Vec<D> Where<D>(Compared<Scalar> holds, Vec<D> x, Vec<D> y) => Where(new Compared<Vec<D>>(Like(x, holds.Holds)), x, y);

    /// <inheritdoc cref="Where{D}(Compared{Scalar}, Vec{D}, Vec{D})"/>
    public static Vec<D> Where<D>(Compared<Scalar> holds, Vec<D> x, Scalar y) => Where(holds, x, Like(x, y));

    /// <inheritdoc cref="Where{D}(Compared{Scalar}, Vec{D}, Vec{D})"/>
    public static Vec<D> Where<D>(Compared<Scalar> holds, Scalar x, Vec<D> y) => Where(holds, Like(y, x), y);

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Seq<D>> holds, Seq<D> x, Seq<D> y) => holds.Holds.Zip(x, Chosen) + holds.Holds.Zip(y, Rest);

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Seq<D>> holds, Seq<D> x, Scalar y) => Where(holds, x, holds.Holds.Select(step => Like(step, y)));

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Seq<D>> holds, Scalar x, Seq<D> y) => Where(holds, holds.Holds.Select(step => Like(step, x)), y);

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq<D> Where<D>(Compared<Seq<D>> holds, Scalar x, Scalar y) => Where(holds, holds.Holds.Select(step => Like(step, x)), holds.Holds.Select(step => Like(step, y)));

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Scalar Where(Compared<Scalar> holds, Scalar x, Scalar y) => holds.Holds.Value != 0 ? x : y;

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq Where(Compared<Seq> holds, Seq x, Seq y) => holds.Holds.Zip(x, Functions.WhereHolds) + holds.Holds.Zip(y, Functions.WhereNot);

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq Where(Compared<Seq> holds, Seq x, Scalar y) => Where(holds, x, holds.Holds.Select(_ => y.Value));

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq Where(Compared<Seq> holds, Scalar x, Seq y) => Where(holds, holds.Holds.Select(_ => x.Value), y);

    /// <inheritdoc cref="Where{D}(Compared{Vec{D}}, Vec{D}, Vec{D})"/>
    public static Seq Where(Compared<Seq> holds, Scalar x, Scalar y) => Where(holds, holds.Holds.Select(_ => x.Value), holds.Holds.Select(_ => y.Value));

    static Vec<D> Chosen<D>(Vec<D> holds, Vec<D> x) => Vec<D>.Zip(holds, x, Functions.WhereHolds);

    static Vec<D> Rest<D>(Vec<D> holds, Vec<D> x) => Vec<D>.Zip(holds, x, Functions.WhereNot);

    static Vec<D> Like<D>(Vec<D> of, Scalar x) => of.Select(_ => x.Value);
}

namespace RnnDsl;

/// <summary>One number: a parameter, a reduction or a loss. Every number converts to it.</summary>
public readonly struct Scalar(double value)
{
    /// <summary>The number.</summary>
    public double Value { get; } = value;

    /// <summary>The number as a scalar of equations.</summary>
    public static implicit operator Scalar(double value) => new(value);

    /// <summary>The sum.</summary>
    public static Scalar operator +(Scalar a, Scalar b) => a.Value + b.Value;

    /// <summary>The difference.</summary>
    public static Scalar operator -(Scalar a, Scalar b) => a.Value - b.Value;

    /// <summary>The product.</summary>
    public static Scalar operator *(Scalar a, Scalar b) => a.Value * b.Value;

    /// <summary>The quotient.</summary>
    public static Scalar operator /(Scalar a, Scalar b) => a.Value / b.Value;

    /// <summary>Whether <paramref name="a"/> is above <paramref name="b"/>, for <c>Where</c>.</summary>
    public static Compared<Scalar> operator >(Scalar a, Scalar b) => new(Functions.Greater(a.Value, b.Value));

    /// <summary>Whether <paramref name="a"/> is below <paramref name="b"/>, for <c>Where</c>.</summary>
    public static Compared<Scalar> operator <(Scalar a, Scalar b) => new(Functions.Less(a.Value, b.Value));

    /// <summary>Whether <paramref name="a"/> is at least <paramref name="b"/>, for <c>Where</c>.</summary>
    public static Compared<Scalar> operator >=(Scalar a, Scalar b) => new(Functions.AtLeast(a.Value, b.Value));

    /// <summary>Whether <paramref name="a"/> is at most <paramref name="b"/>, for <c>Where</c>.</summary>
    public static Compared<Scalar> operator <=(Scalar a, Scalar b) => new(Functions.AtMost(a.Value, b.Value));

    /// <summary>The negative of the number.</summary>
    public static Scalar operator -(Scalar x) => -x.Value;

    /// <summary>The number, with six digits.</summary>
    public override string ToString() => Numbers.Text(Value);
}

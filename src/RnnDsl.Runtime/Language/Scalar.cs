namespace RnnDsl;

/// <summary>One number: a parameter, a reduction or a loss. Every number converts to it.</summary>
public readonly struct Scalar(double value)
{
    public double Value { get; } = value;

    public static implicit operator Scalar(double value) => new(value);

    public static Scalar operator +(Scalar a, Scalar b) => a.Value + b.Value;

    public static Scalar operator -(Scalar a, Scalar b) => a.Value - b.Value;

    public static Scalar operator *(Scalar a, Scalar b) => a.Value * b.Value;

    public static Scalar operator /(Scalar a, Scalar b) => a.Value / b.Value;

    public static Compared<Scalar> operator >(Scalar a, Scalar b) => new(Functions.Greater(a.Value, b.Value));

    public static Compared<Scalar> operator <(Scalar a, Scalar b) => new(Functions.Less(a.Value, b.Value));

    public static Compared<Scalar> operator >=(Scalar a, Scalar b) => new(Functions.AtLeast(a.Value, b.Value));

    public static Compared<Scalar> operator <=(Scalar a, Scalar b) => new(Functions.AtMost(a.Value, b.Value));

    public static Scalar operator -(Scalar x) => -x.Value;

    public override string ToString() => Numbers.Text(Value);
}

namespace RnnDsl;

// Sequences of scalars: the functions that give them, and those that take them step by step.
public static partial class Ops
{
    /// <summary>The sum of the units of every step.</summary>
    public static Seq Sum<D>(Seq<D> x) => x.Scalars(Sum);

    /// <summary>The largest unit of every step.</summary>
    public static Seq Max<D>(Seq<D> x) => x.Scalars(Max);

    /// <summary>log Σ e^xᵢ of every step, without overflow.</summary>
    public static Seq LogSumExp<D>(Seq<D> x) => x.Scalars(LogSumExp);

    /// <summary>The inner product Σ aᵢbᵢ of every step.</summary>
    public static Seq Dot<D>(Seq<D> a, Seq<D> b) => (a * b).Scalars(Sum);

    /// <summary>The inner product of every step with the vector.</summary>
    public static Seq Dot<D>(Seq<D> a, Vec<D> b) => a.Scalars(step => Dot(step, b));

    /// <inheritdoc cref="Dot{D}(Seq{D}, Vec{D})"/>
    public static Seq Dot<D>(Vec<D> a, Seq<D> b) => b.Scalars(step => Dot(a, step));

    /// <summary>The number of the first step.</summary>
    public static Scalar First(Seq x) => x[0];

    /// <summary>The number of the last step.</summary>
    public static Scalar Last(Seq x) => x[x.Steps - 1];

    /// <inheritdoc cref="Sigmoid{D}(Vec{D})"/>
    public static Seq Sigmoid(Seq x) => x.Select(Functions.Sigmoid);

    /// <inheritdoc cref="Tanh{D}(Vec{D})"/>
    public static Seq Tanh(Seq x) => x.Select(Math.Tanh);

    /// <inheritdoc cref="Relu{D}(Vec{D})"/>
    public static Seq Relu(Seq x) => x.Select(Functions.Relu);

    /// <inheritdoc cref="Gelu{D}(Vec{D})"/>
    public static Seq Gelu(Seq x) => x.Select(Functions.Gelu);

    /// <inheritdoc cref="Silu{D}(Vec{D})"/>
    public static Seq Silu(Seq x) => x.Select(Functions.Silu);

    /// <inheritdoc cref="Softplus{D}(Vec{D})"/>
    public static Seq Softplus(Seq x) => x.Select(Functions.Softplus);

    /// <inheritdoc cref="LogSigmoid{D}(Vec{D})"/>
    public static Seq LogSigmoid(Seq x) => x.Select(Functions.LogSigmoid);

    /// <inheritdoc cref="Exp{D}(Vec{D})"/>
    public static Seq Exp(Seq x) => x.Select(Math.Exp);

    /// <inheritdoc cref="Log{D}(Vec{D})"/>
    public static Seq Log(Seq x) => x.Select(Math.Log);

    /// <inheritdoc cref="Sqrt{D}(Vec{D})"/>
    public static Seq Sqrt(Seq x) => x.Select(Math.Sqrt);

    /// <inheritdoc cref="Abs{D}(Vec{D})"/>
    public static Seq Abs(Seq x) => x.Select(Math.Abs);

    /// <inheritdoc cref="Square{D}(Vec{D})"/>
    public static Seq Square(Seq x) => x.Select(Functions.Square);

    /// <inheritdoc cref="Sin{D}(Vec{D})"/>
    public static Seq Sin(Seq x) => x.Select(Math.Sin);

    /// <inheritdoc cref="Cos{D}(Vec{D})"/>
    public static Seq Cos(Seq x) => x.Select(Math.Cos);

    /// <inheritdoc cref="Floor{D}(Vec{D})"/>
    public static Seq Floor(Seq x) => x.Select(Math.Floor);

    /// <inheritdoc cref="LeakyRelu{D}(Vec{D}, double)"/>
    public static Seq LeakyRelu(Seq x, double slope = 0.01) => x.Select(x => Functions.LeakyRelu(x, slope));

    /// <inheritdoc cref="Elu{D}(Vec{D}, double)"/>
    public static Seq Elu(Seq x, double alpha = 1) => x.Select(x => Functions.Elu(x, alpha));

    /// <inheritdoc cref="Clip{D}(Vec{D}, double, double)"/>
    public static Seq Clip(Seq x, double low, double high) => x.Select(x => Functions.Clip(x, low, high));

    /// <inheritdoc cref="StopGradient{D}(Vec{D})"/>
    public static Seq StopGradient(Seq x) => x;

    /// <inheritdoc cref="Mod{D}(Vec{D}, Vec{D})"/>
    public static Seq Mod(Seq a, Seq b) => a.Zip(b, Functions.Mod);

    /// <inheritdoc cref="Mod{D}(Vec{D}, Vec{D})"/>
    public static Seq Mod(Seq a, Scalar b) => a.Select(a => Functions.Mod(a, b.Value));

    /// <inheritdoc cref="Min{D}(Vec{D}, Vec{D})"/>
    public static Seq Min(Seq a, Seq b) => a.Zip(b, Math.Min);

    /// <inheritdoc cref="Min{D}(Vec{D}, Vec{D})"/>
    public static Seq Min(Seq a, Scalar b) => a.Select(a => Math.Min(a, b.Value));

    /// <inheritdoc cref="Max{D}(Vec{D}, Vec{D})"/>
    public static Seq Max(Seq a, Seq b) => a.Zip(b, Math.Max);

    /// <inheritdoc cref="Max{D}(Vec{D}, Vec{D})"/>
    public static Seq Max(Seq a, Scalar b) => a.Select(a => Math.Max(a, b.Value));

    /// <inheritdoc cref="MeanSquaredError{D}(Vec{D}, Vec{D})"/>
    public static Scalar MeanSquaredError(Seq prediction, Seq target) => prediction.MeanOf(target, static (p, t) => Functions.Square(p - t));

    /// <inheritdoc cref="MeanAbsoluteError{D}(Vec{D}, Vec{D})"/>
    public static Scalar MeanAbsoluteError(Seq prediction, Seq target) => prediction.MeanOf(target, static (p, t) => Math.Abs(p - t));

    /// <inheritdoc cref="Huber{D}(Vec{D}, Vec{D}, double)"/>
    public static Scalar Huber(Seq prediction, Seq target, double delta = 1) => prediction.MeanOf(target, (p, t) => Functions.Huber(p - t, delta));

    /// <inheritdoc cref="BinaryCrossEntropy{D}(Vec{D}, Vec{D})"/>
    public static Scalar BinaryCrossEntropy(Seq logits, Seq targets) => logits.MeanOf(targets, Functions.BinaryCrossEntropy);
}

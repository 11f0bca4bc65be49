namespace RnnDsl;

/// <summary>
/// The states of a cell: those from which a scan starts, <c>decoder.Scan(y, Start(h, c))</c>, or those after a scan, <c>encoder.End(x)</c>. They are in the order in which the cell
/// declares its states; states that are missing at the end start as declared.
/// </summary>
public sealed class States
{
    readonly double[][] values;
    readonly Type? dimension;
    readonly Extent? extent;

    /// <param name="values">The value of each state.</param>
    /// <param name="dimension">A dimension whose sizes are known, or null.</param>
    /// <param name="extent">Its sizes.</param>
    internal States(double[][] values, Type? dimension = null, Extent? extent = null) => (this.values, this.dimension, this.extent) = (values, dimension, extent);

    internal double[][] Values => values;

    /// <summary>A state that is a vector.</summary>
    /// <param name="state">Its index in the order of the cell's declarations, from 0.</param>
    /// <typeparam name="D">Its dimension.</typeparam>
    /// <exception cref="ArgumentOutOfRangeException">There is no such state.</exception>
    public Vec<D> Vector<D>(int state) => typeof(D) == dimension && extent is not null ? new(extent, At(state)) : new(At(state));

    /// <summary>A state that is a scalar.</summary>
    /// <param name="state">Its index in the order of the cell's declarations, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such state.</exception>
    public Scalar Number(int state) => At(state)[0];

    double[] At(int state) => state >= 0 && state < values.Length ? values[state]
        : throw new ArgumentOutOfRangeException(nameof(state), state, $"There are {Numbers.Text(values.Length)} states, counted from 0.");
}

/// <summary>A vector or a number from which a state starts. Values of equations convert to it.</summary>
public readonly struct StartValue
{
    StartValue(double[] values) => Values = values;

    internal double[] Values { get; }

    /// <summary>The value of a scalar state.</summary>
    public static implicit operator StartValue(Scalar value) => new([value.Value]);

    /// <summary>The value of a scalar state.</summary>
    public static implicit operator StartValue(double value) => new([value]);

    internal static StartValue Of(double[] values) => new(values);
}

public static partial class Ops
{
    /// <summary>The start of a scan: a value for each state of the cell, or for the first few, in the order of their declarations. The values may be parameters, which are then
    /// trained, or be computed from another sequence, as in an encoder and decoder (Cho et al. 2014; Sutskever, Vinyals &amp; Le 2014).</summary>
    public static States Start(params StartValue[] states) => new([.. states.Select(s => s.Values)]);
}

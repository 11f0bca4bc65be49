namespace RnnDsl.Training;

/// <summary>A compiled value or derivative differs from that of the written equations.</summary>
public sealed class GradientCheckException : Exception
{
    internal GradientCheckException(string method, string quantity, int index, double compiled, double written, double tolerance, string hint = "")
        : base(FormattableString.Invariant($"{method}: the {quantity} at [{index}] is {compiled:G9} compiled and {written:G9} by the equations, which is more than {tolerance:G3} apart.{hint}")) =>
        (Method, Quantity, Index, Compiled, Written, Tolerance) = (method, quantity, index, compiled, written, tolerance);

    /// <summary>The class and method: "Forecaster.Loss".</summary>
    public string Method { get; }

    /// <summary>What differs: "result", "final state 'h'", "gradient of parameter 'encoder.W'", "gradient of input 'x'", "gradient of initial state 'h'".</summary>
    public string Quantity { get; }

    /// <summary>The index, row-major. For results, inputs and states, those of the first example come first.</summary>
    public int Index { get; }

    /// <summary>The value of the compiled program.</summary>
    public double Compiled { get; }

    /// <summary>The value of the equations, in double precision.</summary>
    public double Written { get; }

    /// <summary>The allowed difference.</summary>
    public double Tolerance { get; }
}

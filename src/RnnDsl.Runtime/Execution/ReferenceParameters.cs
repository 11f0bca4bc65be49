namespace RnnDsl.Execution;

/// <summary>Parameter values in double precision by name, for running the equations uncompiled.</summary>
/// <param name="values">The row-major values, by full names: "encoder.Wi".</param>
/// <param name="prefix">The prefix of the names that are asked for: "encoder.", or nothing.</param>
public sealed class ReferenceParameters(IReadOnlyDictionary<string, double[]> values, string prefix = "")
{
    /// <summary>The values below a layer: <c>Child("encoder")["Wi"]</c> is "encoder.Wi".</summary>
    public ReferenceParameters Child(string name) => new(values, prefix + name + ".");

    /// <summary>Values of one parameter, row-major.</summary>
    public double[] this[string name] => values[prefix + name];
}

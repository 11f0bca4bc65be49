namespace RnnDsl;

/// <summary>How a parameter gets its first values.</summary>
public enum Initial
{
    /// <summary>All equal to the given value.</summary>
    Constant,
    /// <summary>Uniform in ±gain·√(6 / (fan in + fan out)) (Glorot &amp; Bengio 2010).</summary>
    Xavier,
    /// <summary>A random orthogonal matrix times the gain (Saxe et al. 2014).</summary>
    Orthogonal,
    /// <summary>Uniform in ±value.</summary>
    Uniform,
    /// <summary>Normal with standard deviation value.</summary>
    Normal,
}

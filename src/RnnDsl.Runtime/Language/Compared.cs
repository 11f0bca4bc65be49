namespace RnnDsl;

/// <summary>
/// What a comparison such as <c>a &gt; b</c> gives, unit by unit. Only Where takes it. <c>a &gt;= b</c> is that <c>b &gt; a</c> does not hold, and <c>a &lt;= b</c> that
/// <c>a &gt; b</c> does not: so these two hold where one of both is no number (NaN), and <c>&gt;</c> and <c>&lt;</c> do not.
/// </summary>
/// <typeparam name="T">What was compared: Vec, Seq or Scalar.</typeparam>
public readonly struct Compared<T>
{
    internal Compared(T holds) => Holds = holds;

    /// <summary>1 where it holds, 0 elsewhere.</summary>
    internal T Holds { get; }
}

namespace RnnDsl;

/// <summary>
/// The result of a comparison such as <c>a &gt; b</c>, unit by unit. Only Where takes it. <c>a &gt;= b</c> means that <c>b &gt; a</c> does not hold, and <c>a &lt;= b</c> that <c>a
/// &gt; b</c> does not hold. With NaN on either side, these two therefore hold, and <c>&gt;</c> and <c>&lt;</c> do not.
/// </summary>
/// <typeparam name="T">What was compared: Vec, Seq or Scalar.</typeparam>
public readonly struct Compared<T>
{
    internal Compared(T holds) => Holds = holds;

    /// <summary>1 where it holds, 0 elsewhere.</summary>
    internal T Holds { get; }
}

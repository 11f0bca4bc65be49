using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>A table with a vector for each word, item or other unit (Bengio, Ducharme, Vincent &amp; Jauvin 2003).</summary>
/// <remarks><code>
/// y = Tableᵀ·x
/// </code>
/// For a one-hot x, from inputs marked <see cref="OneHotAttribute"/>, y is a row of the table. Only that row is read, and only that row has a gradient. The vector of −1 is zero.
/// <c>table.Map(x)</c> takes a vector or a sequence.</remarks>
/// <typeparam name="Word">The things that have vectors: words, letters, items.</typeparam>
/// <typeparam name="Vector">Units of a vector.</typeparam>
[Cell]
public partial class Embedding<Word, Vector> : Cell<Word, Vector>
{
    [Init(Initial.Normal, 0.1)] Mat<Word, Vector> Table;

    protected override Vec<Vector> Step(Vec<Word> x) => Transpose(Table) * x;
}

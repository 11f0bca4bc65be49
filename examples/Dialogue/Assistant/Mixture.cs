using System.Numerics.Tensors;

namespace RnnDsl.Examples.Dialogue;

/// <summary>How much TF-IDF of words, TF-IDF of strings of letters, and the model count. The three add up to 1.</summary>
sealed record Mixture(double Words, double Letters, double Model)
{
    /// <summary>All mixtures in steps of a fifth. Those in which no measure counts much come first, and are taken where others are no better.</summary>
    public static IEnumerable<Mixture> All { get; } =
        [.. from words in Enumerable.Range(0, 6) from letters in Enumerable.Range(0, 6 - words) let model = 5 - words - letters
            orderby Math.Max(Math.Max(words, letters), model) select new Mixture(words / 5.0, letters / 5.0, model / 5.0)];

    public override string ToString() => FormattableString.Invariant($"Words count {Words:P0}, letters {Letters:P0}, the model {Model:P0}");
}

/// <summary>How well each exchange answers a text, by three measures.</summary>
sealed record Evidence(float[] Words, float[] Letters, float[] Model)
{
    public float[] Mixed(Mixture shares)
    {
        var mixed = new float[Words.Length];
        TensorPrimitives.Multiply(Words, (float)shares.Words, mixed);
        TensorPrimitives.MultiplyAdd(Letters, (float)shares.Letters, mixed, mixed);
        TensorPrimitives.MultiplyAdd(Model, (float)shares.Model, mixed, mixed);
        return mixed;
    }
}

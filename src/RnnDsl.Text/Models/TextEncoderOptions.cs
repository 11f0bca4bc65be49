namespace RnnDsl.Text;

/// <summary>What a <see cref="TextEncoder"/> makes of words. A model takes what its methods ask for by name.</summary>
public sealed record TextEncoderOptions
{
    /// <summary>Words that occur less often in the training data are unknown to the model. 2 is usual: the model learns from the rare ones what an unknown word is like.</summary>
    public int MinWordCount { get; init; } = 2;

    /// <summary>The most words, the most frequent; null for all.</summary>
    public int? MaxWords { get; init; }

    /// <summary>Vectors whose words the model knows as well, however rare they are in the training data.</summary>
    public WordVectors? Vectors { get; init; }

    /// <summary>The most letters of a word that are read, at least 2: of a longer one the first and the last.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 2.</exception>
    public int MaxLetters { get; init => field = AtLeast(2, value, nameof(MaxLetters)); } = 32;

    /// <summary>Letters of the endings of words that are counted, at least 1; see <see cref="WordForms.Suffix"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public int SuffixLetters { get; init => field = AtLeast(1, value, nameof(SuffixLetters)); } = 3;

    /// <summary>The most pieces of words that are learned, see <see cref="SubwordVocabulary.Learn"/>; null for none, if the model reads none.</summary>
    public int? Subwords { get; init; }

    /// <summary>Whether the entities of the training data become a list of phrases, see <see cref="TextEncoder.Gazetteer"/>. Only a corpus whose tags mark entities has any.</summary>
    public bool Gazetteer { get; init; }

    /// <summary>How the model marks entities, whatever the scheme of the data. It is not used for tags that mark none.</summary>
    public TagScheme Scheme { get; init; } = TagScheme.Bioes;

    static int AtLeast(int least, int value, string name) => value >= least ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is at least {least}.");
}

namespace RnnDsl.Metrics;

/// <summary>How BLEU splits a text into the tokens that it counts. The names that sacreBLEU prints are in the comments.</summary>
public enum BleuTokenizer
{
    /// <summary>"13a": the tokens of the script mteval-v13a of the WMT shared tasks, for languages with spaces between words.</summary>
    V13a,

    /// <summary>"zh": each Chinese character is a token, and the rest is split as by <see cref="V13a"/>.</summary>
    Chinese,

    /// <summary>"char": each character (Unicode code point) is a token, white space excepted.</summary>
    Character,

    /// <summary>"none": the text already has spaces between its tokens.</summary>
    None,
}

/// <summary>What BLEU does with an n-gram order without a match (Chen &amp; Cherry 2014). The names that sacreBLEU prints are in the comments.</summary>
public enum BleuSmoothing
{
    /// <summary>"exp": the k-th precision without a match is that of 1/2ᵏ matches.</summary>
    Exponential,

    /// <summary>"floor": it is that of <see cref="BleuOptions.SmoothingValue"/> matches, 0.1 by default.</summary>
    Floor,

    /// <summary>"add-k": <see cref="BleuOptions.SmoothingValue"/>, by default 1, is added to the matches and the n-grams of all orders above 1.</summary>
    AddK,

    /// <summary>"none": the score is 0.</summary>
    None,
}

/// <summary>How BLEU counts. The defaults are those of sacreBLEU.</summary>
public sealed record BleuOptions
{
    /// <summary>How texts are split into tokens.</summary>
    public BleuTokenizer Tokenizer { get; init; }

    /// <summary>What happens to an n-gram order without a match.</summary>
    public BleuSmoothing Smoothing { get; init; }

    /// <summary>The number that <see cref="BleuSmoothing.Floor"/> and <see cref="BleuSmoothing.AddK"/> need. Null: 0.1 and 1.</summary>
    public double? SmoothingValue { get; init; }

    /// <summary>Whether texts are compared in lower case (of the invariant culture).</summary>
    public bool LowerCase { get; init; }

    /// <summary>The longest n-grams that are counted, in tokens.</summary>
    public int MaximumOrder { get; init; } = 4;

    /// <summary>Whether orders longer than every hypothesis are left out of the mean. Set it to score single sentences.</summary>
    public bool EffectiveOrder { get; init; }

    /// <summary>The settings as sacreBLEU's signature has them.</summary>
    internal string Signature => $"case:{(LowerCase ? "lc" : "mixed")}|eff:{(EffectiveOrder ? "yes" : "no")}|tok:{TokenizerName}|smooth:{SmoothingName}";

    /// <summary>The smoothing value, given or by default.</summary>
    internal double Value => SmoothingValue ?? (Smoothing == BleuSmoothing.Floor ? 0.1 : 1);

    string TokenizerName => Tokenizer switch
    {
        BleuTokenizer.V13a => "13a",
        BleuTokenizer.Chinese => "zh",
        BleuTokenizer.Character => "char",
        _ => "none",
    };

    string SmoothingName => Smoothing switch
    {
        BleuSmoothing.Exponential => "exp",
        BleuSmoothing.Floor => FormattableString.Invariant($"floor[{Value:F2}]"),
        BleuSmoothing.AddK => FormattableString.Invariant($"add-k[{Value:F2}]"),
        _ => "none",
    };

    /// <summary>Refuses settings with which nothing can be counted.</summary>
    internal void Check()
    {
        if (!Enum.IsDefined(Tokenizer) || !Enum.IsDefined(Smoothing))
            throw new ArgumentException($"There is no tokenizer {Tokenizer} or no smoothing {Smoothing}.");
        if (MaximumOrder is < 1 or > NGramTable.MaximumOrder)
            throw new ArgumentException($"{nameof(MaximumOrder)} is {MaximumOrder}; it lies between 1 and {NGramTable.MaximumOrder}.");
        if (!(Value > 0 && double.IsFinite(Value)))
            throw new ArgumentException(FormattableString.Invariant($"{nameof(SmoothingValue)} is {Value}; it must be above 0."));
    }
}

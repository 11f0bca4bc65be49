using System.Globalization;
using RnnDsl.Execution;
using RnnDsl.Prediction;
using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Text;

namespace RnnDsl.Examples.Translation;

/// <summary>A translation, and where the model looked when it wrote each piece.</summary>
/// <param name="Source">The pieces of the source sentence.</param>
/// <param name="Target">The pieces of the translation; unknown ones are what was copied.</param>
/// <param name="Attention">For each piece of the translation the weights of the first pieces of the source.</param>
/// <param name="LogProbability">Of the translation with its end.</param>
sealed record Translated(IReadOnlyList<string> Source, IReadOnlyList<string> Target, IReadOnlyList<float[]> Attention, double LogProbability)
{
    public string Text => TextPieces.Join(Target);

    /// <summary>Parts that were translated by themselves, see <see cref="LongText"/>.</summary>
    public int Parts { get; init; } = 1;

    /// <summary>The source has words, and none that the model knows, such as those of another alphabet. The text is the source then.</summary>
    public bool IsUnread { get; init; }
}

/// <summary>Translates raw text with a model.</summary>
sealed class TextTranslator
{
    /// <summary>The pieces of a source sentence to which attention is told.</summary>
    public const int Positions = 96;

    const string LongestName = "longest learnt sentence";

    readonly BeamOptions search;
    Predictor? predictor;
    SequenceDecoder? decoder;

    public TextTranslator(TranslationModel model, TextPieces source, TextPieces target, BeamOptions search) => (Model, Source, Target, this.search) = (model, source, target, search);

    public TranslationModel Model { get; }

    /// <summary>The model that translates, if it is another than <see cref="Model"/>. It has the same method Next.</summary>
    public Model? Ensemble { get; init; }

    public TextPieces Source { get; }

    public TextPieces Target { get; }

    /// <summary>How matrices of the decoder are stored.</summary>
    public WeightFormat Weights { get; init; }

    /// <summary>The pieces of the longest source sentence that was learnt; null if that is not known. Much longer ones are translated in parts.</summary>
    public int? Longest { get; set; }

    /// <summary>Columns for training, with those pairs alone whose sides are not empty and not longer than <paramref name="longest"/> pieces.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="longest">The most pieces of a side.</param>
    /// <param name="before">The symbols before each symbol. They may be changed between epochs.</param>
    public Dataset Encode(IReadOnlyList<SentencePair> pairs, int longest, out float[] before)
    {
        (int[] X, int[] Y)[] encoded = [.. pairs.Select(p => (Source.Numbers(p.Source), (int[])[.. Target.Numbers(p.Target), Target.End])).Where(e => e.Item1.Length > 0 && e.Item1.Length <= longest && e.Item2.Length <= longest + 1)];
        if (encoded.Length == 0)
            throw new InvalidDataException($"None of {pairs.Count} pairs has 1 to {longest} pieces on each side.");
        int[] lengths = [.. encoded.Select(e => e.Y.Length)], starts = new int[lengths.Length];
        for (int i = 1; i < starts.Length; i++)
            starts[i] = starts[i - 1] + lengths[i - 1];
        before = [.. encoded.SelectMany(e => e.Y.Prepend(-1).Take(e.Y.Length)).Select(n => (float)n)];
        return new Dataset(Column.OneHot("x", Source.Size, [.. encoded.Select(e => e.X)]),
            new Column { Name = "before", Kind = ValueKind.Sequence, Width = 1, Units = Target.Size, Values = before, Stride = 1, Starts = starts, Lengths = lengths },
            Column.OneHot("y", Target.Size, [.. encoded.Select(e => e.Y)]));
    }

    /// <summary>Takes the parameters as they are now for the translations to come.</summary>
    public void TakeParameters()
    {
        predictor = new Predictor(Ensemble ?? Model, "Next", weights: Weights, streamed: "before");
        decoder = null;
    }

    /// <summary>Translates texts, together. An empty one stays empty, one without a word that is known stays as it is, and one that is much longer than all that was learnt is translated in parts.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="greedy">Take the likeliest piece at each step, instead of a search.</param>
    public Translated[] Translate(IReadOnlyList<string> texts, bool greedy = false)
    {
        string[][][] parts = [.. texts.Select(text => LongText.Parts(Source.Split(text), Longest))];
        Translated[] found = Translate([.. parts.SelectMany(own => own)], greedy);
        var results = new Translated[parts.Length];
        bool isSpaced = Target.Pieces.Entries.Any(piece => piece.StartsWith(' '));
        for (int i = 0, at = 0; i < results.Length; at += parts[i++].Length)
            results[i] = LongText.Join(found[at..(at + parts[i].Length)], isSpaced);
        return results;
    }

    Translated[] Translate(string[][] pieces, bool greedy)
    {
        if (predictor is null)
            TakeParameters();
        Translated[] results = [.. pieces.Select(own => IsRead(own) ? new Translated(own, [], [], 0) : new Translated(own, own, [], 0) { IsUnread = true })];
        int[] present = [.. Enumerable.Range(0, pieces.Length).Where(i => pieces[i].Length > 0 && !results[i].IsUnread)];
        // Texts of the same length end at about the same time.
        foreach (int[] group in present.OrderBy(i => pieces[i].Length).Chunk(64))
        {
            var data = new Dataset(Column.OneHot("x", Source.Size, [.. group.Select(i => Source.Pieces.Numbers(pieces[i]))]),
                Column.OneHot("places", Positions, [.. group.Select(i => Enumerable.Range(0, pieces[i].Length).Select(place => place < Positions ? place : -1).ToArray())]));
            PredictionStream[] starts = [.. group.Select((_, example) => predictor!.Start(data, example))];
            // A translation is at most three times as long as its source, and some pieces.
            int most = 3 * group.Max(i => pieces[i].Length) + 30;
            if (decoder is null || decoder.Options.MostSteps < most)
                decoder = new SequenceDecoder(predictor!, new DecodingOptions { End = Target.End, Symbols = Target.Size, MostSteps = most });
            Hypothesis[] found = greedy ? decoder.Greedy(starts) : [.. decoder.Beam(starts, search).Select(best => best[0])];
            foreach ((int i, Hypothesis best) in group.Zip(found))
                results[i] = new Translated(pieces[i], [.. best.Symbols.Select((symbol, step) => symbol == 0 ? Copied(pieces[i], best.Beside[step]) : Target.Pieces[symbol])], best.Beside, best.LogProbability);
        }
        return results;
    }

    /// <summary>Whether a word or number among the pieces is known, or there is none.</summary>
    bool IsRead(string[] pieces)
    {
        string[] words = [.. pieces.Where(piece => piece.Any(char.IsLetterOrDigit))];
        return words.Length == 0 || Array.Exists(words, word => Source.Pieces.Number(word) > 0);
    }

    /// <summary>For an unknown word the one of the source at which the model looked most (Jean et al. 2015).</summary>
    internal static string Copied(string[] source, float[] attention)
    {
        int most = 0;
        for (int i = 1; i < Math.Min(source.Length, attention.Length); i++)
            if (attention[i] > attention[most])
                most = i;
        return source[most];
    }

    public void Save(string path, StoredPrecision precision = StoredPrecision.Float32)
    {
        var metadata = new Dictionary<string, string>([Source.Metadata("source"), Target.Metadata("target")]);
        if (Longest is int pieces)
            metadata[LongestName] = pieces.ToString(CultureInfo.InvariantCulture);
        ModelFile.Save(path, Model, metadata: metadata, precision: precision);
    }

    public static TextTranslator Load(string path, BeamOptions search, WeightFormat weights)
    {
        ModelFileInfo info = ModelFile.ReadInfo(path);
        if (info.Model != nameof(TranslationModel))
            throw new InvalidDataException($"{path} holds a {info.Model}, not a {nameof(TranslationModel)}: learn one with examples/Translation.");
        var model = new TranslationModel(info.Size("Source"), info.Size("Target"), info.Size("Vector"), info.Size("Direction"), info.Size("Hidden"));
        ModelFile.Load(path, model);
        return new TextTranslator(model, TextPieces.Read(info, "source"), TextPieces.Read(info, "target"), search)
        {
            Weights = weights,
            Longest = info.Metadata.TryGetValue(LongestName, out string? longest) && int.TryParse(longest, NumberStyles.None, CultureInfo.InvariantCulture, out int pieces) ? pieces : null,
        };
    }
}

using RnnDsl.Prediction;
using RnnDsl.Storage;
using static RnnDsl.Ops;

namespace RnnDsl.Examples.Translation;

/// <summary>Three translators that learnt the same pairs from different seeds. At each step the mean of their logarithms of probabilities counts: what one of them got wrong by chance, the others get right.</summary>
[Model]
public partial class TranslationEnsemble : Model
{
    public const int Members = 3;

    [Count(Members)] TranslationModel[] members;

    /// <summary>See <see cref="TranslationModel"/>. Where they looked is a mean, too.</summary>
    Seq<Cat<TranslationModel.Target, TranslationModel.Position>> Next([OneHot] Seq<TranslationModel.Source> x, [OneHot] Seq<TranslationModel.Position> places, [OneHot] Seq<TranslationModel.Target> before)
    {
        var sum = Scored(members[0].Next(x, places, before));
        for (int i = 1; i < members.Length; i++)
            sum = sum + Scored(members[i].Next(x, places, before));
        return sum / members.Length;
    }

    static Seq<Cat<TranslationModel.Target, TranslationModel.Position>> Scored(Seq<Cat<TranslationModel.Target, TranslationModel.Position>> next) => Concat(LogSoftmax(Left(next)), Right(next));

    /// <summary>Loads a translator, or three that translate together.</summary>
    internal static TextTranslator Load(string[] files, BeamOptions search, WeightFormat weights)
    {
        TextTranslator first = TextTranslator.Load(files[0], search, weights);
        if (files.Length == 1)
            return first;
        if (files.Length != Members)
            throw new ArgumentException($"--load has {files.Length} files: give one, or {Members} that translate together.");
        ModelFileInfo info = ModelFile.ReadInfo(files[0]);
        var ensemble = new TranslationEnsemble(info.Size("Source"), info.Size("Target"), info.Size("Vector"), info.Size("Direction"), info.Size("Hidden"));
        for (int i = 0; i < Members; i++)
        {
            TextTranslator one = i == 0 ? first : TextTranslator.Load(files[i], search, weights);
            if (!one.Source.Pieces.Entries.SequenceEqual(first.Source.Pieces.Entries) || !one.Target.Pieces.Entries.SequenceEqual(first.Target.Pieces.Entries))
                throw new InvalidDataException($"{files[i]} has other pieces than {files[0]}: models that translate together learnt the same pairs, cut into the same pieces.");
            ModelFile.Load(files[i], ensemble.members[i]);
        }
        return new TextTranslator(first.Model, first.Source, first.Target, search) { Weights = weights, Longest = first.Longest, Ensemble = ensemble };
    }
}

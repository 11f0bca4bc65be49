using System.Text;
using RnnDsl.Prediction;

namespace RnnDsl.Examples.TextGeneration;

/// <summary>Writes text letter by letter with a stream: each letter is drawn from what the model expects and is its next input.</summary>
sealed class Writer(CharacterModel model, Vocabulary vocabulary)
{
    readonly Predictor predictor = new(model, "Predict");

    /// <param name="prompt">What comes before; letters that the model does not know are passed over.</param>
    /// <param name="count">Letters to write.</param>
    /// <param name="temperature">Divides the scores: below 1 likely letters come more often, above 1 less; 0 takes the likeliest.</param>
    /// <param name="seed">Of the draws.</param>
    public IEnumerable<Rune> Write(string prompt, int count, double temperature, int seed)
    {
        PredictionStream stream = predictor.Start();
        var sampler = new Sampler(new SamplingOptions { Temperature = temperature }, seed);
        var scores = new float[vocabulary.Count];
        foreach (int number in vocabulary.Numbers(prompt).Where(n => n >= 0).DefaultIfEmpty(0))
            stream.Step([number], scores);
        for (int i = 0; i < count; i++)
        {
            int next = sampler.Next(scores);
            yield return vocabulary[next];
            stream.Step([next], scores);
        }
    }
}

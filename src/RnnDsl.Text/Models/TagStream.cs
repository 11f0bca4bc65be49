using System.Numerics.Tensors;
using RnnDsl.Execution;
using RnnDsl.Prediction;
using RnnDsl.Sequences;

namespace RnnDsl.Text;

/// <summary>
/// Tags words as they come, by a model that reads in one direction: each answer is given before the next word is known. Of a model with a chain it is the tag with the best score behind the answer before it, so that
/// barred transitions are never answered; the best sequence of a whole sentence, which <see cref="SequenceTagger.Tag(string)"/> finds, may be another. After the first words, of the largest length, it allocates nothing.
/// </summary>
public sealed class TagStream
{
    readonly TextEncoder encoder;
    readonly PredictionStream stream;

    /// <summary>Which of <see cref="TextEncoder.StepInputs"/> each value of a step is.</summary>
    readonly int[] inputs;
    readonly float[] input, scores, ways;

    /// <summary>What is added to the scores of tags behind no word, and behind each tag; none without a chain.</summary>
    readonly float[][] transitions;

    /// <summary>The answer for each tag, behind no word and behind each tag.</summary>
    readonly string[][] answers;
    char[] buffer = new char[32];
    int before;

    internal TagStream(Module model, TextEncoder encoder, MethodInfo method, string? chain, TagScheme answerScheme)
    {
        this.encoder = encoder;
        inputs = [.. method.Inputs.Select(i => Array.IndexOf(TextEncoder.StepInputs, i.Name))];
        if (Array.IndexOf(inputs, -1) is >= 0 and var other)
            throw new InvalidOperationException($"{model.Info.Name}.{method.Name} reads '{method.Inputs[other].Name}', which is not one number a word: a stream takes {string.Join(", ", TextEncoder.StepInputs)}. Tag whole sentences.");
        if (encoder.Scheme is not null and not TagScheme.Bioes && answerScheme == TagScheme.Bioes)
            throw new InvalidOperationException($"Whether a word ends an entity is not known before the next word, so a stream of a model of {encoder.Scheme} tags cannot answer as {answerScheme}.");
        stream = new Predictor(model, method.Name).Start();
        Vocabulary tags = encoder.Labels;
        if (stream.Predictor.OutputWidth != tags.Size)
            throw new InvalidOperationException($"{model.Info.Name}.{method.Name} gives {stream.Predictor.OutputWidth} scores for each word, the encoder has {tags.Size} tags.");
        (input, scores, ways) = (new float[inputs.Length], new float[tags.Size], new float[tags.Size]);
        transitions = chain is null ? [] : [Sum("start", "barredStart"), .. Sum("transitions", "barred").Chunk(tags.Size)];
        answers = [.. Enumerable.Range(-1, tags.Size + 1).Select(from => tags.Entries.Select(tag => Answer(from < 0 ? TagSchemes.Outside : tags[from], tag)).ToArray())];

        float[] Sum(string parameter, string barred)
        {
            float[] sum = model.Parameters[$"{chain}.paths.{parameter}"].ToArray();
            TensorPrimitives.Add(sum, model.Parameters[$"{chain}.paths.{barred}"], sum);
            return sum;
        }

        string Answer(string from, string tag) => encoder.Scheme is null || answerScheme == TagScheme.Bioes ? tag : TagSchemes.Convert([from, tag], answerScheme)[1];
    }

    /// <summary>The scores of the tags of the last word, by <see cref="TextEncoder.Labels"/>, as the model gives them. They change with the next word.</summary>
    public ReadOnlySpan<float> Scores => scores;

    /// <summary>Reads the next word of a sentence.</summary>
    /// <returns>Its tag.</returns>
    public string Next(ReadOnlySpan<char> word)
    {
        if (word.Length > buffer.Length)
            buffer = new char[Math.Max(word.Length, 2 * buffer.Length)];
        for (int i = 0; i < inputs.Length; i++)
            input[i] = encoder.StepNumber(inputs[i], word, buffer);
        stream.Step(input, scores);
        scores.CopyTo(ways, 0);
        if (transitions.Length > 0)
            TensorPrimitives.Add(ways, transitions[before], ways);
        int tag = TensorPrimitives.IndexOfMax<float>(ways);
        string answer = answers[before][tag];
        before = tag + 1;
        return answer;
    }

    /// <summary>Begins a new sentence.</summary>
    public void Reset()
    {
        stream.Reset();
        before = 0;
    }
}

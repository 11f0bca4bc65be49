using RnnDsl.CompilerServices;
using RnnDsl.Sequences;

namespace RnnDsl.Prediction;

/// <summary>The ranges in which a predictor of 8 bits rounds what it multiplies.</summary>
public sealed partial class Predictor
{
    /// <summary>A predictor with the same weights that rounds each multiplied vector with a fixed scale, found on a sample, rather than with a scale from its largest magnitude at
    /// each step. That saves a pass over the vector. Values outside the range are clamped.</summary>
    /// <param name="sample">Typical sequences, [steps × InputWidth] each.</param>
    /// <param name="share">The share of steps whose largest magnitude the range must contain, above 0; 1 for all.</param>
    /// <exception cref="InvalidOperationException">The weights are not 8-bit.</exception>
    /// <exception cref="ArgumentException">The sample has no step, or does not fit.</exception>
    public Predictor Calibrate(IEnumerable<float[]> sample, double share = 1) => Calibrate(sample.Select(sequence => (sequence, (Func<Predictor, PredictionStream>)(static free => free.Start()))), share);

    Predictor Calibrate(IEnumerable<(float[] Steps, Func<Predictor, PredictionStream> Start)> sample, double share)
    {
        CheckRounds();
        if (!(share > 0 && share <= 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "A share of the steps is above 0 and at most 1.");
        var free = new Predictor(this);
        free.SetRanges([.. free.Program.Operands.Select(_ => 0f)]);
        var fitted = new Predictor(this);
        fitted.SetRanges(free.Observe(sample, share));
        return fitted;
    }

    /// <inheritdoc cref="Calibrate(IEnumerable{float[]}, double)"/>
    /// <param name="sample">Examples with a column for each input of the method. Other columns are not read.</param>
    /// <param name="share">The share of steps whose largest magnitude the range must contain, above 0; 1 for all.</param>
    public Predictor Calibrate(Dataset sample, double share = 1) => Calibrate(Sequences(sample).Select((steps, example) => (steps, (Func<Predictor, PredictionStream>)(free => free.StartOf(sample, example)))), share);

    /// <summary>Like <see cref="Calibrate(IEnumerable{float[]}, double)"/>, with ranges that were found earlier, such as those of a model's file (<see
    /// cref="Storage.ModelFileInfo.Ranges"/>). The answers have the same bits.</summary>
    /// <param name="ranges">One range for each of <see cref="Ranges"/>, in the same order; 0 to find it at each step.</param>
    /// <exception cref="InvalidOperationException">The weights are not 8-bit.</exception>
    /// <exception cref="ArgumentException">The ranges belong to other operands, are not finite, or are negative.</exception>
    public Predictor Calibrate(IReadOnlyList<(string Operand, float Range)> ranges)
    {
        CheckRounds();
        if (!ranges.Select(r => r.Operand).SequenceEqual(Program.Operands.Select(o => o.Name)))
            throw new ArgumentException($"{Name} rounds {string.Join(", ", Program.Operands.Select(o => o.Name))}, but the ranges are of " +
                $"{(ranges.Count == 0 ? "nothing" : string.Join(", ", ranges.Select(r => r.Operand)))}: calibrate on a sample.", nameof(ranges));
        Storage.ModelFileInfo.CheckRanges(ranges);
        var fitted = new Predictor(this);
        fitted.SetRanges([.. ranges.Select(r => r.Range)]);
        return fitted;
    }

    void CheckRounds()
    {
        if (Weights != WeightFormat.Int8)
            throw new InvalidOperationException($"{Name} predicts with {Weights} weights: nothing is rounded, so there is no range to find.");
    }

    /// <summary>The largest magnitudes of the multiplied vectors, by their names in the generated step, such as "x" and "h_before"; 0 if the range is found at each step. Empty if
    /// nothing is rounded.</summary>
    public IReadOnlyList<(string Operand, float Range)> Ranges => Weights == WeightFormat.Float32 ? []
        : [.. Program.Operands.Select(o => (o.Name, prepared.Floats[o.Scale] * Int8Weights.MostByte))];

    float[] Observe(IEnumerable<(float[] Steps, Func<Predictor, PredictionStream> Start)> sample, double share)
    {
        List<float>[] largest = [.. Program.Operands.Select(_ => new List<float>())];
        var output = new float[OutputWidth];
        int steps = 0;
        foreach ((float[] sequence, Func<Predictor, PredictionStream> start) in sample)
        {
            if (sequence.Length % InputWidth != 0)
                throw new ArgumentException($"{Name} takes {InputWidth} values a step, and a sequence of the sample has {sequence.Length}.", nameof(sample));
            PredictionStream stream = start(this);
            for (int at = 0; at < sequence.Length; at += InputWidth, steps++)
            {
                stream.Step(sequence.AsSpan(at, InputWidth), output);
                for (int i = 0; i < largest.Length; i++)
                    largest[i].Add(stream.ScaleOf(i) * Int8Weights.MostByte);
            }
        }
        if (steps == 0)
            throw new ArgumentException("The sample has no step.", nameof(sample));
        int rank = Math.Max((int)Math.Ceiling(share * steps) - 1, 0);
        foreach (List<float> operand in largest)
            operand.Sort();
        return [.. largest.Select(operand => float.IsFinite(operand[rank]) ? operand[rank] : 0)];
    }

    void SetRanges(float[] ranges)
    {
        for (int i = 0; i < ranges.Length; i++)
            prepared.Floats[Program.Operands[i].Scale] = Int8Weights.Scale(ranges[i]);
    }
}

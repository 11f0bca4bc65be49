using System.Numerics.Tensors;
using RnnDsl.Execution;

namespace RnnDsl.Prediction;

/// <summary>
/// Finds the best sequences of tags of a model with a <see cref="LinearChain{Tag}"/> (Viterbi 1967; several sequences as in Forney 1973), and bars transitions. It reads the
/// model's current parameters for each sequence, so it can be created before training.
/// </summary>
public sealed class TagDecoder
{
    /// <summary>The number that is added to the score of a barred transition.</summary>
    const float Barred = -1e4f;

    readonly IReadOnlyList<Module> modules;
    readonly string path;

    /// <summary>Creates a decoder for one chain of a model.</summary>
    /// <param name="module">The model.</param>
    /// <param name="chain">The field of the chain, with the layers around it: "chain".</param>
    /// <exception cref="ArgumentException">The model has no chain of that name.</exception>
    public TagDecoder(Module module, string chain) : this([module], chain)
    {
    }

    /// <summary>Creates a decoder for several models of one kind, whose weights are averaged. It decodes the averages of their scores.</summary>
    /// <param name="modules">The models.</param>
    /// <param name="chain">The field of the chain in each of them.</param>
    /// <exception cref="ArgumentException">There is no model, one has no chain of that name, or not as many tags as the first.</exception>
    public TagDecoder(IReadOnlyList<Module> modules, string chain)
    {
        ArgumentNullException.ThrowIfNull(modules);
        if (modules.Count == 0)
            throw new ArgumentException("There is no model.", nameof(modules));
        this.modules = [.. modules];
        path = chain + ".paths.";
        Tags = TagsOf(modules[0], chain);
        foreach (Module other in modules.Skip(1))
            if (TagsOf(other, chain) is var tags && tags != Tags)
                throw new ArgumentException($"The chain of one model has {Tags} tags, that of another {tags}.", nameof(modules));
    }

    int TagsOf(Module module, string chain)
    {
        ArgumentNullException.ThrowIfNull(module);
        ParameterInfo[] chains = [.. module.Info.Parameters.Where(p => p.Name.EndsWith(".paths.transitions", StringComparison.Ordinal))];
        return chains.FirstOrDefault(p => p.Name == path + "transitions")?.Rows
            ?? throw new ArgumentException($"{module.Info.Name} has no LinearChain '{chain}'" + (chains.Length == 0 ? "." : $"; it has: {string.Join(", ", chains.Select(p => p.Name[..^".paths.transitions".Length]))}."), nameof(chain));
    }

    /// <summary>The number of tags.</summary>
    public int Tags { get; }

    Span<float> Of(Module module, string parameter) => module.Parameters.Of(module.Parameters.Slices.First(s => s.Name == path + parameter));

    /// <summary>Bars a transition, also in training: no sequence has one tag directly after the other. It is saved with the model.</summary>
    /// <param name="from">The first tag, from 0.</param>
    /// <param name="to">The tag that follows it.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such tag.</exception>
    public void Bar(int from, int to) => Bar("barred", Checked(from) * Tags + Checked(to));

    /// <summary>Bars a tag as the first of a sequence.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such tag.</exception>
    public void BarStart(int tag) => Bar("barredStart", Checked(tag));

    /// <summary>Bars a tag as the last of a sequence.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such tag.</exception>
    public void BarEnd(int tag) => Bar("barredEnd", Checked(tag));

    void Bar(string parameter, int index)
    {
        foreach (Module module in modules)
        {
            Of(module, parameter)[index] = Barred;
            module.Parameters.MarkChanged();
        }
    }

    int Checked(int tag) => (uint)tag < (uint)Tags ? tag : throw new ArgumentOutOfRangeException(nameof(tag), tag, $"There are the tags 0 to {Tags - 1}.");

    /// <summary>The sequence of tags with the largest weight. If every sequence is barred, it is one with the fewest bars, so that there is always an answer.</summary>
    /// <param name="scores">The results of the model's method for one example, [steps × tags]; of several models their mean.</param>
    /// <exception cref="ArgumentException">The scores are no whole number of steps, there are none, or one is not finite.</exception>
    public int[] Decode(ReadOnlySpan<float> scores)
    {
        int steps = Steps(scores);
        double[] transitions = Sum("transitions", "barred"), best = Sum("start", "barredStart"), end = Sum("end", "barredEnd"), next = new double[Tags];
        var before = new int[steps * Tags];
        for (int step = 0; step < steps; step++)
        {
            if (step > 0)
            {
                BestPaths(best, transitions, next, before.AsSpan(step * Tags, Tags));
                (best, next) = (next, best);
            }
            for (int tag = 0; tag < Tags; tag++)
                best[tag] += scores[step * Tags + tag];
        }
        TensorPrimitives.Add(best, end, best);
        var path = new int[steps];
        path[^1] = TensorPrimitives.IndexOfMax<double>(best);
        for (int step = steps - 1; step > 0; step--)
            path[step - 1] = before[step * Tags + path[step]];
        return path;
    }

    /// <summary>For each tag the largest weight of a path to it, and the previous tag on that path.</summary>
    static void BestPaths(ReadOnlySpan<double> best, ReadOnlySpan<double> transitions, Span<double> next, Span<int> before)
    {
        next.Fill(double.NegativeInfinity);
        for (int from = 0; from < best.Length; from++)
        {
            ReadOnlySpan<double> row = transitions.Slice(from * best.Length, next.Length);
            for (int tag = 0; tag < next.Length; tag++)
                if (best[from] + row[tag] is var weight && weight > next[tag])
                    (next[tag], before[tag]) = (weight, from);
        }
    }

    int Steps(ReadOnlySpan<float> scores)
    {
        if (scores.Length == 0 || scores.Length % Tags != 0)
            throw new ArgumentException($"The scores of a sequence are {Tags} for each of its steps, and {scores.Length} numbers were given.", nameof(scores));
        foreach (float score in scores)
            if (!float.IsFinite(score))
                throw new ArgumentException($"A score is {score}.", nameof(scores));
        return scores.Length / Tags;
    }

    /// <summary>The sequences of tags with the largest weights, and their probabilities, the best first. Barred sequences are not among them. There are fewer if no more exist, and none if every sequence is barred.</summary>
    /// <param name="scores">The results of the model's method for one example, [steps × tags]; of several models their mean.</param>
    /// <param name="count">The number of sequences.</param>
    /// <exception cref="ArgumentException">The scores are no whole number of steps, there are none, or one is not finite.</exception>
    public (int[] Tags, double Probability)[] Decode(ReadOnlySpan<float> scores, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        int steps = Steps(scores);
        double[] transitions = Allowed("transitions", "barred"), start = Allowed("start", "barredStart"), end = Allowed("end", "barredEnd");
        // For each tag of a step, the best paths to it: their weight, the previous tag, and the index of that tag's path.
        var paths = new (double Weight, int Tag, int Path)[steps][][];
        var alpha = new double[Tags];
        for (int step = 0; step < steps; step++)
        {
            paths[step] = new (double, int, int)[Tags][];
            var next = new double[Tags];
            for (int tag = 0; tag < Tags; tag++)
            {
                double score = scores[step * Tags + tag];
                paths[step][tag] = step == 0 ? [(start[tag] + score, -1, 0)]
                    : [.. Enumerable.Range(0, Tags).SelectMany(before => paths[step - 1][before].Select((path, i) => (Weight: path.Weight + transitions[before * Tags + tag] + score, before, i)))
                        .Where(w => w.Weight > double.NegativeInfinity).OrderByDescending(w => w.Weight).Take(count)];
                next[tag] = step == 0 ? start[tag] + score : score + LogSum(Enumerable.Range(0, Tags).Select(before => alpha[before] + transitions[before * Tags + tag]));
            }
            alpha = next;
        }
        double all = LogSum(alpha.Select((a, tag) => a + end[tag]));
        return [.. Enumerable.Range(0, Tags).SelectMany(tag => paths[^1][tag].Select((path, i) => (Weight: path.Weight + end[tag], tag, i)))
            .Where(w => w.Weight > double.NegativeInfinity).OrderByDescending(w => w.Weight).Take(count).Select(best => (PathTo(paths, best.tag, best.i), Math.Exp(best.Weight - all)))];
    }

    static int[] PathTo((double Weight, int Tag, int Path)[][][] paths, int tag, int index)
    {
        var path = new int[paths.Length];
        for (int step = paths.Length - 1; step >= 0; step--)
        {
            path[step] = tag;
            (_, tag, index) = paths[step][tag][index];
        }
        return path;
    }

    double[] Sum(string parameter, string barred)
    {
        var sum = new double[Of(modules[0], parameter).Length];
        foreach (Module module in modules)
        {
            Span<float> values = Of(module, parameter), bars = Of(module, barred);
            for (int i = 0; i < sum.Length; i++)
                sum[i] += values[i] + bars[i];
        }
        TensorPrimitives.Divide(sum, modules.Count, sum);
        return sum;
    }

    /// <summary>The weights, with −∞ for what is barred.</summary>
    double[] Allowed(string parameter, string barred)
    {
        double[] weights = Sum(parameter, barred);
        foreach (Module module in modules)
        {
            Span<float> bars = Of(module, barred);
            for (int i = 0; i < weights.Length; i++)
                if (bars[i] < 0)
                    weights[i] = double.NegativeInfinity;
        }
        return weights;
    }

    static double LogSum(IEnumerable<double> values)
    {
        double[] all = [.. values];
        double most = all.Max();
        return double.IsNegativeInfinity(most) ? most : most + Math.Log(all.Sum(v => Math.Exp(v - most)));
    }
}
